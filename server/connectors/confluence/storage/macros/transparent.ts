import type { Build, Sink } from '../build/sink.ts'
import { bodyBlocks } from './panels.ts'
import { addBlocks, addInlines } from '../build/sink.ts'
import type { Macro, MacroHandler } from './macro.ts'

/** Macros that only arrange, filter, colour or mark their body: the body is all there is to read. */
const NAMES = [
  'section',
  'column',
  'excerpt',
  'multiexcerpt',
  'multiexcerpt-macro',
  'div',
  'span',
  'align',
  'center',
  'float',
  'color',
  'highlight',
  'lozenge',
  'table-filter',
  'table-joiner',
  'table-transformer',
  'table-excerpt',
  'table-plus',
  'pivot-table',
  'table-chart',
  'chart',
  'toc-zone',
  'numberedheadings',
  'numbered-headings',
  'deck',
  'ui-tabs',
  'auitabs',
  'localtabgroup',
  'horizontalnav',
  'scroll-only',
  'scroll-ignore',
  'scroll-title',
  'scroll-content-block',
  'scroll-landscape',
  'scroll-portrait',
  'scroll-tablelayout',
  'inlineComment',
  'rw-details',
  'show-if',
  'hide-if',
  'show-to',
  'hide-from',
]

export const TRANSPARENT_MACROS: Record<string, MacroHandler> = Object.fromEntries(
  NAMES.map((name) => [name.toLowerCase(), transparent]),
)

function transparent(macro: Macro, sink: Sink, build: Build): void {
  const blocks = bodyBlocks(macro, build)
  const [only] = blocks
  // An excerpt or a colour in mid-sentence stays in its sentence.
  if (blocks.length === 1 && only?.type === 'paragraph' && sink.inlines.length > 0) addInlines(sink, only.children)
  else addBlocks(sink, blocks)
}
