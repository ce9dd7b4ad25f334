import type { Traffic } from '#schema/sync-health.ts'

const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })
const MINUTE_MS = 60_000
const MINUTES = 60

/** One bar a minute of the hour up to `now`, those without a request too, so that the distances are true. */
export function minuteTotals(traffic: readonly Traffic[], now: number): Record<string, string | number>[] {
  const byMinute = Map.groupBy(traffic, ({ at }) => Date.parse(at))
  const first = (Math.floor(now / MINUTE_MS) - MINUTES + 1) * MINUTE_MS
  return Array.from({ length: MINUTES }, (_, index) => {
    const at = first + index * MINUTE_MS
    const lines = byMinute.get(at) ?? []
    const limited = sum(lines, 'limited')
    const failed = sum(lines, 'failed')
    return {
      at: time.format(at),
      Answered: sum(lines, 'requests') - limited - failed,
      'Rate-limited': limited,
      Failed: failed,
    }
  })
}

/** The busiest first. */
export function endpointTotals(traffic: readonly Traffic[]) {
  return [...Map.groupBy(traffic, ({ endpoint }) => endpoint)]
    .map(([endpoint, lines]) => ({
      endpoint,
      requests: sum(lines, 'requests'),
      limited: sum(lines, 'limited'),
      failed: sum(lines, 'failed'),
      waitedSeconds: sum(lines, 'waitedSeconds'),
    }))
    .sort((a, b) => b.requests - a.requests)
}

function sum(lines: readonly Traffic[], of: 'requests' | 'limited' | 'failed' | 'waitedSeconds'): number {
  return lines.reduce((total, line) => total + line[of], 0)
}
