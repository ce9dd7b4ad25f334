import { sql } from 'kysely'
import type { Group, GroupChange, NewGroup } from '#schema/access.ts'
import type { ListQuery } from '#schema/common.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { newId } from '#server/platform/ids.ts'
import { toPage, type Page } from '#server/platform/page.ts'
import { notFound, Problem } from '#server/platform/problem.ts'
import { fromNameCursor } from './name-cursor.ts'
import { authorize } from './policy.ts'
import { forgetPrincipal } from './space-store.ts'

type Needs = Pick<App, 'db'>

export async function listGroups(app: Needs, actor: Actor, query: ListQuery): Promise<Page<Group>> {
  authorize(actor, 'group.read')
  const after = fromNameCursor(query.cursor)
  let rows = groups(app.db)
    .orderBy(sql`lower(name)`)
    .orderBy('id')
    .limit(query.limit + 1)
  if (after !== undefined) rows = rows.where(sql<boolean>`(lower(name), id) > (lower(${after[0]}), ${after[1]}::uuid)`)
  return toPage((await rows.execute()).map(toGroup), query.limit, (group) => [group.name, group.id])
}

export async function getGroup(app: Needs, actor: Actor, id: string): Promise<Group> {
  authorize(actor, 'group.read')
  return getGroupRow(app.db, id)
}

export async function createGroup(app: Needs, actor: Actor, input: NewGroup): Promise<Group> {
  authorize(actor, 'group.create')
  return transact(app.db, async (tx) => {
    await refuseTakenName(tx, input.name, undefined)
    const id = newId()
    await tx.insertInto('groups').values({ id, name: input.name }).execute()
    await setGroupMembers(tx, id, input.members)
    const group = await getGroupRow(tx, id)
    await record(tx, actor, 'group.created', `group:${id}`, { name: group.name, members: group.members })
    return group
  })
}

export async function updateGroup(app: Needs, actor: Actor, id: string, input: GroupChange): Promise<Group> {
  authorize(actor, 'group.update')
  return transact(app.db, async (tx) => {
    await lockGroup(tx, id)
    if (input.name !== undefined) {
      await refuseTakenName(tx, input.name, id)
      await tx.updateTable('groups').set({ name: input.name }).where('id', '=', id).execute()
    }
    if (input.members !== undefined) await setGroupMembers(tx, id, input.members)
    const group = await getGroupRow(tx, id)
    await record(tx, actor, 'group.updated', `group:${id}`, { name: group.name, members: group.members })
    return group
  })
}

/** What the group was granted in spaces ends with it. */
export async function deleteGroup(app: Needs, actor: Actor, id: string): Promise<void> {
  authorize(actor, 'group.delete')
  await transact(app.db, async (tx) => {
    await lockGroup(tx, id)
    const group = await getGroupRow(tx, id)
    await tx.deleteFrom('groups').where('id', '=', id).execute()
    await forgetPrincipal(tx, `group:${id}`)
    await record(tx, actor, 'group.deleted', `group:${id}`, { name: group.name })
  })
}

async function lockGroup(tx: Tx, id: string): Promise<void> {
  const row = await tx.selectFrom('groups').select('id').where('id', '=', id).forUpdate().executeTakeFirst()
  if (row === undefined) throw notFound('Group', id)
}

async function getGroupRow(db: Db | Tx, id: string): Promise<Group> {
  const row = await groups(db).where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw notFound('Group', id)
  return toGroup(row)
}

async function refuseTakenName(tx: Tx, name: string, exceptId: string | undefined): Promise<void> {
  const row = await tx
    .selectFrom('groups')
    .select('id')
    .where(sql`lower(name)`, '=', sql`lower(${name})`)
    .executeTakeFirst()
  if (row !== undefined && row.id !== exceptId)
    throw new Problem(409, 'name-taken', `There is a group named ${JSON.stringify(name)} already.`)
}

async function setGroupMembers(tx: Tx, id: string, members: readonly string[]): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select id from unnest(${members}::uuid[]) as id where not exists (select from users where users.id = id.id)`.execute(
    tx,
  )
  const unknown = new Set(rows.map((row) => row.id))
  const errors = members.flatMap((member, index) =>
    unknown.has(member) ? [{ path: `members.${index}`, message: `User ${member} does not exist.` }] : [],
  )
  if (errors[0] !== undefined) throw new Problem(400, 'bad-member', errors[0].message, { errors })
  await tx.deleteFrom('group_members').where('group_id', '=', id).execute()
  await sql`insert into group_members (group_id, user_id)
    select distinct ${id}::uuid, member from unnest(${members}::uuid[]) as member`.execute(tx)
}

function groups(db: Db | Tx) {
  const members = sql<string[]>`array(select user_id from group_members where group_id = groups.id order by user_id)`
  return db.selectFrom('groups').select(['id', 'name', 'created_at', members.as('members')])
}

function toGroup(row: { id: string; name: string; members: string[]; created_at: Date }): Group {
  return { id: row.id, name: row.name, members: row.members, createdAt: row.created_at.toISOString() }
}
