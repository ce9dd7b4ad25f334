/** What was published while a sync ran: its lists may be older, and must not undo it. */
import { sql } from 'kysely'
import type { Db, Tx } from '#server/db/open.ts'

type Run = { integrationId: string; runId: string }
/** To be called after writing about these: whoever writes the same rows later waits for this transaction. */
type Recheck = (tx: Tx, externalIds: readonly string[]) => Promise<void>

class PublishedMeanwhile extends Error {}

/** Writes from a list that leaves out what is in `published`; anew when something of it is published before it is written. */
export async function besidePublishes(
  db: Db,
  { integrationId, runId }: Run,
  work: (published: ReadonlySet<string>, recheck: Recheck) => Promise<void>,
): Promise<void> {
  for (;;) {
    const published = await findPublishedSince(db, integrationId, runId)
    try {
      return await work(published, async (tx, externalIds) => {
        const now = await findPublishedSince(tx, integrationId, runId)
        if (externalIds.some((id) => now.has(id) && !published.has(id))) throw new PublishedMeanwhile()
      })
    } catch (error) {
      if (!(error instanceof PublishedMeanwhile)) throw error
    }
  }
}

/**
 * External ids of documents that were moved, labelled, thrown away or restored from here since the run began. A version
 * guards edits; these have none, and the next run sees them as they are.
 */
async function findPublishedSince(db: Db | Tx, integrationId: string, runId: string): Promise<Set<string>> {
  const { rows } = await sql<{ external_id: string }>`
    select external_id from publishes
    where integration_id = ${integrationId} and kind in ('move', 'labels', 'trash', 'restore') and external_id is not null
      and settled_at >= (select coalesce(started_at, queued_at) from sync_runs where id = ${runId})`.execute(db)
  return new Set(rows.map((row) => row.external_id))
}
