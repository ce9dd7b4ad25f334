/** The scopes that a person sees, with the state of their keys. */
import { sql } from 'kysely'
import type { ListQuery } from '#schema/common.ts'
import type { ScopeState } from '#schema/credential.ts'
import type { App } from '#server/app.ts'
import { readableSpaceIds } from '#server/access/policy.ts'
import { record } from '#server/audit/record.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor, Person } from '#server/platform/actor.ts'
import { fromCursor, toCursor, type Page } from '#server/platform/page.ts'
import { findScopeKeys, targetOf } from './scope-key.ts'
import { administers, findScope, GLOBAL, INTEGRATIONS, scopeOfSpace, type Scope } from './scope.ts'

type Needs = Pick<App, 'db' | 'keys'>

/** A page that shows a rotation's progress asks again and again; reading settings is recorded once in this time. */
const READ_RECORDED_EVERY = sql`interval '1 minute'`

/** Global first, for admins then that of integrations, then the spaces that have a key or that the actor administrates, by name. */
export async function listScopes(app: Needs, actor: Person, query: ListQuery): Promise<Page<ScopeState>> {
  const { heads, after } = startOf(actor, query.cursor)
  const room = Math.max(0, query.limit - heads.length)
  const spaces = await listSpaceScopes(app.db, actor, after, room + 1)
  const shown = [...heads, ...spaces].slice(0, query.limit)
  const isMore = heads.length + spaces.length > query.limit
  const last = shown.at(-1)
  return {
    items: await describeScopes(app, app.db, actor, shown),
    nextCursor: isMore && last !== undefined ? toCursor([last.id, last.name]) : null,
  }
}

/** One scope and its key. That somebody read its settings is recorded, at most once a minute for each person. */
export async function readScope(app: Needs, actor: Person, label: string): Promise<ScopeState> {
  const scope = await findScope(app.db, actor, label)
  if (!(await wasReadOfLate(app.db, actor, scope)))
    await transact(app.db, (tx) => record(tx, actor, 'scope.settings.read', targetOf(scope)))
  return describeScope(app, app.db, actor, scope)
}

export async function describeScope(app: Needs, db: Db | Tx, actor: Actor, scope: Scope): Promise<ScopeState> {
  const [state] = await describeScopes(app, db, actor, [scope])
  if (state === undefined) throw new Error(`scope ${scope.id} was not described`)
  return state
}

async function describeScopes(app: Needs, db: Db | Tx, actor: Actor, scopes: readonly Scope[]): Promise<ScopeState[]> {
  const ids = scopes.map((scope) => scope.id)
  const [keys, counts] = await Promise.all([findScopeKeys(app, db, ids), countSeen(db, actor, scopes)])
  return scopes.map((scope) => ({
    scope: scope.label,
    name: scope.name,
    key: keys.get(scope.id) ?? null,
    credentials: counts.get(scope.id) ?? 0,
    mayAdministrate: administers(actor, scope),
  }))
}

/** The scopes without a space that still come, and the space after which the list goes on. */
function startOf(
  actor: Person,
  cursor: string | undefined,
): { heads: Scope[]; after: { id: string; name: string } | undefined } {
  const all = administers(actor, INTEGRATIONS) ? [GLOBAL, INTEGRATIONS] : [GLOBAL]
  if (cursor === undefined) return { heads: all, after: undefined }
  const [id, name] = fromCursor(cursor, 2).map(String)
  const seen = all.findIndex((scope) => scope.id === id)
  if (seen !== -1) return { heads: all.slice(seen + 1), after: undefined }
  return { heads: [], after: { id: id ?? '', name: name ?? '' } }
}

async function listSpaceScopes(
  db: Db,
  actor: Person,
  after: { id: string; name: string } | undefined,
  limit: number,
): Promise<Scope[]> {
  const ids = readableSpaceIds(actor)
  let query = db
    .selectFrom('spaces')
    .select(['id', 'key', 'name'])
    .orderBy(sql`lower(name)`)
    .orderBy(sql`'space:' || id`)
    .limit(limit)
  if (ids !== 'all') {
    const own = ids.filter((id) => administers(actor, { spaceId: id }))
    query = query.where(sql<boolean>`id = any(${ids}::uuid[])`).where(sql<boolean>`(id = any(${own}::uuid[]) or exists (
        select from scope_keys key where key.space_id = spaces.id and key.state = 'active'))`)
  }
  if (after !== undefined)
    query = query.where(sql<boolean>`(lower(name), 'space:' || id) > (lower(${after.name}), ${after.id})`)
  return (await query.execute()).map(scopeOfSpace)
}

/** How many credentials of each scope the actor may at least view. */
async function countSeen(db: Db | Tx, actor: Actor, scopes: readonly Scope[]): Promise<Map<string, number>> {
  if (scopes.length === 0) return new Map()
  const all = scopes.filter((scope) => administers(actor, scope)).map((scope) => scope.id)
  const principals = actor.kind === 'user' ? actor.principals : []
  const rows = await db
    .selectFrom('credentials')
    .select(['scope', sql<number>`count(*)`.as('count')])
    .where(
      'scope',
      'in',
      scopes.map((scope) => scope.id),
    )
    .where(
      sql<boolean>`(scope = any(${all}::text[]) or exists (
        select from credential_grants permission where permission.credential_id = credentials.id
          and permission.level <> 'use' and permission.principal = any(${principals}::text[])))`,
    )
    .groupBy('scope')
    .execute()
  return new Map(rows.map(({ scope, count }) => [scope, count]))
}

async function wasReadOfLate(db: Db, actor: Person, scope: Scope): Promise<boolean> {
  const row = await db
    .selectFrom('audit')
    .select('seq')
    .where('target', '=', targetOf(scope))
    .where('action', '=', 'scope.settings.read')
    .where('actor', '=', actor.id)
    .where('at', '>', sql<Date>`now() - ${READ_RECORDED_EVERY}`)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
