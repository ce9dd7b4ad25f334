import { addBlock, addBlocks, addInline, type Build, type Sink } from '../build/sink.ts'
import type { Block, PanelKind } from '../tree.ts'
import { bodyText } from './code.ts'
import { parameter, type Macro, type MacroHandler } from './macro.ts'

/** Macros that put a frame, a fold or a title around their body. */
export const PANEL_MACROS: Record<string, MacroHandler> = {
  info: panel('info'),
  tip: panel('tip'),
  success: panel('tip'),
  note: panel('note'),
  warning: panel('warning'),
  error: panel('warning'),
  panel: panel('plain'),
  expand: expand,
  'ui-expand': expand,
  'expand-macro': expand,
  details: titled,
  card: titled,
  tab: titled,
  'ui-tab': titled,
  'tab-pane': titled,
  localtab: titled,
  quote: quote,
  blockquote: quote,
}

function panel(kind: PanelKind): MacroHandler {
  return (macro, sink, build) => {
    const icon = kind === 'plain' ? parameter(macro, 'panelIconText') : ''
    addBlock(sink, { type: 'panel', kind, title: parameter(macro, 'title'), icon, children: bodyBlocks(macro, build) })
  }
}

/** The body of a macro as blocks, whichever kind of body it was saved with. */
export function bodyBlocks(macro: Macro, build: Build): Block[] {
  if (macro.rich) return build.flow(macro.rich)
  const text = bodyText(macro).trim()
  return text === '' ? [] : build.flow([text])
}

function expand(macro: Macro, sink: Sink, build: Build): void {
  const title = parameter(macro, 'title', 'expand-title', '')
  addBlock(sink, { type: 'expand', title, children: bodyBlocks(macro, build) })
}

function titled(macro: Macro, sink: Sink, build: Build): void {
  const title = parameter(macro, 'label', 'title', 'name')
  if (title !== '' && macro.name !== 'details') {
    addBlock(sink, { type: 'paragraph', children: [{ type: 'strong', children: [{ type: 'text', value: title }] }] })
  }
  const anchor = parameter(macro, 'id')
  if (anchor !== '') addInline(sink, { type: 'anchor', id: anchor })
  addBlocks(sink, bodyBlocks(macro, build))
}

function quote(macro: Macro, sink: Sink, build: Build): void {
  const children = bodyBlocks(macro, build)
  if (children.length > 0) addBlock(sink, { type: 'blockquote', children })
}
