/**
 * Ends the quarantine: what Confluence said is in the trash, and stayed hidden as long as the integration keeps such things. The
 * clock alone is not enough: of an integration that is not read to the end, nobody knows what came back since. Beside it goes
 * what is known of publishes that were settled long ago.
 */
import { sql } from 'kysely'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { Db } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import { emitAll } from '#server/events/emit.ts'
import { system } from '#server/platform/actor.ts'
import { repeat } from '#server/platform/repeat.ts'
import { PURGED_REASONS } from './hidden.ts'
import { forgetPublishes } from './publish/forget.ts'
import { StoredSettings } from './settings.ts'
import { forgetTraffic } from './traffic.ts'

type Needs = Pick<App, 'db' | 'clock' | 'log' | 'jobs'>

const EVERY_MS = 3_600_000
const DAY_MS = 86_400_000
/** Documents of one transaction. */
const BATCH = 200

/** Looks every hour until the queue stops, the first time at once. Every worker does; they pass over each other's rows. */
export function startPurge(app: Needs): void {
  const { stopping } = app.jobs
  const hourly = (what: string, pass: () => Promise<unknown>) => {
    const trouble = `${what} could not be purged; it goes on within an hour`
    repeat({ everyMs: EVERY_MS, until: stopping, log: app.log, trouble }, pass)
  }
  hourly('hidden documents', () => purgeHidden(app, stopping))
  hourly('settled publishes', () => forgetPublishes(app, stopping))
}

/** One pass; how many documents went. What is only out of sight, by lost access or choice, is never purged. */
export async function purgeHidden(app: Pick<Needs, 'db' | 'clock' | 'log'>, signal: AbortSignal): Promise<number> {
  const now = app.clock.now().getTime()
  await forgetTraffic(app.db, new Date(now - DAY_MS))
  const integrations = await listSwept(app.db, new Date(now - DAY_MS))
  let purged = 0
  for (const { id, settings } of integrations) {
    const { quarantineDays } = StoredSettings.parse(settings)
    const before = new Date(now - quarantineDays * DAY_MS)
    while (!signal.aborted) {
      const count = await purgeBatch(app, id, before)
      purged += count
      if (count < BATCH) break
    }
  }
  if (purged > 0) app.log.info({ purged }, 'hidden documents were purged')
  return purged
}

/** Integrations of which a run over everything has come to its end since then. */
async function listSwept(db: Db, since: Date) {
  return db
    .selectFrom('integrations as integration')
    .select(['integration.id', 'integration.settings'])
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('sync_runs as run')
          .select('run.id')
          .whereRef('run.integration_id', '=', 'integration.id')
          .where('run.mode', 'in', ['full', 'sweep'])
          .where('run.status', '=', 'succeeded')
          .where('run.finished_at', '>', since),
      ),
    )
    .execute()
}

async function purgeBatch(app: Pick<Needs, 'db'>, integrationId: string, before: Date): Promise<number> {
  return transact(app.db, async (tx) => {
    const { rows } = await sql<{ id: string; external_id: string; title: string; space_id: string; version: number }>`
      with old as materialized (
        select id from documents
        where integration_id = ${integrationId} and deleted_at < ${before}
          and deleted_reason = any(${[...PURGED_REASONS]}::text[])
        order by id limit ${BATCH} for update skip locked
      )
      delete from documents where id = any(array(select id from old))
      returning id, external_id, title, space_id, version`.execute(tx)
    if (rows.length === 0) return 0
    await emitAll(
      tx,
      rows.map((row) => ({
        type: 'page.purged',
        dedupeKey: `${integrationId}:${row.external_id}:purged:${row.id}`,
        spaceId: row.space_id,
        subjectId: row.id,
        payload: { documentId: row.id, externalId: row.external_id, title: row.title, version: row.version },
      })),
    )
    await record(tx, system, 'documents.purged', `integration:${integrationId}`, { documents: rows.length })
    return rows.length
  })
}
