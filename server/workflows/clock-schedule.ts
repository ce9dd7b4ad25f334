import type { App } from '#server/app.ts'
import { lookAtClock } from './clock.ts'

type Needs = Pick<App, 'db' | 'clock' | 'log' | 'jobs'>

const EVERY_MS = 10_000

/** Looks at the clock every ten seconds until the queue stops, the first time at once. Every worker does. */
export function startClock(app: Needs): void {
  const { stopping } = app.jobs
  let isBusy = false
  const look = async () => {
    if (isBusy || stopping.aborted) return
    isBusy = true
    try {
      await lookAtClock(app, stopping)
    } catch (error) {
      if (!stopping.aborted) app.log.warn({ err: error }, 'the clock of workflows broke off; it is looked at again')
    } finally {
      isBusy = false
    }
  }
  const timer = setInterval(() => void look(), EVERY_MS)
  timer.unref()
  stopping.addEventListener('abort', () => clearInterval(timer), { once: true })
  void look()
}
