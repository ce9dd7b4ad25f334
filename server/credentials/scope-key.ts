/** The key of a scope: made once by an admin of the scope, then rotated (rotate.ts) or re-generated (regenerate.ts). */
import { sql } from 'kysely'
import type { ScopeKey, ScopeState } from '#schema/credential.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'
import type { ScopeKeyRow } from '#server/vault/store.ts'
import { generateScopeKey, openScopeKey, scopeKeyFingerprint, VaultError } from '#server/vault/vault.ts'
import { holdSpace } from './hold-space.ts'
import { getAdministeredScope } from './refusals.ts'
import { refuseIntegrations, type Scope } from './scope.ts'

type Needs = Pick<App, 'db' | 'keys'>

/** Makes the first key of a scope; 409 `has-key` when there is one. */
export async function createScopeKey(app: Needs, actor: Actor, label: string): Promise<ScopeKey> {
  const scope = await getAdministeredScope(app, actor, label, 'generate key')
  refuseIntegrations(scope)
  return transact(app.db, async (tx) => {
    await holdSpace(tx, scope)
    if (!(await generateScopeKey(app, tx, { scope: scope.id, spaceId: scope.spaceId, by: actor.id })))
      throw new Problem(409, 'has-key', `${scope.label} has a key already. Rotate it, or re-generate it.`)
    const key = await getScopeKey(app, tx, scope)
    await record(tx, actor, 'scope-key.generated', targetOf(scope), keyDetail(key))
    return key
  })
}

/** What the audit record calls the scope. */
export function targetOf(scope: Scope): string {
  return `scope:${scope.label}`
}

export function keyDetail(key: ScopeKey): Record<string, unknown> {
  return { version: key.version, fingerprint: key.fingerprint }
}

export function noKey(scope: Scope): Problem {
  return new Problem(409, 'no-key', `${scope.label} has no key yet. Generate its token first.`)
}

/** The active key of a scope that has one. */
export async function getScopeKey(app: Needs, db: Db | Tx, scope: Scope): Promise<ScopeKey> {
  const key = (await findScopeKeys(app, db, [scope.id])).get(scope.id)
  if (key === undefined) throw noKey(scope)
  return key
}

/** The active keys of these scopes, by the scope's id. */
export async function findScopeKeys(
  app: Needs,
  db: Db | Tx,
  scopeIds: readonly string[],
): Promise<Map<string, NonNullable<ScopeState['key']>>> {
  const rows = await listActiveKeys(db, scopeIds)
  const rotating = rows.filter((row) => row.rotating).map((row) => row.scope)
  const progress = await readProgress(db, rotating)
  const keys = rows.map(async (row) => {
    const { done, total } = progress.get(row.scope) ?? { done: 0, total: 0 }
    const key = {
      version: row.version,
      fingerprint: await nameKey(app, row),
      createdAt: row.created_at.toISOString(),
      createdBy: { id: row.created_by, name: row.created_by === 'system' ? 'Lockkeeper' : row.created_by_name },
      rotation: row.rotating ? { done, total, startedAt: row.created_at.toISOString() } : null,
    }
    return [row.scope, key] as const
  })
  return new Map(await Promise.all(keys))
}

/** Names the key that is really there; one that cannot be opened is no reason to fail a list. */
async function nameKey(app: Needs, row: ScopeKeyRow): Promise<string> {
  try {
    return scopeKeyFingerprint(await openScopeKey(app, row))
  } catch (error) {
    if (error instanceof VaultError) return 'unreadable'
    throw error
  }
}

function listActiveKeys(db: Db | Tx, scopeIds: readonly string[]) {
  if (scopeIds.length === 0) return Promise.resolve([])
  return db
    .selectFrom('scope_keys as key')
    .leftJoin('users', (join) => join.on(sql`users.id::text`, '=', sql.ref('key.created_by')))
    .select([
      'key.id',
      'key.scope',
      'key.version',
      'key.root_fingerprint',
      'key.sealed',
      'key.former_root_fingerprint',
      'key.former_sealed',
      'key.created_at',
      'key.created_by',
      'users.name as created_by_name',
      sql<boolean>`exists (select from scope_keys old where old.scope = key.scope and old.state = 'retired')`.as(
        'rotating',
      ),
    ])
    .where('key.scope', 'in', scopeIds)
    .where('key.state', '=', 'active')
    .execute()
}

/** Of the secrets that can be opened: how many are under the active key. */
async function readProgress(
  db: Db | Tx,
  scopeIds: readonly string[],
): Promise<Map<string, { done: number; total: number }>> {
  if (scopeIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('credentials')
    .innerJoin('scope_keys as key', (join) =>
      join.onRef('key.scope', '=', 'credentials.scope').on('key.state', '=', 'active'),
    )
    .select([
      'credentials.scope',
      sql<number>`count(*)`.as('total'),
      sql<number>`count(*) filter (where credentials.key_version >= key.version)`.as('done'),
    ])
    .where('credentials.scope', 'in', scopeIds)
    .where('credentials.sealed', 'is not', null)
    .where('unreadable_at', 'is', null)
    .groupBy('credentials.scope')
    .execute()
  return new Map(rows.map(({ scope, done, total }) => [scope, { done, total }]))
}
