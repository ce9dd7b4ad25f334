import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { tame } from './tame.ts'

const parser = unified().use(remarkParse).use(remarkGfm).freeze()

/** GitHub-flavoured Markdown as mdast, with positions. */
export function parseMarkdown(markdown: string) {
  return parser.parse(tame(markdown))
}

export type Root = ReturnType<typeof parseMarkdown>
export type Content = Root['children'][number]
export type Of<Type extends Content['type']> = Extract<Content, { type: Type }>
