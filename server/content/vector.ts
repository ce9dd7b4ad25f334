/** Text search vectors in PostgreSQL's binary form (`tsvectorrecv` in its src/backend/utils/adt/tsvector.c). */
import type { Term } from './lexemes.ts'

type Weight = 'A' | 'B' | 'C' | 'D'
export type Part = { weight: Weight; terms: Term[] }

const WEIGHT_BITS = { A: 3 << 14, B: 2 << 14, C: 1 << 14, D: 0 } as const
/** PostgreSQL's limits: a position, positions of one lexeme, and 1 MB for lexemes and positions together (with room for alignment). */
const LAST_POSITION = 16_383
const MOST_POSITIONS = 255
const MOST_BYTES = 900_000
/** Between parts, so that no phrase runs from one into the next. */
const GAP = 8

/**
 * Encodes the words of the parts, in order, with their weights; `filters` are lexemes without a position. What exceeds
 * PostgreSQL's limits is left out, the end of the last part first. Terms must have been learned (`learnLexemes`).
 */
export function encodeVector(parts: Part[], filters: string[]): Buffer {
  const positions = new Map<string, number[]>(filters.map((filter) => [filter, []]))
  let size = filters.reduce((sum, filter) => sum + entrySize(filter), 4)
  let position = 0
  for (const { weight, terms } of parts) {
    const bits = WEIGHT_BITS[weight]
    for (const { lexemes = [] } of terms)
      for (const lexeme of lexemes) {
        position = Math.min(position + 1, LAST_POSITION)
        if (lexeme === null) continue
        const seen = positions.get(lexeme)
        if (seen === undefined) {
          if (size + entrySize(lexeme) > MOST_BYTES) continue
          size += entrySize(lexeme)
          positions.set(lexeme, [bits | position])
        } else if (isRoomFor(seen, position) && size < MOST_BYTES) {
          size += 2
          seen.push(bits | position)
        }
      }
    position = Math.min(position + GAP, LAST_POSITION)
  }
  return write(positions, size)
}

/** The same position twice is refused by PostgreSQL: it happens at the last one, where all later words gather. */
function isRoomFor(seen: number[], position: number): boolean {
  if (seen.length >= MOST_POSITIONS) return false
  return ((seen.at(-1) ?? 0) & LAST_POSITION) < position
}

/** An upper bound of what a lexeme takes, its first position included. */
function entrySize(lexeme: string): number {
  return lexeme.length * 3 + 8
}

/** Count, then for each lexeme its bytes, a zero, the number of positions and the positions. PostgreSQL sorts what comes unsorted. */
function write(positions: Map<string, number[]>, atMost: number): Buffer {
  const buffer = Buffer.allocUnsafe(atMost)
  let at = buffer.writeUInt32BE(positions.size, 0)
  for (const [lexeme, places] of positions) {
    at = writeWord(buffer, lexeme, at)
    at = buffer.writeUInt16BE(places.length, at)
    for (const place of places) at = buffer.writeUInt16BE(place, at)
  }
  return buffer.subarray(0, at)
}

function writeWord(buffer: Buffer, word: string, start: number): number {
  let at = start
  for (let index = 0; index < word.length; index++) {
    const code = word.charCodeAt(index)
    if (code > 0x7f) {
      const end = start + buffer.write(word, start)
      buffer[end] = 0
      return end + 1
    }
    buffer[at++] = code
  }
  buffer[at] = 0
  return at + 1
}
