import type { LinkContext } from '../addresses.ts'
import { bodyOf, type Piece } from '../blocks.ts'
import { buildTree } from '../build/build.ts'
import { fenceFor } from '../markdown/span.ts'
import { printMarkdown } from '../print-markdown.ts'
import { describeMacro, isMacro, words } from '../raw/kinds.ts'
import { plainBody } from '../raw/plain-body.ts'
import { textRuns } from '../raw/runs.ts'
import { scanStorage } from '../raw/scan.ts'

/** How a piece is shown: as Markdown, as a line to keep (`keep` is its number), or not at all (`text` is empty). */
export type Shown = { piece: Piece; text: string; keep: number | undefined }

/** Every piece as it is shown, in order. */
export function viewOf(pieces: readonly Piece[], context: LinkContext): Shown[] {
  let keeps = 0
  const keep = (piece: Piece, label: string): Shown => {
    const number = ++keeps
    return { piece, keep: number, text: `<!-- keep ${number}: ${label} -->` }
  }
  return pieces.map((piece) => {
    if (piece.kind === 'frame')
      return piece.label === '' ? { piece, text: '', keep: undefined } : keep(piece, piece.label)
    const body = bodyOf(piece)
    if (isEmptyParagraph(body)) return { piece, text: '', keep: undefined }
    const text = blockMarkdown(body, context)
    return text === undefined ? keep(piece, describeBlock(body)) : { piece, text, keep: undefined }
  })
}

/** A block as Markdown to edit, or undefined where there is nothing in it that could be edited. */
export function blockMarkdown(body: string, context: LinkContext): string | undefined {
  const plain = plainBody(body)
  if (plain) {
    const fence = fenceFor(plain.value, '`', 3)
    return `${fence}${plain.language}\n${plain.value === '' ? '' : `${plain.value}\n`}${fence}`
  }
  if (body === '<hr/>' || body === '<hr />') return '___'
  if (!textRuns(body).some((run) => run.text.trim() !== '')) return undefined
  const text = printMarkdown(buildTree(body, context).blocks).replace(/^\n+|\n+$/g, '')
  return text.trim() === '' ? undefined : text
}

/** The number of a line that stands for a kept piece; undefined for any other text. */
export function keepNumber(text: string): number | undefined {
  const digits = /^ {0,3}<!-- *keep +(\d{1,9}) *(?::[^\n]*)?-->[ \t]*$/.exec(text)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** An empty paragraph, or a line break between blocks: nothing to show, and nothing to lose a line on. */
function isEmptyParagraph(body: string): boolean {
  if (body.length > 400) return false
  return /^(?:<(p|div|h[1-6])(?:\s[^<>]*)?(?:\/>|>(?:\s|&nbsp;|\u00a0|<br ?\/>)*<\/\1>)|<br ?\/>|&nbsp;|\s)*$/.test(
    body,
  )
}

function describeBlock(body: string): string {
  const { nodes, wellFormed } = scanStorage(body)
  const first = nodes.find((node) => node.type === 'element')
  if (!wellFormed || first?.type !== 'element') return 'content'
  if (isMacro(first)) return describeMacro(body, first)
  if (first.name === 'ac:adf-extension')
    return words(`extension ${/<ac:adf-node[^>]*\stype="([^"]*)"/.exec(body)?.[1] ?? ''}`)
  const inner = /<(?:ac:structured-macro|ac:macro)\b[^>]*\sac:name="([^"]*)"/.exec(body)?.[1]
  if (inner !== undefined) return words(`macro ${inner}`)
  const file = /ri:(?:filename|value)="([^"]*)"/.exec(body)?.[1]
  if (body.includes('<ac:image')) return words(`image ${file ?? ''}`)
  return words(first.name.replace(/^ac:/, ''))
}

/** Storage format as Markdown to read. */
export function readMarkdown(storage: string, context: LinkContext): string {
  return printMarkdown(buildTree(storage, context).blocks).trim()
}
