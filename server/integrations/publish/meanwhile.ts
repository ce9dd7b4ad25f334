/** What was published while a sync ran: its lists may be older, and must not undo it. */
import { sql } from 'kysely'
import type { Db, Tx } from '#server/db/open.ts'

/**
 * External ids of documents that were moved, labelled, thrown away or restored from here since the run began. A version
 * guards edits; these have none, and the next run sees them as they are.
 */
export async function findPublishedSince(db: Db | Tx, integrationId: string, runId: string): Promise<Set<string>> {
  const { rows } = await sql<{ external_id: string }>`
    select external_id from publishes
    where integration_id = ${integrationId} and kind in ('move', 'labels', 'trash', 'restore') and external_id is not null
      and settled_at >= (select coalesce(started_at, queued_at) from sync_runs where id = ${runId})`.execute(db)
  return new Set(rows.map((row) => row.external_id))
}
