import type { Inline, Parameter } from '../tree.ts'
import { collapsed, isTight } from '../white-space.ts'
import { escapeTarget, escapeText, isPlain } from './escape.ts'
import { atLineStart, finish, innerLine, isBlank, newLine, put, putBreak, written, type Line } from './line.ts'
import { unwrapped, writeMark } from './mark.ts'
import { codeSpan } from './span.ts'

/** Inline nodes as Markdown. A hard break is a new line (`<br>` in a table, a space in a heading). */
export function inlineMarkdown(nodes: Inline[], place: 'block' | 'heading' | 'cell'): string {
  const line = newLine(place)
  writeInlines(nodes, line)
  // A line of its own never begins with a space: text loses its own there.
  return line.last === ' ' ? finish(written(line)) : written(line)
}

/** Text alone as Markdown, on one line: for titles and labels. */
export function textMarkdown(value: string, place: 'block' | 'cell'): string {
  return inlineMarkdown([{ type: 'text', value: collapsed(value).trim() }], place)
}

/** `[macro: name | key=value]`: what an unknown macro looks like to a reader. */
export function macroLabel(name: string, parameters: Parameter[]): string {
  const pieces = [`macro: ${name}`]
  for (const { name, value } of parameters) pieces.push(name === '' ? clip(value) : `${name}=${clip(value)}`)
  return `[${collapsed(pieces.join(' | '))}]`
}

function writeInlines(nodes: Inline[], line: Line): void {
  const list = line.marks !== 0 ? unwrapped(nodes, line.marks) : nodes
  for (let i = 0; i < list.length; i++) {
    const node = list[i]
    if (node) writeInline(node, list[i + 1], line)
  }
}

function writeInline(node: Inline, next: Inline | undefined, line: Line): void {
  switch (node.type) {
    case 'text':
    case 'date':
      return writeText(node.value, next, line)
    case 'mention':
      return writeText(`@${node.value}`, next, line)
    case 'macro':
      return writeText(macroLabel(node.name, node.parameters), next, line)
    case 'strong':
    case 'emphasis':
    case 'delete':
      return writeMark(node, next, line, writeInlines)
    case 'listing':
      return writeMark({ type: 'emphasis', children: [{ type: 'text', value: node.label }] }, next, line, writeInlines)
    case 'underline':
      return writeTag('u', node.children, line)
    case 'superscript':
      return writeTag('sup', node.children, line)
    case 'subscript':
      return writeTag('sub', node.children, line)
    case 'inlineCode':
    case 'status':
      return put(line, codeSpan(node.value, line))
    case 'inlineMath':
      return put(line, `$${codeSpan(node.value, { ...line, last: '$' })}$`)
    case 'link':
      return writeLink(node.url, node.children, line)
    case 'image':
      return put(line, `![${labelText(node.alt, line)}](${escapeTarget(node.url, line.inTable)})`)
    case 'break':
      return putBreak(line)
    case 'anchor':
      return
    default:
      node satisfies never
  }
}

function writeText(raw: string, next: Inline | undefined, line: Line): void {
  const value = isBlank(line) ? raw.trimStart() : raw
  const lineStart = atLineStart(line)
  if (isPlain(value, lineStart)) return put(line, value)
  const { inLink, inTable } = line
  const around = { lineStart, inLink, inTable, beforeLink: next?.type === 'link' }
  put(line, escapeText(value, around))
}

function writeTag(tag: string, children: Inline[], line: Line): void {
  const inner = innerLine(line, line.inLink, line.marks)
  writeInlines(children, inner)
  const raw = written(inner)
  const text = finish(raw)
  if (raw.startsWith(' ') && !isBlank(line)) put(line, ' ')
  if (text !== '') put(line, `<${tag}>${text}</${tag}>${raw.endsWith(' ') ? ' ' : ''}`)
  if (inner.pendingBreak) putBreak(line)
}

function writeLink(url: string, children: Inline[], line: Line): void {
  const only = children[0]
  const text = children.length === 1 && only?.type === 'text' ? only.value : undefined
  const bare = text !== undefined && (text === url || `mailto:${text}` === url)
  if (bare && !line.inTable && /^(?:https?:\/\/|mailto:)[^\s<>\\]+$/i.test(url)) return put(line, `<${text}>`)
  const target = escapeTarget(url, line.inTable)
  if (text !== undefined && isTight(text) && isPlain(text, false)) return put(line, `[${text}](${target})`)
  const inner = innerLine(line, true, line.marks)
  writeInlines(children, inner)
  const raw = written(inner)
  const label = finish(raw)
  // White space at the edge of a link's text belongs around the link.
  if (raw.startsWith(' ') && !isBlank(line)) put(line, ' ')
  put(line, `[${label === '' ? labelText(url, line) : label}](${target})`)
  if (raw.endsWith(' ')) put(line, ' ')
  if (inner.pendingBreak) putBreak(line)
}

function labelText(value: string, line: Line): string {
  const around = { lineStart: false, inLink: true, inTable: line.inTable, beforeLink: false }
  return escapeText(collapsed(value).trim(), around)
}

function clip(value: string): string {
  return value.length > 500 ? `${value.slice(0, 499)}…` : value
}
