import { expect, test } from 'vitest'
import { daysLeft, expiryState } from './expiry.ts'

const EXPIRY = new Date('2026-12-31T12:00:00.000Z')
const before = (ms: number) => new Date(EXPIRY.getTime() - ms)
const DAY = 86_400_000

test.each([
  ['30 days and a moment before', before(30 * DAY + 1), 'ok', 31],
  ['30 days before', before(30 * DAY), 'expires-soon', 30],
  ['a moment before', before(1), 'expires-soon', 1],
  ['at the moment', EXPIRY, 'expired', 0],
  ['long after', before(-1000 * DAY), 'expired', 0],
] as const)('%s', (_, now, state, days) => {
  expect(expiryState(now, EXPIRY)).toBe(state)
  expect(daysLeft(now, EXPIRY)).toBe(days)
})

test('without a date nothing expires', () => {
  expect(expiryState(EXPIRY, null)).toBe('ok')
})
