import type { LinkContext } from './addresses.ts'
import { parseMarkdown } from './edit/markdown-tree.ts'
import { writeBlocks } from './write/blocks.ts'
import { definitionsIn, type Write } from './write/inlines.ts'

/**
 * GitHub-flavoured Markdown as storage format. HTML in it is text, but for the tags that `printMarkdown` itself writes
 * (`<u>`, `<sup>`, `<sub>`, `<br>` and those of bold, italic, struck and code). Never throws.
 */
export function markdownToStorage(markdown: string, context: LinkContext): string {
  const root = parseMarkdown(markdown)
  const write: Write = { context, definitions: definitionsIn(root) }
  return writeBlocks(root.children, write, 0)
}
