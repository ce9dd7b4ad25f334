/** Begins with a weekday, as all three forms of RFC 9110 §5.6.7 do: `Date.parse` alone takes nearly any text for a date. */
const HTTP_DATE = /^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? .*\d\d:\d\d:\d\d/i

/**
 * Seconds that a Retry-After header asks to wait, clamped to 1…`maxSeconds`; undefined when it says nothing usable. Takes
 * whole and broken numbers and HTTP dates (RFC 9110 §10.2.3); negative, past and garbage values count as absent.
 */
export function retryAfterSeconds(value: string | null, now: Date, maxSeconds: number): number | undefined {
  const text = (value ?? '').trim()
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : secondsUntil(text, now)
  if (Number.isNaN(seconds) || seconds < 0) return undefined
  return Math.min(maxSeconds, Math.max(1, Math.ceil(seconds)))
}

function secondsUntil(text: string, now: Date): number {
  if (!HTTP_DATE.test(text)) return Number.NaN
  // The oldest form names no zone; all of them mean GMT.
  return (Date.parse(/gmt$/i.test(text) ? text : `${text} GMT`) - now.getTime()) / 1000
}
