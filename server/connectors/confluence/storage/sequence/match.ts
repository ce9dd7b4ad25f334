/** Pairs of equal elements, in order in both: [index in a, index in b]. */
export type Matches = [number, number][]

/** Between anchors, ranges of at most this many pairs are compared each with each. */
const MAX_TABLE = 250_000

/**
 * What two lists share, in order. Equal starts and ends are taken first, then elements that are in both just once hold the
 * rest together, and what is between them is compared each with each while that is little. Takes time in proportion to the
 * lists, never to their product.
 */
export function matchSequences(a: readonly string[], b: readonly string[]): Matches {
  const matches: Matches = []
  matchRange(a, 0, a.length, b, 0, b.length, matches)
  return matches
}

function matchRange(
  a: readonly string[],
  aFrom: number,
  aTo: number,
  b: readonly string[],
  bFrom: number,
  bTo: number,
  into: Matches,
): void {
  while (aFrom < aTo && bFrom < bTo && a[aFrom] === b[bFrom]) into.push([aFrom++, bFrom++])
  let tail = 0
  while (aFrom < aTo - tail && bFrom < bTo - tail && a[aTo - 1 - tail] === b[bTo - 1 - tail]) tail++
  const [aEnd, bEnd] = [aTo - tail, bTo - tail]
  if (aFrom < aEnd && bFrom < bEnd) {
    if ((aEnd - aFrom) * (bEnd - bFrom) <= MAX_TABLE) table(a, aFrom, aEnd, b, bFrom, bEnd, into)
    else anchored(a, aFrom, aEnd, b, bFrom, bEnd, into)
  }
  for (let i = 0; i < tail; i++) into.push([aEnd + i, bEnd + i])
}

/** Splits at the elements that occur once in each list; ranges without any are taken as different. */
function anchored(
  a: readonly string[],
  aFrom: number,
  aTo: number,
  b: readonly string[],
  bFrom: number,
  bTo: number,
  into: Matches,
): void {
  const inA = onceIn(a, aFrom, aTo)
  const inB = onceIn(b, bFrom, bTo)
  const pairs: Matches = []
  for (const [value, index] of inA) {
    const other = index < 0 ? -1 : (inB.get(value) ?? -1)
    if (other >= 0) pairs.push([index, other])
  }
  const anchors = rising(pairs)
  let [aAt, bAt] = [aFrom, bFrom]
  if (anchors.length === 0) return
  for (const [i, j] of anchors) {
    matchRange(a, aAt, i, b, bAt, j, into)
    into.push([i, j])
    aAt = i + 1
    bAt = j + 1
  }
  matchRange(a, aAt, aTo, b, bAt, bTo, into)
}

/** Index of each element of the range, -1 for those that occur more than once. */
function onceIn(list: readonly string[], from: number, to: number): Map<string, number> {
  const found = new Map<string, number>()
  for (let i = from; i < to; i++) {
    const value = list[i]
    if (value !== undefined) found.set(value, found.has(value) ? -1 : i)
  }
  return found
}

/** The longest run of pairs, given in order of the first index, whose second indexes rise too. */
function rising(pairs: Matches): Matches {
  const tops: number[] = []
  const before: number[] = []
  for (const [index, [, second]] of pairs.entries()) {
    let low = 0
    let high = tops.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((pairs[tops[middle] ?? 0]?.[1] ?? 0) < second) low = middle + 1
      else high = middle
    }
    before[index] = low > 0 ? (tops[low - 1] ?? -1) : -1
    tops[low] = index
  }
  const found: Matches = []
  for (let at = tops.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) {
    const pair = pairs[at]
    if (pair) found.push(pair)
  }
  return found.toReversed()
}

/** Longest common subsequence. */
function table(
  a: readonly string[],
  aFrom: number,
  aTo: number,
  b: readonly string[],
  bFrom: number,
  bTo: number,
  into: Matches,
): void {
  const width = bTo - bFrom + 1
  const lengths = new Uint32Array((aTo - aFrom + 1) * width)
  const at = (i: number, j: number) => lengths[(i - aFrom) * width + (j - bFrom)] ?? 0
  for (let i = aTo - 1; i >= aFrom; i--) {
    for (let j = bTo - 1; j >= bFrom; j--) {
      lengths[(i - aFrom) * width + (j - bFrom)] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  let [i, j] = [aFrom, bFrom]
  while (i < aTo && j < bTo) {
    if (a[i] === b[j]) into.push([i++, j++])
    else if (at(i + 1, j) >= at(i, j + 1)) i++
    else j++
  }
}

/** A stretch where two lists differ: `a` from `aFrom` up to `aTo` stands where `b` has `bFrom` up to `bTo`. */
export type Hunk = { aFrom: number; aTo: number; bFrom: number; bTo: number }

/** What is between the matches. */
export function hunksBetween(matches: Matches, aLength: number, bLength: number): Hunk[] {
  const hunks: Hunk[] = []
  let [aAt, bAt] = [0, 0]
  for (const [i, j] of [...matches, [aLength, bLength] as const]) {
    if (i > aAt || j > bAt) hunks.push({ aFrom: aAt, aTo: i, bFrom: bAt, bTo: j })
    aAt = i + 1
    bAt = j + 1
  }
  return hunks
}
