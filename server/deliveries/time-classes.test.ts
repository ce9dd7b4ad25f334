import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { medianOf, timeClass } from './time-classes.ts'

test('the median of counted classes is within a class of the real one', () => {
  const times = fc.array(fc.double({ min: 0, max: 100_000, noNaN: true }), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(times, (all) => {
      const counts = new Map<number, number>()
      for (const ms of all) counts.set(timeClass(ms), (counts.get(timeClass(ms)) ?? 0) + 1)
      const sorted = [...all].sort((a, b) => a - b)
      const real = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0
      const told = medianOf(counts) ?? -1
      expect(told).toBeLessThanOrEqual(Math.max(real, 1) * Math.SQRT2 * 1.0001)
      expect(told * Math.SQRT2 * 1.0001 + 1).toBeGreaterThanOrEqual(real)
    }),
  )
})

test('of nothing there is no median', () => {
  expect(medianOf(new Map())).toBeNull()
})
