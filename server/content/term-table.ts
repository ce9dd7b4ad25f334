/**
 * Terms by number. A `Map` of strings would have to be asked with a string, made and hashed for each word of each page,
 * and would keep hundreds of thousands of objects for the garbage collector to walk; this table is asked with code units,
 * makes a string only of a term that it has not met, and keeps what is read for each word of a page in arrays of numbers.
 */

import type { Language } from './language.ts'

/** What a term means while nobody asked the dictionary. */
export const UNLEARNED = 0
/** A stop word: counted, but not indexed. */
export const STOP_WORD = 1
const FIRST_TERM = 2

/**
 * Terms are chunks of text and the lexemes that chunks become, each text once: equal terms have equal numbers. Finding
 * and changing await nothing, so one `word` and one `entries` serve all. Nothing is ever forgotten: who wants the memory
 * back lets the table go.
 */
export type TermTable = {
  /** Whose dictionary its terms are learned from: equal chunks mean something else in another language. */
  readonly language: Language
  /** The units asked for. */
  readonly word: Uint16Array
  /** Random, so that nobody can write a page whose words all meet in one place. */
  readonly multiplier: number
  /** One more than the greatest number. */
  end: number
  readonly texts: string[]
  /** A term's units begin in `units` at its start and end at the next one's. */
  starts: Int32Array
  units: Uint16Array
  hashes: Int32Array
  /** By term: the number of its lexeme, `STOP_WORD`, `UNLEARNED`, or -1 and less for the first and further of `several`. */
  meanings: Int32Array
  /** What compounds mean: lexemes and stop words, in order. */
  readonly several: (readonly number[])[]
  /** By lexeme, its place in the vector being encoded; means nothing to others. */
  entries: Int32Array
  /** Numbers, each at the first free slot from its hash on; 0 where free. At most half are taken. */
  slots: Int32Array
}

/** More than a chunk or a lexeme ever has, and a power of two. */
export const WORD_UNITS = 1_024
const FIRST_SIZE = 1 << 11

export function openTermTable(language: Language): TermTable {
  return {
    language,
    word: new Uint16Array(WORD_UNITS),
    multiplier: (Math.floor(Math.random() * 2 ** 29) << 3) | 5,
    end: FIRST_TERM,
    texts: Array.from({ length: FIRST_TERM }, () => ''),
    starts: new Int32Array(FIRST_SIZE + 1),
    units: new Uint16Array(FIRST_SIZE * 8),
    hashes: new Int32Array(FIRST_SIZE),
    meanings: new Int32Array(FIRST_SIZE),
    several: [],
    entries: new Int32Array(FIRST_SIZE),
    slots: new Int32Array(FIRST_SIZE * 2),
  }
}

/**
 * The number of the term in the first `length` units of `word`. Its hash: from 0, for each unit, times the multiplier
 * plus the unit.
 */
export function findTerm(table: TermTable, hash: number, length: number): number {
  const { slots, hashes } = table
  let slot = firstSlot(slots, hash)
  for (let term = slots[slot] ?? 0; term !== 0; term = slots[slot] ?? 0) {
    if (hashes[term] === hash && isWord(table, term, length)) return term
    slot = (slot + 1) & (slots.length - 1)
  }
  return addTerm(table, hash, slot, length)
}

export function findText(table: TermTable, text: string): number {
  const { word, multiplier } = table
  if (text.length > WORD_UNITS) throw new Error(`A term of ${text.length} units; there is room for ${WORD_UNITS}.`)
  let hash = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    word[at] = unit
    hash = (Math.imul(hash, multiplier) + unit) | 0
  }
  return findTerm(table, hash, text.length)
}

function firstSlot(slots: Int32Array, hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x9e37_79b1)
  return (mixed ^ (mixed >>> 15)) & (slots.length - 1)
}

function isWord({ starts, units, word }: TermTable, term: number, length: number): boolean {
  const start = starts[term] ?? 0
  if ((starts[term + 1] ?? 0) - start !== length) return false
  for (let at = 0; at < length; at++) if (units[start + at] !== word[at]) return false
  return true
}

function addTerm(table: TermTable, hash: number, slot: number, length: number): number {
  const term = table.end++
  const units = table.word.subarray(0, length)
  const start = table.starts[term] ?? 0
  table.texts.push(String.fromCharCode(...units))
  table.slots[slot] = term
  table.hashes[term] = hash
  table.starts[term + 1] = start + length
  if (start + length > table.units.length) table.units = longer(table.units, new Uint16Array(table.units.length * 2))
  table.units.set(units, start)
  if (table.end === table.hashes.length) grow(table)
  return term
}

function grow(table: TermTable): void {
  const size = table.hashes.length * 2
  table.hashes = longer(table.hashes, new Int32Array(size))
  table.starts = longer(table.starts, new Int32Array(size + 1))
  table.meanings = longer(table.meanings, new Int32Array(size))
  table.entries = longer(table.entries, new Int32Array(size))
  const slots = new Int32Array(size * 2)
  for (let term = FIRST_TERM; term < table.end; term++) {
    let slot = firstSlot(slots, table.hashes[term] ?? 0)
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1)
    slots[slot] = term
  }
  table.slots = slots
}

function longer<T extends Int32Array | Uint16Array>(from: T, to: T): T {
  to.set(from)
  return to
}
