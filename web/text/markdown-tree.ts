import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'

const parser = unified().use(remarkParse).use(remarkGfm)

/** Markdown with GitHub's additions as a tree (mdast). Never throws: every text is Markdown. */
export function parseMarkdown(text: string): MarkdownRoot {
  return parser.parse(text)
}

export type MarkdownRoot = ReturnType<typeof parser.parse>
export type MarkdownNode = MarkdownRoot['children'][number]
