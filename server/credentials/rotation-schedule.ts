import type { App } from '#server/app.ts'
import type { Db } from '#server/db/open.ts'
import { repeat } from '#server/platform/repeat.ts'
import { continueRotations } from './continue-rotations.ts'

type Needs = Pick<App, 'db' | 'keys' | 'jobs' | 'log'>

const EVERY_MS = 2_000

/** How a process that works wakes itself, by its database. */
const looks = new WeakMap<Db, () => void>()

/** Takes up rotations every two seconds until the queue stops, the first time at once; one query when there is none. */
export function startRotationSchedule(app: Needs): void {
  const { stopping } = app.jobs
  const trouble = 'a rotation broke off; it is taken up again'
  const often = { everyMs: EVERY_MS, until: stopping, log: app.log, trouble }
  looks.set(
    app.db,
    repeat(often, () => continueRotations(app, stopping)),
  )
}

/** Begins at once where this process works; otherwise one that does finds the rotation by itself. */
export function wakeRotations(app: Pick<App, 'db'>): void {
  looks.get(app.db)?.()
}
