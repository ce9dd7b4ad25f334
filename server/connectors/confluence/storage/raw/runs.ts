import { decodeHTMLStrict } from 'entities'
import { isMacro, macroName } from './kinds.ts'
import { rawAttribute, rawChild, scanStorage, type RawElement, type RawNode, type RawText } from './scan.ts'

/** A stretch of text that a reader sees: what may be reworded without touching a tag. */
export type Run = RawText & {
  node: RawText
  /** The text, and for each of its characters where it stands in the source (`at[i]` up to `upTo[i]`). */
  text: string
  at: readonly number[]
  upTo: readonly number[]
  /** How many tags are around it within the block. */
  depth: number
  /** It continues the run before it, with nothing but marks between them. */
  joined: boolean
  /** The tags of the comment that is attached to it. */
  comment: RawElement | undefined
}

/** Tags whose text is no prose of the page: settings, ids, names that Confluence fills in. */
const SILENT = new Set([
  'ac:parameter', 'ac:default-parameter', 'ac:task-id', 'ac:task-uuid', 'ac:task-status', 'ac:placeholder', 'ac:adf-extension',
  'ac:adf-attribute', 'ac:emoticon', 'ac:plain-text-body', 'script', 'style', 'math', 'time', 'svg',
]) // prettier-ignore

/** Tags that break neither a line nor a word. */
const MARKS = new Set([
  'strong', 'b', 'em', 'i', 'u', 's', 'del', 'strike', 'ins', 'sup', 'sub', 'code', 'tt', 'kbd', 'samp', 'cite', 'dfn', 'var',
  'span', 'font', 'small', 'big', 'mark', 'a', 'ac:link', 'ac:link-body', 'ac:plain-text-link-body', 'ac:inline-comment-marker',
  'ri:page', 'ri:attachment', 'ri:content-entity', 'ri:blog-post', 'ri:space', 'ri:url',
]) // prettier-ignore

/** The texts of a block in document order, each with its characters' places. */
export function textRuns(source: string): Run[] {
  const reader = new Reader(source)
  reader.collect(scanStorage(source).nodes, 0, undefined)
  return reader.runs
}

class Reader {
  readonly runs: Run[] = []
  private readonly source: string
  private joined = false

  constructor(source: string) {
    this.source = source
  }

  collect(nodes: readonly RawNode[], depth: number, comment: RawElement | undefined): void {
    for (const node of nodes) {
      if (node.type === 'element') this.visit(node, depth, comment)
      else if (node.type !== 'other') {
        this.runs.push({ ...readRun(this.source, node), depth, joined: this.joined, comment })
        this.joined = true
      }
    }
  }

  private visit(element: RawElement, depth: number, comment: RawElement | undefined): void {
    const mark = MARKS.has(element.name)
    if (!mark) this.joined = false
    if (isMacro(element) && macroName(this.source, element) === 'status') this.title(element, depth)
    else if (!SILENT.has(element.name) && !isMention(element)) {
      this.collect(element.children, depth + 1, element.name === 'ac:inline-comment-marker' ? element : comment)
    }
    if (!mark) this.joined = false
  }

  /** A status shows its title, which is a parameter. */
  private title(element: RawElement, depth: number): void {
    for (const child of element.children) {
      if (child.type !== 'element' || child.name !== 'ac:parameter') continue
      if (rawAttribute(this.source, child, 'ac:name') === 'title') this.collect(child.children, depth + 2, undefined)
    }
  }
}

/** A link to a person shows the person's name, whatever the page says. */
function isMention(element: RawElement): boolean {
  return element.name === 'ac:link' && rawChild(element, 'ri:user') !== undefined
}

function readRun(source: string, node: RawText): Omit<Run, 'depth' | 'joined' | 'comment'> {
  const raw = source.slice(node.from, node.to)
  const at: number[] = []
  const upTo: number[] = []
  let text = ''
  const add = (value: string, from: number, to: number) => {
    for (let i = 0; i < value.length; i++) {
      at.push(from)
      upTo.push(to)
    }
    text += value
  }
  const pattern = node.type === 'text' ? /&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});|[^]/g : /[^]/g
  for (const { 0: piece, index } of raw.matchAll(pattern)) {
    const from = node.from + index
    const value = piece.length > 1 ? decodeHTMLStrict(piece) : piece
    if (piece.length > 1 && value === piece)
      for (let i = 0; i < piece.length; i++) add(piece.charAt(i), from + i, from + i + 1)
    else add(value, from, from + piece.length)
  }
  return { ...node, node, text, at, upTo }
}
