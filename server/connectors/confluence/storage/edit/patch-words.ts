import { textRuns, type Run } from '../raw/runs.ts'
import { hunksBetween, matchSequences } from '../sequence/match.ts'
import { escapeXml, inCdata } from '../write/escape.ts'
import type { Leaf, Leaves } from './meaning.ts'

/** A stretch of the source and what comes to stand there. */
type Patch = { from: number; to: number; text: string }

/**
 * The block with words changed inside its text, every tag left alone; undefined where that cannot be: the shape differs, or a
 * changed word stands in no text of the source. `before` is the block as it is shown, `after` what it was edited to.
 */
export function patchWords(source: string, before: Leaves, after: Leaves): string | undefined {
  if (before.shape !== after.shape) return undefined
  const flat = new Flat(textRuns(source))
  const places = placesOf(before.texts, flat)
  const patches: Patch[] = []
  let offset = 0
  for (const [index, { value }] of before.texts.entries()) {
    const wanted = after.texts[index]?.value ?? ''
    const leaf = { value, places: places.subarray(offset, offset + value.length) }
    for (const change of changesOf(value, wanted)) {
      const found = patchesFor(change, leaf, flat)
      if (found === undefined) return undefined
      patches.push(...found)
    }
    offset += value.length
  }
  return applyPatches(source, patches)
}

function applyPatches(source: string, patches: Patch[]): string | undefined {
  patches.sort((a, b) => a.from - b.from || a.to - b.to)
  let out = ''
  let at = 0
  for (const { from, to, text } of patches) {
    if (from < at) return undefined
    out += source.slice(at, from) + text
    at = to
  }
  return out + source.slice(at)
}

/** All runs as one text, each character knowing its run. */
class Flat {
  readonly text: string
  readonly runs: Run[] = []
  readonly runOf: Int32Array
  private readonly starts: number[] = []

  constructor(runs: Run[]) {
    this.text = runs.map((run) => run.text).join('')
    this.runOf = new Int32Array(this.text.length)
    let at = 0
    for (const [index, run] of runs.entries()) {
      this.runs.push(run)
      this.starts.push(at)
      this.runOf.fill(index, at, at + run.text.length)
      at += run.text.length
    }
  }

  run(index: number): Run | undefined {
    return this.runs[this.runOf[index] ?? -1]
  }

  from(index: number): number {
    return this.run(index)?.at[index - this.startOf(index)] ?? -1
  }

  to(index: number): number {
    return this.run(index)?.upTo[index - this.startOf(index)] ?? -1
  }

  isSpace(index: number): boolean {
    return isSpace(this.text.charAt(index))
  }

  sameRun(a: number, b: number): boolean {
    return a >= 0 && b >= 0 && a < this.text.length && b < this.text.length && this.runOf[a] === this.runOf[b]
  }

  /** The characters of a run that stand in a range: first and one past the last. */
  startOf(index: number): number {
    return this.starts[this.runOf[index] ?? 0] ?? 0
  }
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r' || character === '\f'
}

/** For each character of the leaves, where it stands in the runs; -1 for white space and for what no run holds. */
function placesOf(leaves: readonly Leaf[], flat: Flat): Int32Array {
  const shown = wordsOf(leaves.map(({ value, joined }) => ({ text: value, joined })))
  const held = wordsOf(flat.runs)
  const length = leaves.reduce((sum, { value }) => sum + value.length, 0)
  const places = new Int32Array(length).fill(-1)
  const join = (a: readonly number[], b: readonly number[]) => a.forEach((place, i) => (places[place] = b[i] ?? -1))
  const matches = matchSequences(
    shown.map((word) => word.text),
    held.map((word) => word.text),
  )
  for (const [i, j] of matches) join(shown[i]?.places ?? [], held[j]?.places ?? [])
  for (const { aFrom, aTo, bFrom, bTo } of hunksBetween(matches, shown.length, held.length)) {
    const [a, b] = [charactersOf(shown, aFrom, aTo), charactersOf(held, bFrom, bTo)]
    for (const [i, j] of matchSequences(a.texts, b.texts)) join([a.places[i] ?? 0], [b.places[j] ?? -1])
  }
  return places
}

