/**
 * The loop of a worker: claims what is due, sends it, and writes down what came of it. Every receiver has a lane of its own,
 * so that none waits for another; any number of processes may do this on one database.
 */
import type { App } from '#server/app.ts'
import { onWake } from '#server/jobs/wake.ts'
import { newId } from '#server/platform/ids.ts'
import { bytesOf, claim, LEASE_MS, listDue, releaseClaims, renewClaims, type Claimed, type Due } from './claim.ts'
import type { Finished } from './finish.ts'
import { isLow, isProbing, noteEnd, openLane, roomOf, shareOut, startsInMs, takeNext, type Lane } from './lanes.ts'
import { openOpened, type Opened } from './opened.ts'
import { returnProbes, takeProbes, type Health } from './receivers.ts'
import { openResults, type Results } from './results.ts'
import { attempt } from './send.ts'

type Needs = Pick<App, 'db' | 'clock' | 'config' | 'fetch' | 'keys' | 'log' | 'wake'>

const LOOK_MS = 1_000
/** Looks follow each other no closer, so that one finds what several transactions brought. */
const CLOSEST_MS = 20
/** Running at once in all; the first one of a receiver is never kept waiting by the others. */
const MOST_RUNNING = 200
const MOST_HELD = 1_000
const MOST_HELD_BYTES = 64 * 1024 * 1024
const RENEW_BEFORE_MS = 20_000
/** What runs when the server stops gets so long to come to its end. */
const STOP_PATIENCE_MS = 5_000

export function startDispatcher(app: Needs): Dispatcher {
  return new Dispatcher(app)
}

