/** A receiver as one process sees it: what it holds for it, how much may run at once, and how much to claim next. No I/O. */
import type { Claimed } from './claim.ts'
import { breakerOf, mayStart, type Health } from './receivers.ts'

export type Lane = {
  readonly origin: string
  /** Claimed, not started. */
  waiting: Claimed[]
  running: number
  /** How many may run at once: few at first, one more with each answer, half as many with each failure. */
  slots: number
  /** Undefined: never in trouble. `healthMs`: when that was known. Times by performance.now(). */
  health: Health | undefined
  healthMs: number
  /** What waits is the one attempt that tells whether it is back. */
  isProbe: boolean
  nextStartMs: number
  timer: NodeJS.Timeout | undefined
  /** The last claim brought all that was asked for. */
  mayHaveMore: boolean
  finished: number
  sinceMs: number
  perSecond: number
}

export type LaneLimits = { concurrency: number; perSecond: number | undefined }

const FIRST_SLOTS = 5
/** Claimed ahead: what is done in half a second, but at most this. */
const MOST_AHEAD = 500
const MEASURE_MS = 250

export function openLane(origin: string, { concurrency }: LaneLimits): Lane {
  return {
    origin,
    waiting: [],
    running: 0,
    slots: Math.min(FIRST_SLOTS, concurrency),
    health: undefined,
    healthMs: 0,
    isProbe: false,
    nextStartMs: 0,
    timer: undefined,
    mayHaveMore: false,
    finished: 0,
    sinceMs: performance.now(),
    perSecond: 0,
  }
}

/** Notes the end of an attempt. */
export function noteEnd(lane: Lane, receiver: 'answered' | 'slow' | 'unsent', { concurrency }: LaneLimits): void {
  if (receiver === 'answered') lane.slots = Math.min(lane.slots + 1, concurrency)
  if (receiver === 'slow') lane.slots = Math.max(Math.floor(lane.slots / 2), 1)
  lane.finished += 1
  const now = performance.now()
  const ms = now - lane.sinceMs
  if (ms < MEASURE_MS) return
  lane.perSecond = (lane.finished * 1000) / ms
  lane.finished = 0
  lane.sinceMs = now
}

/** How many to claim now. */
export function roomOf(lane: Lane, now: Date, limits: LaneLimits): number {
  const { health, waiting } = lane
  if (health !== undefined && (breakerOf(health, now) !== 'closed' || !mayStart(health, now))) return 0
  return Math.max(0, aheadOf(lane, limits) - waiting.length)
}

export function isLow(lane: Lane, limits: LaneLimits): boolean {
  return lane.mayHaveMore && lane.waiting.length * 2 < aheadOf(lane, limits)
}

function aheadOf({ health, slots, perSecond }: Lane, limits: LaneLimits): number {
  // One that is slowed down is given its next one when that may start.
  if (health !== undefined && health.pauseMs > 0) return 1
  const most = Math.min(MOST_AHEAD, limits.perSecond === undefined ? MOST_AHEAD : Math.ceil(limits.perSecond))
  return Math.min(most, Math.max(2 * slots, Math.floor(perSecond / 2)))
}

/** Milliseconds until its next one may start: 0 = now, Infinity = not before something else has happened. */
export function startsInMs(lane: Lane, now: Date, limits: LaneLimits): number {
  const { health } = lane
  if (lane.waiting.length === 0 || lane.running >= lane.slots) return Infinity
  if (lane.isProbe) return 0
  if (health !== undefined && breakerOf(health, now) !== 'closed') return Infinity
  const asked = health?.nextAt?.getTime() ?? 0
  return Math.max(0, asked - now.getTime(), intervalOf(lane, limits) === 0 ? 0 : lane.nextStartMs - performance.now())
}

/** Takes the next one to start. */
export function takeNext(lane: Lane, limits: LaneLimits): Claimed | undefined {
  const interval = intervalOf(lane, limits)
  const now = performance.now()
  // A late timer is made up for by one interval at most, so that the pace holds without bursts.
  lane.nextStartMs = Math.max(lane.nextStartMs, now - interval) + interval
  return lane.waiting.shift()
}

function intervalOf({ health }: Lane, { perSecond }: LaneLimits): number {
  return Math.max(health?.pauseMs ?? 0, perSecond === undefined ? 0 : 1000 / perSecond)
}

/** Cuts what is asked for to what may be held in all, those that have least first; who has nothing always gets one. */
export function shareOut<T extends { room: number; held: number }>(wanted: readonly T[], left: number): T[] {
  const sorted = wanted.filter(({ room }) => room > 0).sort((a, b) => a.held - b.held)
  let rest = left
  return sorted.flatMap((one, index) => {
    const share = Math.min(one.room, Math.ceil(rest / (sorted.length - index)))
    const room = Math.max(share, one.held === 0 ? 1 : 0)
    rest -= room
    return room > 0 ? [{ ...one, room }] : []
  })
}

/** Whether its breaker has waited long enough for one attempt to tell whether the receiver is back. */
export function isProbing({ health, waiting, running }: Lane, now: Date): boolean {
  if (health === undefined || waiting.length + running > 0) return false
  return breakerOf(health, now) === 'probing' && mayStart(health, now)
}
