import type { App } from '#server/app.ts'
import { repeat } from '#server/platform/repeat.ts'
import { settleAbandoned } from './settle.ts'
import type { Needs } from './target.ts'

const EVERY_MS = 20_000

/** Every worker does this: what a killed process sent is settled by the next that starts. Two that settle one thing do it once. */
export function startSettling(app: Needs & Pick<App, 'jobs'>): void {
  const trouble = 'what became of publishes could not be looked for'
  repeat({ everyMs: EVERY_MS, until: app.jobs.stopping, log: app.log, trouble }, () => settleAbandoned(app))
}
