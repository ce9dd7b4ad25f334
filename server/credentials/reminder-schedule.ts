import type { App } from '#server/app.ts'
import { repeat } from '#server/platform/repeat.ts'
import { sendWaitingMails } from './mail.ts'
import { remindOfExpiry } from './remind.ts'

type Needs = Pick<App, 'db' | 'clock' | 'config' | 'log' | 'jobs'>

const EVERY_MS = 60_000

/** Reminds and mails every minute until the queue stops, the first time at once. Every worker does; none repeats another. */
export function startReminderSchedule(app: Needs): void {
  const { stopping } = app.jobs
  const trouble = 'reminders broke off; they are looked at again'
  repeat({ everyMs: EVERY_MS, until: stopping, log: app.log, trouble }, async () => {
    await remindOfExpiry(app, stopping)
    await sendWaitingMails(app, stopping)
  })
}
