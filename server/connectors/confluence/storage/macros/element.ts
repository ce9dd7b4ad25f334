import type { Element } from '../element.ts'
import type { Build, Handler, Sink } from '../build/sink.ts'
import { CODE_MACROS } from './code.ts'
import { DIAGRAM_MACROS } from './diagrams.ts'
import { INLINE_MACROS } from './inline.ts'
import { LISTING_MACROS } from './listings.ts'
import { readMacro, type MacroHandler } from './macro.ts'
import { PANEL_MACROS } from './panels.ts'
import { REFERENCE_MACROS } from './references.ts'
import { TRANSPARENT_MACROS } from './transparent.ts'
import { unknownMacro } from './unknown.ts'

const MACROS = new Map<string, MacroHandler>(
  Object.entries({
    ...CODE_MACROS,
    ...DIAGRAM_MACROS,
    ...INLINE_MACROS,
    ...LISTING_MACROS,
    ...PANEL_MACROS,
    ...REFERENCE_MACROS,
    ...TRANSPARENT_MACROS,
  }),
)

/** The tags that hold a macro. A macro that is not in the tables stays visible as itself. */
export const MACRO_ELEMENTS: Record<string, Handler> = {
  'ac:structured-macro': macroElement,
  'ac:macro': macroElement,
}

function macroElement(element: Element, sink: Sink, build: Build): void {
  const macro = readMacro(element)
  const handler = MACROS.get(macro.name.toLowerCase()) ?? unknownMacro
  handler(macro, sink, build)
}
