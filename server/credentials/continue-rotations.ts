/**
 * The work of rotations. The state is in the rows: a scope with a retired key is being rotated, and a credential whose
 * key_version is below the active key's is still to do. So any process goes on where a killed one stood.
 */
import { sql } from 'kysely'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import { system } from '#server/platform/actor.ts'
import { destroyScopeKeys } from '#server/vault/store.ts'
import { resealBatch, resealRest } from './reseal.ts'
import { getScopeKey, keyDetail, targetOf } from './scope-key.ts'
import { GLOBAL, INTEGRATIONS, scopeOfSpace, type Scope } from './scope.ts'

type Needs = Pick<App, 'db' | 'keys'>

/**
 * Carries on every rotation under way until nothing is left to do, but leaves a scope that another process works on. One
 * that fails does not hold up the others; the first failure is thrown when all were tried.
 */
export async function continueRotations(app: Needs, signal?: AbortSignal): Promise<void> {
  const failures: unknown[] = []
  for (const scopeId of await listRotating(app.db)) {
    await continueRotation(app, scopeId, signal).catch((error: unknown) => failures.push(error))
  }
  if (failures.length > 0) throw failures[0]
}

async function continueRotation(app: Needs, scopeId: string, signal: AbortSignal | undefined): Promise<void> {
  for (;;) {
    if (signal?.aborted === true) return
    if (!(await transact(app.db, (tx) => step(app, tx, scopeId)))) return
  }
}

/** Scopes of which a key is retired and not destroyed yet. */
export async function listRotating(db: Db | Tx): Promise<string[]> {
  const rows = await db
    .selectFrom('scope_keys')
    .select('scope')
    .distinct()
    .where('state', '=', 'retired')
    .orderBy('scope')
    .execute()
  return rows.map(({ scope }) => scope)
}

/** One batch, or the end; false when the rotation is over or in other hands. */
async function step(app: Needs, tx: Tx, scopeId: string): Promise<boolean> {
  if (!(await tryLock(tx, scopeId))) return false
  if (!(await listRotating(tx)).includes(scopeId)) return false
  if (await resealBatch(app, tx, scopeId)) return true
  await resealRest(app, tx, scopeId)
  await finish(app, tx, scopeId)
  return false
}

/** No readable secret is under an old key any more: destroys those, and former values of credentials with them. */
async function finish(app: Needs, tx: Tx, scopeId: string): Promise<void> {
  const destroyed = await destroyScopeKeys(tx, scopeId, ['retired'])
  if (destroyed.length === 0) return // re-generated meanwhile
  const formerValues = await dropFormerValues(tx, scopeId)
  app.keys.forgetOpened()
  const scope = await nameScope(tx, scopeId)
  const key = await getScopeKey(app, tx, scope)
  const counts = await countResealed(tx, scopeId, key.version)
  await record(tx, system, 'scope-key.rotated', targetOf(scope), {
    ...keyDetail(key),
    destroyed,
    ...counts,
    formerValues,
  })
}

/** Held until the transaction ends: one process at a time works on a scope. */
async function tryLock(tx: Tx, scopeId: string): Promise<boolean> {
  const { rows } = await sql<{ got: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended('rotate:' || ${scopeId}, 0)) as got`.execute(tx)
  return rows[0]?.got === true
}

/** Of each credential one former value is kept at most; those under the old key cannot be restored any more. */
async function dropFormerValues(tx: Tx, scopeId: string): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('credential_versions')
    .from('credentials')
    .set({ former: null, former_key_version: null })
    .whereRef('credentials.id', '=', 'credential_versions.credential_id')
    .where('credentials.scope', '=', scopeId)
    .where('former_key_version', 'in', (e) =>
      e
        .selectFrom('scope_keys')
        .select('scope_keys.version')
        .where('scope_keys.scope', '=', scopeId)
        .where('scope_keys.state', '!=', 'active'),
    )
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows)
}

/** `unreadable`: secrets that no key opened; they were left as they are and must be entered again. */
async function countResealed(
  tx: Tx,
  scopeId: string,
  version: number,
): Promise<{ credentials: number; unreadable: number }> {
  const row = await tx
    .selectFrom('credentials')
    .select([
      sql<number>`count(*) filter (where key_version >= ${version})`.as('credentials'),
      sql<number>`count(*) filter (where key_version < ${version})`.as('unreadable'),
    ])
    .where('scope', '=', scopeId)
    .where('sealed', 'is not', null)
    .executeTakeFirstOrThrow()
  return row
}

async function nameScope(tx: Tx, scopeId: string): Promise<Scope> {
  for (const scope of [GLOBAL, INTEGRATIONS]) if (scope.id === scopeId) return scope
  const space = await tx
    .selectFrom('spaces')
    .select(['id', 'key', 'name'])
    .where(sql`'space:' || id`, '=', scopeId)
    .executeTakeFirstOrThrow()
  return scopeOfSpace(space)
}
