import type { Block, Inline, Parameter, TableRow } from './tree.ts'
import { isTight, replaceRuns } from './white-space.ts'

/** Plain words for search: no marks, no addresses unless nothing else names a link. */
export function printText(blocks: Block[]): string {
  const lines: string[] = []
  printBlocks(blocks, lines)
  return lines.join('\n')
}

/** The words of inline nodes on one line. */
export function inlineText(nodes: Inline[]): string {
  return spaced(words(nodes))
}

function printBlocks(blocks: Block[], lines: string[]): void {
  for (const block of blocks) printBlock(block, lines)
}

function printBlock(block: Block, lines: string[]): void {
  switch (block.type) {
    case 'paragraph':
    case 'heading':
      return push(lines, inlineText(block.children))
    case 'code':
      push(lines, block.title)
      return push(lines, block.value)
    case 'math':
    case 'markdown':
      return push(lines, block.value)
    case 'list':
      for (const item of block.children) printBlocks(item.children, lines)
      return
    case 'table':
      for (const row of block.rows) push(lines, rowText(row))
      return
    case 'columns':
      for (const column of block.children) printBlocks(column, lines)
      return
    case 'panel':
    case 'expand':
      push(lines, block.title)
      return printBlocks(block.children, lines)
    case 'macroBlock':
      push(lines, prose(block.parameters))
      return printBlocks(block.children, lines)
    case 'blockquote':
      return printBlocks(block.children, lines)
    case 'thematicBreak':
      return
    default:
      block satisfies never
  }
}

function rowText(row: TableRow): string {
  const lines: string[] = []
  for (const cell of row.cells) printBlocks(cell.children, lines)
  return lines.join(' ')
}

function push(lines: string[], line: string): void {
  if (line !== '') lines.push(line)
}

function words(nodes: Inline[]): string {
  let text = ''
  for (const node of nodes) text += wordsOf(node)
  return text
}

function wordsOf(node: Inline): string {
  switch (node.type) {
    case 'text':
    case 'inlineCode':
    case 'inlineMath':
    case 'status':
    case 'date':
      return node.value
    case 'mention':
      return `@${node.value}`
    case 'image':
      return node.alt
    case 'break':
      return ' '
    case 'listing':
      return node.label
    case 'macro':
      return prose(node.parameters)
    case 'anchor':
      return ''
    case 'link':
    case 'strong':
    case 'emphasis':
    case 'delete':
    case 'underline':
    case 'superscript':
    case 'subscript':
      return words(node.children)
    default:
      node satisfies never
      return ''
  }
}

/** Parameter values that read like words: not numbers, switches, colours, ids or addresses. */
function prose(parameters: Parameter[]): string {
  return parameters
    .filter(({ value }) => /\p{L}{2,} +\S*\p{L}/u.test(value) && !value.includes('://'))
    .map(({ value }) => value)
    .join(' ')
}

/** Non-breaking spaces are spaces to a searcher; runs of them one, none at the ends. */
function spaced(line: string): string {
  const value = /[\u00a0\u202f\n]| {2}/.test(line) ? replaceRuns(line) : line
  return isTight(value) ? value : value.trim()
}
