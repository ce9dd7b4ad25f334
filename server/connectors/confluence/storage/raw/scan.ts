import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2'

/** Deeper than this nothing is taken apart: every later walk recurses. */
const MAX_DEPTH = 200

const VOID = new Set(['br', 'hr', 'img', 'col', 'input', 'wbr', 'meta', 'link'])

/** A tag and where it stands: `start` ≤ `openEnd` ≤ `closeStart` ≤ `end`, offsets into the source. */
export type RawElement = {
  type: 'element'
  name: string
  start: number
  openEnd: number
  closeStart: number
  end: number
  children: RawNode[]
}
/** Text between tags, entities undecoded; of a CDATA section `from` and `to` are those of its content. */
export type RawText = { type: 'text' | 'cdata'; start: number; end: number; from: number; to: number }
/** Comments, declarations and whatever else is neither tag nor text. */
export type RawOther = { type: 'other'; start: number; end: number }
export type RawNode = RawElement | RawText | RawOther

export type Scanned = {
  nodes: RawNode[]
  /** False where a tag is not closed, or closes what is not open: `nodes` is then a flat list of the texts. */
  wellFormed: boolean
}

/** Storage format as tags with offsets: joined, the nodes are the source. Never throws. */
export function scanStorage(source: string): Scanned {
  const scanner = new Scanner(source)
  const tokenizer = new Tokenizer({ xmlMode: true, decodeEntities: false }, scanner)
  tokenizer.write(source)
  tokenizer.end()
  return scanner.finish()
}

/** The value of an attribute as it is written, or undefined where the tag has none of that name. */
export function rawAttribute(source: string, element: RawElement, name: string): string | undefined {
  const tag = source.slice(element.start, element.openEnd)
  const pattern = new RegExp(`\\s${name.replace(/[^\w:-]/g, '')}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`)
  const found = pattern.exec(tag)
  return found?.[1] ?? found?.[2]
}

export function rawChild(element: RawElement, name: string): RawElement | undefined {
  for (const child of element.children) if (child.type === 'element' && child.name === name) return child
  return undefined
}

export function rawElements(nodes: readonly RawNode[]): RawElement[] {
  return nodes.filter((node) => node.type === 'element')
}

class Scanner implements TokenizerCallbacks {
  private readonly source: string
  private readonly root: RawNode[] = []
  private readonly stack: RawElement[] = []
  private into: RawNode[] = this.root
  /** Every text in document order, for sources that are no tree. */
  private readonly texts: RawNode[] = []
  private done = 0
  private tagStart = -1
  private name = ''
  private broken = false

  constructor(source: string) {
    this.source = source
  }

  finish(): Scanned {
    if (this.tagStart >= 0) this.broken = true
    this.fill(this.source.length)
    if (this.stack.length > 0) this.broken = true
    return this.broken ? { nodes: this.texts, wellFormed: false } : { nodes: this.root, wellFormed: true }
  }

  ontext(start: number, end: number): void {
    this.fill(start)
    this.addText({ type: 'text', start, end, from: start, to: end })
  }

  oncdata(start: number, end: number, endOffset: number): void {
    const closed = endOffset > 0
    const first = start - '<![CDATA['.length
    this.fill(first)
    const last = closed ? end + 1 : end
    this.addText({ type: 'cdata', start: first, end: last, from: start, to: end - endOffset })
    if (!closed) this.broken = true
  }

  onopentagname(start: number, end: number): void {
    this.fill(start - 1)
    this.tagStart = start - 1
    this.name = this.source.slice(start, end).toLowerCase()
  }

  onopentagend(end: number): void {
    const element = this.open(end + 1)
    if (element === undefined || VOID.has(element.name)) return
    this.stack.push(element)
    this.into = element.children
    if (this.stack.length >= MAX_DEPTH) this.broken = true
  }

  onselfclosingtag(end: number): void {
    this.open(end + 1)
  }

  onclosetag(start: number, end: number): void {
    this.fill(start - 2)
    const close = this.source.indexOf('>', end)
    this.done = close < 0 ? this.source.length : close + 1
    if (close < 0) this.broken = true
    const top = this.stack[this.stack.length - 1]
    if (top === undefined || top.name !== this.source.slice(start, end).toLowerCase()) {
      this.broken = true
      return
    }
    top.closeStart = start - 2
    top.end = this.done
    this.stack.pop()
    this.into = this.stack[this.stack.length - 1]?.children ?? this.root
  }

  private open(end: number): RawElement | undefined {
    const start = this.tagStart
    this.tagStart = -1
    this.done = end
    if (!/^[a-z_]/.test(this.name)) {
      this.broken = true // "x <3 y>" is no tag
      return undefined
    }
    const element: RawElement = {
      type: 'element',
      name: this.name,
      start,
      openEnd: end,
      closeStart: end,
      end,
      children: [],
    }
    this.into.push(element)
    return element
  }

  private addText(node: RawText): void {
    this.into.push(node)
    this.texts.push(node)
    this.done = node.end
  }

  private fill(upTo: number): void {
    if (upTo > this.done) this.into.push({ type: 'other', start: this.done, end: upTo })
    this.done = Math.max(this.done, upTo)
  }

  onattribname(): void {}
  onattribdata(): void {}
  onattribend(): void {}
  onattribentity(): void {}
  ontextentity(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
  onend(): void {}
}
