import { expect, test } from 'vitest'
import type { Claimed } from './claim.ts'
import { isLow, noteEnd, openLane, roomOf, shareOut, startsInMs, takeNext } from './lanes.ts'
import { HEALTHY } from './receivers.ts'

const lane = (origin: string, room: number, held = 0) => ({ origin, room, held })

test('where there is room for all, each gets what it asks for', () => {
  const shares = shareOut([lane('a', 10), lane('b', 0), lane('c', 3)], 100)
  expect(shares).toEqual([lane('a', 10), lane('c', 3)])
})

test('where there is not, those that hold least come first, and a busy one takes no more than its share', () => {
  const shares = shareOut([lane('busy', 500, 400), lane('new', 10), lane('other', 500, 20)], 100)
  expect(shares).toEqual([lane('new', 10), lane('other', 45, 20), lane('busy', 45, 400)])
})

test('when nothing is left, one that holds nothing still gets one', () => {
  expect(shareOut([lane('a', 10, 1), lane('b', 10)], 0)).toEqual([lane('b', 1)])
  expect(shareOut([lane('a', 10), lane('b', 10)], -5)).toEqual([lane('a', 1), lane('b', 1)])
})

const NOW = new Date('2026-03-01T09:00:00Z')
const LIMITS = { concurrency: 20, perSecond: undefined }
const claimed: Claimed = {
  id: '01890000-0000-7000-8000-000000000000',
  origin: 'https://crm.example.com',
  workflow_id: '01890000-0000-7000-8000-000000000000',
  workflow_name: 'Publish',
  action_id: 'tell',
  scope: 'global',
  space_id: null,
  credential_id: null,
  run_as: null,
  run_as_name: null,
  method: 'POST',
  url: 'https://crm.example.com/',
  headers: {},
  body: null,
  timeout_ms: 1_000,
  signing: null,
  attempts: 0,
  tries: 0,
  next_at: NOW,
  claimedMs: 0,
  leaseEndsMs: 30_000,
}

function laneWith(waiting: number, limits = LIMITS as Parameters<typeof openLane>[1]) {
  const lane = openLane('https://crm.example.com', limits)
  lane.waiting.push(...Array.from({ length: waiting }, () => claimed))
  return lane
}

test('a receiver gets few requests at once at first, one more with each answer, half as many with each failure', () => {
  const lane = laneWith(0)
  expect(lane.slots).toBe(5)
  for (let turn = 0; turn < 30; turn += 1) noteEnd(lane, 'answered', LIMITS)
  expect(lane.slots).toBe(20)
  for (const slots of [10, 5, 2, 1, 1]) {
    noteEnd(lane, 'slow', LIMITS)
    expect(lane.slots).toBe(slots)
  }
})

test('twice of what may run is claimed, and half a second of it where more is done', () => {
  const lane = laneWith(4)
  expect(roomOf(lane, NOW, LIMITS)).toBe(6)
  expect(roomOf({ ...lane, perSecond: 1_000 }, NOW, LIMITS)).toBe(496)
  expect(roomOf({ ...lane, perSecond: 10_000 }, NOW, LIMITS)).toBe(496)
  expect(isLow({ ...lane, mayHaveMore: true }, LIMITS)).toBe(true)
  expect(isLow({ ...lane, mayHaveMore: false }, LIMITS)).toBe(false)
})

test('one that is slowed down gets one after the other; one whose breaker is open gets none', () => {
  const paused = { ...HEALTHY, failures: 1, pauseMs: 60_000 }
  expect(roomOf({ ...laneWith(0), health: paused }, NOW, LIMITS)).toBe(1)
  const lane = { ...laneWith(2), health: paused }
  expect(startsInMs(lane, NOW, LIMITS)).toBe(0)
  takeNext(lane, LIMITS)
  expect(startsInMs(lane, NOW, LIMITS)).toBeGreaterThan(0)
  const open = { ...HEALTHY, failures: 5, openedAt: NOW, openUntil: new Date(NOW.getTime() + 30_000) }
  expect(roomOf({ ...laneWith(0), health: open }, NOW, LIMITS)).toBe(0)
  expect(startsInMs({ ...laneWith(1), health: open }, NOW, LIMITS)).toBe(Infinity)
  expect(startsInMs({ ...laneWith(1), health: open, isProbe: true }, NOW, LIMITS)).toBe(0)
})

test('a rate spaces the starts evenly', () => {
  const slowly = { concurrency: 20, perSecond: 0.01 }
  const lane = laneWith(3, slowly)
  expect(startsInMs(lane, NOW, slowly)).toBe(0)
  takeNext(lane, slowly)
  expect(startsInMs(lane, NOW, slowly)).toBeGreaterThan(90_000)
})
