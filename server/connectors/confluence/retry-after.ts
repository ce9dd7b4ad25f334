/**
 * Seconds that a Retry-After header asks to wait, clamped to 1…`maxSeconds`; undefined when it says nothing usable. Takes
 * whole and broken numbers and HTTP dates (RFC 9110 §10.2.3); negative, past and garbage values count as absent.
 */
export function retryAfterSeconds(value: string | null, now: Date, maxSeconds: number): number | undefined {
  if (value === null) return undefined
  const text = value.trim()
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : (Date.parse(text) - now.getTime()) / 1000
  if (/^-/.test(text) || Number.isNaN(seconds) || seconds < 0) return undefined
  return Math.min(maxSeconds, Math.max(1, Math.ceil(seconds)))
}
