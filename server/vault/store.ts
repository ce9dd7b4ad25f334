import { sql, type Selectable } from 'kysely'
import type { Db, Tx } from '#server/db/open.ts'
import type { ScopeKeys } from '#server/db/tables.ts'

/** `sealed`: under the root key `root_fingerprint`; `former_sealed`: the same key under the root key in grace, if there is one. */
export type ScopeKeyRow = Pick<Selectable<ScopeKeys>, 'id' | 'scope' | 'version' | keyof Wrapping>
/** How a scope key is stored; all null but the first once destroyed. */
export type Wrapping = Pick<
  Selectable<ScopeKeys>,
  'root_fingerprint' | 'sealed' | 'former_root_fingerprint' | 'former_sealed'
>

const COLUMNS = [
  'id',
  'scope',
  'version',
  'root_fingerprint',
  'sealed',
  'former_root_fingerprint',
  'former_sealed',
] as const

/** The scope's active key, held for the transaction: it is not retired or destroyed before what it seals is committed. */
export function shareActiveScopeKey(db: Db | Tx, scope: string): Promise<ScopeKeyRow | undefined> {
  return waitForActive(db, scope, () => selectActive(db, scope).forShare().executeTakeFirst())
}

/** The scope's active key, held alone: what others have sealed with it is committed, and nobody seals until this ends. */
export async function lockActiveScopeKey(tx: Tx, scope: string): Promise<ScopeKeyRow | undefined> {
  // One at a time: of several that wait for the row itself, one would keep it while it waits for the one that came after.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`scope-key:${scope}`}, 0))`.execute(tx)
  return waitForActive(tx, scope, () => selectActive(tx, scope).forUpdate().executeTakeFirst())
}

function selectActive(db: Db | Tx, scope: string) {
  return db.selectFrom('scope_keys').select(COLUMNS).where('scope', '=', scope).where('state', '=', 'active')
}

/**
 * Whoever waited for a key that was retired meanwhile gets no row, although there is a new active one: a statement does
 * not see what was inserted after it began. It is asked again, once for each retirement.
 */
async function waitForActive(
  db: Db | Tx,
  scope: string,
  take: () => Promise<ScopeKeyRow | undefined>,
): Promise<ScopeKeyRow | undefined> {
  for (;;) {
    const row = await take()
    if (row !== undefined || (await selectActive(db, scope).executeTakeFirst()) === undefined) return row
  }
}

export function findScopeKey(db: Db | Tx, id: string): Promise<ScopeKeyRow | undefined> {
  return db.selectFrom('scope_keys').select(COLUMNS).where('id', '=', id).executeTakeFirst()
}

/** Adds the scope's next version as its active key; false when another transaction was first. */
export async function insertScopeKey(
  tx: Tx,
  key: { id: string; scope: string; space_id: string | null; created_by: string },
  wrapVersion: (version: number) => Promise<Wrapping>,
): Promise<boolean> {
  const last = await tx
    .selectFrom('scope_keys')
    .select((e) => e.fn.max('version').as('version'))
    .where('scope', '=', key.scope)
    .executeTakeFirst()
  const version = (last?.version ?? 0) + 1
  const inserted = await tx
    .insertInto('scope_keys')
    .values({ ...key, version, state: 'active', ...(await wrapVersion(version)) })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** Makes the active key a retired one: it opens, but seals nothing more. */
export async function retireScopeKey(tx: Tx, id: string): Promise<void> {
  await tx
    .updateTable('scope_keys')
    .set({ state: 'retired', retired_at: sql`now()` })
    .where('id', '=', id)
    .execute()
}

/** Destroys the scope's keys in these states for good, and answers their versions. */
export async function destroyScopeKeys(
  tx: Tx,
  scope: string,
  states: readonly ('active' | 'retired')[],
): Promise<number[]> {
  const rows = await tx
    .updateTable('scope_keys')
    .set({
      state: 'destroyed',
      sealed: null,
      former_root_fingerprint: null,
      former_sealed: null,
      destroyed_at: sql`now()`,
    })
    .where('scope', '=', scope)
    .where('state', 'in', states)
    .returning('version')
    .execute()
  return rows.map(({ version }) => version).sort((a, b) => a - b)
}

/** Every scope key that lives and is not wrapped by this root key, held for the transaction. */
export function lockKeysOfOtherRoots(tx: Tx, fingerprint: string): Promise<ScopeKeyRow[]> {
  return tx
    .selectFrom('scope_keys')
    .select(COLUMNS)
    .where('state', '!=', 'destroyed')
    .where('root_fingerprint', '!=', fingerprint)
    .orderBy('id')
    .forUpdate()
    .execute()
}

export async function rewrapScopeKey(tx: Tx, id: string, wrapping: Wrapping): Promise<void> {
  await tx.updateTable('scope_keys').set(wrapping).where('id', '=', id).execute()
}