/** Owns its claims: disposed, it ends what runs and gives the rest back. */
export class Dispatcher implements AsyncDisposable {
  readonly #app: Needs
  readonly #claimer = newId()
  readonly #opened: Opened
  readonly #results: Results
  readonly #lanes = new Map<string, Lane>()
  readonly #crowded = new Set<Lane>()
  /** Everything this process has a claim to: waiting, running, or not written down yet. */
  readonly #held = new Map<string, Claimed>()
  readonly #ends: () => void
  readonly #ticks: NodeJS.Timeout
  #running = 0
  #heldBytes = 0
  #usualBytes = 1_024
  #cut = new AbortController()
  #isStopping = false
  #idle: (() => void) | undefined
  #looking: Promise<void> | undefined
  #lookedMs = 0
  #next: 'all' | 'low' | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(app: Needs) {
    this.#app = app
    this.#opened = openOpened(app)
    this.#results = openResults(app, {
      claimer: this.#claimer,
      inTrouble: (origin) => this.#lanes.get(origin)?.health !== undefined,
      onWritten: (batch, health) => this.#noteWritten(batch, health),
    })
    this.#ends = onWake(app, 'deliveries', () => this.#lookSoon('all'))
    this.#ticks = setInterval(() => this.#tick(), LOOK_MS)
    this.#lookSoon('all')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true
    this.#ends()
    clearInterval(this.#ticks)
    clearTimeout(this.#timer)
    await this.#looking
    for (const lane of this.#lanes.values()) clearTimeout(lane.timer)
    await this.#release([...this.#lanes.values()].flatMap((lane) => lane.waiting.splice(0)))
    if (this.#running > 0) {
      const patience = setTimeout(() => this.#cut.abort(), STOP_PATIENCE_MS)
      await new Promise<void>((resolve) => (this.#idle = resolve))
      clearTimeout(patience)
    }
    this.#results.stop()
    await this.#results.settled()
  }

  #tick(): void {
    this.#lookSoon('all')
    const now = performance.now()
    const ending = [...this.#held.values()].filter(({ leaseEndsMs }) => leaseEndsMs - now < RENEW_BEFORE_MS)
    if (ending.length > 0) void this.#renew(ending)
    // Nobody knows any more that these are ours: another process may begin with them.
    if (ending.some(({ leaseEndsMs }) => leaseEndsMs <= now)) {
      this.#cut.abort()
      this.#cut = new AbortController()
    }
  }

  async #renew(claims: readonly Claimed[]): Promise<void> {
    const { db, log } = this.#app
    try {
      const leaseEndsMs = performance.now() + LEASE_MS
      const ids = claims.map(({ id }) => id)
      const kept = await renewClaims(db, this.#claimer, ids)
      for (const one of claims) {
        if (kept.has(one.id)) one.leaseEndsMs = leaseEndsMs
        else this.#lose(one)
      }
    } catch (error) {
      log.warn({ err: error }, 'claims of deliveries could not be renewed')
    }
  }

  /** It was taken from this process; what runs already ends, and its result is dropped. */
  #lose(claimed: Claimed): void {
    this.#drop(claimed)
    const lane = this.#lanes.get(claimed.origin)
    if (lane !== undefined) lane.waiting = lane.waiting.filter(({ id }) => id !== claimed.id)
  }

  /** `low`: only for lanes that run out; `all`: for every receiver that something waits for. */
  #lookSoon(which: 'all' | 'low'): void {
    if (this.#next !== 'all') this.#next = which
    if (this.#timer !== undefined || this.#looking !== undefined || this.#isStopping) return
    const wait = Math.max(0, this.#lookedMs + CLOSEST_MS - performance.now())
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#looking = this.#look()
    }, wait)
  }

  async #look(): Promise<void> {
    const which = this.#next
    this.#next = undefined
    this.#lookedMs = performance.now()
    try {
      if (which === 'all') await this.#lookAtAll()
      else await this.#fill([...this.#lanes.values()].filter((lane) => isLow(lane, this.#limits)))
    } catch (error) {
      // The next look comes within a second.
      this.#app.log.warn({ err: error }, 'due deliveries could not be looked for')
    }
    this.#looking = undefined
    if (this.#next !== undefined) this.#lookSoon(this.#next)
  }

  async #lookAtAll(): Promise<void> {
    const askedMs = performance.now()
    const due = await listDue(this.#app)
    const now = this.#app.clock.now()
    const lanes = due.filter(({ dueInMs }) => dueInMs <= 0).map((one) => this.#laneOf(one, askedMs))
    this.#forgetIdle(new Set(lanes))
    const probing = lanes.filter((lane) => isProbing(lane, now)).map(({ origin }) => origin)
    const probes = await takeProbes(this.#app.db, probing, now)
    await this.#fill(lanes, probes)
  }

  #laneOf({ origin, health }: Due, askedMs: number): Lane {
    const lane = this.#lanes.get(origin) ?? openLane(origin, this.#limits)
    this.#lanes.set(origin, lane)
    if (lane.healthMs <= askedMs) this.#setHealth(lane, health)
    return lane
  }

  /** Claims for these lanes, and starts what may start. */
  async #fill(lanes: readonly Lane[], probes: ReadonlySet<string> = new Set()): Promise<void> {
    const now = this.#app.clock.now()
    const wanted = lanes.map((lane) => ({
      origin: lane.origin,
      room: probes.has(lane.origin) ? 1 : roomOf(lane, now, this.#limits),
      held: lane.waiting.length + lane.running,
    }))
    const left = Math.min(MOST_HELD - this.#held.size, (MOST_HELD_BYTES - this.#heldBytes) / this.#usualBytes)
    const shares = shareOut(wanted, Math.floor(left))
    const claimed = (await claim(this.#app, this.#claimer, shares)).filter((one) => this.#isNew(one))
    const byOrigin = Map.groupBy(claimed, ({ origin }) => origin)
    for (const { origin, room } of shares) {
      const lane = this.#lanes.get(origin)
      const own = byOrigin.get(origin) ?? []
      if (lane === undefined) continue
      lane.mayHaveMore = own.length === room
      lane.isProbe = probes.has(origin) && own.length > 0
      for (const one of own) this.#hold(one)
      lane.waiting.push(...own)
    }
    for (const lane of lanes) this.#pump(lane)
    await returnProbes(
      this.#app.db,
      [...probes].filter((origin) => !byOrigin.has(origin)),
    )
  }

  /** A claim that had run out for the database alone comes again: what is held already goes on with the new lease. */
  #isNew({ id, leaseEndsMs }: Claimed): boolean {
    const held = this.#held.get(id)
    if (held !== undefined) held.leaseEndsMs = leaseEndsMs
    return held === undefined
  }

  #hold(delivery: Claimed): void {
    const bytes = bytesOf(delivery)
    this.#held.set(delivery.id, delivery)
    this.#heldBytes += bytes
    this.#usualBytes = Math.max(1_024, this.#usualBytes * 0.9 + bytes * 0.1)
  }

  #drop({ id }: Pick<Claimed, 'id'>): void {
    const held = this.#held.get(id)
    if (held === undefined) return
    this.#held.delete(id)
    this.#heldBytes -= bytesOf(held)
  }

  #pump(lane: Lane): void {
    clearTimeout(lane.timer)
    lane.timer = undefined
    while (!this.#isStopping) {
      const wait = startsInMs(lane, this.#app.clock.now(), this.#limits)
      if (wait > 0) {
        if (wait < LOOK_MS) lane.timer = setTimeout(() => this.#pump(lane), Math.ceil(wait))
        break
      }
      if (this.#running >= MOST_RUNNING && lane.running > 0) {
        this.#crowded.add(lane)
        break
      }
      const { isProbe } = lane
      lane.isProbe = false
      const next = takeNext(lane, this.#limits)
      if (next === undefined) break
      if (next.leaseEndsMs <= performance.now()) this.#drop(next)
      else void this.#send(lane, next, isProbe)
    }
    if (isLow(lane, this.#limits)) this.#lookSoon('low')
  }

  async #send(lane: Lane, delivery: Claimed, isProbe: boolean): Promise<void> {
    lane.running += 1
    this.#running += 1
    const result = await attempt(this.#app, this.#opened, delivery, this.#cut.signal).catch((error: unknown) => {
      this.#app.log.error({ err: error, delivery: delivery.id }, 'a fault while a delivery was sent')
    })
    if (result !== undefined) this.#results.add({ ...result, isProbe })
    else await this.#giveBack(delivery, isProbe)
    lane.running -= 1
    this.#running -= 1
    noteEnd(lane, result?.receiver ?? 'unsent', this.#limits)
    if (this.#running === 0) this.#idle?.()
    this.#pump(lane)
    for (const crowded of this.#crowded) {
      if (this.#running >= MOST_RUNNING) break
      this.#crowded.delete(crowded)
      this.#pump(crowded)
    }
  }

  async #giveBack(delivery: Claimed, isProbe: boolean): Promise<void> {
    await this.#release([delivery], this.#isStopping ? 0 : LOOK_MS)
    if (isProbe) await returnProbes(this.#app.db, [delivery.origin]).catch(() => {})
  }

  #noteWritten(batch: readonly Finished[], health: ReadonlyMap<string, Health>): void {
    for (const { delivery } of batch) this.#drop(delivery)
    for (const [origin, now] of health) {
      const lane = this.#lanes.get(origin)
      if (lane === undefined) continue
      lane.healthMs = performance.now()
      this.#setHealth(lane, now)
      this.#pump(lane)
    }
  }

  /** What was claimed for a receiver whose breaker is open now goes back; of one that is slow by now, all but the next. */
  #setHealth(lane: Lane, health: Health | undefined): void {
    lane.health = health
    if (health === undefined || lane.isProbe) return
    const isOpen = health.openedAt !== null
    if (isOpen || health.pauseMs > LOOK_MS) void this.#release(lane.waiting.splice(isOpen ? 0 : 1))
  }

  async #release(claims: readonly Claimed[], delayMs = 0): Promise<void> {
    for (const one of claims) this.#drop(one)
    const ids = claims.map(({ id }) => id)
    await releaseClaims(this.#app.db, this.#claimer, ids, delayMs).catch((error: unknown) => {
      this.#app.log.warn({ err: error }, 'claims of deliveries could not be given back; they run out')
    })
  }

  #forgetIdle(kept: ReadonlySet<Lane>): void {
    for (const [origin, lane] of this.#lanes) {
      if (lane.waiting.length + lane.running === 0 && !kept.has(lane)) this.#lanes.delete(origin)
    }
  }

  get #limits() {
    return this.#app.config.deliveries
  }
}
