/** Text search vectors in PostgreSQL's binary form (`tsvectorrecv` in its src/backend/utils/adt/tsvector.c). */
import { STOP_WORD, UNLEARNED, type TermTable } from './term-table.ts'
import type { Terms } from './terms.ts'

type Weight = 'A' | 'B' | 'C' | 'D'
export type Part = { weight: Weight; terms: Terms }

const WEIGHT_BITS = { A: 3 << 14, B: 2 << 14, C: 1 << 14, D: 0 } as const
/** PostgreSQL's limits: a position, positions of one lexeme, and 1 MB for lexemes and positions together (with room for alignment). */
const LAST_POSITION = 16_383
const MOST_POSITIONS = 255
const MOST_BYTES = 900_000
/** Between parts, so that no phrase runs from one into the next. */
const GAP = 8
const LAST_ASCII = 0x7f

/** What a lexeme takes besides its letters, an upper bound, its first position included. */
const ENTRY_BYTES = 8
const MOST_ENTRIES = Math.ceil(MOST_BYTES / ENTRY_BYTES)
/** Each position is one word's, but the last, which each lexeme may have. */
const MOST_PLACES = LAST_POSITION + MOST_ENTRIES

/**
 * The vector in the making: lexemes in the order met, and for each its positions. Kept from one vector to the next instead
 * of a map of arrays for each; nothing in it outlives a call of `encodeVector`, which awaits nothing. Of its 2 MB the
 * system gives what the largest vector so far has touched.
 */
const lexemes = new Int32Array(MOST_ENTRIES)
const counts = new Uint8Array(MOST_ENTRIES)
const firsts = new Int32Array(MOST_ENTRIES)
const lasts = new Int32Array(MOST_ENTRIES)
/** A weight and a position, and where the next of the same lexeme is. */
const places = new Uint16Array(MOST_PLACES)
const nexts = new Int32Array(MOST_PLACES)
const bytes = Buffer.alloc(65_536)

type Making = { entries: number; used: number; position: number; /** An upper bound. */ size: number }

/**
 * Encodes the words of the parts, in order, with their weights; `filters` are lexemes without a position. What exceeds
 * PostgreSQL's limits is left out, the end of the last part first. Terms must have been learned (`learnLexemes`) and be
 * of one table: an Error otherwise.
 */
export function encodeVector(parts: readonly [Part, ...Part[]], filters: readonly string[]): Buffer {
  const { table } = parts[0].terms
  const unplaced = new Set(filters)
  const making = { entries: 0, used: 0, position: 0, size: 4 }
  for (const filter of unplaced) making.size += entrySize(filter.length)
  for (const part of parts) addPart(making, table, part)
  const buffer = making.size <= bytes.length ? bytes : Buffer.allocUnsafe(making.size)
  let at = buffer.writeUInt32BE(unplaced.size + making.entries, 0)
  for (const filter of unplaced) at = buffer.writeUInt16BE(0, buffer.writeUInt8(0, at + buffer.write(filter, at)))
  for (let entry = 0; entry < making.entries; entry++)
    at = writePlaces(buffer, entry, writeLexeme(buffer, table, lexemes[entry] ?? 0, at))
  return Buffer.from(buffer.subarray(0, at))
}

function addPart(making: Making, table: TermTable, { weight, terms }: Part): void {
  if (terms.table !== table) throw new Error('The terms of a vector must be of one table.')
  const bits = WEIGHT_BITS[weight]
  for (const term of terms.numbers) {
    const meaning = table.meanings[term] ?? UNLEARNED
    if (meaning > UNLEARNED) addWord(making, table, meaning, bits)
    else if (meaning < UNLEARNED) for (const one of table.several[-meaning - 1] ?? []) addWord(making, table, one, bits)
  }
  making.position = Math.min(making.position + GAP, LAST_POSITION)
}

function addWord(making: Making, table: TermTable, lexeme: number, bits: number): void {
  making.position = Math.min(making.position + 1, LAST_POSITION)
  if (lexeme === STOP_WORD) return
  const { position, used, entries } = making
  const entry = table.entries[lexeme] ?? 0
  if (entry < entries && lexemes[entry] === lexeme) {
    const last = lasts[entry] ?? 0
    const count = counts[entry] ?? 0
    // The same position twice is refused by PostgreSQL: it happens at the last one, where all later words gather.
    const isLater = ((places[last] ?? 0) & LAST_POSITION) < position
    if (count >= MOST_POSITIONS || !isLater || making.size >= MOST_BYTES) return
    nexts[last] = used
    counts[entry] = count + 1
    lasts[entry] = used
    making.size += 2
  } else {
    const more = entrySize((table.starts[lexeme + 1] ?? 0) - (table.starts[lexeme] ?? 0))
    if (making.size + more > MOST_BYTES) return
    table.entries[lexeme] = entries
    lexemes[entries] = lexeme
    counts[entries] = 1
    firsts[entries] = used
    lasts[entries] = used
    making.entries += 1
    making.size += more
  }
  places[used] = bits | position
  making.used += 1
}

/** An upper bound of what a lexeme of so many UTF-16 units takes, its first position included. */
function entrySize(units: number): number {
  return units * 3 + ENTRY_BYTES
}

/** The lexeme in UTF-8 and a zero. PostgreSQL sorts what comes unsorted. */
function writeLexeme(buffer: Buffer, { starts, units, texts }: TermTable, lexeme: number, start: number): number {
  const end = starts[lexeme + 1] ?? 0
  let at = start
  for (let from = starts[lexeme] ?? 0; from < end; from++) {
    const unit = units[from] ?? 0
    if (unit > LAST_ASCII) {
      at = start + buffer.write(texts[lexeme] ?? '', start)
      break
    }
    buffer[at++] = unit
  }
  buffer[at] = 0
  return at + 1
}

/** The number of positions and the positions. */
function writePlaces(buffer: Buffer, entry: number, start: number): number {
  const count = counts[entry] ?? 0
  let at = start
  buffer[at++] = 0
  buffer[at++] = count
  let from = firsts[entry] ?? 0
  for (let written = 0; written < count; written++) {
    const place = places[from] ?? 0
    buffer[at++] = place >> 8
    buffer[at++] = place
    from = nexts[from] ?? 0
  }
  return at
}
