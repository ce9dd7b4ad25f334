import type { Block, TableCell, TableRow } from '../tree.ts'
import type { Page } from './page.ts'
import { inlineHtml } from './inline.ts'

/** A table in a frame that scrolls on its own and can be reached with the keyboard. */
export function tableHtml(rows: TableRow[], page: Page, writeBlocks: (blocks: Block[], page: Page) => void): void {
  const { out } = page
  page.tables++
  const name = page.tables === 1 ? 'Table' : `Table ${page.tables}`
  out.push(`<div class="lk-table" tabindex="0" role="region" aria-label="${name}"><table>\n`)
  let head: boolean | undefined
  rows.forEach((row, index) => {
    if (row.head !== head) {
      if (head !== undefined) out.push(head ? '</thead>\n' : '</tbody>\n')
      out.push(row.head ? '<thead>\n' : '<tbody>\n')
      head = row.head
    }
    out.push('<tr>')
    for (const cell of row.cells) {
      const tag = cell.head ? 'th' : 'td'
      out.push(`<${tag}${attributes(cell, row, rows.length - index)}>`)
      const [only] = cell.children
      if (cell.children.length === 1 && only?.type === 'paragraph') out.push(inlineHtml(only.children, page))
      else writeBlocks(cell.children, page)
      out.push(`</${tag}>`)
    }
    out.push('</tr>\n')
  })
  out.push(head ? '</thead>' : '</tbody>', '</table></div>\n')
}

function attributes(cell: TableCell, row: TableRow, rowsLeft: number): string {
  const scope = cell.head ? ` scope="${row.head || row.cells.every((other) => other.head) ? 'col' : 'row'}"` : ''
  const columns = cell.columns > 1 ? ` colspan="${cell.columns}"` : ''
  const spanned = Math.min(cell.rows, rowsLeft)
  const rows = spanned > 1 ? ` rowspan="${spanned}"` : ''
  const align = cell.align === undefined ? '' : ` class="lk-align-${cell.align}"`
  return scope + columns + rows + align
}
