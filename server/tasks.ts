import type { App } from './app.ts'
import { startRotationSchedule } from './credentials/rotation-schedule.ts'
import { startReminderSchedule } from './credentials/reminder-schedule.ts'
import { startDispatcher } from './deliveries/dispatch.ts'
import { startRetention } from './deliveries/retention.ts'
import { startSettling } from './integrations/publish/settling.ts'
import { startPurge } from './integrations/purge.ts'
import { startFiles } from './integrations/files/loop.ts'
import { startSchedule } from './integrations/schedule.ts'
import { runSync } from './integrations/sync/run.ts'
import type { Handlers } from './jobs/jobs.ts'
import { act } from './workflows/act.ts'
import { startClock } from './workflows/clock-schedule.ts'
import { startRouter } from './workflows/router.ts'

/** Which function does which job. */
export function handlersOf(app: App): Handlers {
  return {
    'integrations.sync': ({ runId }, signal) => runSync(app, runId, signal),
    'workflows.act': ({ runId, actionId }) => act(app, runId, actionId),
  }
}

/** What a worker does by the clock, or when it is woken. Disposing it brings the loops to a clean stop. */
export function startSchedules(app: App): AsyncDisposable {
  startSchedule(app)
  startSettling(app)
  startRotationSchedule(app)
  startReminderSchedule(app)
  startRetention(app)
  startPurge(app)
  startClock(app)
  const loops: AsyncDisposable[] = [startDispatcher(app), startRouter(app), startFiles(app)]
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(loops.map((loop) => loop[Symbol.asyncDispose]()))
    },
  }
}
