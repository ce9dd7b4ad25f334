import type { LinkContext } from '../addresses.ts'
import { attribute, childNamed, textContent, type Child, type Element } from '../element.ts'
import { referenceIn } from '../build/link.ts'
import type { Build, Sink } from '../build/sink.ts'
import type { Parameter } from '../tree.ts'
import { collapsed } from '../white-space.ts'

/** A macro taken apart. Parameters keep their tags: a value may be a reference to a page or an attachment. */
export type Macro = {
  name: string
  parameters: { name: string; element: Element }[]
  /** Content of the rich body; undefined where the macro has none. */
  rich: readonly Child[] | undefined
  /** Text of the plain body, every character of it. */
  plain: string | undefined
}

export type MacroHandler = (macro: Macro, sink: Sink, build: Build) => void

/** Reads `ac:structured-macro` and its predecessor `ac:macro`. */
export function readMacro(element: Element): Macro {
  const macro: Macro = { name: attribute(element, 'ac:name') ?? '', parameters: [], rich: undefined, plain: undefined }
  for (const child of element.children) {
    if (typeof child === 'string') continue
    if (child.name === 'ac:parameter') {
      macro.parameters.push({ name: attribute(child, 'ac:name') ?? '', element: child })
    } else if (child.name === 'ac:default-parameter') {
      macro.parameters.push({ name: '', element: child })
    } else if (child.name === 'ac:rich-text-body') {
      macro.rich = macro.rich ? [...macro.rich, ...child.children] : child.children
    } else if (child.name === 'ac:plain-text-body') {
      macro.plain = (macro.plain ?? '') + textContent(child)
    }
  }
  return macro
}

/** The text of a parameter, '' where it is absent. Several names: the first that has a value. */
export function parameter(macro: Macro, ...names: string[]): string {
  for (const name of names) {
    const value = firstNamed(macro, name)
    if (value !== '') return value
  }
  return ''
}

function firstNamed(macro: Macro, name: string): string {
  for (const parameter of macro.parameters) if (parameter.name === name) return textContent(parameter.element).trim()
  return ''
}

/** What a parameter refers to, whether it stands there alone or inside a link. */
export function parameterReference(macro: Macro, context: LinkContext, ...names: string[]) {
  for (const { name, element } of macro.parameters) {
    if (!names.includes(name)) continue
    const inner = childNamed(element, 'ac:link')
    const found = referenceIn(inner ?? element, context)
    if (found) return found
  }
  return undefined
}

/** All parameters as text, references by their label. */
export function parametersOf(macro: Macro, context: LinkContext): Parameter[] {
  return macro.parameters.map(({ name, element }) => {
    const inner = childNamed(element, 'ac:link')
    const words = collapsed(textContent(element)).trim()
    return { name, value: words || referenceIn(inner ?? element, context)?.label || '' }
  })
}
