import { CronExpressionParser } from 'cron-parser'
import { IANAZone } from 'luxon'

/**
 * The first time after `after` at which the schedule (five fields, or @daily and the like) is due, by the wall clock of the
 * time zone; undefined: never. Throws an Error that says what is wrong with it.
 */
export function nextDue(cron: string, timezone: string | undefined, after: Date): Date | undefined {
  const fields = cron.trim().split(/\s+/)
  if (fields.length !== 5 && !/^@(yearly|monthly|weekly|daily|hourly|weekdays|weekends)$/.test(cron.trim()))
    throw new Error('Write five fields: minute, hour, day of month, month, day of week; for example 0 9 * * 1-5.')
  if (/\bH\b/i.test(cron)) throw new Error('H is not taken here: write the minute and the hour.')
  if (timezone !== undefined && !IANAZone.isValidZone(timezone))
    throw new Error(`${timezone} is no time zone. Write it as Europe/Berlin.`)
  const schedule = CronExpressionParser.parse(cron.trim(), { currentDate: after, tz: timezone ?? 'UTC' })
  try {
    return schedule.next().toDate()
  } catch {
    return undefined // 30 February and the like
  }
}
