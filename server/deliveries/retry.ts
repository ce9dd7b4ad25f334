/** When a delivery is tried again. The schedule is that of Standard Webhooks: ten tries within about three days. */

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Milliseconds from one try to the next; after the last of them it is given up. */
export const RETRY_DELAYS_MS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
]
const LONGEST_MS = 24 * HOUR
const JITTER = 0.1

/** Milliseconds to wait after try number `tries` (1-based) has failed; undefined: it was the last. The receiver may ask for longer. */
export function retryDelayMs(tries: number, retryAfterMs = 0, random: () => number = Math.random): number | undefined {
  const delay = RETRY_DELAYS_MS[tries - 1]
  if (delay === undefined) return undefined
  return Math.max(Math.round(delay * (1 - JITTER + 2 * JITTER * random())), retryAfterMs)
}

/** What the header Retry-After asks for, in seconds or as a date (RFC 9110 §10.2.3): at most a day; undefined when it says nothing. */
export function parseRetryAfter(header: string | null, now: Date): number | undefined {
  const ms = readRetryAfter(header?.trim() ?? '', now)
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_MS)
}

function readRetryAfter(text: string, now: Date): number {
  if (/^\d{1,15}$/.test(text)) return Number(text) * SECOND
  // Other forms of dates would be read by this machine's time zone.
  return /^[A-Z][a-z]{2,8}, .* GMT$/.test(text) ? Date.parse(text) - now.getTime() : NaN
}
