/**
 * Removes what is older than LOCKKEEPER_LOG_RETENTION_DAYS: deliveries that are over, with their attempts; then runs of which
 * no delivery is left; events that were looked at. Never an open delivery, nor a waiting event.
 */
import { sql, type RawBuilder } from 'kysely'
import type { App } from '#server/app.ts'
import { forgetSigningSecrets } from '#server/credentials/signing.ts'
import type { Db } from '#server/db/open.ts'
import { repeat } from '#server/platform/repeat.ts'
import { firstIdAt } from '#server/platform/ids.ts'
import { compactFigures } from './count-attempts.ts'

type Needs = Pick<App, 'db' | 'clock' | 'config' | 'log' | 'jobs'>

const EVERY_MS = 3_600_000
const DAY_MS = 86_400_000
/** Rows of one statement. */
const BATCH = 1_000
/** An event's key keeps the same happening from counting twice: it stays this long at least. */
const EVENT_DAYS = 30
/** An id may be made a little before its row is, or after by another machine's clock. */
const ID_APART_MS = 3_600_000

const START = '00000000-0000-0000-0000-000000000000'

/** Looks every hour until the queue stops, the first time at once. Every worker does; they pass over each other's rows. */
export function startRetention(app: Needs): void {
  const { stopping } = app.jobs
  const trouble = 'the clean-up broke off; it goes on within an hour'
  repeat({ everyMs: EVERY_MS, until: stopping, log: app.log, trouble }, () => removeOld(app, stopping))
}

/** One pass; how many of each were removed. */
export async function removeOld(app: Pick<Needs, 'db' | 'clock' | 'config' | 'log'>, signal: AbortSignal) {
  const now = app.clock.now().getTime()
  const { logRetentionDays } = app.config
  const before = new Date(now - logRetentionDays * DAY_MS)
  const eventsBefore = new Date(now - Math.max(logRetentionDays, EVENT_DAYS) * DAY_MS)
  const removed = {
    deliveries: await removeAll(app.db, signal, (after) => removeDeliveries(after, before)),
    runs: await removeAll(app.db, signal, (after) => removeRuns(after, before)),
    events: await removeAll(app.db, signal, (after) => removeEvents(after, eventsBefore)),
  }
  await compactFigures(app.db, app.clock.now())
  await forgetSigningSecrets(app.db, app.clock.now())
  await app.db
    .deleteFrom('delivery_alerts')
    .where('told_at', '<', new Date(now - DAY_MS))
    .execute()
  if (Object.values(removed).some((count) => count > 0)) app.log.info(removed, 'old log entries were removed')
  return removed
}

/** Batch after batch, each a transaction of its own, from the lowest id on: what has to stay is stepped over once. */
async function removeAll(
  db: Db,
  signal: AbortSignal,
  remove: (after: string) => RawBuilder<{ id: string }>,
): Promise<number> {
  let count = 0
  for (let after = START; !signal.aborted;) {
    const { rows } = await remove(after).execute(db)
    if (rows.length === 0) break
    count += rows.length
    after = rows.reduce((last, { id }) => (id > last ? id : last), after)
  }
  return count
}

function removeDeliveries(after: string, before: Date) {
  return sql<{ id: string }>`
    with old as materialized (
      select id from deliveries
      where ${idsBetween(after, before)} and status in ('sent', 'dead') and finished_at < ${before}
      order by id limit ${BATCH} for update skip locked
    ), attempts as (
      delete from delivery_attempts where delivery_id = any(array(select id from old))
    )
    delete from deliveries where id = any(array(select id from old)) returning id`
}

function removeRuns(after: string, before: Date) {
  return sql<{ id: string }>`
    with old as materialized (
      select id from workflow_runs r
      where ${idsBetween(after, before)} and r.at < ${before} and r.status <> 'working'
        and not exists (select from deliveries d where d.run_id = r.id)
      order by id limit ${BATCH} for update skip locked
    )
    delete from workflow_runs where id = any(array(select id from old)) returning id`
}

function removeEvents(after: string, before: Date) {
  return sql<{ id: string }>`
    with old as materialized (
      select id from events where ${idsBetween(after, before)} and at < ${before} and routed_at is not null
      order by id limit ${BATCH} for update skip locked
    )
    delete from events where id = any(array(select id from old)) returning id`
}

function idsBetween(after: string, before: Date) {
  return sql`id > ${after}::uuid and id < ${firstIdAt(new Date(before.getTime() + ID_APART_MS))}::uuid`
}
