import type { App } from '#server/app.ts'
import type { Db } from '#server/db/open.ts'
import { continueRotations } from './continue-rotations.ts'

type Needs = Pick<App, 'db' | 'keys' | 'jobs' | 'log'>

const EVERY_MS = 2_000

/** How a process that works wakes itself, by its database. */
const looks = new WeakMap<Db, () => void>()

/** Takes up rotations every two seconds until the queue stops, the first time at once; one query when there is none. */
export function startRotationSchedule(app: Needs): void {
  const { stopping } = app.jobs
  let busy = false
  const look = async () => {
    if (busy || stopping.aborted) return
    busy = true
    try {
      await continueRotations(app, stopping)
    } catch (error) {
      if (!stopping.aborted) app.log.warn({ err: error }, 'a rotation broke off; it is taken up again')
    } finally {
      busy = false
    }
  }
  const timer = setInterval(() => void look(), EVERY_MS)
  timer.unref()
  stopping.addEventListener('abort', () => clearInterval(timer), { once: true })
  looks.set(app.db, () => void look())
  void look()
}

/** Begins at once where this process works; otherwise one that does finds the rotation by itself. */
export function wakeRotations(app: Pick<App, 'db'>): void {
  looks.get(app.db)?.()
}
