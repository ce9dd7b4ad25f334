/** The words of Office Open XML (ECMA-376) and OpenDocument files, from their XML as it stands. */
import { Parser } from 'htmlparser2'
import { gather, type Gathering } from './outcome.ts'
import type { Zip } from './zip.ts'

export type OfficeKind = 'docx' | 'xlsx' | 'pptx' | 'odf'

/** Told by what the archive holds, not by its name. */
export function officeKind(zip: Zip): OfficeKind | undefined {
  if (zip.has('word/document.xml')) return 'docx'
  if (zip.has('xl/workbook.xml')) return 'xlsx'
  if (zip.has('ppt/presentation.xml')) return 'pptx'
  const type = zip.has('mimetype') ? (zip.read('mimetype')?.toString('latin1') ?? '') : ''
  return type.startsWith('application/vnd.oasis.opendocument.') && zip.has('content.xml') ? 'odf' : undefined
}

/** The text, in the order of reading, lines for paragraphs and rows. Throws Unreadable. */
export function officeText(zip: Zip, kind: OfficeKind): string {
  const into = gather()
  switch (kind) {
    case 'docx': {
      const more = numbered(zip, /^word\/(?:header|footer)\d*\.xml$/)
      for (const name of ['word/document.xml', 'word/footnotes.xml', 'word/endnotes.xml', 'word/comments.xml', ...more])
        readRuns(zip, name, into, 'w')
      return into.text
    }
    case 'pptx':
      for (const name of numbered(zip, /^ppt\/slides\/slide\d+\.xml$/)) readRuns(zip, name, into, 'a')
      for (const name of numbered(zip, /^ppt\/notesSlides\/notesSlide\d+\.xml$/)) readRuns(zip, name, into, 'a')
      return into.text
    case 'xlsx':
      readWorkbook(zip, into)
      return into.text
    case 'odf':
      readOpenDocument(zip, into)
      return into.text
    default:
      return kind satisfies never
  }
}

/** `slide2` before `slide10`. */
function numbered(zip: Zip, pattern: RegExp): string[] {
  const numberOf = (name: string) => Number(/\d+/.exec(name)?.[0] ?? 0)
  return zip.names.filter((name) => pattern.test(name)).sort((a, b) => numberOf(a) - numberOf(b))
}

/** Word and PowerPoint: text in `t`, paragraphs `p`, with `tab` and `br` between. */
function readRuns(zip: Zip, name: string, into: Gathering, prefix: 'w' | 'a'): void {
  let isText = false
  parse(zip, name, into, {
    open(tag) {
      if (tag === `${prefix}:t`) isText = true
      else if (tag === `${prefix}:tab`) into.add('\t')
      else if (tag === `${prefix}:br`) into.newLine()
    },
    text: (text) => void (isText && into.add(text)),
    close(tag) {
      if (tag === `${prefix}:t`) isText = false
      else if (tag === `${prefix}:p`) into.newLine()
    },
  })
}

/** Excel: the names of its sheets, then row by row what its cells hold; most texts stand in a table of their own. */
function readWorkbook(zip: Zip, into: Gathering): void {
  const names: string[] = []
  parse(zip, 'xl/workbook.xml', into, {
    open: (tag, attributes) => void (tag === 'sheet' && names.push(attributes['name'] ?? '')),
  })
  into.add(names.join('\n'))
  into.newLine()
  const shared = readShared(zip)
  for (const name of numbered(zip, /^xl\/worksheets\/sheet\d+\.xml$/)) readSheet(zip, name, into, shared)
}

function readShared(zip: Zip): string[] {
  const shared: string[] = []
  let one = ''
  let isText = false
  let isSound = false
  // Their number is bounded by the size of the entry; they are gathered only as far as cells name them.
  parse(
    zip,
    'xl/sharedStrings.xml',
    { isFull: false },
    {
      open(tag) {
        if (tag === 'si') one = ''
        else if (tag === 't') isText = true
        else if (tag === 'rPh') isSound = true
      },
      text: (text) => void (isText && !isSound && (one += text)),
      close(tag) {
        if (tag === 't') isText = false
        else if (tag === 'rPh') isSound = false
        else if (tag === 'si') shared.push(one)
      },
    },
  )
  return shared
}

function readSheet(zip: Zip, name: string, into: Gathering, shared: readonly string[]): void {
  let isShared = false
  let isValue = false
  let value = ''
  parse(zip, name, into, {
    open(tag, attributes) {
      if (tag === 'c') isShared = attributes['t'] === 's'
      else if (tag === 'v' || tag === 't') {
        isValue = true
        value = ''
      }
    },
    text: (text) => void (isValue && (value += text)),
    close(tag) {
      if (tag === 'v' || tag === 't') {
        isValue = false
        into.add(`${isShared ? (shared[Number(value)] ?? '') : value}\t`)
      } else if (tag === 'row') into.newLine()
    },
  })
}

/** OpenDocument: all text of the body, with a line for each paragraph and heading. */
function readOpenDocument(zip: Zip, into: Gathering): void {
  let depth = 0
  parse(zip, 'content.xml', into, {
    open(tag) {
      if (tag === 'office:body') depth += 1
      else if (tag === 'text:s') into.add(' ')
      else if (tag === 'text:tab' || tag === 'table:table-cell') into.add('\t')
      else if (tag === 'text:line-break') into.newLine()
    },
    text: (text) => void (depth > 0 && into.add(text)),
    close(tag) {
      if (tag === 'office:body') depth -= 1
      else if (tag === 'text:p' || tag === 'text:h') into.newLine()
    },
  })
}

type Handlers = {
  open?: (tag: string, attributes: Readonly<Record<string, string>>) => void
  text?: (text: string) => void
  close?: (tag: string) => void
}

const CHUNK = 1_000_000

/** Nothing is resolved from outside, and no entity is expanded but the few that XML itself has. */
function parse(zip: Zip, name: string, into: { readonly isFull: boolean }, handlers: Handlers): void {
  const xml = zip.read(name)?.toString('utf8') ?? ''
  const parser = new Parser(
    {
      onopentag: (tag, attributes) => handlers.open?.(tag, attributes),
      ontext: (text) => handlers.text?.(text),
      onclosetag: (tag) => handlers.close?.(tag),
    },
    { xmlMode: true, decodeEntities: true },
  )
  for (let at = 0; at < xml.length && !into.isFull; at += CHUNK) parser.write(xml.slice(at, at + CHUNK))
  if (!into.isFull) parser.end()
}
