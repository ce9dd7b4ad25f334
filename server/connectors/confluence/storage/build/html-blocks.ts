import { attribute, childNamed, textContent, type Element } from '../element.ts'
import type { Block, Inline, ListItem } from '../tree.ts'
import { collapsed, isWhite } from '../white-space.ts'
import {
  addBlock,
  addInline,
  flush,
  lineSink,
  pushBlock,
  trimmed,
  type Build,
  type Handler,
  type Sink,
} from './sink.ts'
import { table } from './table.ts'

/** HTML's block tags. */
export const HTML_BLOCKS: Record<string, Handler> = {
  p: (element, sink, build) => {
    const { inLine } = sink
    sink.inLine = true
    flowOf(element, sink, build)
    sink.inLine = inLine
  },
  div: flowOf,
  section: flowOf,
  article: flowOf,
  header: flowOf,
  footer: flowOf,
  main: flowOf,
  aside: flowOf,
  address: flowOf,
  center: flowOf,
  figure: flowOf,
  figcaption: flowOf,
  caption: flowOf,
  dl: flowOf,
  dt: (element, sink, build) => {
    const children = build.inline(element.children)
    if (children.length > 0) addBlock(sink, { type: 'paragraph', children: [{ type: 'strong', children }] })
  },
  dd: flowOf,
  summary: flowOf,
  li: flowOf,
  tr: flowOf,
  td: flowOf,
  th: flowOf,
  h1: heading(1),
  h2: heading(2),
  h3: heading(3),
  h4: heading(4),
  h5: heading(5),
  h6: heading(6),
  hr: (_, sink) => addBlock(sink, { type: 'thematicBreak' }),
  pre: (element, sink) => {
    const inner = childNamed(element, 'code')
    const language = /(?:^|\s)language-([\w+#-]{1,40})/.exec(attribute(inner ?? element, 'class') ?? '')?.[1]
    addCode(sink, language ?? '', '', textContent(element))
  },
  blockquote: (element, sink, build) => {
    const children = build.flow(element.children)
    if (children.length > 0) addBlock(sink, { type: 'blockquote', children })
  },
  details: (element, sink, build) => {
    const summary = childNamed(element, 'summary')
    const title = summary ? collapsed(textContent(summary)).trim() : ''
    const body = element.children.filter((child) => child !== summary)
    addBlock(sink, { type: 'expand', title, children: build.flow(body) })
  },
  ul: (element, sink, build) => list(element, sink, build, false),
  ol: (element, sink, build) => list(element, sink, build, true),
  table: table,
}

/** Adds a code block, without the one line break that editors leave at either end. */
export function addCode(sink: Sink, language: string, title: string, value: string): void {
  const unix = value.includes('\r') ? value.replace(/\r\n?/g, '\n') : value
  addBlock(sink, { type: 'code', language, title, value: unix.replace(/^[ \t]*\n|\n[ \t]*$/g, '') })
}

function flowOf(element: Element, sink: Sink, build: Build): void {
  flush(sink)
  const id = attribute(element, 'id')
  if (id) addInline(sink, { type: 'anchor', id })
  build.into(element.children, sink)
  flush(sink)
}

function heading(depth: number): Handler {
  return (element, sink, build) => {
    const inner = lineSink()
    const id = attribute(element, 'id')
    if (id) addInline(inner, { type: 'anchor', id })
    build.into(element.children, inner)
    flush(sink)
    flush(inner)
    const children = wordsOf(inner.blocks)
    if (trimmed(children).length > 0) pushBlock(sink, { type: 'heading', depth, children })
    for (const block of inner.blocks) if (block.type !== 'paragraph') pushBlock(sink, block)
  }
}

function wordsOf(blocks: Block[]): Inline[] {
  const [only] = blocks
  if (blocks.length === 1 && only?.type === 'paragraph') return only.children
  return blocks.flatMap((block) => (block.type === 'paragraph' ? block.children : []))
}

function list(element: Element, sink: Sink, build: Build, ordered: boolean): void {
  const items: ListItem[] = []
  for (const child of element.children) {
    if (typeof child === 'string') {
      if (!isWhite(child)) items.push({ checked: undefined, children: build.flow([child]) })
    } else if (child.name === 'li') {
      items.push({ checked: undefined, children: build.flow(child.children) })
    } else {
      // A list straight inside a list belongs to the item before it.
      appendTo(items, build.flow([child]))
    }
  }
  const written = attribute(element, 'start')
  const start = written !== undefined && /^\d{1,9}$/.test(written) ? Number(written) : 1
  if (items.length > 0) addBlock(sink, { type: 'list', ordered, start, tasks: false, children: items })
}

function appendTo(items: ListItem[], blocks: Block[]): void {
  const last = items.at(-1)
  if (last) for (const block of blocks) last.children.push(block)
  else if (blocks.length > 0) items.push({ checked: undefined, children: blocks })
}
