import { ALERTS } from './markdown/alerts.ts'
import { inlineMarkdown, macroLabel, textMarkdown } from './markdown/inline.ts'
import { fenceFor } from './markdown/span.ts'
import { tableLines } from './markdown/table.ts'
import { indented, newWriter, writeGap, writeLine, writeLines, type Writer } from './markdown/writer.ts'
import type { Block, ListItem } from './tree.ts'

type Of<Type extends Block['type']> = Extract<Block, { type: Type }>

/** A document as GitHub-flavoured Markdown. What Markdown has no words for is written as the nearest that reads well. */
export function printMarkdown(blocks: Block[]): string {
  const writer = newWriter()
  writeBlocks(blocks, writer)
  const { lines } = writer
  if (lines.length === 0 || (lines.length === 1 && lines[0] === '')) return ''
  lines.push('') // the last line's end: added to the joined text it would copy all of it again
  return lines.join('\n')
}

function writeBlocks(blocks: Block[], writer: Writer): void {
  let previous: Block | undefined
  let alternate = false
  for (const block of blocks) {
    const before = writer.lines.length
    // Two lists in a row would be one: their markers differ.
    alternate = block.type === 'list' && previous?.type === 'list' && previous.ordered === block.ordered && !alternate
    const gap = previous !== undefined && writer.lead === undefined
    if (gap) writeGap(writer)
    const start = writer.lines.length
    writeBlock(block, writer, alternate)
    if (writer.lines.length > start) previous = block
    else writer.lines.length = before
  }
}

function writeBlock(block: Block, writer: Writer, alternate: boolean): void {
  switch (block.type) {
    case 'paragraph':
      return writeParagraph(inlineMarkdown(block.children, 'block'), writer)
    case 'heading':
      return writeHeading(block, writer)
    case 'list':
      return block.children.forEach((item, index) => writeItem(block, item, index, alternate, writer))
    case 'blockquote':
      return indented(writer, '> ', '> ', () => writeBlocks(block.children, writer))
    case 'code':
      return writeCode(block.language, block.title, block.value, writer)
    case 'math':
      return writeCode('math', '', block.value, writer)
    case 'table':
      for (const line of tableLines(block.rows)) writeLine(writer, line)
      return
    case 'thematicBreak':
      return writeLine(writer, '___')
    case 'panel':
      return writePanel(block, writer)
    case 'expand':
      return writeTitled(bold(block.title), block.children, writer)
    case 'columns':
      return writeBlocks(block.children.flat(), writer)
    case 'markdown':
      return writeMarkdown(block.value, writer)
    case 'macroBlock':
      return writeTitled(textMarkdown(macroLabel(block.name, block.parameters), 'block'), block.children, writer)
    default:
      block satisfies never
  }
}

function writeParagraph(text: string, writer: Writer): void {
  if (text !== '') writeLines(writer, text)
}

function writeHeading(block: Of<'heading'>, writer: Writer): void {
  const text = inlineMarkdown(block.children, 'heading')
  if (text === '') return
  // A run of "#" at the end would be read as the heading's closing sequence.
  const safe = text.endsWith('#') ? text.replace(/(?<!\\)#+$/, '\\$&') : text
  writeLine(writer, `${'#'.repeat(block.depth)} ${safe}`)
}

function writeItem(list: Of<'list'>, item: ListItem, index: number, alternate: boolean, writer: Writer): void {
  const number = Math.min(list.start + index, 999_999_999)
  const marker = list.ordered ? `${number}${alternate ? ')' : '.'} ` : alternate ? '* ' : '- '
  const box = item.checked === undefined ? '' : item.checked ? '[x] ' : '[ ] '
  indented(writer, marker + box, ' '.repeat(marker.length), () => writeItemBlocks(item.children, writer))
}

/** A list below an item's words follows without an empty line, which would make the whole list a loose one. */
function writeItemBlocks(blocks: Block[], writer: Writer): void {
  const [first, second] = blocks
  if (blocks.length !== 2 || first?.type !== 'paragraph' || second?.type !== 'list') return writeBlocks(blocks, writer)
  // Only a list that starts at 1 may interrupt a paragraph.
  if (second.ordered && second.start !== 1) return writeBlocks(blocks, writer)
  writeBlock(first, writer, false)
  writeBlock(second, writer, false)
}

function writeCode(language: string, title: string, value: string, writer: Writer): void {
  if (title !== '') {
    writeLine(writer, bold(title))
    writeGap(writer)
  }
  const fence = fenceFor(value, '`', 3)
  writeLine(writer, fence + language)
  if (value !== '') writeLines(writer, value)
  writeLine(writer, fence)
}

function writePanel(panel: Of<'panel'>, writer: Writer): void {
  const title = bold([panel.icon, panel.title].filter(Boolean).join(' '))
  const alert = ALERTS[panel.kind]
  indented(writer, '> ', '> ', () => {
    if (alert === '') return writeTitled(title, panel.children, writer)
    writeLine(writer, `[!${alert}]`)
    const [first] = panel.children
    if (title === '' && first !== undefined && first.type !== 'paragraph') writeGap(writer)
    writeTitled(title, panel.children, writer)
  })
}

function writeTitled(title: string, children: Block[], writer: Writer): void {
  if (title !== '') {
    writeLine(writer, title)
    if (children.length > 0) writeGap(writer)
  }
  writeBlocks(children, writer)
}

/** The author's own Markdown as it is, unless a fence in it stays open and would swallow the rest of the page. */
function writeMarkdown(value: string, writer: Writer): void {
  const fences = value.match(/^ {0,3}(?:```|~~~)/gm)?.length ?? 0
  if (fences % 2 === 0) writeLines(writer, value)
  else writeCode('markdown', '', value, writer)
}

function bold(text: string): string {
  return text === '' ? '' : inlineMarkdown([{ type: 'strong', children: [{ type: 'text', value: text }] }], 'block')
}
