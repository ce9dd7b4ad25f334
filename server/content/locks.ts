/**
 * Which read locks a document has: its space's, what is set on itself, and what is set on everything above it. All must
 * open. What is not known is shut: no set, or set 0. A document and its entry in the search index carry the number of their set.
 */
import { sql, type RawBuilder } from 'kysely'
import { takesReaders } from '#server/access/opened-locks.ts'
import type { Db, Tx } from '#server/db/open.ts'

/** Deeper than any tree; ends a circle of parents. */
const MOST_LEVELS = 60

/** Whether this integration takes its readers from the source; else its documents have no locks. */
export async function hasLocks(db: Db | Tx, integrationId: string): Promise<boolean> {
  const { rows } = await sql`select from integrations as integration
    where integration.id = ${integrationId} and ${takesReaders}`.execute(db)
  return rows.length > 0
}

/**
 * SQL of the set that a row of `incoming` inherits where nothing is set on itself and what it hangs on is known, else null;
 * $1 is the integration. Saves `relockDocuments`, which must follow and knows better, from writing most new rows twice. As
 * below, `offset 0` keeps the look-up by its whole key.
 */
export const INHERITED_SET = `(case when (
    select own.lock_id is null from document_restrictions as own
    where own.integration_id = $1 and own.external_id = incoming.external_id and own.failed is null)
  then case when incoming.parent_external_id is null
    then (select base.id from read_locks as lock
      join access_sets as base on base.integration_id = $1 and base.locks = array[lock.id]
      where lock.space_id = incoming.space_id)
    else (select parent.access_set_id
      from (select access_set_id, space_id from documents as above
        where above.integration_id = $1 and above.external_id = incoming.parent_external_id
          and above.deleted_at is null offset 0) as parent
      where parent.space_id = incoming.space_id) end end)`

/** The sets that documents have; null of those without locks. */
export async function findSets(tx: Tx, ids: readonly string[]): Promise<Map<string, number | null>> {
  const { rows } = await sql<{ id: string; set: number | null }>`
    select id, access_set_id as set from documents where id = any(${ids}::uuid[])`.execute(tx)
  return new Map(rows.map((row) => [row.id, row.set]))
}

/**
 * Holds the trees of these documents until the transaction ends. Whoever may set locks takes them before any row, so that
 * no two wait for each other crosswise; of documents that are not stored there is nothing to hold.
 */
export async function holdTreesOf(tx: Tx, integrationId: string, externalIds: readonly string[]): Promise<void> {
  await holdTrees(
    tx,
    sql`select space_id from documents
      where integration_id = ${integrationId} and external_id = any(${externalIds}::text[])`,
  )
}

/** The same of one space. */
export async function holdTree(tx: Tx, spaceId: string): Promise<void> {
  await holdTrees(tx, sql`select ${spaceId}::uuid as space_id`)
}

/** Sets the locks of these documents, and of all below them, anew: they are new, have moved, or what is set on them has changed. */
export async function relockDocuments(tx: Tx, integrationId: string, externalIds: readonly string[]): Promise<void> {
  if (externalIds.length === 0 || !(await hasLocks(tx, integrationId))) return
  const chosen = sql`document.integration_id = ${integrationId}
    and document.external_id = any(${externalIds}::text[]) and document.deleted_at is null`
  await holdTrees(tx, sql`select document.space_id from documents as document where ${chosen}`)
  // Where one of them stands below another, it is met twice: from the upper one is right.
  await writeSets(tx, integrationId, chosen, sql`select distinct on (id) id, locks from tree order by id, depth desc`)
}

/** The same of everything in a space; what hangs on nothing known is shut. */
export async function relockSpace(tx: Tx, integrationId: string, spaceId: string): Promise<void> {
  if (!(await hasLocks(tx, integrationId))) return
  await holdTree(tx, spaceId)
  const roots = sql`document.space_id = ${spaceId} and document.deleted_at is null and parent.id is null`
  const all = sql`select document.id, tree.locks from documents as document left join tree using (id)
    where document.space_id = ${spaceId} and document.deleted_at is null`
  await writeSets(tx, integrationId, roots, all)
}

/**
 * Deletes the sets that no document has (an entry of the search index has its document's), then the locks that nothing names
 * any more; those of spaces stay. Two transactions, given by `write`, so that it never waits crosswise for whoever writes locks
 * and then sets.
 */
export async function deleteUnusedLocks(
  write: (work: (tx: Tx) => Promise<void>) => Promise<void>,
  integrationId: string,
): Promise<void> {
  await write(async (tx) => {
    // A set that is being given to a document is not unused.
    await holdTrees(tx, sql`select id as space_id from spaces where integration_id = ${integrationId}`)
    await sql`delete from access_sets where integration_id = ${integrationId} and id <> all(array(
      select distinct access_set_id from documents
      where integration_id = ${integrationId} and access_set_id is not null))`.execute(tx)
  })
  await write(async (tx) => {
    // Nor is a lock that a transaction under way has found or made for a document.
    await sql`lock table read_locks in share row exclusive mode`.execute(tx)
    await sql`delete from read_locks where integration_id = ${integrationId} and space_id is null and id <> all(array(
      select lock_id from document_restrictions where integration_id = ${integrationId} and lock_id is not null
      union select unnest(locks) from access_sets where integration_id = ${integrationId}))`.execute(tx)
  })
}

