// Reading and writing people: rows in, parsed shapes out.
import { sql } from 'kysely'
import { z } from 'zod'
import { Role, SpaceRole, type User } from '#schema/access.ts'
import type { Db, Tx } from '#server/db/open.ts'
import type { NameCursor } from './name-cursor.ts'
import { openedLocks } from './opened-locks.ts'

const Memberships = z.array(z.object({ space: z.uuid(), role: SpaceRole }))

export type PersonRow = {
  id: string
  name: string
  role: Role
  disabled: boolean
  groups: string[]
  memberships: z.infer<typeof Memberships>
}

/**
 * The person with his groups and every space role that reaches him: his own, his groups', everyone's, and reader where
 * his account in the outside system may read.
 */
export async function findPersonRow(db: Db | Tx, id: string): Promise<PersonRow | undefined> {
  const row = await people(db).where('users.id', '=', id).executeTakeFirst()
  return row && toPersonRow(row)
}

/** The owner of the API key with this hash, if the key is enabled and not expired at `now`. */
export async function findKeyOwnerRow(db: Db | Tx, hash: string, now: Date) {
  const row = await people(db)
    .innerJoin('api_keys', 'api_keys.reference_id', 'users.id')
    .select(['api_keys.id as keyId', 'api_keys.permissions', 'api_keys.last_request as lastUsedAt'])
    .where('api_keys.key', '=', hash)
    .where('api_keys.enabled', '=', true)
    .where((where) => where.or([where('api_keys.expires_at', 'is', null), where('api_keys.expires_at', '>', now)]))
    .executeTakeFirst()
  if (row === undefined) return undefined
  return { person: toPersonRow(row), keyId: row.keyId, permissions: row.permissions, lastUsedAt: row.lastUsedAt }
}

/** Notes when a key was last used. */
export async function touchKey(db: Db | Tx, id: string, now: Date): Promise<void> {
  await db.updateTable('api_keys').set({ last_request: now }).where('id', '=', id).execute()
}

export async function findUser(db: Db | Tx, id: string): Promise<User | undefined> {
  const row = await users(db).where('id', '=', id).executeTakeFirst()
  return row && toUser(row)
}

export async function findUserByEmail(db: Db | Tx, email: string): Promise<User | undefined> {
  const row = await users(db).where('email', '=', email.toLowerCase()).executeTakeFirst()
  return row && toUser(row)
}

/** Locks the user's row until the transaction ends. */
export async function lockUser(tx: Tx, id: string): Promise<User | undefined> {
  const row = await users(tx).where('id', '=', id).forUpdate().executeTakeFirst()
  return row && toUser(row)
}

/** Users by name, after the cursor's (name, id). */
export async function findUsers(db: Db | Tx, after: NameCursor | undefined, limit: number): Promise<User[]> {
  let rows = users(db)
    .orderBy(sql`lower(name)`)
    .orderBy('id')
    .limit(limit)
  if (after !== undefined) rows = rows.where(sql<boolean>`(lower(name), id) > (lower(${after[0]}), ${after[1]}::uuid)`)
  return (await rows.execute()).map(toUser)
}

/** Ids of the admins who can sign in, locked in one order: of two who remove each other, the second waits and sees. */
export async function lockAdmins(tx: Tx): Promise<string[]> {
  const rows = await tx
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'admin')
    .where('disabled', '=', false)
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.map((row) => row.id)
}

export async function hasUsers(db: Db | Tx): Promise<boolean> {
  return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined
}

/** A person and his password (hashed by better-auth) as better-auth's "credential" account. */
export async function insertUser(
  tx: Tx,
  user: { id: string; name: string; email: string; role: Role; passwordHash: string; accountId: string },
): Promise<void> {
  const { id, name, email, role } = user
  await tx.insertInto('users').values({ id, name, email, role, email_verified: true }).execute()
  await tx
    .insertInto('accounts')
    .values({
      id: user.accountId,
      user_id: id,
      account_id: id,
      provider_id: 'credential',
      password: user.passwordHash,
    })
    .execute()
}

/** Writes what is given and leaves the rest. */
export async function changeUser(
  tx: Tx,
  id: string,
  change: {
    name: string | undefined
    role: Role | undefined
    disabled: boolean | undefined
    passwordHash: string | undefined
  },
): Promise<void> {
  const { passwordHash, ...columns } = change
  const now = new Date()
  await tx
    .updateTable('users')
    .set({ ...columns, updated_at: now })
    .where('id', '=', id)
    .execute()
  if (passwordHash === undefined) return
  await tx
    .updateTable('accounts')
    .set({ password: passwordHash, updated_at: now })
    .where('user_id', '=', id)
    .where('provider_id', '=', 'credential')
    .execute()
}

export async function deleteSession(db: Db | Tx, token: string): Promise<void> {
  await db.deleteFrom('sessions').where('token', '=', token).execute()
}

/** Ends every session of the person. */
export async function deleteSessions(tx: Tx, userId: string): Promise<void> {
  await tx.deleteFrom('sessions').where('user_id', '=', userId).execute()
}

export async function deleteKeys(tx: Tx, userId: string): Promise<void> {
  await tx.deleteFrom('api_keys').where('reference_id', '=', userId).execute()
}

function people(db: Db | Tx) {
  const groups = sql<string[]>`array(select group_id from group_members where user_id = users.id)`
  const memberships = sql`(
    select coalesce(json_agg(json_build_object('space', space_id, 'role', role)), '[]') from (
      select space_id, role from space_members
      where principal = 'everyone' or principal = 'user:' || users.id
         or principal in (select 'group:' || group_id from group_members where user_id = users.id)
      union all
      select space_id, 'reader' from (${openedLocks(sql.ref('users.id'))}) as opened where space_id is not null
    ) as role)`
  return db
    .selectFrom('users')
    .select(['users.id', 'users.name', 'users.role', 'users.disabled'])
    .select([groups.as('groups'), memberships.as('memberships')])
}

type RawPerson = Omit<PersonRow, 'role' | 'memberships'> & { role: string; memberships: unknown }

function toPersonRow(row: RawPerson): PersonRow {
  const { id, name, disabled, groups } = row
  return { id, name, disabled, groups, role: Role.parse(row.role), memberships: Memberships.parse(row.memberships) }
}

function users(db: Db | Tx) {
  return db.selectFrom('users').select(['id', 'name', 'email', 'role', 'disabled', 'created_at'])
}

type RawUser = { id: string; name: string; email: string; role: string; disabled: boolean; created_at: Date }

function toUser(row: RawUser): User {
  const { id, name, email, disabled } = row
  return { id, name, email, disabled, role: Role.parse(row.role), createdAt: row.created_at.toISOString() }
}
