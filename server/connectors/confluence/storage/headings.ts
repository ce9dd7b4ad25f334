import { inlineText } from './print-text.ts'
import type { Block } from './tree.ts'

/** The heading texts in document order, one a line: they weigh more in search. */
export function headingText(blocks: Block[]): string {
  const lines: string[] = []
  collect(blocks, lines)
  return lines.join('\n')
}

function collect(blocks: Block[], lines: string[]): void {
  for (const block of blocks) {
    switch (block.type) {
      case 'heading': {
        const text = inlineText(block.children)
        if (text !== '') lines.push(text)
        break
      }
      case 'list':
        for (const item of block.children) collect(item.children, lines)
        break
      case 'columns':
        for (const column of block.children) collect(column, lines)
        break
      case 'table':
        for (const row of block.rows) for (const cell of row.cells) collect(cell.children, lines)
        break
      case 'panel':
      case 'expand':
      case 'blockquote':
      case 'macroBlock':
        collect(block.children, lines)
        break
      case 'paragraph':
      case 'code':
      case 'math':
      case 'markdown':
      case 'thematicBreak':
        break
      default:
        block satisfies never
    }
  }
}
