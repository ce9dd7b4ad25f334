import { decodeHTMLStrict } from 'entities'
import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2'
import type { Child, Element } from './element.ts'

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

type Tag = { name: string; isVoid: boolean; closes: ReadonlySet<string> | undefined }

/**
 * Common tags, looked up once each time one is opened. Their names are one string each: a name cut out of the source is a
 * new string, whose hash every later look-up would have to work out again.
 */
const TAGS = new Map(
  [
    'p', 'br', 'hr', 'div', 'span', 'a', 'strong', 'b', 'em', 'i', 'u', 's', 'del', 'sup', 'sub', 'code', 'pre', 'img', 'time',
    'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'blockquote', 'table', 'colgroup', 'col', 'thead', 'tbody', 'tr', 'th', 'td',
    'ac:structured-macro', 'ac:parameter', 'ac:rich-text-body', 'ac:plain-text-body', 'ac:link', 'ac:link-body',
    'ac:plain-text-link-body', 'ac:image', 'ac:caption', 'ac:emoticon', 'ac:inline-comment-marker', 'ac:layout', 'ac:layout-section',
    'ac:layout-cell', 'ac:task-list', 'ac:task', 'ac:task-id', 'ac:task-uuid', 'ac:task-status', 'ac:task-body',
    'ri:page', 'ri:user', 'ri:attachment', 'ri:url', 'ri:space',
  ].map((name) => [name, describe(name)]),
) // prettier-ignore

const NONE: readonly never[] = []

function describe(name: string): Tag {
  return { name, isVoid: VOID.has(name), closes: CLOSED_BY.get(name) }
}

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

/**
 * Children and attributes are gathered in one array each and copied out when their tag ends, because an array of its own
 * for every tag would grow to 17 places on its first push: half the garbage of a page.
 */
class TreeBuilder implements TokenizerCallbacks {
  readonly root: Element = { name: '', attributes: NONE, children: NONE }
  private readonly source: string
  /** The open tags, and where the children of each begin in `children`. */
  private readonly stack: Element[] = [this.root]
  private readonly starts: number[] = [0]
  private top: Element = this.root
  private readonly children: Child[] = []
  private count = 0
  private skipped = 0
  private tagStart = -1
  private tag: Tag = describe('')
  private readonly attributes: string[] = []
  private attributeCount = 0
  private attributeName = ''
  private attributeStart = -1
  private attributeEnd = 0

  constructor(source: string) {
    this.source = source
  }

  ontext(start: number, end: number): void {
    this.add(decodeHTMLStrict(this.source.slice(start, end)))
  }

  oncdata(start: number, end: number, endOffset: number): void {
    this.add(this.source.slice(start, end - endOffset))
  }

  onopentagname(start: number, end: number): void {
    const written = this.source.slice(start, end)
    this.tagStart = start - 1
    this.tag = TAGS.get(written) ?? describe(written.toLowerCase())
    this.attributeCount = 0
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
    this.attributes[this.attributeCount++] = this.attributeName
    this.attributes[this.attributeCount++] = decodeHTMLStrict(value)
  }

  onopentagend(end: number): void {
    if (!this.isTag(end)) return
    const { isVoid, closes } = this.tag
    if (closes !== undefined) this.closeBefore(closes)
    if (this.stack.length >= MAX_DEPTH) {
      if (!isVoid) this.skipped++
      return
    }
    const element = this.newElement()
    this.add(element)
    if (isVoid) return
    this.stack.push(element)
    this.starts.push(this.count)
    this.top = element
  }

  onselfclosingtag(end: number): void {
    if (!this.isTag(end)) return
    const { closes } = this.tag
    if (closes !== undefined) this.closeBefore(closes)
    this.add(this.newElement())
  }

  onclosetag(start: number, end: number): void {
    if (this.skipped > 0) {
      this.skipped--
      return
    }
    const { name: open } = this.top
    // The tag that was opened last, nearly always.
    if (open.length === end - start && this.source.startsWith(open, start)) return this.closeTop()
    this.closeOuter(this.source.slice(start, end).toLowerCase())
  }

  onend(): void {
    // The document ended inside a tag, for instance after a quote that never closes: keep its words.
    if (this.tagStart >= 0) this.add(decodeHTMLStrict(this.source.slice(this.tagStart).replace(/<[^<>]*>?/g, ' ')))
    while (this.stack.length > 1) this.closeTop()
    this.root.children = this.children.slice(0, this.count)
  }

  private isTag(end: number): boolean {
    const first = this.tag.name.charCodeAt(0)
    const start = this.tagStart
    this.tagStart = -1
    if ((first >= 97 && first <= 122) || first === 95) return true
    this.ontext(start, end + 1) // "x <3 y>" is no tag
    return false
  }

  private newElement(): Element {
    const { attributeCount } = this
    return {
      name: this.tag.name,
      attributes: attributeCount === 0 ? NONE : this.attributes.slice(0, attributeCount),
      children: NONE,
    }
  }

  private add(child: Child): void {
    this.children[this.count++] = child
  }

  private closeOuter(name: string): void {
    const bounded = !SCOPES.has(name)
    for (let i = this.stack.length - 1; i > 0; i--) {
      const candidate = this.stack[i]?.name ?? ''
      if (candidate === name) {
        while (this.stack.length > i) this.closeTop()
        return
      }
      if (bounded && SCOPES.has(candidate)) return
    }
  }

  private closeBefore(closed: ReadonlySet<string>): void {
    while (this.stack.length > 1 && closed.has(this.top.name)) this.closeTop()
  }

  private closeTop(): void {
    const start = this.starts.pop() ?? 0
    const element = this.stack.pop()
    if (element && start < this.count) element.children = this.children.slice(start, this.count)
    this.count = start
    this.top = this.stack[this.stack.length - 1] ?? this.root
  }

  onattribentity(): void {}
  ontextentity(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
}
