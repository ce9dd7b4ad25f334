import { expect, test } from 'vitest'
import { searchDate } from './changed.ts'

const HOUR_MS = 3_600_000

test.each(['2026-03-01T00:00:00Z', '2026-03-01T13:59:59Z', '2026-03-01T23:59:59Z'])(
  'I2: the date asked for lies before %s in every time zone, and never at night',
  (text) => {
    const since = new Date(text)
    const date = searchDate(since)
    expect(date).toMatch(/^\d{4}-\d\d-\d\d 12:00$/)
    const asUtc = Date.parse(`${date.replace(' ', 'T')}:00Z`)
    // Read in a zone fourteen hours ahead or twelve behind, it is as much earlier or later.
    expect(asUtc + 12 * HOUR_MS).toBeLessThanOrEqual(since.getTime())
    expect(since.getTime() - asUtc).toBeLessThanOrEqual(50 * HOUR_MS)
  },
)
