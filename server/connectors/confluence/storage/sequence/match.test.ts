import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { hunksBetween, matchSequences } from './match.ts'
import { threeWay } from './three-way.ts'

const list = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 12 })

test('matches are equal, in order in both, and as many as can be', () => {
  fc.assert(
    fc.property(list, list, (a, b) => {
      const matches = matchSequences(a, b)
      for (const [at, [i, j]] of matches.entries()) {
        expect(a[i]).toBe(b[j])
        const before = matches[at - 1] ?? [-1, -1]
        expect(i > before[0] && j > before[1]).toBe(true)
      }
      expect(matches.length).toBe(longestCommon(a, b))
      const differing = hunksBetween(matches, a.length, b.length)
      const length = differing.reduce((sum, { aFrom, aTo }) => sum + aTo - aFrom, 0)
      expect(length + matches.length).toBe(a.length)
    }),
  )
})

test('long lists without a common element end, and long ones with few changes match but for these', () => {
  const a = Array.from({ length: 50_000 }, (_, i) => `a${i}`)
  const b = a.map((value, i) => (i % 1_000 === 500 ? 'new' : value))
  expect(matchSequences(a, b)).toHaveLength(49_950)
  expect(
    matchSequences(
      a,
      Array.from({ length: 50_000 }, (_, i) => `b${i}`),
    ),
  ).toEqual([])
  const same = Array.from({ length: 5_000 }, () => 'x')
  expect(matchSequences(['y', ...same, 'z'], ['z', ...same, 'y']).length).toBeLessThanOrEqual(5_000)
})

test('three lists are cut at the same places, and nothing of them is left out', () => {
  fc.assert(
    fc.property(list, list, list, (base, mine, theirs) => {
      const regions = threeWay(base, mine, theirs)
      expect(regions.flatMap((region) => base.slice(...region.base))).toEqual(base)
      expect(regions.flatMap((region) => mine.slice(...region.mine))).toEqual(mine)
      expect(regions.flatMap((region) => theirs.slice(...region.theirs))).toEqual(theirs)
      for (const { stable, ...region } of regions) {
        if (stable) expect(base.slice(...region.base)).toEqual(mine.slice(...region.mine))
        if (stable) expect(base.slice(...region.base)).toEqual(theirs.slice(...region.theirs))
      }
    }),
  )
})

function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, () => 0)
  for (const value of a) {
    const next = [0]
    for (const [j, other] of b.entries())
      next.push(value === other ? (row[j] ?? 0) + 1 : Math.max(row[j + 1] ?? 0, next[j] ?? 0))
    row = next
  }
  return row.at(-1) ?? 0
}
