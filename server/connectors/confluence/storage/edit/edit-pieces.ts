import type { LinkContext } from '../addresses.ts'
import { bodyOf, splitBlocks } from '../blocks.ts'
import { markdownToStorage } from '../from-markdown.ts'
import { pairRows } from './pair.ts'
import { unitsOf } from './units.ts'

/** Edits one block; undefined where that would lose something. */
export type EditBlock = (body: string, before: string, after: string, context: LinkContext) => string | undefined

/**
 * The inside of a list item after an edit: a line, or blocks below one another. Undefined where the edit would lose something,
 * or the item holds more than its Markdown shows.
 */
export function editPieces(
  inner: string,
  before: string,
  after: string,
  context: LinkContext,
  editBlock: EditBlock,
): string | undefined {
  if (before === after) return inner
  const [old, wanted] = [unitsOf([before]), unitsOf([after])]
  const pieces = splitBlocks(inner)
  const blocks = pieces.filter((piece) => piece.kind === 'block')
  if (blocks.length !== old.length || pieces.some((piece) => piece.label !== '')) {
    return old.length <= 1 && wanted.length === 1 ? editLine(inner, before, after, context, editBlock) : undefined
  }
  const rows = pairRows(
    old.map(({ text }) => text),
    wanted.map(({ text }) => text),
    () => false,
  )
  const lost = old.length - new Set(rows.filter((row) => row >= 0)).size
  if (lost > 0 && rows.includes(-1)) return undefined
  let out = ''
  for (const [at, unit] of wanted.entries()) {
    const from = rows[at] ?? -1
    const block = blocks[from]
    if (block === undefined)
      out += unwrappedLine(markdownToStorage(unit.text, context), at === 0 ? bodyOf(blocks[0] ?? EMPTY) : '<p>')
    else {
      const edited = editLine(bodyOf(block), old[from]?.text ?? '', unit.text, context, editBlock)
      if (edited === undefined) return undefined
      out += block.raw.slice(0, block.lead) + edited
    }
  }
  const last = pieces.at(-1)
  return last?.kind === 'frame' ? out + last.raw : out
}

const EMPTY = { kind: 'block', raw: '', lead: 0, closes: [], opens: [], label: '' } as const

function editLine(
  body: string,
  before: string,
  after: string,
  context: LinkContext,
  editBlock: EditBlock,
): string | undefined {
  if (before === after) return body
  const edited = editBlock(body, before, after, context)
  return edited === undefined ? undefined : unwrappedLine(edited, body)
}

/** A single paragraph loses its tag where what it stands beside, or instead of, has none. */
export function unwrappedLine(storage: string, like: string): string {
  if (/^\s*<p[\s>]/.test(like)) return storage
  const found = /^<p>((?:(?!<\/?p[\s>])[^])*)<\/p>/.exec(storage)
  if (!found) return storage
  const rest = storage.slice(found[0].length)
  return rest === '' || /^<(?:ul|ol|ac:task-list)[\s>]/.test(rest) ? (found[1] ?? '') + rest : storage
}
