import { attribute, escapeHtml } from './html/escape.ts'
import { inlineHtml } from './html/inline.ts'
import { tableHtml } from './html/table.ts'
import { fragmentId, newPage, type Page } from './html/page.ts'
import { inlineText } from './print-text.ts'
import type { Block, ListItem, PanelKind } from './tree.ts'

type Of<Type extends Block['type']> = Extract<Block, { type: Type }>

const PANEL_LABELS: Record<PanelKind, string> = {
  info: 'Information',
  tip: 'Tip',
  note: 'Note',
  warning: 'Warning',
  decision: 'Decision',
  plain: '',
}

/** A document as HTML. Every tag and attribute is written here; every text and address of the page is escaped. */
export function printHtml(blocks: Block[]): string {
  const page = newPage()
  writeBlocks(blocks, page)
  return page.out.join('')
}

function writeBlocks(blocks: Block[], page: Page): void {
  for (const block of blocks) writeBlock(block, page)
}

function writeBlock(block: Block, page: Page): void {
  const { out } = page
  switch (block.type) {
    case 'paragraph':
      return void out.push('<p>', inlineHtml(block.children, page), '</p>\n')
    case 'heading':
      return writeHeading(block, page)
    case 'list':
      return writeList(block, page)
    case 'blockquote':
      return wrap('<blockquote>\n', '</blockquote>\n', block.children, page)
    case 'code':
      return writeCode(block, page)
    case 'math':
      return void out.push('<pre class="lk-math"><code>', escapeHtml(block.value), '</code></pre>\n')
    case 'markdown':
      return void out.push('<pre class="lk-markdown"><code>', escapeHtml(block.value), '</code></pre>\n')
    case 'table':
      return tableHtml(block.rows, page, writeBlocks)
    case 'thematicBreak':
      return void out.push('<hr>\n')
    case 'panel':
      return writePanel(block, page)
    case 'expand': {
      const title = block.title === '' ? 'Details' : block.title
      return wrap(
        `<details class="lk-expand"><summary>${escapeHtml(title)}</summary>\n`,
        '</details>\n',
        block.children,
        page,
      )
    }
    case 'columns':
      out.push('<div class="lk-columns">\n')
      for (const column of block.children) wrap('<div class="lk-column">\n', '</div>\n', column, page)
      return void out.push('</div>\n')
    case 'macroBlock':
      return writeMacro(block, page)
    default:
      block satisfies never
  }
}

function wrap(open: string, close: string, children: Block[], page: Page): void {
  page.out.push(open)
  writeBlocks(children, page)
  page.out.push(close)
}

function writeHeading(block: Of<'heading'>, page: Page): void {
  const depth = Math.min(Math.max(block.depth, 1), 6)
  const id = fragmentId(page, inlineText(block.children))
  page.out.push(`<h${depth}${attribute('id', id)}>`, inlineHtml(block.children, page), `</h${depth}>\n`)
}

function writeList(block: Of<'list'>, page: Page): void {
  const tag = block.ordered ? 'ol' : 'ul'
  const start = block.ordered && block.start !== 1 ? ` start="${block.start}"` : ''
  page.out.push(`<${tag}${block.tasks ? ' class="lk-tasks"' : ''}${start}>\n`)
  for (const item of block.children) writeItem(item, page)
  page.out.push(`</${tag}>\n`)
}

function writeItem(item: ListItem, page: Page): void {
  page.out.push('<li>')
  if (item.checked !== undefined) {
    const name = item.checked ? 'Done' : 'To do'
    page.out.push(`<input type="checkbox" disabled${item.checked ? ' checked' : ''} aria-label="${name}"> `)
  }
  const [only] = item.children
  // A single paragraph stands in its item without one of its own, as lists are read.
  if (item.children.length > 0 && only?.type === 'paragraph') {
    page.out.push(inlineHtml(only.children, page))
    writeBlocks(item.children.slice(1), page)
  } else writeBlocks(item.children, page)
  page.out.push('</li>\n')
}

function writeCode(block: Of<'code'>, page: Page): void {
  const language = block.language === '' ? '' : ` class="language-${escapeHtml(block.language)}"`
  const pre = `<pre tabindex="0"><code${language}>${escapeHtml(block.value)}</code></pre>\n`
  if (block.title === '') return void page.out.push(pre)
  page.out.push(`<figure class="lk-code"><figcaption>${escapeHtml(block.title)}</figcaption>${pre}</figure>\n`)
}

function writePanel(block: Of<'panel'>, page: Page): void {
  const label = block.title || PANEL_LABELS[block.kind]
  page.out.push(`<div class="lk-panel lk-panel-${block.kind}" role="note"${attribute('aria-label', label)}>\n`)
  const title = [block.icon, block.title].filter(Boolean).join(' ')
  if (title !== '') page.out.push(`<p class="lk-panel-title">${escapeHtml(title)}</p>\n`)
  writeBlocks(block.children, page)
  page.out.push('</div>\n')
}

function writeMacro(block: Of<'macroBlock'>, page: Page): void {
  page.out.push(`<div class="lk-macro" role="group"${attribute('aria-label', `Macro ${block.name}`)}>\n`)
  page.out.push(`<p class="lk-macro-name">${escapeHtml(block.name)}</p>\n`)
  if (block.parameters.length > 0) {
    page.out.push('<dl class="lk-macro-parameters">')
    for (const { name, value } of block.parameters) {
      page.out.push(`<dt>${escapeHtml(name || 'value')}</dt><dd>${escapeHtml(value)}</dd>`)
    }
    page.out.push('</dl>\n')
  }
  if (block.children.length > 0) wrap('<div class="lk-macro-body">\n', '</div>\n', block.children, page)
  page.out.push('</div>\n')
}
