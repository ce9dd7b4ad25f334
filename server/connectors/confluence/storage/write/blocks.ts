import type { Content, Of } from '../edit/markdown-tree.ts'
import { cdata, escapeAttribute, escapeXml } from './escape.ts'
import { plainText, writeInlines, type Write } from './inlines.ts'

/** Quotes and lists nested deeper are written as their text. */
const MAX_DEPTH = 40

/** Which macro an alert becomes: the reverse of `ALERTS`. */
const PANELS: Record<string, string> = {
  NOTE: 'info', TIP: 'tip', IMPORTANT: 'info', WARNING: 'note', CAUTION: 'warning',
} // prettier-ignore

export function writeBlocks(nodes: readonly Content[], write: Write, depth: number): string {
  if (depth > MAX_DEPTH) return `<p>${escapeXml(plainText(nodes))}</p>`
  return nodes.map((node) => writeBlock(node, write, depth)).join('')
}

function writeBlock(node: Content, write: Write, depth: number): string {
  switch (node.type) {
    case 'paragraph':
      return `<p>${writeInlines(node.children, write, 0)}</p>`
    case 'heading':
      return `<h${node.depth}>${writeInlines(node.children, write, 0)}</h${node.depth}>`
    case 'thematicBreak':
      return '<hr/>'
    case 'code':
      return writeCode(node.value, node.lang ?? '')
    case 'list':
      return isTaskList(node) ? writeTasks(node, write, depth) : writeList(node, write, depth)
    case 'blockquote':
      return writeQuote(node, write, depth)
    case 'table':
      return writeTable(node, write)
    case 'html':
      return `<p>${escapeXml(node.value).replaceAll('\n', '<br/>')}</p>`
    case 'footnoteDefinition':
      return `<p><sup>${escapeXml(node.label ?? node.identifier)}</sup> ${escapeXml(plainText(node.children))}</p>`
    case 'definition':
      return ''
    default:
      return 'children' in node ? writeBlocks(node.children, write, depth + 1) : ''
  }
}

/** A code macro; `language` as fences name it. */
export function writeCode(value: string, language: string): string {
  const parameter = language === '' ? '' : `<ac:parameter ac:name="language">${escapeXml(language)}</ac:parameter>`
  const body = `<ac:plain-text-body>${cdata(value)}</ac:plain-text-body>`
  return `<ac:structured-macro ac:name="code" ac:schema-version="1">${parameter}${body}</ac:structured-macro>`
}

function writeList(list: Of<'list'>, write: Write, depth: number): string {
  const tag = list.ordered ? 'ol' : 'ul'
  const start = list.ordered && typeof list.start === 'number' && list.start !== 1 ? ` start="${list.start}"` : ''
  const items = list.children.map((item) => `<li>${writeItem(item, write, depth)}</li>`)
  return `<${tag}${start}>${items.join('')}</${tag}>`
}

/** What stands in a list item; a box that not every item of the list has is a character. */
export function writeItem(item: Of<'listItem'>, write: Write, depth: number): string {
  const inner = writeBlocks(item.children, write, depth + 1)
  if (typeof item.checked !== 'boolean') return inner === '' ? '<p></p>' : inner
  const box = item.checked ? '☑ ' : '☐ '
  return inner.startsWith('<p>') ? `<p>${box}${inner.slice(3)}` : `<p>${box}</p>${inner}`
}

function isTaskList(list: Of<'list'>): boolean {
  return list.ordered !== true && list.children.every((item) => typeof item.checked === 'boolean')
}

function writeTasks(list: Of<'list'>, write: Write, depth: number): string {
  return `<ac:task-list>${list.children.map((item) => writeTask(item, write, depth)).join('')}</ac:task-list>`
}

/** One task, without an id: Confluence gives it one. Tasks below it follow it in the same list, as Confluence has them. */
export function writeTask(item: Of<'listItem'>, write: Write, depth: number): string {
  const status = item.checked === true ? 'complete' : 'incomplete'
  const nested = item.children.filter((child) => child.type === 'list')
  const lines = item.children
    .filter((child) => child.type !== 'list')
    .map((child) =>
      child.type === 'paragraph' ? writeInlines(child.children, write, 0) : escapeXml(plainText([child])),
    )
  const body = `<ac:task-body>${lines.join('<br/>')}</ac:task-body>`
  const below = writeBlocks(nested, write, depth + 1)
  return `<ac:task><ac:task-status>${status}</ac:task-status>${body}</ac:task>${below}`
}

function writeQuote(quote: Of<'blockquote'>, write: Write, depth: number): string {
  const [first, ...rest] = quote.children
  const [words, ...others] = first?.type === 'paragraph' ? first.children : []
  const alert = words?.type === 'text' ? /^\[!([A-Z]+)\](?:\n|$)/.exec(words.value) : null
  const macro = PANELS[alert?.[1] ?? '']
  if (first?.type !== 'paragraph' || words?.type !== 'text' || alert === null || macro === undefined)
    return `<blockquote>${writeBlocks(quote.children, write, depth + 1)}</blockquote>`
  const left = [{ ...words, value: words.value.slice(alert[0].length) }, ...others]
  const opening = writeInlines(left, write, 0)
  const body = (opening === '' ? '' : `<p>${opening}</p>`) + writeBlocks(rest, write, depth + 1)
  return `<ac:structured-macro ac:name="${macro}" ac:schema-version="1"><ac:rich-text-body>${body}</ac:rich-text-body></ac:structured-macro>`
}

function writeTable(table: Of<'table'>, write: Write): string {
  const [head, ...rest] = table.children
  const align = table.align ?? []
  const headless = head?.children.every((cell) => cell.children.length === 0) === true && rest.length > 0
  const rows = rest.map((row) => writeRow(row, 'td', align, write))
  if (head && !headless) rows.unshift(writeRow(head, 'th', align, write))
  return `<table><tbody>${rows.join('')}</tbody></table>`
}

type Align = NonNullable<Of<'table'>['align']>

/** A row of a table, as wide as the table is, each cell in the tag given. */
export function writeRow(row: Of<'tableRow'>, tag: 'td' | 'th', align: Align, write: Write): string {
  const width = Math.max(row.children.length, align.length)
  const cells = Array.from({ length: width }, (_, index) => {
    const side = align[index]
    const style = side ? ` style="${escapeAttribute(`text-align: ${side};`)}"` : ''
    return `<${tag}><p${style}>${writeInlines(row.children[index]?.children ?? [], write, 0)}</p></${tag}>`
  })
  return `<tr>${cells.join('')}</tr>`
}
