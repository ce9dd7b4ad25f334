import { sql } from 'kysely'
import { DocumentType } from '#schema/document.ts'
import type { SyncRun } from '#schema/integration.ts'
import { authorize } from '#server/access/policy.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'
import { askFor } from './asked.ts'
import { getRun, queueRun } from './runs.ts'
import { findOpenRun, getRunRow } from './run-store.ts'

const DOCUMENTS: ReadonlySet<string> = new Set(DocumentType.options)

/**
 * Queues a run that asks again for what this one skipped and nobody retried: an incremental one for documents, a sweep when
 * spaces, readers or files are among them, which it reads again anyway. 409 when nothing is left to retry, or a run is under way.
 */
export async function retrySkipped(
  app: Pick<App, 'db' | 'clock' | 'jobs'>,
  actor: Actor,
  integrationId: string,
  runId: string,
): Promise<SyncRun> {
  authorize(actor, 'integration.sync')
  await getRunRow(app.db, integrationId, runId)
  const id = await transact(app.db, async (tx) => {
    const rows = await tx
      .updateTable('sync_skipped')
      .set({ retried_at: app.clock.now() })
      .where('run_id', '=', runId)
      .where('retried_at', 'is', null)
      .returning(['external_id', 'type'])
      .execute()
    if (rows.length === 0)
      throw new Problem(409, 'nothing-to-retry', 'This run skipped nothing that was not asked for again already.')
    const items = rows.filter((row) => DOCUMENTS.has(row.type))
    const rest = rows.length - items.length
    await askFor(
      tx,
      integrationId,
      items.map((row) => ({ externalId: row.external_id, type: row.type })),
    )
    const queued = await queueRun(app, tx, actor, integrationId, rest > 0 ? 'sweep' : 'incremental')
    if (queued === undefined) {
      const open = await findOpenRun(tx, integrationId)
      throw new Problem(409, 'sync-running', 'A sync is under way. Wait for its end, then try again.', {
        runId: open?.id,
      })
    }
    await record(tx, actor, 'integration.skipped-retried', `integration:${integrationId}`, {
      skippedBy: runId,
      items: items.length,
      rest,
      run: queued,
    })
    return queued
  })
  return getRun(app, actor, integrationId, id)
}

/** What runs since then skipped and nobody retried, by reason; of each reason the newest run. */
export async function countSkipped(app: Pick<App, 'db'>, integrationId: string, since: Date, limit: number) {
  const { rows } = await sql<{ reason: string; items: number; runId: string }>`
    select skipped.reason, count(distinct (skipped.external_id, skipped.type))::int as items,
      (array_agg(run.id order by run.id desc))[1] as "runId"
    from sync_skipped skipped
    join sync_runs run on run.id = skipped.run_id
    where run.integration_id = ${integrationId} and skipped.retried_at is null and skipped.at >= ${since}
    group by skipped.reason
    order by max(skipped.at) desc
    limit ${limit}`.execute(app.db)
  return rows
}
