/** Removal hides, it does not destroy: the row stays, and a later put of the same document brings it back. */
import { sql } from 'kysely'
import type { Tx } from '#server/db/open.ts'
import { removeFromSearch } from './store-search.ts'

/**
 * trashed: so said the source. lost-access: the key no longer sees it, because it is hidden from it or gone for good.
 * unselected: its space is no longer synced.
 */
export type RemovalReason = 'trashed' | 'lost-access' | 'unselected'

/**
 * Hides documents from every list, tree, search and count. Who might read them is forgotten: one that comes back is shut
 * until the source has told it anew. Returns the external ids of those that were visible before.
 */
export async function removeDocuments(
  tx: Tx,
  integrationId: string,
  externalIds: string[],
  reason: RemovalReason,
): Promise<string[]> {
  if (externalIds.length === 0) return []
  // Before any row of a document: whoever writes what was told takes them in this order.
  await sql`delete from document_restrictions
    where integration_id = ${integrationId} and external_id = any(${externalIds}::text[])`.execute(tx)
  const { rows } = await sql<{ id: string; external_id: string }>`
    with chosen as (
      select id from documents
      where integration_id = ${integrationId} and external_id = any(${externalIds}::text[]) and deleted_at is null
      order by external_id
      for no key update
    )
    update documents set deleted_at = now(), deleted_reason = ${reason}
    from chosen
    where documents.id = chosen.id
    returning documents.id, documents.external_id`.execute(tx)
  await removeFromSearch(
    tx,
    rows.map((row) => row.id),
  )
  return rows.map((row) => row.external_id)
}
