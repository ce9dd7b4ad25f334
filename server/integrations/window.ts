/** The hours of the day in which scheduled runs may start. */
import type { Manners } from '#schema/sync-health.ts'

type Window = Manners['window']

const HOUR_MS = 3_600_000
/** A day, and an hour more for a change of clocks. */
const HOURS_AHEAD = 25

/** Whether a scheduled run may start now. */
export function isInWindow(window: Window, now: Date): boolean {
  if (window === null || window === undefined || window.from === window.to) return true
  const hour = hourIn(window.timeZone, now)
  return window.from < window.to ? hour >= window.from && hour < window.to : hour >= window.from || hour < window.to
}

/** The first moment from `at` on at which one may. */
export function nextInWindow(window: Window, at: Date): Date {
  if (isInWindow(window, at)) return at
  // Whole hours of UTC; in zones that are half an hour off, half an hour later than need be at most.
  const start = Math.ceil(at.getTime() / HOUR_MS) * HOUR_MS
  for (let hours = 0; hours <= HOURS_AHEAD; hours += 1) {
    const next = new Date(start + hours * HOUR_MS)
    if (isInWindow(window, next)) return next
  }
  return at
}

function hourIn(timeZone: string, now: Date): number {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: 'numeric', hourCycle: 'h23' })
  return Number(format.format(now))
}
