import { sql } from 'kysely'
import type { App } from '#server/app.ts'
import type { Tx } from '#server/db/open.ts'
import { shareActiveScopeKey, type ScopeKeyRow } from '#server/vault/store.ts'
import { open, sealUnder, VaultError } from '#server/vault/vault.ts'
import { secretContext, type SealedFor } from './secret-context.ts'

type Needs = Pick<App, 'keys'>

const BATCH = 250

type Stale = SealedFor & { sealed: string | null }
type Resealed = { id: string; sealed: string }

/**
 * Seals up to 250 secrets of the scope again under its active key, in the caller's transaction; false when there was none
 * to do. A secret that no key opens is marked unreadable and left as it is. Nothing else of a credential changes.
 */
export async function resealBatch(app: Needs, tx: Tx, scopeId: string): Promise<boolean> {
  // Rows first, then the key: the same order as whoever edits a credential, and as re-generating.
  const rows = await lockStale(tx, scopeId).where('unreadable_at', 'is', null).limit(BATCH).execute()
  if (rows.length === 0) return false
  await markUnreadable(tx, await resealRows(app, tx, scopeId, rows))
  return true
}

/**
 * Tries all that is left a last time before the key that it may need is destroyed: those that were found unreadable, now or
 * ever. Not chosen by that mark, which a use may have taken off since the last batch.
 */
export async function resealRest(app: Needs, tx: Tx, scopeId: string): Promise<void> {
  await markUnreadable(tx, await resealRows(app, tx, scopeId, await lockStale(tx, scopeId).execute()))
}

/** Answers the ids of those that could not be opened. */
async function resealRows(app: Needs, tx: Tx, scopeId: string, rows: readonly Stale[]): Promise<string[]> {
  const key = await shareActiveScopeKey(tx, scopeId)
  if (key === undefined) throw new Error(`the scope ${scopeId} lost its key while it was rotated`)
  const resealed: Resealed[] = []
  const unreadable: string[] = []
  for (const row of rows) {
    const sealed = await reseal(app, tx, key, row)
    if (sealed === undefined) unreadable.push(row.id)
    else resealed.push({ id: row.id, sealed })
  }
  await storeResealed(tx, key.version, resealed)
  return unreadable
}

/** Undefined when the secret cannot be opened; that our root key is the wrong one says nothing of it, and is thrown. */
async function reseal(app: Needs, tx: Tx, key: ScopeKeyRow, row: Stale): Promise<string | undefined> {
  const context = secretContext(row)
  try {
    return await sealUnder(app, key, context, await open(app, tx, context, row.sealed ?? ''))
  } catch (error) {
    if (error instanceof VaultError && error.code !== 'wrong-key') return undefined
    throw error
  }
}

function lockStale(tx: Tx, scopeId: string) {
  return tx
    .selectFrom('credentials')
    .innerJoin('scope_keys as key', (join) =>
      join.onRef('key.scope', '=', 'credentials.scope').on('key.state', '=', 'active'),
    )
    .select([
      'credentials.id',
      'credentials.scope',
      'credentials.sealed',
      'credentials.sealed_version',
      'credentials.kind',
      'credentials.header',
      'credentials.domains',
      'credentials.allow_http',
    ])
    .where('credentials.scope', '=', scopeId)
    .whereRef('credentials.key_version', '<', 'key.version')
    .where('credentials.sealed', 'is not', null)
    .orderBy('credentials.id')
    .forUpdate('credentials')
}

async function storeResealed(tx: Tx, keyVersion: number, resealed: readonly Resealed[]): Promise<void> {
  const ids = resealed.map(({ id }) => id)
  const values = resealed.map(({ sealed }) => sealed)
  await sql`
    update credentials set sealed = news.sealed, key_version = ${keyVersion}, unreadable_at = null
    from unnest(${ids}::uuid[], ${values}::text[]) as news (id, sealed) where credentials.id = news.id`.execute(tx)
}

async function markUnreadable(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await tx
    .updateTable('credentials')
    .set({ unreadable_at: sql`now()` })
    .where('id', 'in', ids)
    .where('unreadable_at', 'is', null)
    .execute()
}
