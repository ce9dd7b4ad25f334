// Reading and writing spaces and who is in them.
import { sql } from 'kysely'
import { SpaceKind, SpaceRole, type Space, type SpaceMember } from '#schema/access.ts'
import type { Db, Tx } from '#server/db/open.ts'
import type { NameCursor } from './name-cursor.ts'
import { mayRead, type Reader } from './reader.ts'

/** A space without what depends on the asker. */
export type SpaceRow = Omit<Space, 'role' | 'documents'> & { externalId: string | null }

/** `ids`: only these, or all. By name. */
export async function visibleSpaces(db: Db | Tx, ids: 'all' | string[]): Promise<SpaceRow[]> {
  const rows = await narrowed(db, ids)
    .orderBy(sql`lower(name)`)
    .orderBy('id')
    .execute()
  return rows.map(toSpaceRow)
}

/** One page of the same, after the cursor's (name, id). */
export async function findSpaces(
  db: Db | Tx,
  ids: 'all' | string[],
  after: NameCursor | undefined,
  limit: number,
): Promise<SpaceRow[]> {
  let rows = narrowed(db, ids)
    .orderBy(sql`lower(name)`)
    .orderBy('id')
    .limit(limit)
  if (after !== undefined) rows = rows.where(sql<boolean>`(lower(name), id) > (lower(${after[0]}), ${after[1]}::uuid)`)
  return (await rows.execute()).map(toSpaceRow)
}

/** Keys are compared without regard to case. */
export async function findSpaceByKey(db: Db | Tx, key: string): Promise<SpaceRow | undefined> {
  const row = await spaces(db)
    .where(sql`lower(key)`, '=', key.toLowerCase())
    .executeTakeFirst()
  return row && toSpaceRow(row)
}

/** How many documents each of these spaces holds, of those that the reader may see. */
export async function countDocuments(
  db: Db | Tx,
  ids: readonly string[],
  reader: Reader = 'all',
): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('documents as document')
    .select(['space_id', sql<number>`count(*)`.as('count')])
    .where('space_id', 'in', ids)
    .where('deleted_at', 'is', null)
    .where(mayRead(reader))
    .groupBy('space_id')
    .execute()
  return new Map(rows.map((row) => [row.space_id, row.count]))
}

/** Members with the names behind their principals, by role and name. */
export async function findMembers(db: Db | Tx, spaceId: string): Promise<SpaceMember[]> {
  const rows = await db
    .selectFrom('space_members as m')
    .leftJoin('users as u', (join) => join.on(sql`'user:' || u.id`, '=', sql.ref('m.principal')))
    .leftJoin('groups as g', (join) => join.on(sql`'group:' || g.id`, '=', sql.ref('m.principal')))
    .select(['m.principal', 'm.role', sql<string | null>`coalesce(u.name, g.name)`.as('name')])
    .where('m.space_id', '=', spaceId)
    .orderBy('m.role')
    .orderBy('m.principal')
    .execute()
  return rows.map(({ principal, role, name }) => ({
    principal,
    role: SpaceRole.parse(role),
    name: name ?? (principal === 'everyone' ? 'Everyone' : principal),
  }))
}

/** The members are exactly these afterwards. */
export async function replaceMembers(
  tx: Tx,
  spaceId: string,
  members: readonly { principal: string; role: SpaceRole }[],
): Promise<void> {
  await tx.deleteFrom('space_members').where('space_id', '=', spaceId).execute()
  if (members.length === 0) return
  const principals = members.map((member) => member.principal)
  const roles = members.map((member) => member.role)
  await sql`insert into space_members (space_id, principal, role)
    select ${spaceId}::uuid, * from unnest(${principals}::text[], ${roles}::text[])`.execute(tx)
}

/** Takes a principal out of every space: its person or group is gone. */
export async function forgetPrincipal(tx: Tx, principal: string): Promise<void> {
  await tx.deleteFrom('space_members').where('principal', '=', principal).execute()
}

/** Which of these principals name nobody. */
export async function unknownPrincipals(db: Db | Tx, principals: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ principal: string }>`
    select principal from unnest(${principals}::text[]) as principal
    where principal <> 'everyone'
      and not exists (select from users where 'user:' || id = principal)
      and not exists (select from groups where 'group:' || id = principal)`.execute(db)
  return rows.map((row) => row.principal)
}

function narrowed(db: Db | Tx, ids: 'all' | string[]) {
  return ids === 'all' ? spaces(db) : spaces(db).where(sql<boolean>`id = any(${ids}::uuid[])`)
}

function spaces(db: Db | Tx) {
  return db
    .selectFrom('spaces')
    .select(['id', 'key', 'name', 'kind', 'archived', 'integration_id', 'external_id', 'created_at'])
}

type RawSpace = {
  id: string
  key: string
  name: string
  kind: string
  archived: boolean
  integration_id: string | null
  external_id: string | null
  created_at: Date
}

function toSpaceRow(row: RawSpace): SpaceRow {
  const { id, key, name, archived } = row
  return {
    id,
    key,
    name,
    archived,
    kind: SpaceKind.catch('other').parse(row.kind),
    integrationId: row.integration_id,
    externalId: row.external_id,
    createdAt: row.created_at.toISOString(),
  }
}
