import { matchSequences } from '../sequence/match.ts'
import { atomKey, atomsOf } from './atoms.ts'
import { pairUnits, type Old } from './pair.ts'
import { bagOf, shareIn, takeFrom } from './bag.ts'
import { unitsOf, type Unit } from './units.ts'
import type { Shown } from './view.ts'

/** What the edited document is made of, in its order. `index` is a place in the list of what is shown. */
export type Step =
  | { kind: 'keep'; index: number }
  | { kind: 'edit'; index: number; markdown: string }
  | { kind: 'new'; markdown: string }
  /** A kept line that stands there twice, or that this document does not have. */
  | { kind: 'unknown'; keep: number; twice: boolean }
  /** A piece that went while its words turned up in another: what is no text of it would be lost. */
  | { kind: 'joined'; index: number }

/** A stretch of the edit that is not as it was: pieces that are no longer whole, and what stands there instead. */
type Gap = { olds: number[]; units: Unit[] }

/** How the pieces that were shown became the edited Markdown. `shown` are those with a text. */
export function alignEdit(shown: readonly Shown[], markdown: string, carried: (index: number) => boolean): Step[] {
  const parts = partsOf(shown, atomsOf(markdown))
  const moves = new Moves(shown, parts)
  return parts.flatMap((part): Step[] =>
    typeof part === 'number' ? [{ kind: 'keep', index: part }] : gapSteps(part, shown, moves, carried),
  )
}

/** Pieces that are as they were, and the gaps between them. */
function partsOf(shown: readonly Shown[], atoms: readonly string[]): (number | Gap)[] {
  const owned = shown.map(({ text }) => atomsOf(text))
  const old = owned.flat().map(atomKey)
  const partners = new Int32Array(old.length).fill(-1)
  for (const [i, j] of matchSequences(old, atoms.map(atomKey))) partners[i] = j
  const parts: (number | Gap)[] = []
  let [olds, from, at]: [number[], number, number] = [[], 0, 0]
  const flush = (to: number) => {
    if (olds.length > 0 || to > from) parts.push({ olds, units: unitsOf(atoms.slice(from, to)) })
    olds = []
  }
  for (const [index, own] of owned.entries()) {
    const first = partners[at] ?? -1
    const whole = first >= 0 && own.every((_, i) => partners[at + i] === first + i)
    at += own.length
    if (!whole) {
      olds.push(index)
      continue
    }
    flush(first)
    parts.push(index)
    from = first + own.length
  }
  flush(atoms.length)
  return parts
}

/** Pieces that stand elsewhere than before: kept lines by their number, others by their whole text. */
class Moves {
  private readonly byKeep = new Map<number, number>()
  private readonly byText = new Map<string, number[]>()
  private readonly taken = new Set<number>()

  constructor(shown: readonly Shown[], parts: readonly (number | Gap)[]) {
    for (const [index, { keep }] of shown.entries()) if (keep !== undefined) this.byKeep.set(keep, index)
    for (const part of parts) {
      if (typeof part === 'number') this.taken.add(part)
      else for (const index of part.olds) this.add(shown[index]?.text ?? '', index)
    }
    for (const part of parts) if (typeof part !== 'number') for (const unit of part.units) this.claim(unit)
  }

  isTaken(index: number): boolean {
    return this.taken.has(index)
  }

  step(keep: number): Step {
    const index = this.byKeep.get(keep)
    if (index === undefined || this.taken.has(index)) return { kind: 'unknown', keep, twice: index !== undefined }
    this.taken.add(index)
    return { kind: 'keep', index }
  }

  private add(text: string, index: number): void {
    const list = this.byText.get(text)
    if (list) list.push(index)
    else this.byText.set(text, [index])
  }

  private claim(unit: Unit): void {
    if (unit.keep !== undefined) return
    const index = this.byText.get(unit.text)?.shift()
    if (index === undefined) return
    unit.moved = index
    this.taken.add(index)
  }
}

function gapSteps(
  { olds, units }: Gap,
  shown: readonly Shown[],
  moves: Moves,
  carried: (index: number) => boolean,
): Step[] {
  const left: Old[] = olds
    .filter((index) => shown[index]?.keep === undefined && !moves.isTaken(index))
    .map((index) => ({ index, units: unitsOf(atomsOf(shown[index]?.text ?? '')) }))
  const free = units.filter((unit) => unit.keep === undefined && unit.moved === undefined)
  const owners = pairUnits(left, free, carried)
  const steps: Step[] = joinedIn(left, free, owners, carried)
  const written = new Map<number, { kind: 'edit'; index: number; markdown: string }>()
  for (const unit of units) {
    const owner = owners.get(unit)
    const edited = owner === undefined ? undefined : written.get(owner)
    if (unit.keep !== undefined) steps.push(moves.step(unit.keep))
    else if (unit.moved !== undefined) steps.push({ kind: 'keep', index: unit.moved })
    else if (edited) edited.markdown += `\n\n${unit.text}`
    else if (owner !== undefined) {
      const step = { kind: 'edit' as const, index: owner, markdown: unit.text }
      written.set(owner, step)
      steps.push(step)
    } else steps.push({ kind: 'new', markdown: unit.text })
  }
  return steps
}

function joinedIn(
  olds: readonly Old[],
  units: readonly Unit[],
  owners: ReadonlyMap<Unit, number>,
  carried: (index: number) => boolean,
): Step[] {
  const kept = new Set(owners.values())
  const gone = olds.filter(({ index }) => !kept.has(index))
  if (gone.length === 0 || units.length === 0) return []
  const added = bagOf(units.map(({ text }) => text).join(' '))
  for (const { index, units: own } of olds)
    if (kept.has(index)) for (const { text } of own) takeFrom(added, bagOf(text))
  const isIn = ({ units: own }: Old) => {
    const bag = bagOf(own.map(({ text }) => text).join(' '))
    return shareIn(bag, added) >= 0.5
  }
  return gone.filter((old) => isIn(old) && !carried(old.index)).map(({ index }) => ({ kind: 'joined' as const, index }))
}
