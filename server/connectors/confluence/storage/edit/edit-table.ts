import type { LinkContext } from '../addresses.ts'
import { markdownToStorage } from '../from-markdown.ts'
import { rawElements, scanStorage, type RawElement } from '../raw/scan.ts'
import { editWhole, withOpeningTag } from './edit-whole.ts'
import { unwrappedLine } from './edit-pieces.ts'
import { pairRows } from './pair.ts'

const SECTIONS = new Set(['thead', 'tbody', 'tfoot'])
const CELL = ['<table><tbody><tr><th>', '</th></tr></tbody></table>'] as const

/**
 * A table with cells reworded and rows added, taken out or put elsewhere: cells that were not edited keep their bytes, the table
 * its columns and their widths. Undefined for tables with cells that span, and for edits of columns.
 */
export function editTable(body: string, before: string, after: string, context: LinkContext): string | undefined {
  const rows = rowsIn(body)
  const [old, wanted] = [linesOf(before), linesOf(after)]
  if (rows === undefined || old === undefined || wanted === undefined) return undefined
  if (old.rule !== wanted.rule || old.width !== wanted.width) return undefined
  const headless = old.rows.length === rows.length + 1 && old.rows[0]?.every((cell) => cell === '') === true
  if (headless && wanted.rows[0]?.some((cell) => cell !== '')) return undefined
  const skip = headless ? 1 : 0
  const [from, to] = [old.rows.slice(skip), wanted.rows.slice(skip)]
  if (from.length !== rows.length || to.length === 0) return undefined
  return new TableEdit(body, rows, context, old.rule).write(from, to, !headless)
}

type Lines = { rows: string[][]; rule: string; width: number }

/** The rows of a table in Markdown, the row of dashes taken out; undefined where a line is none. */
function linesOf(markdown: string): Lines | undefined {
  const lines = markdown.split('\n').map((line) => line.trim())
  const [head, rule, ...rest] = lines
  if (head === undefined || rule === undefined || !/^\|?(?:\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?$/.test(rule))
    return undefined
  if (!lines.every((line) => line.startsWith('|') && /(?<!\\)\|$/.test(line))) return undefined
  const sides = cellsOf(rule).map((cell) => cell.replace(/-+/, '-'))
  const rows = [head, ...rest].map(cellsOf)
  if (rows.some((row) => row.length > sides.length)) return undefined
  for (const row of rows) while (row.length < sides.length) row.push('')
  return { rows, rule: sides.join('|'), width: sides.length }
}

/** Cells are between bars; one behind a backslash is text. */
function cellsOf(line: string): string[] {
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())
}

/** The rows of a table that has as many cells in each, none of them spanning. */
function rowsIn(body: string): RawElement[] | undefined {
  const { nodes, wellFormed } = scanStorage(body)
  const [table] = nodes
  if (!wellFormed || table?.type !== 'element' || table.name !== 'table' || body.slice(table.end).trim() !== '')
    return undefined
  const rows: RawElement[] = []
  for (const child of rawElements(table.children)) {
    if (SECTIONS.has(child.name)) rows.push(...rawElements(child.children))
    else if (child.name === 'tr') rows.push(child)
    else if (child.name !== 'colgroup' && child.name !== 'col') return undefined
  }
  const plain = rows.every((row) => row.name === 'tr' && cellsIn(row).every((cell) => isPlainCell(body, cell)))
  return plain && rows.length > 0 && rows.every((row) => row.children.length > 0) ? rows : undefined
}

function cellsIn(row: RawElement): RawElement[] {
  return rawElements(row.children)
}

