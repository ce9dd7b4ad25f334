import type { LinkContext } from '../addresses.ts'
import type { Child, Element } from '../element.ts'
import { MACRO_ELEMENTS } from '../macros/element.ts'
import { parseStorage } from '../tokenize.ts'
import type { Block, Inline } from '../tree.ts'
import { CONFLUENCE_ELEMENTS } from './confluence.ts'
import { HTML_BLOCKS } from './html-blocks.ts'
import { HTML_INLINES } from './html-inlines.ts'
import { flatten } from './flatten.ts'
import { addText, flush, lineSink, newSink, trimmed, type Build, type Handler, type Sink } from './sink.ts'

/** Documents within documents (an HTML macro in an HTML macro's body) deeper than this stay as text. */
const MAX_NESTED_DOCUMENTS = 3

export type Built = { blocks: Block[]; links: Set<string> }

const HANDLERS = new Map<string, Handler>(
  Object.entries({ ...HTML_BLOCKS, ...HTML_INLINES, ...CONFLUENCE_ELEMENTS, ...MACRO_ELEMENTS }),
)

/** Storage format as a tree of what it means. Tags without a handler are transparent: their content is kept. */
export function buildTree(source: string, context: LinkContext): Built {
  const walk = new Walk(context)
  return { blocks: walk.flow(parseStorage(source).children), links: walk.links }
}

class Walk implements Build {
  readonly context: LinkContext
  readonly links = new Set<string>()
  private documents = 0

  constructor(context: LinkContext) {
    this.context = context
  }

  into(children: readonly Child[], sink: Sink): void {
    for (const child of children) {
      if (typeof child === 'string') addText(sink, child)
      else this.visit(child, sink)
    }
  }

  flow(children: readonly Child[]): Block[] {
    const sink = newSink()
    this.into(children, sink)
    flush(sink)
    return sink.blocks
  }

  inline(children: readonly Child[]): Inline[] {
    const sink = lineSink()
    this.into(children, sink)
    if (sink.blocks.length === 0) return trimmed(sink.inlines)
    flush(sink)
    return flatten(sink.blocks)
  }

  nested(source: string): Block[] {
    if (this.documents >= MAX_NESTED_DOCUMENTS) return [{ type: 'code', language: '', title: '', value: source }]
    this.documents++
    const blocks = this.flow(parseStorage(source).children)
    this.documents--
    return blocks
  }

  private visit(element: Element, sink: Sink): void {
    const handler = HANDLERS.get(element.name)
    if (handler) handler(element, sink, this)
    else this.into(element.children, sink)
  }
}
