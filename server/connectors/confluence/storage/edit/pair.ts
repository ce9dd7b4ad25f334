import { hunksBetween, matchSequences } from '../sequence/match.ts'
import { bagOf, similarity } from './bag.ts'
import type { Unit } from './units.ts'

/** A piece that is no longer whole, with the blocks of Markdown it was shown as. */
export type Old = { index: number; units: readonly Unit[] }

/** Stretches with more pairs than this are paired in order. */
const MAX_TABLE = 40_000

const ENOUGH = 0.5

/** Which piece each block of the edit is a new wording of; blocks of none are new, pieces of none were deleted. */
export function pairUnits(
  olds: readonly Old[],
  units: readonly Unit[],
  carried: (index: number) => boolean,
): Map<Unit, number> {
  const owners = new Map<Unit, number>()
  const [only, second] = olds
  if (only !== undefined && second === undefined && (units.length === 1 || only.units.length >= units.length)) {
    for (const unit of units) owners.set(unit, only.index)
    return owners
  }
  const flat = olds.flatMap((old) => old.units.map((unit) => ({ unit, index: old.index })))
  const pairs = bestPairs(
    flat.map(({ unit }) => unit),
    units,
  )
  for (const [i, j] of pairs) setOwner(owners, units[j], flat[i]?.index)
  pairRest(olds, units, owners, carried)
  fillBetween(units, owners)
  return owners
}

/**
 * For each row of an edited list or table, the row it was made of, -1 for a new one. Equal rows are the same row, wherever they
 * stand; of the others those are paired that are alike.
 */
export function pairRows(
  old: readonly string[],
  wanted: readonly string[],
  carried: (index: number) => boolean,
): number[] {
  const rows = wanted.map(() => -1)
  const matches = matchSequences(old, wanted)
  const free = new Map<string, number[]>()
  for (const [i, j] of matches) rows[j] = i
  const kept = new Set(rows)
  for (const [i, row] of old.entries()) if (!kept.has(i)) free.set(row, [...(free.get(row) ?? []), i])
  for (const [j, row] of wanted.entries()) {
    if (rows[j] === -1) rows[j] = free.get(row)?.shift() ?? -1
  }
  const taken = new Set(rows)
  for (const { aFrom, aTo, bFrom, bTo } of hunksBetween(matches, old.length, wanted.length)) {
    const olds = range(aFrom, aTo).filter((i) => !taken.has(i))
    const news = range(bFrom, bTo).filter((j) => rows[j] === -1)
    const units = news.map((j) => rowUnit(wanted[j] ?? ''))
    const owners = pairUnits(
      olds.map((index) => ({ index, units: [rowUnit(old[index] ?? '')] })),
      units,
      carried,
    )
    const used = new Set<number>()
    for (const [at, unit] of units.entries()) {
      const [row, owner] = [news[at], owners.get(unit)]
      if (row === undefined || owner === undefined || used.has(owner)) continue
      used.add(owner)
      rows[row] = owner
    }
  }
  return rows
}

function rowUnit(text: string): Unit {
  return { text, type: 'row', keep: undefined, moved: undefined }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}

function setOwner(owners: Map<Unit, number>, unit: Unit | undefined, index: number | undefined): void {
  if (unit !== undefined && index !== undefined) owners.set(unit, index)
}

/** Pairs in order that are alike enough, so that they are alike most in sum. */
function bestPairs(a: readonly Unit[], b: readonly Unit[]): [number, number][] {
  if (a.length * b.length > MAX_TABLE) return []
  const width = b.length + 1
  const likeness = new Float64Array((a.length + 1) * width)
  const sums = new Float64Array((a.length + 1) * width)
  const bags = b.map(({ text }) => bagOf(text))
  for (let i = a.length - 1; i >= 0; i--) {
    const unit = a[i]
    const bag = bagOf(unit?.text ?? '')
    for (let j = b.length - 1; j >= 0; j--) {
      const alike = similarity(bag, bags[j] ?? bag) + (unit?.type === b[j]?.type ? 0.2 : 0)
      const at = i * width + j
      likeness[at] = alike >= ENOUGH ? alike : 0
      const paired = alike >= ENOUGH ? (sums[at + width + 1] ?? 0) + alike : 0
      sums[at] = Math.max(paired, sums[at + width] ?? 0, sums[at + 1] ?? 0)
    }
  }
  const pairs: [number, number][] = []
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const at = i * width + j
    const alike = likeness[at] ?? 0
    if (alike > 0 && sums[at] === (sums[at + width + 1] ?? 0) + alike) pairs.push([i++, j++])
    else if (sums[at] === sums[at + width]) i++
    else j++
  }
  return pairs
}

/** Between the pairs, what is left is paired in order: a piece that would lose something else is never taken for deleted. */
function pairRest(
  olds: readonly Old[],
  units: readonly Unit[],
  owners: Map<Unit, number>,
  carried: (index: number) => boolean,
): void {
  const paired = new Set(owners.values())
  let at = 0
  for (const { index, units: own } of olds) {
    if (paired.has(index)) {
      while (at < units.length && ownerAt(units, owners, at) !== index) at++
      while (at < units.length && ownerAt(units, owners, at) === index) at++
      continue
    }
    const unit = units[at]
    if (unit === undefined || owners.has(unit)) continue
    if (unit.type !== own[0]?.type && carried(index)) continue
    owners.set(unit, index)
    at++
  }
}

function ownerAt(units: readonly Unit[], owners: Map<Unit, number>, at: number): number | undefined {
  const unit = units[at]
  return unit && owners.get(unit)
}

/** A block between two of one piece is that piece's too. */
function fillBetween(units: readonly Unit[], owners: Map<Unit, number>): void {
  const last = new Map<number, number>()
  for (const [at, unit] of units.entries()) {
    const owner = owners.get(unit)
    if (owner === undefined) continue
    const before = last.get(owner)
    if (before !== undefined) for (let i = before + 1; i < at; i++) setOwner(owners, units[i], owner)
    last.set(owner, at)
  }
}
