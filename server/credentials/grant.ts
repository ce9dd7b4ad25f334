/** The permissions of a credential: who was given which level. */
import { sql } from 'kysely'
import { Level, type Grant, type Grants, type GrantsChange } from '#schema/credential.ts'
import { unknownPrincipals } from '#server/access/space-store.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'
import { findGrants, levelOf, requireLevel, requireLevelToRead, type GrantRow } from './level.ts'
import { presentCredential } from './read.ts'
import { auditRefusals } from './refusals.ts'
import { administers } from './scope.ts'
import { getAnyCredential, lockCredential, type CredentialRow } from './store.ts'
import { refuseStale, saveVersion } from './versions.ts'

/** Who has which level, for those who may change it. That they were read is audited. */
export async function readGrants(app: Pick<App, 'db'>, actor: Actor, id: string): Promise<Grants> {
  return auditRefusals(app, actor, `credential:${id}`, 'read grants', () =>
    transact(app.db, async (tx) => {
      const row = await getAnyCredential(tx, id)
      await requireLevelToRead(tx, actor, row, 'administrate')
      const grants = await namedGrants(tx, id)
      await record(tx, actor, 'scope.settings.read', `credential:${id}`, { what: 'grants', name: row.name })
      return { grants, version: row.version }
    }),
  )
}

/**
 * Makes the permissions exactly these, as a new version. 400 for a principal that names nobody or stands twice. Admins of
 * the scope administrate in any case; anybody else may not take the level away from himself (409 `last-administrator`),
 * so that what such people look after is never left to nobody.
 */
export async function changeGrants(
  app: Pick<App, 'db' | 'clock' | 'keys'>,
  actor: Actor,
  id: string,
  input: GrantsChange,
): Promise<Grants> {
  return auditRefusals(app, actor, `credential:${id}`, 'change grants', () =>
    transact(app.db, async (tx) => {
      const row = await lockCredential(tx, id)
      await requireLevel(tx, actor, row, 'administrate')
      await refuseStale(tx, row, input.version)
      await refuseBadPrincipals(tx, input.grants)
      refuseLockout(actor, row, input.grants)
      const before = await findGrants(tx, id)
      if (isSame(before, input.grants)) return { grants: await namedGrants(tx, id), version: row.version }
      await replaceGrants(tx, id, input.grants)
      await saveVersion(tx, actor, row, {}, ['grants'])
      const grants = await namedGrants(tx, id)
      const { name, scope, version } = await presentCredential(app, tx, actor, id)
      const detail = { name, scope, version, grants: input.grants, before }
      await record(tx, actor, 'credential.grants-changed', `credential:${id}`, detail)
      return { grants, version }
    }),
  )
}

/** With the names behind the principals; without those who are no more. The highest level first. */
export async function namedGrants(db: Db | Tx, credentialId: string): Promise<(Grant & { name: string | null })[]> {
  const rows = await db
    .selectFrom('credential_grants as c')
    .leftJoin('users as u', (join) => join.on(sql`'user:' || u.id`, '=', sql.ref('c.principal')))
    .leftJoin('groups as g', (join) => join.on(sql`'group:' || g.id`, '=', sql.ref('c.principal')))
    .select(['c.principal', 'c.level', sql<string | null>`coalesce(u.name, g.name)`.as('name')])
    .where('c.credential_id', '=', credentialId)
    .where(sql<boolean>`(c.principal = 'everyone' or u.id is not null or g.id is not null)`)
    .orderBy(sql`array_position(array['administrate', 'edit', 'view', 'use'], c.level)`)
    .orderBy(sql`lower(coalesce(u.name, g.name)) nulls first`)
    .orderBy('c.principal')
    .execute()
  return rows.map(({ principal, level, name }) => ({
    principal,
    level: Level.parse(level),
    name: principal === 'everyone' ? 'Everyone' : name,
  }))
}

async function replaceGrants(tx: Tx, credentialId: string, grants: readonly Grant[]): Promise<void> {
  await tx.deleteFrom('credential_grants').where('credential_id', '=', credentialId).execute()
  if (grants.length === 0) return
  const rows = grants.map(({ principal, level }) => ({ credential_id: credentialId, principal, level }))
  await tx.insertInto('credential_grants').values(rows).execute()
}

async function refuseBadPrincipals(tx: Tx, grants: readonly Grant[]): Promise<void> {
  const principals = grants.map(({ principal }) => principal)
  const unknown = new Set(await unknownPrincipals(tx, principals))
  const seen = new Set<string>()
  const errors = principals.flatMap((principal, index) => {
    const path = `grants.${index}.principal`
    if (unknown.has(principal)) return [{ path, message: `${principal} does not exist.` }]
    if (seen.has(principal)) return [{ path, message: `${principal} is named twice.` }]
    seen.add(principal)
    return []
  })
  if (errors[0] !== undefined) throw new Problem(400, 'unknown-principal', errors[0].message, { errors })
}

function refuseLockout(actor: Actor, row: CredentialRow, grants: readonly Grant[]): void {
  if (administers(actor, { spaceId: row.space_id })) return
  if (levelOf(actor, row, grants) === 'administrate') return
  throw new Problem(
    409,
    'last-administrator',
    `You would lose the permission "administrate" for "${row.name}". Let an admin of its scope take it from you.`,
  )
}

function isSame(before: readonly GrantRow[], after: readonly Grant[]): boolean {
  const written = (grants: readonly GrantRow[]) => grants.map(({ principal, level }) => `${principal} ${level}`).sort()
  return written(before).join('\n') === written(after).join('\n')
}
