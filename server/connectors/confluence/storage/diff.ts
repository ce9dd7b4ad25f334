import type { BlockStep } from '#schema/publish.ts'
import type { LinkContext } from './addresses.ts'
import { bodyOf, splitBlocks, type Piece } from './blocks.ts'
import { readMarkdown } from './edit/view.ts'
import { keyOf } from './merge.ts'
import { hunksBetween, matchSequences } from './sequence/match.ts'

/** Blocks that did not change are shown beside those that did: this many on either side. */
const CONTEXT = 1

/** What changed between two versions, block by block: texts are Markdown to read, long stretches without a change a number. */
export function diffStorage(before: string, after: string, context: LinkContext): BlockStep[] {
  const [a, b] = [before, after].map((storage) => splitBlocks(storage).filter(isSeen))
  if (a === undefined || b === undefined) return []
  const matches = matchSequences(a.map(keyOf), b.map(keyOf))
  const steps: BlockStep[] = []
  let at = 0
  for (const hunk of hunksBetween(matches, a.length, b.length)) {
    same(a.slice(at, hunk.aFrom), steps.length > 0, true, steps, context)
    differ(a.slice(hunk.aFrom, hunk.aTo), b.slice(hunk.bFrom, hunk.bTo), steps, context)
    at = hunk.aTo
  }
  same(a.slice(at), steps.length > 0, false, steps, context)
  return withMoves(steps)
}

/** White space at the end of a document is a piece, but nothing to show. */
function isSeen(piece: Piece): boolean {
  return piece.kind === 'block' || piece.label !== ''
}

/** A stretch without a change: a block of it beside each change, the rest as a number. */
function same(
  pieces: readonly Piece[],
  after: boolean,
  before: boolean,
  into: BlockStep[],
  context: LinkContext,
): void {
  const head = after ? Math.min(CONTEXT, pieces.length) : 0
  const tail = before ? Math.min(CONTEXT, pieces.length - head) : 0
  const middle = pieces.length - head - tail
  const text = (piece: Piece): BlockStep => {
    const [markdown, storage] = [markdownOf(piece, context), bodyOf(piece)]
    return { kind: 'same', count: 1, before: markdown, after: markdown, beforeStorage: storage, afterStorage: storage }
  }
  for (const piece of pieces.slice(0, head)) into.push(text(piece))
  if (middle > 0) into.push({ kind: 'same', count: middle, before: '', after: '', beforeStorage: '', afterStorage: '' })
  for (const piece of pieces.slice(pieces.length - tail)) if (tail > 0) into.push(text(piece))
}

function differ(a: readonly Piece[], b: readonly Piece[], into: BlockStep[], context: LinkContext): void {
  const pairs = Math.min(a.length, b.length)
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [from, to] = [a[i], b[i]]
    const kind = i < pairs ? 'changed' : from ? 'removed' : 'added'
    into.push({
      kind,
      count: 1,
      before: from ? markdownOf(from, context) : '',
      after: to ? markdownOf(to, context) : '',
      beforeStorage: from ? bodyOf(from) : '',
      afterStorage: to ? bodyOf(to) : '',
    })
  }
}

/** What was taken out in one place and put in as it was in another was moved: shown where it stands now. */
function withMoves(steps: readonly BlockStep[]): BlockStep[] {
  const removed = new Map<string, BlockStep>()
  for (const step of steps) if (step.kind === 'removed') removed.set(step.beforeStorage, step)
  const gone = new Set<BlockStep>()
  const list = steps.map((step) => {
    const from = step.kind === 'added' ? removed.get(step.afterStorage) : undefined
    if (from === undefined || gone.has(from)) return step
    gone.add(from)
    return { ...step, kind: 'moved' as const, before: from.before, beforeStorage: from.beforeStorage }
  })
  return list.filter((step) => !gone.has(step))
}

function markdownOf(piece: Piece, context: LinkContext): string {
  return piece.kind === 'frame' ? `*${piece.label}*` : readMarkdown(bodyOf(piece), context)
}
