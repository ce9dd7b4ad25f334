/** Group commit: what finished while one batch was written is the next batch. */
import type { App } from '#server/app.ts'
import { backoffMs, pause } from '#server/platform/backoff.ts'
import { isTransient } from '#server/platform/transient.ts'
import { finish, type Finished } from './finish.ts'
import type { Health } from './receivers.ts'

type Needs = Pick<App, 'db' | 'clock' | 'config' | 'log'>

const MOST = 500
/** Batches begin no closer: nobody waits for them, and one of ten costs hardly more than one of two. */
const CLOSEST_MS = 25
/** A database that is away for good must not keep a stop waiting: the claims run out, and others take them up. */
const RETRIES_AT_STOP = 2

export type Results = {
  add(finished: Finished): void
  /** Resolves when all is written, or given up after `stop`. */
  settled(): Promise<void>
  stop(): void
}

export type ResultsOptions = {
  claimer: string
  inTrouble: (origin: string) => boolean
  /** After a batch was written, or given up. */
  onWritten: (batch: readonly Finished[], health: ReadonlyMap<string, Health>) => void
}

export function openResults(app: Needs, { claimer, inTrouble, onWritten }: ResultsOptions): Results {
  const queue: Finished[] = []
  const stopping = new AbortController()
  let writing: Promise<void> | undefined
  let beganMs = 0

  async function writeAll(): Promise<void> {
    while (queue.length > 0) {
      const wait = beganMs + CLOSEST_MS - performance.now()
      if (wait > 0) await pause(wait, stopping.signal).catch(() => {})
      beganMs = performance.now()
      const batch = queue.splice(0, MOST)
      const health = await write(batch)
      try {
        onWritten(batch, health)
      } catch (error) {
        app.log.error({ err: error }, 'a fault after deliveries were written')
      }
    }
    writing = undefined
  }

  async function write(batch: readonly Finished[]): Promise<ReadonlyMap<string, Health>> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await finish(app, claimer, batch, inTrouble)
      } catch (error) {
        if (!isTransient(error)) return batch.length > 1 ? writeEach(batch) : writeBare(batch, error)
        app.log.warn({ err: error, count: batch.length }, 'what came of deliveries could not be written yet')
        if (stopping.signal.aborted && tries > RETRIES_AT_STOP) return new Map()
        await pause(backoffMs(tries, 200, 2_000), stopping.signal).catch(() => {})
      }
    }
  }

  /** One that cannot be written must not keep the others from it. */
  async function writeEach(batch: readonly Finished[]): Promise<ReadonlyMap<string, Health>> {
    const health = new Map<string, Health>()
    for (const one of batch) for (const [origin, now] of await write([one])) health.set(origin, now)
    return health
  }

  async function writeBare([one]: readonly Finished[], error: unknown): Promise<ReadonlyMap<string, Health>> {
    app.log.error({ err: error, delivery: one?.delivery.id }, 'an attempt could not be logged as it was')
    // Its claim runs out, and it is tried again.
    if (one === undefined || one.request.url === '') return new Map()
    return write([
      { ...one, detail: null, answer: null, request: { method: one.request.method, url: '', headers: {} } },
    ])
  }

  return {
    add(finished) {
      queue.push(finished)
      writing ??= writeAll()
    },
    settled: async () => writing,
    stop: () => stopping.abort(),
  }
}
