import type { Child, Element } from '../element.ts'
import { parseStorage } from '../tokenize.ts'
import { isWhite } from '../white-space.ts'

const NAMES: Record<string, string> = { b: 'strong', i: 'em', s: 'del', strike: 'del', ins: 'u', tt: 'code' }

/** Attributes that Confluence gives tags by itself and renews. */
const RENEWED = new Set(['local-id', 'ac:local-id', 'ac:schema-version', 'ac:macro-id'])

const TRANSPARENT = new Set(['tbody', 'thead'])
const CELLS = new Set(['li', 'td', 'th', 'ac:task-body'])
const LINES = new Set(['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'li', 'td', 'th', 'ac:task-body'])

/**
 * True where two pieces of storage format hold the same, down to every attribute but ids, and those of the outer tag: an edit
 * that writes a block anew keeps its opening tag.
 */
export function sameStorage(a: string, b: string): boolean {
  return canonical(a) === canonical(b)
}

function canonical(storage: string): string {
  const out: string[] = []
  for (const child of visible(parseStorage(storage).children)) write(child, true, out)
  return out.join('')
}

function write(child: Child, outer: boolean, out: string[]): void {
  if (typeof child === 'string') return void out.push(child.replace(/[ \t\r\n]+/g, ' '))
  if (TRANSPARENT.has(child.name)) {
    for (const inner of visible(child.children)) write(inner, false, out)
    return
  }
  const name = NAMES[child.name] ?? child.name
  out.push(`<${name}${outer ? '' : attributesOf(child)}>`)
  const children = CELLS.has(name) ? unwrapped(child) : child.children
  const kept = LINES.has(name) ? trimmedLine(children) : visible(children)
  for (const inner of kept) write(inner, false, out)
  out.push(`</${name}>`)
}

function attributesOf({ attributes }: Element): string {
  const pairs: string[] = []
  for (let i = 0; i < attributes.length; i += 2) {
    const name = attributes[i] ?? ''
    if (!RENEWED.has(name)) pairs.push(` ${name}=${JSON.stringify(attributes[i + 1] ?? '')}`)
  }
  return pairs.sort().join('')
}

/** A cell or item that holds one paragraph without attributes holds its text. */
function unwrapped(element: Element): readonly Child[] {
  const [first, ...rest] = visible(element.children)
  if (first === undefined || typeof first === 'string' || first.name !== 'p' || attributesOf(first) !== '')
    return element.children
  return rest.every(isBlock) ? [...first.children, ...rest] : element.children
}

function isBlock(child: Child): boolean {
  return typeof child !== 'string' && (child.name === 'ul' || child.name === 'ol' || child.name === 'ac:task-list')
}

function visible(children: readonly Child[]): Child[] {
  const spaced = children.some((child) => typeof child === 'string' && !isWhite(child))
  return spaced ? [...children] : children.filter((child) => typeof child !== 'string')
}

/** Text loses the white space at the ends of its line. */
function trimmedLine(children: readonly Child[]): Child[] {
  const list = children.filter((child, index) => {
    const next = children[index + 1]
    const edge = index === 0 || index === children.length - 1 || (next !== undefined && isBlock(next))
    return !(edge && typeof child === 'string' && isWhite(child))
  })
  return list.map((child, index) => {
    if (typeof child !== 'string') return child
    const next = list[index + 1]
    const start = index === 0 ? child.trimStart() : child
    return next === undefined || isBlock(next) ? start.trimEnd() : start
  })
}
