/** What the source says of who may read: of spaces, of single documents, of groups. Written in bulk, and only where it differs. */
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Db, Tx } from '#server/db/open.ts'
import { storable } from '#server/platform/storable.ts'
import { holdTreesOf, relockDocuments } from './locks.ts'

/** None: nothing is set. `failed`: why it was not told; what it is about is shut. */
export type ToldReaders = { readers: readonly string[] } | { failed: string }

/** Sets the space's lock; its documents stay as they are but for the very first time, when `relockSpace` must follow: true. */
export async function setSpaceReaders(
  tx: Tx,
  integrationId: string,
  spaceId: string,
  told: ToldReaders,
): Promise<boolean> {
  const failed = 'failed' in told ? told.failed : null
  const principals = 'failed' in told ? [] : tidy(told.readers)
  const { rows } = await sql<{ is_new: boolean }>`
    insert into read_locks (integration_id, key, space_id, principals, failed)
    values (${integrationId}, ${`space:${spaceId}`}, ${spaceId}, ${principals}::text[], ${failed})
    on conflict (integration_id, key) do update set principals = excluded.principals, failed = excluded.failed, read_at = now()
    returning xmax = 0 as is_new`.execute(tx)
  return rows[0]?.is_new === true
}

/**
 * Sets what is set on documents themselves, by external id, whether they are stored yet or not, and the locks of all whom
 * it concerns, in the same transaction. Returns how many differ from before.
 */
export async function setRestrictions(
  tx: Tx,
  integrationId: string,
  told: ReadonlyMap<string, ToldReaders>,
): Promise<number> {
  const rows = [...told].map(([externalId, one]) => {
    const principals = 'failed' in one ? [] : tidy(one.readers)
    return {
      external_id: storable(externalId),
      key: principals.length === 0 ? null : keyOf(principals),
      principals,
      failed: 'failed' in one ? one.failed : null,
    }
  })
  await holdTreesOf(tx, integrationId, [...told.keys()])
  await addLocks(tx, integrationId, rows)
  const written = await sql<{ external_id: string }>`
    insert into document_restrictions (integration_id, external_id, lock_id, read_at, failed)
    select ${integrationId}, told.external_id, lock.id, now(), told.failed
    from json_to_recordset(${JSON.stringify(rows)}::json) as told (external_id text, key text, failed text)
    left join read_locks as lock on lock.integration_id = ${integrationId} and lock.key = told.key
    left join document_restrictions as known on known.integration_id = ${integrationId}
      and known.external_id = told.external_id
    where known.external_id is null or known.lock_id is distinct from lock.id or known.failed is distinct from told.failed
    order by told.external_id
    on conflict (integration_id, external_id) do update set lock_id = excluded.lock_id, read_at = excluded.read_at,
      failed = excluded.failed
    returning external_id`.execute(tx)
  const changed = written.rows.map((row) => row.external_id)
  await relockDocuments(tx, integrationId, changed)
  return changed.length
}

/** Takes what was told of these documents for not told: they are shut until the source is asked again. */
export async function forgetRestrictions(tx: Tx, integrationId: string, externalIds: readonly string[]): Promise<void> {
  if (externalIds.length === 0) return
  await holdTreesOf(tx, integrationId, externalIds)
  const { rows } = await sql<{ external_id: string }>`delete from document_restrictions
    where integration_id = ${integrationId} and external_id = any(${externalIds}::text[])
    returning external_id`.execute(tx)
  await relockDocuments(
    tx,
    integrationId,
    rows.map((row) => row.external_id),
  )
}

async function addLocks(
  tx: Tx,
  integrationId: string,
  rows: readonly { key: string | null; principals: readonly string[] }[],
): Promise<void> {
  const locks = [...new Map(rows.flatMap((row) => (row.key === null ? [] : [[row.key, row]]))).values()]
  if (locks.length === 0) return
  await sql`
    insert into read_locks (integration_id, key, principals)
    select ${integrationId}, told.key, told.principals
    from json_to_recordset(${JSON.stringify(locks)}::json) as told (key text, principals text[])
    where not exists (select from read_locks as lock where lock.integration_id = ${integrationId} and lock.key = told.key)
    order by told.key
    on conflict do nothing`.execute(tx)
}

