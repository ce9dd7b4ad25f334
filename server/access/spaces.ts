import { sql } from 'kysely'
import type { NewSpace, Space, SpaceChange, SpaceMember, SpaceMembers } from '#schema/access.ts'
import type { ListQuery } from '#schema/common.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { transact, transactAnew } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { newId } from '#server/platform/ids.ts'
import { toPage, type Page } from '#server/platform/page.ts'
import { notFound, Problem } from '#server/platform/problem.ts'
import { holdSpaces } from './hold-spaces.ts'
import { fromNameCursor } from './name-cursor.ts'
import { authorize, canReadSpace, readableSpaceIds, spaceRole } from './policy.ts'
import { findReader } from './reader.ts'
import {
  countDocuments,
  findMembers,
  findSpaceByKey,
  findSpaces,
  replaceMembers,
  unknownPrincipals,
  type SpaceRow,
} from './space-store.ts'

type Needs = Pick<App, 'db'>

/** The spaces the actor has a role in, by name; all of them for an admin. */
export async function listSpaces(app: Needs, actor: Actor, query: ListQuery): Promise<Page<Space>> {
  const after = fromNameCursor(query.cursor)
  const rows = await findSpaces(app.db, readableSpaceIds(actor), after, query.limit + 1)
  const page = toPage(rows, query.limit, (row) => [row.name, row.id])
  const counts = await countDocuments(
    app.db,
    page.items.map((row) => row.id),
    await findReader(app.db, actor),
  )
  return { ...page, items: page.items.map((row) => toSpace(actor, row, counts.get(row.id) ?? 0)) }
}

export async function getSpace(app: Needs, actor: Actor, key: string): Promise<Space> {
  return describe(app.db, actor, await getReadableSpace(app.db, actor, key))
}

/** The space with this key (any letter-case) that the actor may read; another's is "not found". */
export async function getReadableSpace(db: Db | Tx, actor: Actor, key: string): Promise<SpaceRow> {
  const space = await findSpaceByKey(db, key)
  if (space === undefined || !canReadSpace(actor, space.id)) throw notFound('Space', key)
  return space
}

export async function createSpace(app: Needs, actor: Actor, input: NewSpace): Promise<Space> {
  authorize(actor, 'space.create')
  return transact(app.db, async (tx) => {
    await lockSpaceKeys(tx)
    if ((await findSpaceByKey(tx, input.key)) !== undefined)
      throw new Problem(409, 'key-taken', `There is a space with the key ${input.key} already. Choose another key.`)
    const id = newId()
    await tx.insertInto('spaces').values({ id, key: input.key, name: input.name }).execute()
    await record(tx, actor, 'space.created', `space:${id}`, { key: input.key, name: input.name })
    return describe(tx, actor, await getReadableSpace(tx, actor, input.key))
  })
}

export async function updateSpace(app: Needs, actor: Actor, key: string, input: SpaceChange): Promise<Space> {
  const space = await getReadableSpace(app.db, actor, key)
  authorize(actor, 'space.update', space.id)
  return transact(app.db, async (tx) => {
    const { name, archived } = input
    await tx
      .updateTable('spaces')
      .set({
        updated_at: new Date(),
        ...(name === undefined ? {} : { name }),
        ...(archived === undefined ? {} : { archived }),
      })
      .where('id', '=', space.id)
      .execute()
    const changed = await describe(tx, actor, await getReadableSpace(tx, actor, key))
    await record(tx, actor, 'space.updated', `space:${space.id}`, { key: space.key, ...input })
    return changed
  })
}

/** Deletes a space made by hand, with its documents, credentials and keys. One that a sync made goes with its integration. */
export async function deleteSpace(app: Needs, actor: Actor, key: string): Promise<void> {
  const space = await getReadableSpace(app.db, actor, key)
  authorize(actor, 'space.delete', space.id)
  if (space.integrationId !== null) {
    const detail = `${space.key} is kept in step by an integration and would come back. Change or delete the integration.`
    throw new Problem(409, 'synced-space', detail)
  }
  await transactAnew(app.db, async (tx) => {
    const destroyed = await holdSpaces(tx, { id: space.id })
    if (destroyed === undefined) throw notFound('Space', key)
    const counts = await countDocuments(tx, [space.id])
    await tx.deleteFrom('spaces').where('id', '=', space.id).execute()
    const detail = { key: space.key, name: space.name, documents: counts.get(space.id) ?? 0, ...destroyed }
    await record(tx, actor, 'space.deleted', `space:${space.id}`, detail)
  })
}

export async function listMembers(app: Needs, actor: Actor, key: string): Promise<{ members: SpaceMember[] }> {
  const space = await getReadableSpace(app.db, actor, key)
  authorize(actor, 'space.members.read', space.id)
  return { members: await findMembers(app.db, space.id) }
}

/** Makes the members exactly these. A principal that names nobody, or is named twice, is a 400. */
export async function setMembers(
  app: Needs,
  actor: Actor,
  key: string,
  { members }: SpaceMembers,
): Promise<{ members: SpaceMember[] }> {
  const space = await getReadableSpace(app.db, actor, key)
  authorize(actor, 'space.members.update', space.id)
  return transact(app.db, async (tx) => {
    await refuseBadPrincipals(tx, members)
    await tx.selectFrom('spaces').select('id').where('id', '=', space.id).forUpdate().execute()
    await replaceMembers(tx, space.id, members)
    const named = await findMembers(tx, space.id)
    await record(tx, actor, 'space.members.set', `space:${space.id}`, { key: space.key, members })
    return { members: named }
  })
}

/** Whoever makes a space takes this lock first, so that two never choose one key. */
export async function lockSpaceKeys(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${7_400_004})`.execute(tx)
}

async function refuseBadPrincipals(tx: Tx, members: SpaceMembers['members']): Promise<void> {
  const principals = members.map((member) => member.principal)
  const unknown = new Set(await unknownPrincipals(tx, principals))
  const errors = principals.flatMap((principal, index) => {
    const path = `members.${index}.principal`
    if (unknown.has(principal)) return [{ path, message: `${principal} does not exist.` }]
    if (principals.indexOf(principal) < index) return [{ path, message: `${principal} is named twice.` }]
    return []
  })
  if (errors[0] !== undefined) throw new Problem(400, 'bad-principal', errors[0].message, { errors })
}

async function describe(db: Db | Tx, actor: Actor, row: SpaceRow): Promise<Space> {
  const counts = await countDocuments(db, [row.id], await findReader(db, actor))
  return toSpace(actor, row, counts.get(row.id) ?? 0)
}

function toSpace(actor: Actor, row: SpaceRow, documents: number): Space {
  return { ...row, documents, role: spaceRole(actor, row.id) ?? null }
}