/**
 * Whoever computes sets in a space holds its tree until the transaction ends: else a page could be given the set that its
 * parent is just losing.
 */
async function holdTrees(tx: Tx, spaces: RawBuilder<unknown>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('tree:' || space_id, 0))
    from (select distinct space_id from (${spaces}) as one order by space_id) as held`.execute(tx)
}

/**
 * `target`: rows `id, locks` (null: shut) out of `tree`, which begins at the documents that `roots` chooses. Every step is a
 * look-up by a whole key, written so that no plan is possible that compares each document with each: while a first import
 * fills the tables, the planner takes them for empty, and such a plan took 6 s for 3,000 documents.
 */
async function writeSets(
  tx: Tx,
  integrationId: string,
  roots: RawBuilder<unknown>,
  target: RawBuilder<unknown>,
): Promise<void> {
  await usePlansByKey(tx, true)
  await sql`
    with recursive tree as (
      select document.id, document.external_id, document.space_id, 0 as depth, ${together(sql`(case
          when document.parent_external_id is null then array[space_lock.id]
          when parent.id is not null then base.locks end)`)} as locks
      from documents as document
      left join lateral (
        select one.id, one.access_set_id from (
          select id, access_set_id, space_id from documents as above
          where above.integration_id = ${integrationId} and above.external_id = document.parent_external_id
            and above.deleted_at is null offset 0
        ) as one where one.space_id = document.space_id
      ) as parent on true
      left join access_sets as base on base.id = parent.access_set_id
      left join read_locks as space_lock on space_lock.space_id = document.space_id
      ${ownRestriction(integrationId)}
      where ${roots}
      union all
      select document.id, document.external_id, document.space_id, tree.depth + 1, ${together(sql`tree.locks`)}
      from tree
      cross join lateral (
        select id, external_id, space_id from documents as below
        where below.space_id = tree.space_id and below.parent_external_id = tree.external_id
          and below.deleted_at is null offset 0
      ) as document
      ${ownRestriction(integrationId)}
      where tree.depth < ${MOST_LEVELS}
    ),
    target as materialized (${target}),
    fresh as (
      insert into access_sets (integration_id, locks)
      select ${integrationId}::uuid, locks from (select distinct locks from target where locks is not null) as one
      where not exists (
        select from access_sets as old where old.integration_id = ${integrationId} and old.locks = one.locks)
      on conflict do nothing
      returning id, locks
    ),
    changed as (
      update documents set access_set_id = wanted.set_id
      from (
        select target.id, coalesce(
          (select old.id from access_sets as old where old.integration_id = ${integrationId} and old.locks = target.locks),
          (select fresh.id from fresh where fresh.locks = target.locks), 0) as set_id
        from target
      ) as wanted
      where documents.id = wanted.id and coalesce(documents.access_set_id, 0) <> wanted.set_id
      returning documents.id, documents.access_set_id
    )
    update document_search set access_set_id = changed.access_set_id,
      title = ts_delete(title, 'access:' || coalesce(document_search.access_set_id, -1))
        || ${sql.raw(accessLexeme('changed.access_set_id'))},
      whole = ts_delete(whole, 'access:' || coalesce(document_search.access_set_id, -1))
        || ${sql.raw(accessLexeme('changed.access_set_id'))}
    from changed
    where document_search.document_id = changed.id
      and document_search.access_set_id is distinct from changed.access_set_id`.execute(tx)
  await usePlansByKey(tx, false)
}

async function usePlansByKey(tx: Tx, isOn: boolean): Promise<void> {
  const other = isOn ? 'off' : 'on'
  await sql`select set_config('enable_seqscan', ${other}, true), set_config('enable_bitmapscan', ${other}, true)`.execute(
    tx,
  )
}

function ownRestriction(integrationId: string): RawBuilder<unknown> {
  return sql`left join document_restrictions as own on own.integration_id = ${integrationId}
    and own.external_id = document.external_id and own.failed is null`
}

/** The locks from above and the document's own, sorted; null where either is not known. */
function together(above: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(case
    when own.external_id is null or ${above} is null or array_position(${above}, null) is not null then null
    when own.lock_id is null or own.lock_id = any(${above}) then ${above}
    else (select array_agg(one order by one) from unnest(${above} || own.lock_id) as one) end)`
}

/** The lexeme by which the search index knows who may read: of a set's number. */
export function lexemeOfSet(set: number): string {
  return `access:${set}`
}

/** SQL of the same, from the column that holds a set's number; none where there are no locks. */
export function accessLexeme(column: string): string {
  return `(case when ${column} is null then ''::tsvector else array_to_tsvector(array['access:' || ${column}]) end)`
}
