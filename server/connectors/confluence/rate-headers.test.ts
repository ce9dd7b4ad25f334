import { describe, expect, test } from 'vitest'
import { emptyBucketSeconds, isRateLimited, refusedSeconds } from './rate-headers.ts'

const now = new Date('2026-03-01T00:00:00Z')

describe('R2: a refusal by an old Data Center', () => {
  test.each([
    [429, {}, true],
    [403, { 'retry-after': '3' }, true],
    [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-interval-seconds': '5' }, true],
    // A plain refusal of a server that tells of its bucket with every answer.
    [403, { 'x-ratelimit-remaining': '7', 'x-ratelimit-interval-seconds': '5', 'retry-after': '0' }, false],
    [403, {}, false],
    [503, { 'retry-after': '3' }, false],
  ])('%i with %o is a rate limit: %s', (status, headers, limited) => {
    expect(isRateLimited(status, new Headers(headers))).toBe(limited)
  })
})

test.each([
  [{ 'retry-after': '7' }, 7],
  [{ 'retry-after': '0' }, 1],
  [{ 'retry-after': '0', 'x-ratelimit-remaining': '0', 'x-ratelimit-interval-seconds': '5' }, 5],
  [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-interval-seconds': '3600' }, 120],
  [{ 'retry-after': '0', 'x-ratelimit-remaining': '3', 'x-ratelimit-interval-seconds': '5' }, undefined],
  [{ 'retry-after': '9', 'x-ratelimit-remaining': '0', 'x-ratelimit-interval-seconds': '5' }, 9],
  [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-interval-seconds': 'soon' }, undefined],
  [{ 'x-ratelimit-remaining': '4', 'x-ratelimit-interval-seconds': '5' }, undefined],
])('after a refusal with %o, %s seconds are waited', (headers, seconds) => {
  expect(refusedSeconds(new Headers(headers), now, 120)).toBe(seconds)
})

test('a bucket with tokens in it asks for no pause', () => {
  const headers = { 'x-ratelimit-remaining': '1', 'x-ratelimit-interval-seconds': '60' }
  expect(emptyBucketSeconds(new Headers(headers), 120)).toBeUndefined()
})

test('a bucket that has been filling for a while asks for the rest of its interval alone', () => {
  const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-interval-seconds': '60', 'retry-after': '7' }
  expect(emptyBucketSeconds(new Headers(headers), 120)).toBe(7)
})
