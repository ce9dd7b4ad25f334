/** The loop of a worker process that routes events: woken when some were written, and looking by itself every second. */
import { sql } from 'kysely'
import type { App } from '#server/app.ts'
import { onWake } from '#server/jobs/wake.ts'
import { backoffMs, pause } from '#server/platform/backoff.ts'
import { openRouter, routeWaiting } from './route.ts'

type Needs = Pick<App, 'db' | 'clock' | 'config' | 'jobs' | 'log' | 'wake'>

const LOOK_EVERY_MS = 1_000
/** Looks follow each other no closer, so that one finds what many transactions brought. */
const CLOSEST_MS = 20
const RETRY_START_MS = 100
const RETRY_CAP_MS = 5_000

/** Routes until it is disposed, which waits for the batch that is under way. */
export function startRouter(app: Needs): AsyncDisposable {
  const stopping = new AbortController()
  let bell = Promise.withResolvers<void>()
  const end = onWake(app, 'events', () => bell.resolve())
  const loop = run()

  async function run(): Promise<void> {
    const router = openRouter()
    const isStopping = () => stopping.signal.aborted
    let failures = 0
    let isWoken = true
    let lookedMs = -CLOSEST_MS
    while (!isStopping()) {
      const early = lookedMs + CLOSEST_MS - performance.now()
      if (early > 0) await pause(early, stopping.signal).catch(() => {})
      lookedMs = performance.now()
      bell = Promise.withResolvers()
      try {
        if (isWoken || (await isAnyWaiting(app))) await routeWaiting(app, router, isStopping)
        failures = 0
        isWoken = await rings()
      } catch (error) {
        failures += 1
        app.log.warn({ err: error }, 'events could not be routed; they are looked at again')
        await pause(backoffMs(failures, RETRY_START_MS, RETRY_CAP_MS), stopping.signal).catch(() => {})
        isWoken = true
      }
    }
  }

  /** Whether somebody woke the loop before it is time to look anyway. */
  async function rings(): Promise<boolean> {
    const looking = new AbortController()
    const time = pause(LOOK_EVERY_MS, AbortSignal.any([stopping.signal, looking.signal])).then(
      () => false,
      () => false,
    )
    const rung = await Promise.race([bell.promise.then(() => true), time])
    looking.abort()
    return rung
  }

  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      end()
      await loop
    },
  }
}

async function isAnyWaiting(app: Pick<App, 'db'>): Promise<boolean> {
  const { rows } = await sql<{ any: boolean }>`
    select exists (select from events where routed_at is null) as any`.execute(app.db)
  return rows[0]?.any === true
}
