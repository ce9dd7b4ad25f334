/** Classes of time, two to each doubling: what charts need to tell a median without every single time being kept. */

/** The class of what failed. */
export const FAILED = -1
const LAST = 40

/** Class n holds times from 2^(n/2) to 2^((n+1)/2) milliseconds, class 0 also what is shorter. */
export function timeClass(ms: number): number {
  return Math.min(LAST, Math.max(0, Math.floor(2 * Math.log2(Math.max(ms, 1)))))
}

/** Milliseconds; within its class it is taken for evenly spread. Null of nothing. Counts by class, FAILED not among them. */
export function medianOf(counts: ReadonlyMap<number, number>): number | null {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  let below = 0
  for (const [n, count] of [...counts].sort(([a], [b]) => a - b)) {
    if (below + count < total / 2) {
      below += count
      continue
    }
    const [from, to] = [n === 0 ? 0 : 2 ** (n / 2), 2 ** ((n + 1) / 2)]
    return from + ((to - from) * (total / 2 - below)) / count
  }
  return null
}
