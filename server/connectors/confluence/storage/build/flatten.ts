import type { Block, Inline, ListItem } from '../tree.ts'

/** Blocks as one run of inline nodes, with line breaks between them: for a heading or a link that holds blocks. */
export function flatten(blocks: Block[]): Inline[] {
  const nodes: Inline[] = []
  for (const block of blocks) {
    const piece = inlinesOf(block)
    if (piece.length === 0) continue
    if (nodes.length > 0) nodes.push({ type: 'break' })
    for (const node of piece) nodes.push(node)
  }
  return nodes
}

function inlinesOf(block: Block): Inline[] {
  switch (block.type) {
    case 'paragraph':
    case 'heading':
      return block.children
    case 'code':
      return block.value.trim() === '' ? [] : [{ type: 'inlineCode', value: block.value }]
    case 'math':
      return [{ type: 'inlineMath', value: block.value }]
    case 'markdown':
      return [{ type: 'text', value: block.value }]
    case 'thematicBreak':
      return []
    case 'list':
      return flatten(block.children.flatMap((item: ListItem) => item.children))
    case 'columns':
      return flatten(block.children.flat())
    case 'table':
      return flatten(block.rows.flatMap((row) => row.cells.flatMap((cell) => cell.children)))
    case 'macroBlock':
      return flatten([
        { type: 'paragraph', children: [{ type: 'macro', name: block.name, parameters: block.parameters }] },
        ...block.children,
      ])
    case 'panel':
    case 'expand':
      return flatten([...titled(block.title), ...block.children])
    case 'blockquote':
      return flatten(block.children)
    default:
      block satisfies never
      return []
  }
}

function titled(title: string): Block[] {
  if (title === '') return []
  return [{ type: 'paragraph', children: [{ type: 'strong', children: [{ type: 'text', value: title }] }] }]
}
