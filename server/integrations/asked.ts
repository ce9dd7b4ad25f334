/** Single documents that the next run asks for by their ids. */
import { sql } from 'kysely'
import type { Db, Tx } from '#server/db/open.ts'

export type Asked = { externalId: string; type: string }

/** The same ones again change nothing. */
export async function askFor(tx: Tx, integrationId: string, asked: readonly Asked[]): Promise<void> {
  const once = new Map(asked.map((one) => [one.externalId, one]))
  if (once.size === 0) return
  const rows = [...once.values()].map(({ externalId, type }) => ({
    integration_id: integrationId,
    external_id: externalId,
    type,
  }))
  await tx
    .insertInto('sync_asked')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['integration_id', 'external_id']).doUpdateSet({ type: sql`excluded.type` }),
    )
    .execute()
}

export async function listAsked(db: Db | Tx, integrationId: string, limit: number): Promise<Asked[]> {
  const rows = await db
    .selectFrom('sync_asked')
    .select(['external_id', 'type'])
    .where('integration_id', '=', integrationId)
    .orderBy('at')
    .orderBy('external_id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ externalId: row.external_id, type: row.type }))
}

export async function forgetAsked(tx: Tx, integrationId: string, externalIds: readonly string[]): Promise<void> {
  await tx
    .deleteFrom('sync_asked')
    .where('integration_id', '=', integrationId)
    .where(sql<boolean>`external_id = any(${externalIds}::text[])`)
    .execute()
}
