import { decodeHTMLStrict } from 'entities'
import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2'
import type { Element } from './element.ts'

/** Tags nested deeper than this stay in the tree as text of the last level: every later walk recurses. */
const MAX_DEPTH = 200

const VOID = new Set(['br', 'hr', 'img', 'col', 'input', 'wbr', 'meta', 'link'])

/** A closing tag inside one of these never closes what is outside of it. */
const SCOPES = new Set([
  'ac:structured-macro', 'ac:macro', 'ac:rich-text-body', 'ac:layout-cell', 'ac:task-body', 'ac:link', 'ac:link-body',
  'ac:adf-content', 'ac:adf-fallback', 'table', 'td', 'th', 'li',
]) // prettier-ignore

/** Tags that an opening tag closes where they were left open: HTML that was never valid XML. */
const CLOSED_BY = new Map<string, ReadonlySet<string>>(
  Object.entries({
    p: new Set(['p']),
    li: new Set(['li', 'p']),
    tr: new Set(['tr', 'td', 'th', 'p']),
    td: new Set(['td', 'th', 'p']),
    th: new Set(['td', 'th', 'p']),
    dt: new Set(['dt', 'dd', 'p']),
    dd: new Set(['dt', 'dd', 'p']),
  }),
)

/**
 * Parses storage format into a tree below a nameless root. Never throws: stray closing tags are ignored,
 * open ones end with the document, a broken tag stays as text, entities are HTML's (XML knows five).
 */
export function parseStorage(source: string): Element {
  const text = source.includes('\0') ? source.replaceAll('\0', '\uFFFD') : source
  const builder = new TreeBuilder(text)
  const tokenizer = new Tokenizer({ xmlMode: true, decodeEntities: false }, builder)
  tokenizer.write(text)
  tokenizer.end()
  return builder.root
}

class TreeBuilder implements TokenizerCallbacks {
  readonly root: Element = { name: '', attributes: [], children: [] }
  private readonly source: string
  private readonly stack: Element[] = [this.root]
  private top: Element = this.root
  private skipped = 0
  private tagStart = -1
  private open: Element = this.root
  private attributeName = ''
  private attributeStart = -1
  private attributeEnd = 0

  constructor(source: string) {
    this.source = source
  }

  ontext(start: number, end: number): void {
    const slice = this.source.slice(start, end)
    this.top.children.push(slice.includes('&') ? decodeHTMLStrict(slice) : slice)
  }

  oncdata(start: number, end: number, endOffset: number): void {
    this.top.children.push(this.source.slice(start, end - endOffset))
  }

  onopentagname(start: number, end: number): void {
    this.tagStart = start - 1
    this.open = { name: this.source.slice(start, end).toLowerCase(), attributes: [], children: [] }
  }

  onattribname(start: number, end: number): void {
    this.attributeName = this.source.slice(start, end)
    this.attributeStart = -1
  }

  onattribdata(start: number, end: number): void {
    if (this.attributeStart < 0) this.attributeStart = start
    this.attributeEnd = end
  }

  onattribend(): void {
    const value = this.attributeStart < 0 ? '' : this.source.slice(this.attributeStart, this.attributeEnd)
    this.open.attributes.push(this.attributeName, value.includes('&') ? decodeHTMLStrict(value) : value)
  }

  onopentagend(end: number): void {
    if (!this.isTag(end)) return
    const element = this.open
    this.closeBefore(element.name)
    if (this.stack.length >= MAX_DEPTH) {
      if (!VOID.has(element.name)) this.skipped++
      return
    }
    this.top.children.push(element)
    if (VOID.has(element.name)) return
    this.stack.push(element)
    this.top = element
  }

  onselfclosingtag(end: number): void {
    if (!this.isTag(end)) return
    this.closeBefore(this.open.name)
    this.top.children.push(this.open)
  }

  onclosetag(start: number, end: number): void {
    if (this.skipped > 0) {
      this.skipped--
      return
    }
    const name = this.source.slice(start, end).toLowerCase()
    const bounded = !SCOPES.has(name)
    for (let i = this.stack.length - 1; i > 0; i--) {
      const candidate = this.stack[i]?.name ?? ''
      if (candidate === name) return this.cut(i)
      if (bounded && SCOPES.has(candidate)) return
    }
  }

  onend(): void {
    // The document ended inside a tag, for instance after a quote that never closes: keep its words.
    if (this.tagStart < 0) return
    const rest = this.source.slice(this.tagStart).replace(/<[^<>]*>?/g, ' ')
    this.top.children.push(decodeHTMLStrict(rest))
  }

  private isTag(end: number): boolean {
    const first = this.open.name.charCodeAt(0)
    const start = this.tagStart
    this.tagStart = -1
    if ((first >= 97 && first <= 122) || first === 95) return true
    this.ontext(start, end + 1) // "x <3 y>" is no tag
    return false
  }

  private closeBefore(name: string): void {
    const closed = CLOSED_BY.get(name)
    if (!closed) return
    while (this.stack.length > 1 && closed.has(this.top.name)) this.cut(this.stack.length - 1)
  }

  private cut(length: number): void {
    this.stack.length = length
    this.top = this.stack[length - 1] ?? this.root
  }

  onattribentity(): void {}
  ontextentity(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
}