type Word = { text: string; places: number[] }

/** Words by white space; one may span several texts that are joined. */
function wordsOf(texts: readonly { text: string; joined: boolean }[]): Word[] {
  const words: Word[] = []
  let word: Word | undefined
  let offset = 0
  for (const { text, joined } of texts) {
    if (!joined) word = undefined
    for (let i = 0; i < text.length; i++) {
      const character = text.charAt(i)
      if (isSpace(character)) word = undefined
      else {
        if (word === undefined) words.push((word = { text: '', places: [] }))
        word.text += character
        word.places.push(offset + i)
      }
    }
    offset += text.length
  }
  return words
}

function charactersOf(words: readonly Word[], from: number, to: number): { texts: string[]; places: number[] } {
  const texts: string[] = []
  const places: number[] = []
  for (const word of words.slice(from, to)) {
    texts.push(...Array.from({ length: word.text.length }, (_, i) => word.text.charAt(i)))
    places.push(...word.places)
  }
  return { texts, places }
}

type Change = { from: number; to: number; text: string }

/** What differs between two texts, word by word. */
function changesOf(before: string, after: string): Change[] {
  if (before === after) return []
  const [a, b] = [tokens(before), tokens(after)]
  const hunks = hunksBetween(matchSequences(a, b), a.length, b.length)
  const offsets = [0]
  for (const token of a) offsets.push((offsets.at(-1) ?? 0) + token.length)
  return hunks.map(({ aFrom, aTo, bFrom, bTo }) => ({
    from: offsets[aFrom] ?? 0,
    to: offsets[aTo] ?? 0,
    text: b.slice(bFrom, bTo).join(''),
  }))
}

function tokens(text: string): string[] {
  return text.match(/[\p{L}\p{M}\p{N}_]+|[ \t\r\n\f]+|[^]/gu) ?? []
}

type Placed = { value: string; places: Int32Array }

function patchesFor(change: Change, leaf: Placed, flat: Flat): Patch[] | undefined {
  return change.from === change.to ? insertion(change, leaf, flat) : replacement(change, leaf, flat)
}

function insertion({ from, text }: Change, leaf: Placed, flat: Flat): Patch[] | undefined {
  const behind = from > 0 ? endBefore(from, leaf, flat) : -1
  const ahead = from < leaf.value.length ? startAt(from, leaf, flat) : -1
  const depth = (index: number) => flat.run(index)?.depth ?? Number.POSITIVE_INFINITY
  if (behind < 0 && ahead < 0) return undefined
  // Between two texts the one with fewer tags around it grows: not the one that a comment is attached to.
  const after = behind >= 0 && (ahead < 0 || depth(behind - 1) <= depth(ahead))
  const run = flat.run(after ? behind - 1 : ahead)
  const outside = run?.comment !== undefined && run.comment.children.includes(run.node) ? run.comment : undefined
  const at = after ? (outside?.end ?? flat.to(behind - 1)) : (outside?.start ?? flat.from(ahead))
  return [{ from: at, to: at, text: escapeFor(run, text) }]
}

function replacement({ from, to, text }: Change, leaf: Placed, flat: Flat): Patch[] | undefined {
  const start = startAt(from, leaf, flat)
  const end = endBefore(to, leaf, flat)
  if (start < 0 || end <= start || !holdsJust(leaf, from, to, flat, start, end)) return undefined
  const trimmed = flat.sameRun(start, end - 1) ? undefined : trimmedChange({ from, to, text }, leaf.value)
  if (trimmed) return patchesFor(trimmed, leaf, flat)
  const patches: Patch[] = []
  for (let at = start; at < end;) {
    const run = flat.run(at)
    let stop = at
    while (stop < end && flat.sameRun(at, stop)) stop++
    if (run === undefined) return undefined
    const put = patches.length === 0 ? text : ''
    if (put === '' && run.comment !== undefined && isWhole(flat, at, stop)) return undefined
    patches.push({ from: flat.from(at), to: flat.to(stop - 1), text: escapeFor(run, put) })
    at = stop
  }
  return patches
}

