import type { Content, Root } from './markdown-tree.ts'

/** The texts of Markdown that may be reworded, and everything else about it. */
export type Leaves = {
  texts: Leaf[]
  /** The document with its texts taken out: equal for two documents that differ in words alone. */
  shape: string
}
export type Leaf = {
  value: string
  /** It continues the leaf before it without a space or a break: "foo**bar**". */
  joined: boolean
}

const MAX_DEPTH = 200

export function leavesOf(root: Root): Leaves {
  const reader = new Reader()
  reader.children(root.children, 0)
  return { texts: reader.texts, shape: reader.shape.join('') }
}

/** True where two trees say the same, however it was written. */
export function sameMeaning(a: Root, b: Root): boolean {
  return sameLeaves(leavesOf(a), leavesOf(b))
}

export function sameLeaves(a: Leaves, b: Leaves): boolean {
  return (
    a.shape === b.shape &&
    a.texts.length === b.texts.length &&
    a.texts.every(({ value }, index) => value === b.texts[index]?.value)
  )
}

class Reader {
  readonly texts: Leaf[] = []
  readonly shape: string[] = []
  private joined = false

  children(nodes: readonly Content[], depth: number): void {
    for (const node of nodes) this.visit(node, depth)
  }

  private visit(node: Content, depth: number): void {
    switch (node.type) {
      case 'text':
      case 'inlineCode':
        return this.leaf(node.type, node.value)
      case 'html':
        return this.html(node.value)
      default:
    }
    const inline = node.type === 'strong' || node.type === 'emphasis' || node.type === 'delete' || node.type === 'link'
    if (!inline) this.joined = false
    this.shape.push(`(${node.type}${propertiesOf(node)}`)
    if ('children' in node && depth < MAX_DEPTH) this.children(node.children, depth + 1)
    this.shape.push(')')
    if (!inline) this.joined = false
  }

  private leaf(type: string, raw: string): void {
    const value = raw.replace(/[ \t\r\n]+/g, ' ')
    const last = this.texts.at(-1)
    // Text that was read in two pieces, because of an escape or a tag that is none, is one.
    if (type === 'text' && last !== undefined && this.shape.at(-1) === '[text]') last.value += value
    else {
      this.shape.push(`[${type}]`)
      this.texts.push({ value, joined: this.joined })
    }
    this.joined = true
  }

  /** A tag is text, but for those that the printer writes. */
  private html(value: string): void {
    const isMark = /^<\/?(?:u|sup|sub|strong|em|del|code)>$/.test(value)
    if (!isMark && !/^<br ?\/?>$/.test(value)) return this.leaf('text', value)
    this.shape.push(value)
    if (!isMark) this.joined = false
  }
}

function propertiesOf(node: Content): string {
  switch (node.type) {
    case 'heading':
      return String(node.depth)
    case 'list':
      return node.ordered === true ? `1${node.start ?? 1}` : ''
    case 'listItem':
      return typeof node.checked === 'boolean' ? String(node.checked) : ''
    case 'code':
      return JSON.stringify([node.lang ?? '', node.value])
    case 'link':
    case 'definition':
      return JSON.stringify([node.url, node.title ?? ''])
    case 'image':
      return JSON.stringify([node.url, node.alt ?? '', node.title ?? ''])
    case 'table':
      return JSON.stringify(node.align ?? [])
    case 'linkReference':
    case 'imageReference':
    case 'footnoteReference':
    case 'footnoteDefinition':
      return JSON.stringify(node.identifier)
    default:
      return ''
  }
}
