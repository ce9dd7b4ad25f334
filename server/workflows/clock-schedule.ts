import type { App } from '#server/app.ts'
import { repeat } from '#server/platform/repeat.ts'
import { lookAtClock } from './clock.ts'

type Needs = Pick<App, 'db' | 'clock' | 'log' | 'jobs'>

const EVERY_MS = 10_000

/** Looks at the clock every ten seconds until the queue stops, the first time at once. Every worker does. */
export function startClock(app: Needs): void {
  const { stopping } = app.jobs
  const trouble = 'the clock of workflows broke off; it is looked at again'
  repeat({ everyMs: EVERY_MS, until: stopping, log: app.log, trouble }, () => lookAtClock(app, stopping))
}
