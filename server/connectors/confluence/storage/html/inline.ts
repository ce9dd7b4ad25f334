import type { Inline } from '../tree.ts'
import { attribute, escapeHtml } from './escape.ts'
import { fragment, fragmentId, type Page } from './page.ts'

const TAGS = {
  strong: 'strong',
  emphasis: 'em',
  delete: 'del',
  underline: 'u',
  superscript: 'sup',
  subscript: 'sub',
} as const

/** Inline nodes as HTML. */
export function inlineHtml(nodes: Inline[], page: Page): string {
  let html = ''
  for (const node of nodes) html += one(node, page)
  return html
}

function one(node: Inline, page: Page): string {
  switch (node.type) {
    case 'text':
      return escapeHtml(node.value)
    case 'strong':
    case 'emphasis':
    case 'delete':
    case 'underline':
    case 'superscript':
    case 'subscript':
      return `<${TAGS[node.type]}>${inlineHtml(node.children, page)}</${TAGS[node.type]}>`
    case 'inlineCode':
      return `<code>${escapeHtml(node.value)}</code>`
    case 'inlineMath':
      return `<code class="lk-math">${escapeHtml(node.value)}</code>`
    case 'link':
      return link(node.url, inlineHtml(node.children, page))
    case 'image':
      return image(node)
    case 'break':
      return '<br>'
    case 'status':
      return `<span class="lk-status lk-status-${node.colour}">${escapeHtml(node.value)}</span>`
    case 'mention':
      return `<span class="lk-mention">@${escapeHtml(node.value)}</span>`
    case 'date':
      return `<time${attribute('datetime', node.value)}>${escapeHtml(node.value)}</time>`
    case 'anchor': {
      const id = fragmentId(page, node.id)
      return id === undefined ? '' : `<span${attribute('id', id)}></span>`
    }
    case 'listing':
      return `<span class="lk-listing">${escapeHtml(node.label)}</span>`
    case 'macro':
      return macro(node)
    default:
      node satisfies never
      return ''
  }
}

function link(url: string, text: string): string {
  if (url.startsWith('#')) return `<a${attribute('href', `#${fragment(url.slice(1))}`)}>${text}</a>`
  return `<a${attribute('href', url)} rel="noopener noreferrer nofollow">${text}</a>`
}

function image(node: Extract<Inline, { type: 'image' }>): string {
  const width = node.width === undefined ? '' : ` width="${node.width}"`
  const names = `${attribute('src', node.url)} alt="${escapeHtml(node.alt)}"${attribute('title', node.title)}`
  return `<img class="lk-image"${names}${width} loading="lazy" referrerpolicy="no-referrer">`
}

function macro(node: Extract<Inline, { type: 'macro' }>): string {
  const parameters = node.parameters
    .map(
      ({ name, value }) =>
        ` <span class="lk-macro-parameter">${escapeHtml(name === '' ? value : `${name}=${value}`)}</span>`,
    )
    .join('')
  return `<span class="lk-macro-inline"><span class="lk-macro-name">${escapeHtml(node.name)}</span>${parameters}</span>`
}
