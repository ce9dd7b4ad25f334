import { expect, test } from 'vitest'
import { afterReports, breakerOf, HEALTHY, mayStart, OPEN_AFTER, type Health, type Report } from './receivers.ts'

const NOW = new Date('2026-03-01T09:00:00Z')
const after = (ms: number) => new Date(NOW.getTime() + ms)
const report = (kind: Report['kind'], more: Partial<Report> = {}): Report => ({
  origin: 'https://crm.example.com',
  kind,
  isProbe: false,
  retryAfterMs: undefined,
  ...more,
})
const slow = (count: number) => Array.from({ length: count }, () => report('slow'))
const opened = () => afterReports(HEALTHY, slow(OPEN_AFTER), NOW)

test('each failure doubles the pause from 100 ms on, and each answer halves it until there is none', () => {
  const pauses: number[] = []
  let health: Health = HEALTHY
  for (const kind of ['slow', 'slow', 'slow', 'answered', 'answered', 'answered'] as const) {
    health = afterReports(health, [report(kind)], NOW)
    pauses.push(health.pauseMs)
  }
  expect(pauses).toEqual([100, 200, 400, 200, 100, 0])
})

test('the pause is never longer than a minute, and stays a whole number', () => {
  let health: Health = { ...HEALTHY, pauseMs: 50_000 }
  health = afterReports(health, [report('slow')], NOW)
  expect(health.pauseMs).toBe(60_000)
  for (let step = 0; step < 20; step += 1) {
    health = afterReports(health, [report('answered')], NOW)
    expect(Number.isInteger(health.pauseMs)).toBe(true)
  }
  expect(health).toEqual(HEALTHY)
})

test('five failures in a row open the breaker, four and an answer do not', () => {
  const almost = afterReports(HEALTHY, [...slow(4), report('answered'), ...slow(4)], NOW)
  expect(breakerOf(almost, NOW)).toBe('closed')
  expect(breakerOf(opened(), NOW)).toBe('open')
  expect(mayStart(opened(), NOW)).toBe(false)
})

test('an open breaker opens for a probe after 30 s, then after twice as long each time, up to ten minutes', () => {
  let health = opened()
  const seconds: number[] = []
  for (let at = NOW.getTime(), probe = 0; probe < 7; probe += 1) {
    const openMs = (health.openUntil?.getTime() ?? 0) - at
    seconds.push(openMs / 1000)
    expect(breakerOf(health, new Date(at + openMs - 1))).toBe('open')
    at += openMs
    expect(breakerOf(health, new Date(at))).toBe('probing')
    health = afterReports(health, [report('slow', { isProbe: true })], new Date(at))
  }
  expect(seconds).toEqual([30, 60, 120, 240, 480, 600, 600])
})

test('what was on its way when the breaker opened does not open it for longer', () => {
  expect(afterReports(opened(), slow(15), after(10))).toEqual(opened())
})

test('an answer closes the breaker; it goes on slowly at first', () => {
  const closed = afterReports(opened(), [report('answered', { isProbe: true })], after(30_000))
  expect(breakerOf(closed, after(30_000))).toBe('closed')
  expect(closed).toMatchObject({ failures: 0, openedAt: null, openUntil: null, nextAt: null, pauseMs: 800 })
})

test('a probe that could not be sent leaves the breaker open for the next', () => {
  const probing = { ...opened(), nextAt: after(120_000) }
  expect(mayStart(probing, after(31_000))).toBe(false)
  const returned = afterReports(probing, [report('unsent', { isProbe: true })], after(31_000))
  expect(mayStart(returned, after(31_000))).toBe(true)
  expect(breakerOf(returned, after(31_000))).toBe('probing')
})

test('a receiver that asks for it is left alone for as long, a minute at most', () => {
  const asked = (retryAfterMs: number) => afterReports(HEALTHY, [report('slow', { retryAfterMs })], NOW)
  expect(mayStart(asked(20_000), after(19_999))).toBe(false)
  expect(mayStart(asked(20_000), after(20_000))).toBe(true)
  expect(mayStart(asked(3_600_000), after(60_000))).toBe(true)
  const answered = afterReports(asked(20_000), [report('answered')], after(1_000))
  expect(mayStart(answered, after(2_000))).toBe(false)
})
