import type { Element } from '../element.ts'
import { addText, flush, lastInline, type Build, type Handler, type Sink } from '../build/sink.ts'
import type { Inline } from '../tree.ts'
import { CODE_MACROS } from './code.ts'
import { DIAGRAM_MACROS } from './diagrams.ts'
import { INLINE_MACROS } from './inline.ts'
import { LISTING_MACROS } from './listings.ts'
import { readMacro, type MacroHandler } from './macro.ts'
import { PANEL_MACROS } from './panels.ts'
import { REFERENCE_MACROS } from './references.ts'
import { TRANSPARENT_MACROS } from './transparent.ts'
import { unknownMacro } from './unknown.ts'

const MACROS = new Map<string, MacroHandler>([
  ...Object.entries({ ...CODE_MACROS, ...INLINE_MACROS, ...PANEL_MACROS, ...TRANSPARENT_MACROS }),
  ...Object.entries({ ...DIAGRAM_MACROS, ...LISTING_MACROS, ...REFERENCE_MACROS }).map(standing),
])
const [, unknown] = standing(['', unknownMacro])

/** The tags that hold a macro. A macro that is not in the tables stays visible as itself. */
export const MACRO_ELEMENTS: Record<string, Handler> = {
  'ac:structured-macro': macroElement,
  'ac:macro': macroElement,
}

function macroElement(element: Element, sink: Sink, build: Build): void {
  const macro = readMacro(element)
  const handler = MACROS.get(macro.name.toLowerCase()) ?? unknown
  // Two macros side by side are drawn apart, so their words are apart too.
  if (isMacroOutput(lastInline(sink)) && macro.name !== 'anchor') addText(sink, ' ')
  handler(macro, sink, build)
}

/** Between paragraphs these macros are blocks of their own; within one they stand in its line. */
function standing([name, handler]: [string, MacroHandler]): [string, MacroHandler] {
  return [
    name,
    (macro, sink, build) => {
      if (sink.inLine) return handler(macro, sink, build)
      flush(sink)
      handler(macro, sink, build)
      flush(sink)
    },
  ]
}

function isMacroOutput(node: Inline | undefined): boolean {
  return node?.type === 'status' || node?.type === 'link' || node?.type === 'listing' || node?.type === 'macro'
}
