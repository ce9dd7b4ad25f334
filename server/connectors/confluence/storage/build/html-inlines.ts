import { descendantNamed, attribute, textContent, type Element } from '../element.ts'
import { encodeFragment, linkTarget, safeUrl } from '../addresses.ts'
import { type Inline, type Mark, isNested } from '../tree.ts'
import { collapsed, isWhite } from '../white-space.ts'
import { flatten } from './flatten.ts'
import { MAX_LINKS, addBlocks, addInline, addInlines, addText, flush, lastInline, lineSink, trimmed } from './sink.ts'
import type { Build, Handler, Sink } from './sink.ts'

/** HTML's inline tags. */
export const HTML_INLINES: Record<string, Handler> = {
  strong: mark('strong'),
  b: mark('strong'),
  em: mark('emphasis'),
  i: mark('emphasis'),
  cite: mark('emphasis'),
  dfn: mark('emphasis'),
  var: mark('emphasis'),
  del: mark('delete'),
  s: mark('delete'),
  strike: mark('delete'),
  u: mark('underline'),
  ins: mark('underline'),
  sup: mark('superscript'),
  sub: mark('subscript'),
  code: code,
  tt: code,
  kbd: code,
  samp: code,
  a: anchorTag,
  br: (_, sink) => addInline(sink, { type: 'break' }),
  span: span,
  time: time,
  img: (element, sink, build) => {
    const url = safeUrl(attribute(element, 'src') ?? '', build.context)
    const alt = attribute(element, 'alt') ?? ''
    if (url === undefined) return addText(sink, alt)
    const width = pixels(attribute(element, 'width'))
    addInline(sink, { type: 'image', url, alt, title: attribute(element, 'title') ?? '', width })
  },
  math: (element, sink) => {
    // MathML repeats its source in an annotation; without one its letters are all there is.
    const source = descendantNamed(element, 'annotation')
    addInline(sink, { type: 'inlineMath', value: textContent(source ?? element).trim() })
  },
  wbr: () => {},
  script: () => {},
  style: () => {},
}

/** Adds a link, or its text alone where the address may not be followed or a link is already around it. */
export function addLink(sink: Sink, build: Build, url: string | undefined, children: Inline[]): void {
  if (url === undefined) return addInlines(sink, children)
  const target = linkTarget(build.context, url)
  if (target !== undefined && build.links.size < MAX_LINKS) build.links.add(target)
  const text = withoutLinks(children)
  addInline(sink, { type: 'link', url, children: text.length > 0 ? text : [{ type: 'text', value: url }] })
}

/** Pixels of a width or height, undefined where it is none or a share. */
export function pixels(value: string | undefined): number | undefined {
  const number = /^\s*(\d{1,4})(?:\.\d+)?(?:px)?\s*$/.exec(value ?? '')?.[1]
  return number === undefined ? undefined : Number(number)
}

function mark(type: Mark): Handler {
  return (element, sink, build) => {
    const inner = lineSink(sink)
    build.into(element.children, inner)
    // Blocks inside a mark stay as they are; the mark is kept on the text around them only.
    if (inner.blocks.length > 0) addBlocks(sink, inner.blocks)
    if (inner.inlines.length === 0) return
    const last = lastInline(sink)
    // Two bold runs side by side are one: Markdown could not tell "**a****b**" apart.
    if (last?.type === type) for (const node of inner.inlines) last.children.push(node)
    else addInline(sink, { type, children: inner.inlines })
    sink.spaced = inner.spaced
  }
}

function code(element: Element, sink: Sink, build: Build): void {
  const link = descendantNamed(element, 'a') ?? descendantNamed(element, 'ac:link')
  const value = collapsed(textContent(element))
  if (isWhite(value)) return value === '' ? undefined : addText(sink, ' ')
  if (link) return build.into(element.children, sink)
  const last = lastInline(sink)
  if (last?.type === 'inlineCode') last.value += value
  else addInline(sink, { type: 'inlineCode', value })
}

function anchorTag(element: Element, sink: Sink, build: Build): void {
  const name = attribute(element, 'name') ?? attribute(element, 'id')
  if (name) addInline(sink, { type: 'anchor', id: name })
  const inner = lineSink(sink)
  build.into(element.children, inner)
  const simple = inner.blocks.length === 0
  if (!simple) flush(inner)
  const children = simple ? inner.inlines : flatten(inner.blocks)
  const href = attribute(element, 'href')
  if (href === undefined || href === '') return addInlines(sink, children)
  const url = href.startsWith('#') ? `#${encodeFragment(href.slice(1))}` : safeUrl(href, build.context)
  addLink(sink, build, url, children)
}

function span(element: Element, sink: Sink, build: Build): void {
  // KaTeX writes every formula twice; the copy for the eye is hidden from readers, and so from us.
  if (attribute(element, 'aria-hidden') === 'true' && attribute(element, 'class')?.startsWith('katex')) return
  build.into(element.children, sink)
}

function time(element: Element, sink: Sink): void {
  const value = attribute(element, 'datetime') || textContent(element).trim()
  if (value !== '') addInline(sink, { type: 'date', value })
}

function withoutLinks(nodes: Inline[]): Inline[] {
  if (!nodes.some(isNested)) return nodes
  return trimmed(
    nodes.flatMap((node): Inline[] => {
      if (node.type === 'link') return withoutLinks(node.children)
      return isNested(node) ? [{ type: node.type, children: withoutLinks(node.children) }] : [node]
    }),
  )
}
