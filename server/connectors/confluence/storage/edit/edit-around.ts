import type { LinkContext } from '../addresses.ts'
import { buildTree } from '../build/build.ts'
import { printMarkdown } from '../print-markdown.ts'
import { isMacro } from '../raw/kinds.ts'
import { scanStorage, type RawElement, type RawNode } from '../raw/scan.ts'
import type { EditBlock } from './edit-pieces.ts'

/** Code points of private use: one stands for each thing that Markdown cannot carry. */
const FIRST = 0xe100
const MOST = 1_000
const RESERVED = /[\ue100-\ue4ff]/

/** Tags that Markdown says, where they have no attributes but those in `KNOWN`. */
const SAID = new Set([
  'p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'blockquote', 'table', 'tbody', 'thead', 'tr', 'th', 'td', 'br', 'hr',
  'strong', 'b', 'em', 'i', 'u', 'ins', 's', 'del', 'strike', 'sup', 'sub', 'code', 'tt', 'a', 'ac:task-list', 'ac:task', 'ac:task-body',
]) // prettier-ignore

/** Things that are no text: shown, but not said, by Markdown. They are found by how they are shown. */
type Thing = { raw: string; shown: string; mark: string }

/**
 * An edit around what Markdown cannot carry: mentions, images, coloured words, words with a comment. Where each is still in the
 * edited Markdown just as it was shown, it is kept as it is and the rest is written anew. Undefined where one is not.
 */
export function editAround(
  body: string,
  before: string,
  after: string,
  context: LinkContext,
  edit: EditBlock,
): string | undefined {
  if (RESERVED.test(body) || RESERVED.test(after)) return undefined
  const found = thingsIn(body, context)
  if (found === undefined || found.things.length === 0) return undefined
  const { things, marked, head } = found
  const [was, wanted] = [withMarks(before, things), withMarks(after, things)]
  if (was === undefined || wanted === undefined || printed(marked, context) !== was) return undefined
  const edited = edit(marked, was, wanted, context)
  if (edited === undefined) return undefined
  let out = edited
  for (const { mark, raw } of things) {
    if (out.split(mark).length !== 2) return undefined
    out = out.replace(mark, () => raw)
  }
  return head === '' ? out : out.replace(/^<[^>]*>/, (tag) => tag + head)
}

/** The block with a mark in the place of each thing; `head`: things without a look, at the very start of the block. */
function thingsIn(body: string, context: LinkContext): { things: Thing[]; marked: string; head: string } | undefined {
  const { nodes, wellFormed } = scanStorage(body)
  if (!wellFormed) return undefined
  const elements: RawElement[] = []
  collect(body, nodes, elements)
  if (elements.length === 0 || elements.length > MOST) return undefined
  const things: Thing[] = []
  let [marked, head, at] = ['', '', 0]
  for (const element of elements) {
    const raw = body.slice(element.start, element.end)
    const shown = shownAs(raw, body.startsWith('<table'), context)
    marked += body.slice(at, element.start)
    at = element.end
    if (shown === '') {
      if (!/^<[^<>]*>$/.test(marked)) return undefined
      head += raw
      continue
    }
    const mark = String.fromCharCode(FIRST + things.length)
    things.push({ raw, shown, mark })
    marked += mark
  }
  return { things, marked: marked + body.slice(at), head }
}

function collect(body: string, nodes: readonly RawNode[], into: RawElement[]): void {
  for (const node of nodes) {
    if (node.type !== 'element') continue
    if (SAID.has(node.name) && !isMacro(node) && isBare(body, node)) collect(body, node.children, into)
    else into.push(node)
  }
}

/** Marks may not have attributes, links just their address; those of blocks stay with their tags. */
function isBare(body: string, { name, start, openEnd }: RawElement): boolean {
  const tag = body.slice(start, openEnd)
  if (name === 'a') return /^<a\s+href\s*=\s*(?:"[^"]*"|'[^']*')\s*\/?>$/.test(tag)
  return /^(?:strong|b|em|i|u|ins|s|del|strike|sup|sub|code|tt)$/.test(name) ? /^<[a-z]+\s*>$/.test(tag) : true
}

/** How a thing looks in the midst of a line. */
function shownAs(raw: string, inTable: boolean, context: LinkContext): string {
  const line = `x ${raw} x`
  const text = inTable
    ? printed(`<table><tbody><tr><th>${line}</th></tr></tbody></table>`, context).split('\n')[0]?.slice(2, -2)
    : printed(`<p>${line}</p>`, context)
  return text?.startsWith('x ') && text.endsWith(' x') ? text.slice(2, -2).trim() : ''
}

function printed(storage: string, context: LinkContext): string {
  return printMarkdown(buildTree(storage, context).blocks).trim()
}

/** Markdown with a mark for each thing; undefined where one is missing, or there are more of its look than things. */
function withMarks(markdown: string, things: readonly Thing[]): string | undefined {
  const looks = new Map<string, string[]>()
  for (const { shown, mark } of things) looks.set(shown, [...(looks.get(shown) ?? []), mark])
  let text = markdown.trim()
  for (const [shown, marks] of [...looks].toSorted(([a], [b]) => b.length - a.length)) {
    const pieces = text.split(shown)
    if (pieces.length !== marks.length + 1) return undefined
    text = pieces.map((piece, index) => piece + (marks[index] ?? '')).join('')
  }
  return text
}