function isPlainCell(body: string, cell: RawElement): boolean {
  const tag = body.slice(cell.start, cell.openEnd)
  return (cell.name === 'td' || cell.name === 'th') && !/\s(?:col|row)span\s*=\s*["'](?!1["'])/.test(tag)
}

class TableEdit {
  private readonly body: string
  private readonly rows: RawElement[]
  private readonly context: LinkContext
  private readonly rule: string

  constructor(body: string, rows: RawElement[], context: LinkContext, rule: string) {
    this.body = body
    this.rows = rows
    this.context = context
    this.rule = rule
  }

  write(from: readonly string[][], to: readonly string[][], headed: boolean): string | undefined {
    const key = (cells: readonly string[]) => cells.join(' | ')
    // A row of headings is the first one for good.
    const first = headed ? 1 : 0
    const pairs = pairRows(from.slice(first).map(key), to.slice(first).map(key), (index) =>
      this.isCarried(index + first, from[index + first]),
    )
    const sources = [...(headed ? [0] : []), ...pairs.map((row) => (row < 0 ? row : row + first))]
    const parts: string[] = []
    for (const [at, source] of sources.entries()) {
      const wanted = to[at] ?? []
      const written = source < 0 ? this.added(wanted) : this.changed(source, from[source] ?? [], wanted)
      if (written === undefined) return undefined
      parts.push(written)
    }
    return this.assemble(parts, sources)
  }

  /** Rows in their sections: those that are new or moved stand after the row before them. */
  private assemble(parts: readonly string[], sources: readonly number[]): string {
    const anchors = risingRows(sources)
    let out = ''
    let next = 0
    for (const [at, source] of sources.entries()) {
      if (anchors.has(at)) {
        for (; next < source; next++) out += this.between(next)
        out += this.between(next++)
      }
      out += parts[at] ?? ''
    }
    for (; next < this.rows.length; next++) out += this.between(next)
    return out + this.body.slice(this.rows.at(-1)?.end ?? 0)
  }

  /** What stands before a row and after the one before it: tags of sections; white space where the row itself stays. */
  private between(index: number): string {
    const start = this.rows[index - 1]?.end ?? 0
    return this.body.slice(start, this.rows[index]?.start ?? start)
  }

  private isCarried(index: number, line: readonly string[] | undefined): boolean {
    const row = this.rows[index]
    if (row === undefined || line === undefined) return false
    return !/<ac:|<ri:|<time\b/.test(this.body.slice(row.start, row.end))
  }

  private changed(index: number, old: readonly string[], wanted: readonly string[]): string | undefined {
    const row = this.rows[index]
    const cells = row ? cellsIn(row) : []
    if (row === undefined || cells.length !== old.length) {
      return row !== undefined && old.join('|') === wanted.join('|') ? this.body.slice(row.start, row.end) : undefined
    }
    let out = ''
    let at = row.start
    for (const [column, cell] of cells.entries()) {
      const inner = this.body.slice(cell.openEnd, cell.closeStart)
      const edited = this.cell(inner, old[column] ?? '', wanted[column] ?? '')
      if (edited === undefined || cell.end === cell.openEnd) return undefined
      out += this.body.slice(at, cell.openEnd) + edited
      at = cell.closeStart
    }
    return out + this.body.slice(at, row.end)
  }

  /** A cell is edited as a table of its own. */
  private cell(inner: string, old: string, wanted: string): string | undefined {
    if (old === wanted) return inner
    const edited = editWhole(CELL.join(inner), table(old), table(wanted), this.context)
    if (edited === undefined) return undefined
    const text = edited.slice(CELL[0].length, edited.length - CELL[1].length)
    return text.startsWith('<p>') ? withOpeningTag(inner.trimStart(), unwrappedLine(text, inner)) : text
  }

  /** A row like the last one, with other words. */
  private added(wanted: readonly string[]): string | undefined {
    const like = this.rows.at(-1)
    if (like === undefined) return undefined
    const cells = cellsIn(like)
    if (cells.length !== wanted.length) return undefined
    const sides = this.rule.split('|')
    const written = cells.map((cell, column) => {
      const inner = this.body.slice(cell.openEnd, cell.closeStart)
      const storage = markdownToStorage(table(wanted[column] ?? '', sides[column]), this.context)
      const text = unwrappedLine(storage.slice(CELL[0].length, storage.length - CELL[1].length), inner)
      return `<${cell.name}>${text}</${cell.name}>`
    })
    const lead = this.between(this.rows.length - 1)
    return `${/^\s*$/.test(lead) ? lead : ''}<tr>${written.join('')}</tr>`
  }
}

function table(cell: string, side = '-'): string {
  return `| ${cell} |\n| ${side.replace('-', '---')} |`
}

/** Positions whose rows come in their old order: the first that can, from the start. */
function risingRows(sources: readonly number[]): Set<number> {
  const found = new Set<number>()
  let last = -1
  for (const [at, source] of sources.entries()) {
    if (source <= last) continue
    found.add(at)
    last = source
  }
  return found
}
