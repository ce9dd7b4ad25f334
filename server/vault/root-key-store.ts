import { sql, type Selectable } from 'kysely'
import type { Db, Tx } from '#server/db/open.ts'
import type { RootKeys } from '#server/db/tables.ts'

export type RootKeyRow = Selectable<RootKeys>

/** Any number, the same in every process: whoever holds this advisory lock changes root keys and their files. */
const LOCK = 7_400_005
/** A process that has not renewed its row for so long is gone. */
const NODE_GONE = sql<Date>`now() - interval '30 seconds'`

/** Alone among all processes and commands of this deployment, on one connection. */
export function withRootKeyLock<T>(db: Db, work: (connection: Db) => Promise<T>): Promise<T> {
  return db.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(${LOCK})`.execute(connection)
    try {
      return await work(connection)
    } finally {
      await sql`select pg_advisory_unlock(${LOCK})`.execute(connection)
    }
  })
}

export function listRootKeyRows(db: Db | Tx): Promise<RootKeyRow[]> {
  return db.selectFrom('root_keys').selectAll().orderBy('first_used_at').orderBy('fingerprint').execute()
}

export async function insertRootKey(tx: Db | Tx, fingerprint: string, state: 'staged' | 'active'): Promise<void> {
  await tx
    .insertInto('root_keys')
    .values({ fingerprint, state, staged_at: state === 'staged' ? sql`now()` : null })
    .execute()
}

/** The staged key becomes the active one, and the active one retires into its grace. */
export async function activateRootKey(tx: Tx, active: string, staged: string): Promise<void> {
  const rows = tx.updateTable('root_keys')
  await rows
    .set({ state: 'retired', retired_at: sql`now()`, last_used_at: sql`now()` })
    .where('fingerprint', '=', active)
    .execute()
  await rows
    .set({ state: 'active', first_used_at: sql`now()`, last_used_at: sql`now()` })
    .where('fingerprint', '=', staged)
    .execute()
}

export async function touchRootKey(tx: Db | Tx, fingerprint: string): Promise<void> {
  await tx
    .updateTable('root_keys')
    .set({ last_used_at: sql`now()` })
    .where('fingerprint', '=', fingerprint)
    .execute()
}

/** A staged key that was never used leaves no trace. */
export async function deleteStagedKey(tx: Tx): Promise<void> {
  await tx.deleteFrom('root_keys').where('state', '=', 'staged').execute()
}

/** Ends a key's grace: nothing is wrapped by it any more. */
export async function forgetFormerWrappings(tx: Tx, fingerprint: string): Promise<void> {
  await tx
    .updateTable('scope_keys')
    .set({ former_root_fingerprint: null, former_sealed: null })
    .where('former_root_fingerprint', '=', fingerprint)
    .execute()
  await tx
    .updateTable('root_keys')
    .set({ forgotten_at: sql`now()` })
    .where('fingerprint', '=', fingerprint)
    .execute()
}

/** How many living scope keys are wrapped by each root key first, by its fingerprint. */
export async function countScopeKeys(db: Db | Tx): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('scope_keys')
    .select(['root_fingerprint', (e) => e.fn.countAll<number>().as('count')])
    .where('state', '!=', 'destroyed')
    .groupBy('root_fingerprint')
    .execute()
  return new Map(rows.map((row) => [row.root_fingerprint, row.count]))
}

/** The processes that run now, with the root key that each has. */
export function listNodes(db: Db | Tx): Promise<{ name: string; root_fingerprint: string }[]> {
  return db
    .selectFrom('nodes')
    .select(['name', 'root_fingerprint'])
    .where('seen_at', '>', NODE_GONE)
    .orderBy('name')
    .execute()
}
