import type { LinkContext } from './addresses.ts'
import { splitBlocks } from './blocks.ts'
import { viewOf } from './edit/view.ts'

/**
 * The document as Markdown to edit: its blocks, an empty line between them. What Markdown cannot carry stands as a line of
 * its own, `<!-- keep 3: macro jira -->`: it may be moved, or deleted with all that it stands for. `applyEdit` reads it back.
 */
export function editView(storage: string, context: LinkContext): string {
  const texts: string[] = []
  for (const { text } of viewOf(splitBlocks(storage), context)) if (text !== '') texts.push(text)
  return texts.length === 0 ? '' : `${texts.join('\n\n')}\n`
}

export { applyEdit } from './edit/apply.ts'
