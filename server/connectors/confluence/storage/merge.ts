import type { MergePart } from '#schema/publish.ts'
import type { LinkContext } from './addresses.ts'
import { bodyOf, splitBlocks, type Piece } from './blocks.ts'
import { readMarkdown } from './edit/view.ts'
import { brokenFrame } from './edit/frames.ts'
import { threeWay, type Region } from './sequence/three-way.ts'

export type Merged = {
  parts: MergePart[]
  conflicts: number
  /** The merged document; undefined where somebody has to choose. */
  storage: string | undefined
}

/**
 * Two edits of one document put together, block by block. A block that one side changed is taken from that side; a stretch
 * that both changed, not alike, is a conflict, and so are changes of blocks that touch. White space between blocks is no change.
 */
export function mergeStorage(base: string, mine: string, theirs: string, context: LinkContext): Merged {
  const sides = [base, mine, theirs].map((storage) => splitBlocks(storage))
  const [inBase = [], inMine = [], inTheirs = []] = sides
  const regions = threeWay(inBase.map(keyOf), inMine.map(keyOf), inTheirs.map(keyOf))
  const stretches = balanced(regions.map((region) => stretchOf(region, inBase, inMine, inTheirs)))
  const parts = joined(stretches.map((stretch) => partOf(stretch, context)))
  const conflicts = parts.filter((part) => part.kind === 'conflict').length
  const storage = conflicts > 0 ? undefined : parts.map((part) => (part.kind === 'merged' ? part.storage : '')).join('')
  return { parts, conflicts, storage }
}

/** What a piece is compared by: all of it but the white space before it. */
export function keyOf(piece: Piece): string {
  return piece.kind === 'frame' ? `frame ${bodyOf(piece).replace(/>\s+</g, '><').trim()}` : bodyOf(piece).trimEnd()
}

type Stretch = { base: Piece[]; mine: Piece[]; theirs: Piece[]; stable: boolean }

function stretchOf(region: Region, base: Piece[], mine: Piece[], theirs: Piece[]): Stretch {
  return {
    base: base.slice(...region.base),
    mine: mine.slice(...region.mine),
    theirs: theirs.slice(...region.theirs),
    stable: region.stable,
  }
}

/** Whatever is chosen in a conflict, containers must open and close: a conflict that cuts one grows until it holds it whole. */
function balanced(stretches: Stretch[]): Stretch[] {
  const list = [...stretches]
  for (let i = 0; i < list.length; i++) {
    const stretch = list[i]
    if (stretch === undefined || !isConflict(stretch) || isWhole(stretch)) continue
    const from = Math.max(0, i - 1)
    const grown = list.slice(from, i + 2)
    if (grown.length === 1) continue
    list.splice(from, grown.length, {
      base: grown.flatMap(({ base }) => base),
      mine: grown.flatMap(({ mine }) => mine),
      theirs: grown.flatMap(({ theirs }) => theirs),
      stable: false,
    })
    i = from - 1
  }
  return list
}

function isWhole({ base, mine, theirs }: Stretch): boolean {
  return [base, mine, theirs].every((pieces) => brokenFrame(pieces, pieces) === undefined)
}

function isConflict({ base, mine, theirs, stable }: Stretch): boolean {
  if (stable) return false
  const [was, one, other] = [base, mine, theirs].map((pieces) => pieces.map(keyOf).join('\n'))
  return one !== was && other !== was && one !== other
}

function partOf(stretch: Stretch, context: LinkContext): MergePart {
  const { base, mine, theirs } = stretch
  if (isConflict(stretch)) {
    const side = (pieces: Piece[]) => ({ storage: rawOf(pieces), markdown: readMarkdown(rawOf(pieces), context) })
    return { kind: 'conflict', base: side(base), mine: side(mine), theirs: side(theirs) }
  }
  // Where they agree, the newer version's bytes are taken; where it did not change anything, mine.
  const theirsChanged = theirs.map(keyOf).join('\n') !== base.map(keyOf).join('\n')
  return { kind: 'merged', storage: rawOf(stretch.stable || theirsChanged ? theirs : mine) }
}

function rawOf(pieces: readonly Piece[]): string {
  return pieces.map((piece) => piece.raw).join('')
}

/** Settled parts in a row are one. */
function joined(parts: readonly MergePart[]): MergePart[] {
  const list: MergePart[] = []
  for (const part of parts) {
    const last = list.at(-1)
    if (part.kind === 'merged' && last?.kind === 'merged') last.storage += part.storage
    else list.push(part.kind === 'merged' ? { ...part } : part)
  }
  return list
}
