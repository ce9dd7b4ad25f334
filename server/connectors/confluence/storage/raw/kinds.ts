import { rawAttribute, rawChild, rawElements, type RawElement } from './scan.ts'

export const layoutTags = new Set(['ac:layout', 'ac:layout-section', 'ac:layout-cell'])

const BLOCKS = new Set([
  'p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'dl', 'table', 'blockquote', 'pre', 'hr', 'figure', 'details',
  'ac:task-list', 'ac:adf-extension',
]) // prettier-ignore

const DIVISIONS = new Set(['div', 'section', 'article', 'header', 'footer', 'main', 'aside', 'center'])

/** Macros that stand in a sentence: between blocks they are a run of text. */
const INLINE_MACROS = new Set([
  'status', 'anchor', 'jira', 'jiraissues', 'profile', 'profile-picture', 'mathinline', 'easy-math-inline', 'eazy-math-inline',
  'mathjax-inline-macro', 'latex-formatting',
]) // prettier-ignore

export function isMacro(element: RawElement): boolean {
  return element.name === 'ac:structured-macro' || element.name === 'ac:macro'
}

export function macroName(source: string, element: RawElement): string {
  return rawAttribute(source, element, 'ac:name') ?? ''
}

/** A tag that is a block by itself where blocks may stand. */
export function isBlockElement(source: string, element: RawElement): boolean {
  if (BLOCKS.has(element.name) || DIVISIONS.has(element.name)) return true
  return isMacro(element) && !INLINE_MACROS.has(macroName(source, element).toLowerCase())
}

/** A tag whose content is blocks of the document: a layout, a macro with a rich body, a division around blocks. */
export function isContainer(source: string, element: RawElement): boolean {
  if (element.closeStart === element.openEnd && element.end === element.openEnd) return false
  if (layoutTags.has(element.name)) return true
  if (isMacro(element)) return isBlockElement(source, element) && richBody(element) !== undefined
  return DIVISIONS.has(element.name) && holdsBlocks(source, element)
}

/** The one rich body of a macro that has no other body. */
export function richBody(element: RawElement): RawElement | undefined {
  if (!isMacro(element) || rawChild(element, 'ac:plain-text-body') !== undefined) return undefined
  const [body, second] = rawElements(element.children).filter((child) => child.name === 'ac:rich-text-body')
  return second === undefined && body !== undefined && body.end > body.openEnd ? body : undefined
}

/** What a container is, in words, with its title where it has one. */
export function describeTag(source: string, element: RawElement): string {
  switch (element.name) {
    case 'ac:layout':
      return 'layout'
    case 'ac:layout-section':
      return `section ${words(rawAttribute(source, element, 'ac:type') ?? '')}`.trim()
    case 'ac:layout-cell':
      return 'column'
    default:
      return isMacro(element) ? describeMacro(source, element) : element.name
  }
}

/** `macro NAME` and the first parameters that say which one it is. */
export function describeMacro(source: string, element: RawElement): string {
  const values = rawElements(element.children)
    .filter((child) => child.name === 'ac:parameter' || child.name === 'ac:default-parameter')
    .map((child) => words(source.slice(child.openEnd, child.closeStart)))
    .filter((value) => value !== '' && value.length <= 60)
  return words(['macro', macroName(source, element), ...values.slice(0, 2)].join(' '))
}

/** Text that may stand in a comment of Markdown. */
export function words(raw: string): string {
  return raw
    .replace(/<[^>]*>/g, ' ')
    .replace(/[<>]/g, ' ')
    .replace(/-{2,}/g, '-')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 120)
    .toWellFormed()
}

function holdsBlocks(source: string, element: RawElement): boolean {
  return rawElements(element.children).some((child) => isBlockElement(source, child) || isContainer(source, child))
}
