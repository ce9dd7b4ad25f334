import type { App } from '#server/app.ts'
import { sendWaitingMails } from './mail.ts'
import { remindOfExpiry } from './remind.ts'

type Needs = Pick<App, 'db' | 'clock' | 'config' | 'log' | 'jobs'>

const EVERY_MS = 60_000

/** Reminds and mails every minute until the queue stops, the first time at once. Every worker does; none repeats another. */
export function startReminderSchedule(app: Needs): void {
  const { stopping } = app.jobs
  let isBusy = false
  const look = async () => {
    if (isBusy || stopping.aborted) return
    isBusy = true
    try {
      await remindOfExpiry(app, stopping)
      await sendWaitingMails(app, stopping)
    } catch (error) {
      if (!stopping.aborted) app.log.warn({ err: error }, 'reminders broke off; they are looked at again')
    } finally {
      isBusy = false
    }
  }
  const timer = setInterval(() => void look(), EVERY_MS)
  timer.unref()
  stopping.addEventListener('abort', () => clearInterval(timer), { once: true })
  void look()
}
