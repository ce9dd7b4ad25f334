import { safeUrl, type LinkContext } from '../addresses.ts'
import type { Content, Of, Root } from '../edit/markdown-tree.ts'
import { escapeAttribute, escapeXml } from './escape.ts'

/** What writing needs to know besides the node. */
export type Write = { context: LinkContext; definitions: ReadonlyMap<string, Of<'definition'>> }

/** Tags that the printer writes where Markdown has no marks for what it means. */
const TAGS = new Set(['u', 'sup', 'sub', 'strong', 'em', 'del', 'code'])

const MAX_DEPTH = 60

/** Link definitions by identifier; the first of a name counts. */
export function definitionsIn(root: Root): Map<string, Of<'definition'>> {
  const found = new Map<string, Of<'definition'>>()
  for (const node of root.children)
    if (node.type === 'definition' && !found.has(node.identifier)) found.set(node.identifier, node)
  return found
}

/** Inline nodes as storage format. */
export function writeInlines(nodes: readonly Content[], write: Write, depth: number): string {
  const closers = matchTags(nodes)
  let storage = ''
  for (const [index, node] of nodes.entries()) {
    storage += node.type === 'html' ? writeHtml(node.value, closers.has(index)) : writeInline(node, write, depth)
  }
  return storage
}

function writeInline(node: Content, write: Write, depth: number): string {
  switch (node.type) {
    case 'text':
      return escapeXml(node.value.replace(/[ \t]*\n[ \t]*/g, ' '))
    case 'strong':
      return marked('strong', node.children, write, depth)
    case 'emphasis':
      return marked('em', node.children, write, depth)
    case 'delete':
      return marked('del', node.children, write, depth)
    case 'inlineCode':
      return `<code>${escapeXml(node.value)}</code>`
    case 'break':
      return '<br/>'
    case 'link':
      return writeLink(node.url, node.title, node.children, write, depth)
    case 'image':
      return writeImage(node.url, node.alt ?? '', node.title ?? '', write)
    case 'linkReference': {
      const target = write.definitions.get(node.identifier)
      if (target === undefined) return writeInlines(node.children, write, depth)
      return writeLink(target.url, target.title, node.children, write, depth)
    }
    case 'imageReference': {
      const target = write.definitions.get(node.identifier)
      return target === undefined ? '' : writeImage(target.url, node.alt ?? '', target.title ?? '', write)
    }
    case 'footnoteReference':
      return `<sup>${escapeXml(node.label ?? node.identifier)}</sup>`
    default:
      return 'value' in node ? escapeXml(node.value) : ''
  }
}

function marked(tag: string, children: readonly Content[], write: Write, depth: number): string {
  const inner = depth < MAX_DEPTH ? writeInlines(children, write, depth + 1) : escapeXml(plainText(children))
  return inner === '' ? '' : `<${tag}>${inner}</${tag}>`
}

function writeLink(
  url: string,
  title: string | null | undefined,
  children: readonly Content[],
  write: Write,
  depth: number,
): string {
  const inner = depth < MAX_DEPTH ? writeInlines(children, write, depth + 1) : escapeXml(plainText(children))
  const target = url.startsWith('#') ? url : safeUrl(url, write.context)
  if (target === undefined) return inner
  const hover = title ? ` title="${escapeAttribute(title)}"` : ''
  return `<a href="${escapeAttribute(target)}"${hover}>${inner === '' ? escapeXml(url) : inner}</a>`
}

function writeImage(url: string, alt: string, title: string, write: Write): string {
  const target = safeUrl(url, write.context)
  if (target === undefined) return escapeXml(alt)
  const file = attachmentName(target, write.context)
  const source =
    file === undefined
      ? `<ri:url ri:value="${escapeAttribute(target)}"/>`
      : `<ri:attachment ri:filename="${escapeAttribute(file)}"/>`
  const words =
    (alt ? ` ac:alt="${escapeAttribute(alt)}"` : '') + (title ? ` ac:title="${escapeAttribute(title)}"` : '')
  return `<ac:image${words}>${source}</ac:image>`
}

/** The name of a file of the page itself: a bare file name, or the address the printer gives an attachment. */
function attachmentName(url: string, { baseUrl, pageId }: LinkContext): string | undefined {
  const below = pageId ? `${baseUrl.replace(/\/$/, '')}/download/attachments/${pageId}/` : undefined
  const name = below !== undefined && url.startsWith(below) ? url.slice(below.length) : url
  if (name === '' || /[/?#]|^[a-z][a-z0-9+.-]*:/i.test(name)) return undefined
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** Where an opening tag of ours and its closing tag stand, in pairs that nest; every other tag is text. */
function matchTags(nodes: readonly Content[]): Set<number> {
  const open: { name: string; index: number }[] = []
  const matched = new Set<number>()
  for (const [index, node] of nodes.entries()) {
    if (node.type !== 'html') continue
    const [, slash, name = ''] = /^<(\/?)([a-z]+)>$/.exec(node.value) ?? []
    if (!TAGS.has(name)) continue
    if (slash === '') open.push({ name, index })
    else if (open.at(-1)?.name === name) {
      matched.add(index).add(open.pop()?.index ?? index)
    }
  }
  return matched
}

function writeHtml(value: string, isOurs: boolean): string {
  if (isOurs) return value
  if (/^<br ?\/?>$/.test(value)) return '<br/>'
  return escapeXml(value)
}

/** The text of nodes nested deeper than anybody writes. */
export function plainText(nodes: readonly Content[]): string {
  let text = ''
  const stack = nodes.toReversed()
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if ('value' in node) text += node.value
    else if ('children' in node) stack.push(...node.children.toReversed())
  }
  return text
}
