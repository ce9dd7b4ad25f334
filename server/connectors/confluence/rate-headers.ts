/** What an answer says of a rate limit. Cloud asks by Retry-After; Data Center tells how full its token bucket is, too. */
import { retryAfterSeconds } from './retry-after.ts'

/** Whether the answer refuses because of too many requests: 429, or 403 as old Data Centers say it. */
export function isRateLimited(status: number, headers: Headers): boolean {
  if (status === 429) return true
  return status === 403 && (headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0')
}

/** Seconds to wait after a refusal, 1…`maxSeconds`; undefined when it does not say. */
export function refusedSeconds(headers: Headers, now: Date, maxSeconds: number): number | undefined {
  const asked = headers.get('retry-after')
  // An empty bucket with `Retry-After: 0` is a whole interval away from its next token.
  if (asked === null || /^\s*0+\s*$/.test(asked)) {
    const interval = emptyBucketSeconds(headers, maxSeconds)
    if (interval !== undefined) return interval
  }
  return retryAfterSeconds(asked, now, maxSeconds)
}

/** Seconds until an empty bucket gets new tokens, at most `maxSeconds`; undefined while tokens remain, or nothing is told. */
export function emptyBucketSeconds(headers: Headers, maxSeconds: number): number | undefined {
  if (headers.get('x-ratelimit-remaining') !== '0') return undefined
  const interval = Number(headers.get('x-ratelimit-interval-seconds') ?? '')
  if (!Number.isFinite(interval) || interval <= 0) return undefined
  return Math.min(maxSeconds, Math.max(1, Math.ceil(interval)))
}
