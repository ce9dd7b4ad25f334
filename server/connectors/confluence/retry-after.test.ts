import { expect, test } from 'vitest'
import { retryAfterSeconds } from './retry-after.ts'

const NOW = new Date('2026-03-01T12:00:00.500Z')

test.each<[value: string | null, seconds: number | undefined]>([
  [null, undefined],
  ['', undefined],
  ['0', 1],
  ['7', 7],
  [' 7 ', 7],
  ['1.5', 2],
  ['-5', undefined],
  ['99999', 120],
  ['9'.repeat(400), 120],
  ['1e3', undefined],
  ['0x10', undefined],
  ['Sun, 01 Mar 2026 12:00:31 GMT', 31],
  ['Sunday, 01-Mar-26 12:00:31 GMT', 31],
  ['Sun Mar  1 12:00:31 2026', 31],
  ['Sun, 01 Mar 2099 12:00:00 GMT', 120],
  ['Sun, 01 Mar 2020 12:00:00 GMT', undefined],
  ['soon', undefined],
  ['in 5 minutes', undefined],
  ['try again after 2099', undefined],
  ['2099-01-01T00:00:00Z', undefined],
  ['Sun, 99 Foo 2099 12:00:00 GMT', undefined],
])('R1: Retry-After %j means %j seconds', (value, seconds) => {
  expect(retryAfterSeconds(value, NOW, 120)).toBe(seconds)
})
