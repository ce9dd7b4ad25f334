import type { Block, ListItem, TableRow } from '../tree.ts'
import { inlineMarkdown, macroLabel, textMarkdown } from './inline.ts'
import { newLine } from './line.ts'
import { ALERTS } from './alerts.ts'
import { codeSpan } from './span.ts'

/** Blocks inside a table's cell: GFM allows one line, so they stand below one another with `<br>`. */
export function cellMarkdown(blocks: Block[]): string {
  const only = blocks[0]
  if (blocks.length === 1 && only?.type === 'paragraph') return inlineMarkdown(only.children, 'cell')
  const lines: string[] = []
  writeBlocks(blocks, '', lines)
  return lines.join('<br>')
}

function writeBlocks(blocks: Block[], indent: string, lines: string[]): void {
  for (const block of blocks) writeBlock(block, indent, lines)
}

function writeBlock(block: Block, indent: string, lines: string[]): void {
  switch (block.type) {
    case 'paragraph':
      return push(lines, inlineMarkdown(block.children, 'cell'))
    case 'heading':
      return push(lines, bold(inlineMarkdown(block.children, 'cell')))
    case 'code':
      push(lines, bold(textMarkdown(block.title, 'cell')))
      for (const line of block.value.split('\n')) if (line.trim() !== '') push(lines, codeSpan(line, newLine('cell')))
      return
    case 'math':
      return push(lines, `$${codeSpan(block.value, newLine('cell'))}$`)
    case 'markdown':
      for (const line of block.value.split('\n')) push(lines, textMarkdown(line, 'cell'))
      return
    case 'list':
      return block.children.forEach((item, index) => writeItem(item, listMarker(block, item, index), indent, lines))
    case 'table':
      for (const row of block.rows) push(lines, nestedRow(row))
      return
    case 'columns':
      for (const column of block.children) writeBlocks(column, indent, lines)
      return
    case 'panel':
      push(lines, bold(textMarkdown([ALERTS[block.kind], block.title].filter(Boolean).join(': '), 'cell')))
      return writeBlocks(block.children, indent, lines)
    case 'expand':
      push(lines, bold(textMarkdown(block.title, 'cell')))
      return writeBlocks(block.children, indent, lines)
    case 'macroBlock':
      push(lines, textMarkdown(macroLabel(block.name, block.parameters), 'cell'))
      return writeBlocks(block.children, indent, lines)
    case 'blockquote':
      return writeBlocks(block.children, indent, lines)
    case 'thematicBreak':
      return
    default:
      block satisfies never
  }
}

function writeItem(item: ListItem, marker: string, indent: string, lines: string[]): void {
  const before = lines.length
  // Spaces at a line's start are dropped by readers of tables; non-breaking ones show the nesting.
  writeBlocks(item.children, indent.length < 24 ? `${indent}&nbsp;&nbsp;` : indent, lines)
  const nested = lines[before]
  if (nested !== undefined) lines[before] = `${indent}${marker} ${nested}`
}

function listMarker(list: Extract<Block, { type: 'list' }>, item: ListItem, index: number): string {
  if (item.checked !== undefined) return item.checked ? '☑' : '☐'
  return list.ordered ? `${list.start + index}.` : '•'
}

function nestedRow(row: TableRow): string {
  return row.cells.map((cell) => cellMarkdown(cell.children)).join(' \\| ')
}

function push(lines: string[], line: string): void {
  if (line !== '') lines.push(line)
}

function bold(text: string): string {
  return text === '' ? '' : `**${text}**`
}