/** `isPage`: a page or blog post, no folder or other node. */
export type ToldDocument = {
  externalId: string
  told: 'nothing' | 'failed' | 'readers'
  isPage: boolean
  isArchived: boolean
}

/**
 * Stored documents after `after` in the order of their external ids, at most `limit`, with what was told of them before;
 * `onlyNew`: those of which nothing was.
 */
export async function listTold(
  db: Db | Tx,
  integrationId: string,
  { after, limit, onlyNew }: { after: string; limit: number; onlyNew: boolean },
): Promise<ToldDocument[]> {
  const { rows } = await sql<ToldDocument>`
    select document.external_id as "externalId", document.type in ('page', 'blogpost') as "isPage",
      document.status = 'archived' as "isArchived", case
        when known.external_id is null then 'nothing' when known.failed is not null then 'failed' else 'readers' end as told
    from documents as document
    left join document_restrictions as known on known.integration_id = document.integration_id
      and known.external_id = document.external_id
    where document.integration_id = ${integrationId} and document.deleted_at is null and document.external_id > ${after}
      and (known.external_id is null or not ${onlyNew})
    order by document.external_id limit ${limit}`.execute(db)
  return rows
}

/** Documents that nobody but admins can read because something about them was not told; what is below such a one is not named again. */
export async function listShut(
  db: Db | Tx,
  integrationId: string,
  limit: number,
): Promise<{ externalId: string; type: string; title: string; spaceKey: string; reason: string }[]> {
  const { rows } = await sql<{ externalId: string; type: string; title: string; spaceKey: string; reason: string }>`
    select document.external_id as "externalId", document.type, document.title, space.key as "spaceKey", case
        when known.external_id is null then 'it was not told yet who may read it.'
        when known.failed is not null then known.failed
        else 'what it hangs on in the tree could not be read.' end as reason
    from documents as document
    join spaces as space on space.id = document.space_id
    left join document_restrictions as known on known.integration_id = document.integration_id
      and known.external_id = document.external_id
    where document.integration_id = ${integrationId} and document.deleted_at is null and coalesce(document.access_set_id, 0) = 0
      and (known.external_id is null or known.failed is not null or not exists (
        select from documents as parent where parent.integration_id = document.integration_id
          and parent.external_id = document.parent_external_id and parent.space_id = document.space_id
          and parent.deleted_at is null) and document.parent_external_id is not null)
    order by document.external_id limit ${limit}`.execute(db)
  return rows
}

/** Groups that some lock names; `onlyNew`: of which nothing was read yet. */
export async function listNamedGroups(db: Db | Tx, integrationId: string, onlyNew: boolean): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct substr(principal, 7) as id
    from read_locks as lock cross join unnest(lock.principals) as principal
    where lock.integration_id = ${integrationId} and principal like 'group:%'
      and (not ${onlyNew} or not exists (select from source_groups as known
        where known.integration_id = ${integrationId} and 'group:' || known.group_id = principal))
    order by id`.execute(db)
  return rows.map((row) => row.id)
}

/** The members are exactly these afterwards; of a group that was not told, nobody. */
export async function setGroup(
  tx: Tx,
  integrationId: string,
  groupId: string,
  told: { name: string | null; members: readonly string[] } | { failed: string },
): Promise<void> {
  const failed = 'failed' in told ? told.failed : null
  const name = 'failed' in told ? null : told.name
  const members = 'failed' in told ? [] : [...new Set(told.members)]
  await sql`insert into source_groups (integration_id, group_id, name, read_at, failed)
    values (${integrationId}, ${groupId}, ${name ?? groupId}, now(), ${failed})
    on conflict (integration_id, group_id) do update set read_at = now(), failed = excluded.failed,
      name = coalesce(${name}, source_groups.name)`.execute(tx)
  await sql`delete from source_group_members where integration_id = ${integrationId} and group_id = ${groupId}
    and account_id <> all(${members}::text[])`.execute(tx)
  await sql`insert into source_group_members (integration_id, group_id, account_id)
    select ${integrationId}, ${groupId}, member from unnest(${members}::text[]) as member
    on conflict do nothing`.execute(tx)
}

function tidy(principals: readonly string[]): string[] {
  return [...new Set(principals.map(storable))].toSorted()
}

function keyOf(principals: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(principals)).digest('base64url')
}
