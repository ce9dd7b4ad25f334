import { attribute, childElements, childNamed, textContent, type Element } from '../element.ts'
import type { Block, PanelKind } from '../tree.ts'
import { addBlock, addBlocks, type Build, type Sink } from './sink.ts'

const PANELS = new Map<string, PanelKind>(
  Object.entries<PanelKind>({
    info: 'info',
    note: 'info',
    tip: 'tip',
    success: 'tip',
    warning: 'note',
    error: 'warning',
  }),
)

/**
 * `ac:adf-extension`: a node of the new editor with a fallback for the old one. The node is read where its type is
 * known, the fallback otherwise; never both, or every word would stand there twice.
 */
export function adfExtension(element: Element, sink: Sink, build: Build): void {
  const node = childNamed(element, 'ac:adf-node')
  const fallback = childNamed(element, 'ac:adf-fallback')
  const known = node && nodeBlocks(node, build)
  if (known) return addBlocks(sink, known)
  const blocks = fallback ? build.flow(fallback.children) : []
  if (blocks.length > 0) return addBlocks(sink, blocks)
  if (node) return addBlock(sink, unknownNode(node, build))
  build.into(element.children, sink)
}

function nodeBlocks(node: Element, build: Build): Block[] | undefined {
  const type = attribute(node, 'type') ?? ''
  if (type === 'panel') {
    const kind = PANELS.get(adfAttribute(node, 'panel-type')) ?? 'plain'
    return [
      { type: 'panel', kind, title: '', icon: adfAttribute(node, 'panel-icon-text'), children: content(node, build) },
    ]
  }
  if (type === 'decision-list') {
    const items = childElements(node).filter((child) => child.name === 'ac:adf-node')
    return items.map((item) => ({
      type: 'panel',
      kind: 'decision',
      title: '',
      icon: '',
      children: content(item, build),
    }))
  }
  return undefined
}

function unknownNode(node: Element, build: Build): Block {
  const parameters = childElements(node)
    .filter((child) => child.name === 'ac:adf-attribute')
    .map((child) => ({ name: attribute(child, 'key') ?? '', value: textContent(child).trim() }))
  return { type: 'macroBlock', name: attribute(node, 'type') ?? 'node', parameters, children: content(node, build) }
}

function content(node: Element, build: Build): Block[] {
  return build.flow(node.children)
}

function adfAttribute(node: Element, key: string): string {
  for (const child of childElements(node)) {
    if (child.name === 'ac:adf-attribute' && attribute(child, 'key') === key) return textContent(child).trim()
  }
  return ''
}