/** A change without the letters that stay at its start and end; undefined where there are none. A word of two runs keeps them. */
function trimmedChange({ from, to, text }: Change, value: string): Change | undefined {
  const old = value.slice(from, to)
  const most = Math.min(old.length, text.length)
  let head = 0
  while (head < most && old[head] === text[head]) head++
  if (isHighSurrogate(old.charCodeAt(head - 1))) head--
  let tail = 0
  while (tail < most - head && old.at(-1 - tail) === text.at(-1 - tail)) tail++
  if (isHighSurrogate(old.charCodeAt(old.length - tail - 1))) tail--
  if (head <= 0 && tail <= 0) return undefined
  return { from: from + head, to: to - tail, text: text.slice(head, text.length - tail) }
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff
}

/** True where a range takes every word out of its run. */
function isWhole(flat: Flat, from: number, to: number): boolean {
  const start = flat.startOf(from)
  const run = flat.run(from)
  const rest = run ? run.text.slice(0, from - start) + run.text.slice(to - start) : ''
  return rest.trim() === ''
}

/** Nothing but the characters of the leaf may stand in the range: anything else is not shown, so it stays. */
function holdsJust(leaf: Placed, from: number, to: number, flat: Flat, start: number, end: number): boolean {
  let wanted = 0
  for (let i = from; i < to; i++) {
    if (isSpace(leaf.value.charAt(i))) continue
    const place = leaf.places[i] ?? -1
    if (place < start || place >= end) return false
    wanted++
  }
  let held = 0
  for (let i = start; i < end; i++) if (!flat.isSpace(i)) held++
  return held === wanted
}

/** Where the character at `from` begins in the runs; white space belongs to the word after it, or to the one before. */
function startAt(from: number, leaf: Placed, flat: Flat): number {
  if (!isSpace(leaf.value.charAt(from))) return leaf.places[from] ?? -1
  let next = from
  while (next < leaf.value.length && isSpace(leaf.value.charAt(next))) next++
  const ahead = next < leaf.value.length ? (leaf.places[next] ?? -1) : -1
  let at = ahead
  while (at > 0 && flat.sameRun(at - 1, ahead) && flat.isSpace(at - 1)) at--
  if (ahead >= 0 && at < ahead) return at
  const behind = from > 0 ? (leaf.places[from - 1] ?? -1) : -1
  return behind >= 0 && flat.sameRun(behind, behind + 1) && flat.isSpace(behind + 1) ? behind + 1 : -1
}

/** Where the character before `to` ends in the runs: one past its place. */
function endBefore(to: number, leaf: Placed, flat: Flat): number {
  if (!isSpace(leaf.value.charAt(to - 1))) return (leaf.places[to - 1] ?? -2) + 1
  let last = to - 1
  while (last >= 0 && isSpace(leaf.value.charAt(last))) last--
  const behind = last >= 0 ? (leaf.places[last] ?? -1) : -1
  let at = behind + 1
  while (flat.sameRun(behind, at) && flat.isSpace(at)) at++
  if (behind >= 0 && at > behind + 1) return at
  const ahead = to < leaf.value.length ? (leaf.places[to] ?? -1) : -1
  return ahead > 0 && flat.sameRun(ahead, ahead - 1) && flat.isSpace(ahead - 1) ? ahead : -1
}

function escapeFor(run: Run | undefined, text: string): string {
  return run?.type === 'cdata' ? inCdata(text) : escapeXml(text)
}
