import type { MarkdownNode } from './markdown-tree.ts'

type Quote = Extract<MarkdownNode, { type: 'blockquote' }>

/** GitHub's alerts and the panels of Confluence that are written so. */
const KINDS: Readonly<Record<string, string>> = {
  NOTE: 'info',
  TIP: 'tip',
  WARNING: 'note',
  CAUTION: 'warning',
  IMPORTANT: 'decision',
}

/** The panel that a quote beginning with `[!NOTE]` stands for, with its content; undefined for other quotes. */
export function alertOf({ children }: Quote): { kind: string; children: MarkdownNode[] } | undefined {
  const [first, ...rest] = children
  if (first?.type !== 'paragraph') return undefined
  const [words, ...others] = first.children
  if (words?.type !== 'text') return undefined
  const mark = /^\[!([A-Z]+)\][ \t]*\n?/.exec(words.value)
  const kind = KINDS[mark?.[1] ?? '']
  if (mark === null || kind === undefined) return undefined
  const left = words.value.slice(mark[0].length)
  const kept = left === '' ? others : [{ ...words, value: left }, ...others]
  return { kind, children: kept.length === 0 ? rest : [{ ...first, children: kept }, ...rest] }
}
