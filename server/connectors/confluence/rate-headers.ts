/**
 * What an answer says of a rate limit. Cloud asks by Retry-After; Data Center tells with every answer how full its token
 * bucket is, and adds `Retry-After: 0` while tokens remain, which is no wish to be asked again soon.
 */
import { retryAfterSeconds } from './retry-after.ts'

/** Whether the answer refuses because of too many requests: 429, or 403 as old Data Centers say it. */
export function isRateLimited(status: number, headers: Headers): boolean {
  if (status === 429) return true
  if (status !== 403) return false
  return hasTokens(headers) === undefined ? headers.has('retry-after') : hasTokens(headers) === false
}

/** Whether the answer asks to be left alone for a while: a limit, or a 503 that says until when. */
export function asksToWait(status: number, headers: Headers): boolean {
  if (isRateLimited(status, headers)) return true
  return status === 503 && hasTokens(headers) !== true && headers.has('retry-after')
}

/** Seconds to wait after a refusal or a failure, 1…`maxSeconds`; undefined when it does not say. */
export function refusedSeconds(headers: Headers, now: Date, maxSeconds: number): number | undefined {
  const asked = headers.get('retry-after')
  if (asked === null || /^\s*0+\s*$/.test(asked)) {
    // An empty bucket with `Retry-After: 0` is a whole interval away from its next token.
    const interval = emptyBucketSeconds(headers, maxSeconds)
    if (interval !== undefined) return interval
    if (hasTokens(headers) === true) return undefined
  }
  return retryAfterSeconds(asked, now, maxSeconds)
}

/** Seconds until an empty bucket gets new tokens, at most `maxSeconds`; undefined while tokens remain, or nothing is told. */
export function emptyBucketSeconds(headers: Headers, maxSeconds: number): number | undefined {
  if (hasTokens(headers) !== false) return undefined
  const asked = Number(headers.get('retry-after') ?? '')
  const interval = Number(headers.get('x-ratelimit-interval-seconds') ?? '')
  if (!Number.isFinite(interval) || interval <= 0) return undefined
  // The bucket may have been filling for a while already: then the answer says how long it still takes.
  const seconds = Number.isFinite(asked) && asked > 0 ? Math.min(asked, interval) : interval
  return Math.min(maxSeconds, Math.max(1, Math.ceil(seconds)))
}

/** Undefined where no bucket is told of. */
function hasTokens(headers: Headers): boolean | undefined {
  const remaining = headers.get('x-ratelimit-remaining')
  return remaining !== null && /^\d+$/.test(remaining) && headers.has('x-ratelimit-interval-seconds')
    ? Number(remaining) > 0
    : undefined
}
