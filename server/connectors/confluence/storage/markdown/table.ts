import type { Align, TableCell, TableRow } from '../tree.ts'
import { cellMarkdown } from './cell.ts'

/** A cell that spans rows is repeated in each of them, so that every row can be read alone; unless it is long. */
const MAX_REPEATED = 80
/** Cells repeated in one table at most: a hostile table asks for millions. */
const MAX_REPEATS = 20_000

/** From this column on, a cell that spans columns takes one. */
const MAX_COLUMNS = 1_000

type Grid = { rows: string[][]; width: number }
type Carried = { text: string; rows: number }

/** A GFM table: spans are expanded, a table without a heading row gets an empty one. One string a line. */
export function tableLines(rows: TableRow[]): string[] {
  const { rows: grid, width } = expand(rows)
  const [first, ...rest] = grid
  if (first === undefined) return []
  const headed = isHeading(rows[0])
  const heading = headed ? first : []
  const lines = [rowLine(padded(heading, width)), `| ${delimiters(rows, width).join(' | ')} |`]
  for (const row of headed ? rest : grid) lines.push(rowLine(row))
  return lines
}

function expand(rows: TableRow[]): Grid {
  const grid: string[][] = []
  const carried = new Map<number, Carried>()
  let width = 1
  let budget = MAX_REPEATS
  for (const row of rows) {
    const cells: string[] = []
    let taken = 0
    let next = row.cells[taken]
    while (next !== undefined || (carried.size > 0 && cells.length < width && carried.has(cells.length))) {
      const above = carried.size > 0 ? carried.get(cells.length) : undefined
      if (above && budget > 0) {
        budget--
        if (--above.rows <= 1) carried.delete(cells.length)
        cells.push(above.text)
        continue
      }
      if (next === undefined) break
      place(next, cells, carried)
      next = row.cells[++taken]
    }
    width = Math.max(width, cells.length)
    grid.push(cells)
  }
  return { rows: grid, width }
}

function place(cell: TableCell, cells: string[], carried: Map<number, Carried>): void {
  const text = cellMarkdown(cell.children)
  const columns = cells.length < MAX_COLUMNS ? cell.columns : 1
  for (let i = 0; i < columns; i++) {
    if (cell.rows > 1)
      carried.set(cells.length, { text: i === 0 && text.length <= MAX_REPEATED ? text : '', rows: cell.rows })
    cells.push(i === 0 ? text : '')
  }
}

function isHeading(row: TableRow | undefined): boolean {
  return row !== undefined && (row.head || row.cells.every((cell) => cell.head))
}

function delimiters(rows: TableRow[], width: number): string[] {
  const written: string[] = []
  for (const cell of rows[0]?.cells ?? []) {
    for (let i = 0; i < cell.columns && written.length < width; i++) written.push(delimiter(cell.align))
  }
  while (written.length < width) written.push('---')
  return written
}

function delimiter(align: Align): string {
  if (align === 'center') return ':---:'
  if (align === 'right') return '---:'
  return align === 'left' ? ':---' : '---'
}

function padded(cells: string[], width: number): string[] {
  return cells.length < width ? [...cells, ...Array<string>(width - cells.length).fill('')] : cells
}

function rowLine(cells: string[]): string {
  return `| ${cells.join(' | ')} |`
}
