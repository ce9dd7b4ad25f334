import { attribute, type Child, type Element } from '../element.ts'
import type { Align, TableCell, TableRow } from '../tree.ts'
import { isWhite } from '../white-space.ts'
import { addBlock, type Build, type Sink } from './sink.ts'

/** More columns than this under one cell are no table a person reads: hostile pages ask for 65,534. */
const MAX_SPAN = 64

/** A table. Rows outside of any section count as body; what stands between rows by mistake follows the table. */
export function table(element: Element, sink: Sink, build: Build): void {
  const rows: TableRow[] = []
  const strays: Child[] = []
  collect(element, false, rows, strays, build)
  const kept = rows.filter((row) => row.cells.length > 0)
  if (kept.length > 0) addBlock(sink, { type: 'table', rows: kept })
  if (strays.length > 0) for (const block of build.flow(strays)) addBlock(sink, block)
}

function collect(element: Element, head: boolean, rows: TableRow[], strays: Child[], build: Build): void {
  for (const child of element.children) {
    if (typeof child === 'string') {
      if (!isWhite(child)) strays.push(child)
    } else if (child.name === 'thead') collect(child, true, rows, strays, build)
    else if (child.name === 'tbody' || child.name === 'tfoot') collect(child, false, rows, strays, build)
    else if (child.name === 'tr') rows.push(row(child, head, build))
    else if (child.name === 'td' || child.name === 'th') rows.push({ head, cells: [cell(child, build)] })
    else if (child.name !== 'colgroup' && child.name !== 'col') strays.push(child)
  }
}

function row(element: Element, head: boolean, build: Build): TableRow {
  const cells: TableCell[] = []
  for (const child of element.children) {
    if (typeof child === 'string') {
      if (isWhite(child)) continue
      cells.push({ head: false, align: undefined, columns: 1, rows: 1, children: build.flow([child]) })
    } else if (child.name === 'td' || child.name === 'th') cells.push(cell(child, build))
    else cells.push({ head: false, align: undefined, columns: 1, rows: 1, children: build.flow([child]) })
  }
  return { head, cells }
}

function cell(element: Element, build: Build): TableCell {
  return {
    head: element.name === 'th',
    align: alignOf(element),
    columns: Math.min(Math.max(span(element, 'colspan'), 1), MAX_SPAN),
    // HTML: rowspan="0" reaches to the end of the section; the printers cut it at the last row.
    rows: span(element, 'rowspan') || 65_534,
    children: build.flow(element.children),
  }
}

function span(element: Element, name: string): number {
  const value = attribute(element, name)
  if (value === undefined) return 1
  return /^\s*\d{1,5}\s*$/.test(value) ? Number(value) : 1
}

function alignOf(element: Element): Align {
  const style = attribute(element, 'style') ?? attribute(element, 'align')
  if (style === undefined) return undefined
  const found = /^(?:.*text-align:)?\s*(left|center|right)\b/.exec(style)?.[1]
  return found === 'left' || found === 'center' || found === 'right' ? found : undefined
}
