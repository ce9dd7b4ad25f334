import { expect, test } from 'vitest'
import { endpointTotals, minuteTotals } from './traffic-totals.ts'

const line = (at: string, endpoint: string, requests: number, limited = 0) => ({
  at: `2026-03-01T12:${at}:00.000Z`,
  endpoint,
  requests,
  limited,
  failed: 0,
  waitedSeconds: limited * 2,
})

test('the hour has 60 bars, some of nothing, and what was limited is not counted as answered', () => {
  const now = Date.parse('2026-03-01T12:03:59Z')
  const bars = minuteTotals([line('01', 'GET /a', 5, 2), line('01', 'GET /b', 1), line('03', 'GET /a', 1)], now)
  expect(bars).toHaveLength(60)
  expect(bars.slice(-3)).toMatchObject([
    { Answered: 4, 'Rate-limited': 2, Failed: 0 },
    { Answered: 0, 'Rate-limited': 0, Failed: 0 },
    { Answered: 1, 'Rate-limited': 0, Failed: 0 },
  ])
})

test('addresses are summed over the hour, the busiest first', () => {
  expect(endpointTotals([line('01', 'GET /a', 1), line('02', 'GET /b', 3, 1), line('03', 'GET /a', 1)])).toMatchObject([
    { endpoint: 'GET /b', requests: 3, limited: 1, waitedSeconds: 2 },
    { endpoint: 'GET /a', requests: 2, limited: 0, waitedSeconds: 0 },
  ])
})
