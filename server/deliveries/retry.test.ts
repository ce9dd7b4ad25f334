import { expect, test } from 'vitest'
import { parseRetryAfter, RETRY_DELAYS_MS, retryDelayMs } from './retry.ts'

const NOW = new Date('2026-03-01T09:00:00Z')
const DAY = 86_400_000

test('nine retries follow the first try: 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h, then none', () => {
  const seconds = Array.from({ length: 10 }, (_, index) => retryDelayMs(index + 1, 0, () => 0.5)).map(
    (ms) => ms && ms / 1000,
  )
  expect(seconds).toEqual([5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400, undefined])
})

test('each varies by at most a tenth, so that what failed together does not come back together', () => {
  for (const [index, delay] of RETRY_DELAYS_MS.entries()) {
    expect(retryDelayMs(index + 1, 0, () => 0)).toBe(Math.round(delay * 0.9))
    expect(retryDelayMs(index + 1, 0, () => 1)).toBe(Math.round(delay * 1.1))
  }
})

test('a receiver may ask for a later retry, but not for an earlier or a further one', () => {
  expect(retryDelayMs(1, 60_000, () => 0.5)).toBe(60_000)
  expect(retryDelayMs(2, 60_000, () => 0.5)).toBe(300_000)
  expect(retryDelayMs(10, 60_000, () => 0.5)).toBeUndefined()
})

test.each([
  ['120', 120_000],
  [' 0 ', 0],
  ['Sun, 01 Mar 2026 09:10:00 GMT', 600_000],
  ['Sunday, 01-Mar-26 09:10:00 GMT', 600_000],
  ['Sun, 01 Mar 2026 08:00:00 GMT', 0],
  ['999999999', DAY],
  ['Mon, 01 Mar 2027 09:00:00 GMT', DAY],
])('Retry-After: %s is understood', (header, ms) => {
  expect(parseRetryAfter(header, NOW)).toBe(ms)
})

test.each([null, '', 'soon', '-5', '1.5', '12 parsecs', 'Sun Mar  1 09:10:00 2026', 'Sun, 99 Mar 2026 09:00:00 GMT'])(
  'Retry-After: %s says nothing',
  (header) => {
    expect(parseRetryAfter(header, NOW)).toBeUndefined()
  },
)
