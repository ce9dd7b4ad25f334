/** What a sync asks about the store before it writes. */
import type { Db, Tx } from '#server/db/open.ts'

export type KnownVersion = {
  id: string
  version: number
  status: string
  parentExternalId: string | null
  title: string
  spaceId: string
}

/** The stored versions by external id; removed and unknown documents are missing, so that a put brings them (back). */
export async function findVersions(
  db: Db | Tx,
  integrationId: string,
  externalIds: string[],
): Promise<Map<string, KnownVersion>> {
  if (externalIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('documents')
    .select(['id', 'external_id', 'version', 'status', 'parent_external_id', 'title', 'space_id'])
    .where('integration_id', '=', integrationId)
    .where('external_id', 'in', externalIds)
    .where('deleted_at', 'is', null)
    .execute()
  return new Map(
    rows.map((row) => [
      row.external_id,
      {
        id: row.id,
        version: row.version,
        status: row.status,
        parentExternalId: row.parent_external_id,
        title: row.title,
        spaceId: row.space_id,
      },
    ]),
  )
}

/** External ids of a space's documents in their text order, after `after`, at most `limit`: to compare with a listing. Removed ones are left out. */
export async function listExternalIds(
  db: Db | Tx,
  integrationId: string,
  spaceId: string,
  after: string | undefined,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('documents')
    .select('external_id')
    .where('integration_id', '=', integrationId)
    .where('space_id', '=', spaceId)
    .where('deleted_at', 'is', null)
    .$if(after !== undefined, (query) => query.where('external_id', '>', after ?? ''))
    .orderBy('external_id')
    .limit(limit)
    .execute()
  return rows.map((row) => row.external_id)
}

/** How many documents of a space are visible. */
export async function countVisible(db: Db | Tx, spaceId: string): Promise<number> {
  const { count } = await db
    .selectFrom('documents')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('space_id', '=', spaceId)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow()
  return count
}
