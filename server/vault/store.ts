import type { Selectable } from 'kysely'
import type { Db, Tx } from '#server/db/open.ts'
import type { ScopeKeys } from '#server/db/tables.ts'

export type ScopeKeyRow = Pick<Selectable<ScopeKeys>, 'id' | 'scope' | 'version' | 'root_fingerprint' | 'sealed'>

const COLUMNS = ['id', 'scope', 'version', 'root_fingerprint', 'sealed'] as const

/** The scope's active key, held for the transaction: it is not retired or destroyed before what it seals is committed. */
export function shareActiveScopeKey(db: Db | Tx, scope: string): Promise<ScopeKeyRow | undefined> {
  return db
    .selectFrom('scope_keys')
    .select(COLUMNS)
    .where('scope', '=', scope)
    .where('state', '=', 'active')
    .forShare()
    .executeTakeFirst()
}

export function findScopeKey(db: Db | Tx, id: string): Promise<ScopeKeyRow | undefined> {
  return db.selectFrom('scope_keys').select(COLUMNS).where('id', '=', id).executeTakeFirst()
}

/** Adds the scope's next version as its active key; nothing when another transaction was first. */
export async function insertScopeKey(
  tx: Tx,
  key: { id: string; scope: string; root_fingerprint: string; created_by: string },
  sealVersion: (version: number) => Promise<string>,
): Promise<void> {
  const last = await tx
    .selectFrom('scope_keys')
    .select((e) => e.fn.max('version').as('version'))
    .where('scope', '=', key.scope)
    .executeTakeFirst()
  const version = (last?.version ?? 0) + 1
  await tx
    .insertInto('scope_keys')
    .values({ ...key, version, state: 'active', sealed: await sealVersion(version) })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
