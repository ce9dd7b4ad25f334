import { addBlock, addInline, type Build, type Sink } from '../build/sink.ts'
import type { Block } from '../tree.ts'
import { parametersOf, type Macro } from './macro.ts'

/** A macro nobody here knows: its name, its parameters, and its body below. */
export function unknownMacro(macro: Macro, sink: Sink, build: Build): void {
  const parameters = parametersOf(macro, build.context)
  const children: Block[] = macro.rich ? build.flow(macro.rich) : []
  if (macro.plain !== undefined && macro.plain.trim() !== '') {
    children.push({ type: 'code', language: '', title: '', value: macro.plain })
  }
  const name = macro.name || 'unnamed'
  if (children.length > 0) addBlock(sink, { type: 'macroBlock', name, parameters, children })
  else addInline(sink, { type: 'macro', name, parameters })
}
