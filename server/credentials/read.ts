import { sql } from 'kysely'
import { Level, type Credential, type CredentialQuery } from '#schema/credential.ts'
import { fromNameCursor } from '#server/access/name-cursor.ts'
import type { App } from '#server/app.ts'
import type { Db, Tx } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { toPage, type Page } from '#server/platform/page.ts'
import { notFound } from '#server/platform/problem.ts'
import { requireLevel } from './level.ts'
import { presentableRows, toCredential } from './present.ts'
import { administers, findScope, refuseIntegrations } from './scope.ts'
import { nameKey } from './name-key.ts'

type Needs = Pick<App, 'db' | 'clock' | 'keys'>

/** The credentials of the scope that the actor may view, by name; `q` is a part of the name. */
export async function listCredentials(
  app: Needs,
  actor: Actor,
  label: string,
  query: CredentialQuery,
): Promise<Page<Credential>> {
  const scope = await findScope(app.db, actor, label)
  refuseIntegrations(scope)
  let rows = presentableRows(app.db)
    .select(levelIn(actor, administers(actor, scope)).as('level'))
    .where('c.scope', '=', scope.id)
    .orderBy('c.name_key')
    .orderBy('c.id')
    .limit(query.limit + 1)
  if (!administers(actor, scope)) rows = rows.where(mayView(actor))
  const after = fromNameCursor(query.cursor)
  if (after !== undefined)
    rows = rows.where(sql<boolean>`(c.name_key, c.id) > (${after[0]} collate "C", ${after[1]}::uuid)`)
  if (query.q !== undefined) rows = rows.where(sql<boolean>`position(${nameKey(query.q)} in c.name_key) > 0`)
  const { items, nextCursor } = toPage(await rows.execute(), query.limit, (row) => [row.name_key, row.id])
  return { items: items.map((row) => toCredential(app, row, Level.parse(row.level))), nextCursor }
}

export async function readCredential(app: Needs, actor: Actor, id: string): Promise<Credential> {
  return presentCredential(app, app.db, actor, id)
}

/** The credential as the actor sees it; 404 without the level `view`. */
export async function presentCredential(
  app: Pick<App, 'clock' | 'keys'>,
  db: Db | Tx,
  actor: Actor,
  id: string,
  notes: readonly string[] = [],
): Promise<Credential> {
  const row = await presentableRows(db).select('c.space_id').where('c.id', '=', id).executeTakeFirst()
  if (row === undefined) throw notFound('Credential', id)
  return toCredential(app, row, await requireLevel(db, actor, row, 'view'), notes)
}

/** The highest level granted to any principal of the actor; in a space of his, or he would not have found the scope. */
function levelIn(actor: Actor, administers: boolean) {
  if (administers) return sql<string | null>`'administrate'`
  return sql<string | null>`(select g.level from credential_grants g
    where g.credential_id = c.id and g.principal = any(${principalsOf(actor)}::text[])
    order by array_position(array['administrate', 'edit', 'view', 'use'], g.level) limit 1)`
}

function mayView(actor: Actor) {
  return sql<boolean>`exists (select from credential_grants g
    where g.credential_id = c.id and g.principal = any(${principalsOf(actor)}::text[]) and g.level <> 'use')`
}

function principalsOf(actor: Actor): string[] {
  return actor.kind === 'system' ? [] : actor.principals
}
