import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { tame } from './tame.ts'

/** Blocks longer than this (characters) are not parsed: a paragraph of a megabyte would take minutes. */
export const MAX_PARSED = 60_000

const parser = unified().use(remarkParse).use(remarkGfm).freeze()

/** GitHub-flavoured Markdown as mdast, with positions. */
export function parseMarkdown(markdown: string) {
  return parser.parse(tame(markdown))
}

export type Root = ReturnType<typeof parseMarkdown>
export type Content = Root['children'][number]
export type Of<Type extends Content['type']> = Extract<Content, { type: Type }>
