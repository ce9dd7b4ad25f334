/** Starts runs that are due and takes up those that broke off. Every worker process does this; the locks make it safe. */
import { sql } from 'kysely'
import type { App } from '#server/app.ts'
import { transact } from '#server/db/transact.ts'
import { enqueue } from '#server/jobs/jobs.ts'
import { system } from '#server/platform/actor.ts'
import { queueRun } from './runs.ts'
import { StoredSettings } from './settings.ts'
import { updateIntegration } from './store.ts'
import { isInWindow } from './window.ts'

type Needs = Pick<App, 'db' | 'jobs' | 'clock' | 'log'>

export const INCREMENTAL_EVERY_MS = 5 * 60_000
const SWEEP_EVERY_MS = 60 * 60_000
const TICK_MS = 10_000

/** Looks every ten seconds until the signal is aborted, the first time at once. */
export function startSchedule(app: Needs): void {
  const { stopping } = app.jobs
  const look = () => {
    tick(app).catch((error: unknown) => {
      if (!stopping.aborted) app.log.warn({ err: error }, 'the schedule could not be looked at')
    })
  }
  const timer = setInterval(look, TICK_MS)
  timer.unref()
  stopping.addEventListener('abort', () => clearInterval(timer), { once: true })
  look()
}

/** One look: queues a job for each open run that no process works on, and a run for each integration that is due. */
export async function tick(app: Needs): Promise<void> {
  await takeUp(app)
  for (const { id, mode } of await listDue(app)) {
    await transact(app.db, async (tx) => {
      await queueRun(app, tx, system, id, mode)
      await updateIntegration(tx, id, { next_sync_at: new Date(app.clock.now().getTime() + INCREMENTAL_EVERY_MS) })
    })
  }
}

/** An open run whose integration's lock is free, and for which no job waits, has no runner: its process died, or its job was lost. */
async function takeUp(app: Needs): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select run.id from sync_runs run
    where run.status in ('queued', 'running') and run.queued_at < now() - interval '3 seconds'
      and not exists (
        select 1 from jobs.job waiting where waiting.name = 'integrations.sync' and waiting.state in ('created', 'retry')
          and waiting.data->>'runId' = run.id::text and waiting.start_after < now() + interval '10 seconds'
      )
      and not exists (
        select 1 from pg_locks held, (select hashtextextended('sync:' || run.integration_id, 0) as key) as wanted
        where held.locktype = 'advisory' and held.objsubid = 1 and held.granted
          and held.database = (select oid from pg_database where datname = current_database())
          and held.classid = ((wanted.key >> 32) & 4294967295)::oid and held.objid = (wanted.key & 4294967295)::oid
      )`.execute(app.db)
  for (const { id } of rows) {
    await transact(app.db, (tx) => enqueue(app.jobs, tx, 'integrations.sync', { runId: id }))
  }
}

/**
 * Connected integrations whose time has come; the key of a rejected one is not tried again until it is renewed. Hours that
 * an admin chose bind, but not what a person waits for: a confirmed brake, a document that was asked for.
 */
async function listDue(app: Needs): Promise<{ id: string; mode: 'incremental' | 'sweep' }[]> {
  const now = app.clock.now()
  const { rows } = await sql<{ id: string; settings: unknown; swept_at: Date | null; is_asked: boolean }>`
    select integration.id, integration.settings, (
      select max(run.started_at) from sync_runs run
      where run.integration_id = integration.id and run.mode in ('full', 'sweep')
        and (run.status = 'succeeded' or run.error->>'code' = 'incomplete')
    ) as swept_at,
    exists (select from sync_asked asked where asked.integration_id = integration.id) or exists (
      select from sync_brakes brake
      where brake.integration_id = integration.id and brake.state = 'confirmed' and brake.done_at is null
    ) as is_asked
    from integrations integration
    where integration.state in ('connected', 'unreachable') and coalesce(integration.next_sync_at, integration.created_at + interval '5 minutes') <= ${now}
      and not exists (select 1 from sync_runs run where run.integration_id = integration.id and run.status in ('queued', 'running'))`.execute(
    app.db,
  )
  const due = rows.filter((row) => row.is_asked || isInWindow(StoredSettings.parse(row.settings).manners.window, now))
  return due.map((row) => ({
    id: row.id,
    mode: row.swept_at === null || now.getTime() - row.swept_at.getTime() > SWEEP_EVERY_MS ? 'sweep' : 'incremental',
  }))
}
