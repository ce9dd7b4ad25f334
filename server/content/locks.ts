/**
 * Which read locks a document has: its space's, what is set on itself, and what is set on everything above it. All must
 * open. What is not known is shut: set 0. A document and its entry in the search index carry the number of their set.
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
  await holdTrees(tx, sql`select ${spaceId}::uuid as space_id`)
  const roots = sql`document.integration_id = ${integrationId} and document.space_id = ${spaceId}
    and document.deleted_at is null and parent.id is null`
  const all = sql`select document.id, tree.locks from documents as document left join tree using (id)
    where document.integration_id = ${integrationId} and document.space_id = ${spaceId} and document.deleted_at is null`
  await writeSets(tx, integrationId, roots, all)
}

/**
 * Whoever computes sets in a space holds its tree until the transaction ends: else a page could be given the set that its
 * parent is just losing.
 */
async function holdTrees(tx: Tx, spaces: RawBuilder<unknown>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('tree:' || space_id, 0))
    from (select distinct space_id from (${spaces}) as one order by space_id) as held`.execute(tx)
}

/** `target`: rows `id, locks` (null: shut) out of `tree`, which begins at the documents that `roots` chooses. */
async function writeSets(
  tx: Tx,
  integrationId: string,
  roots: RawBuilder<unknown>,
  target: RawBuilder<unknown>,
): Promise<void> {
  await sql`
    with recursive tree as (
      select document.id, document.external_id, document.space_id, 0 as depth, ${together(sql`(case
          when document.parent_external_id is null then array[space_lock.id]
          when parent.id is not null then base.locks end)`)} as locks
      from documents as document
      left join documents as parent on parent.integration_id = document.integration_id
        and parent.external_id = document.parent_external_id and parent.space_id = document.space_id
        and parent.deleted_at is null
      left join access_sets as base on base.id = parent.access_set_id
      left join read_locks as space_lock on space_lock.space_id = document.space_id
      ${ownRestriction}
      where ${roots}
      union all
      select document.id, document.external_id, document.space_id, tree.depth + 1, ${together(sql`tree.locks`)}
      from tree
      join documents as document on document.space_id = tree.space_id
        and document.parent_external_id = tree.external_id and document.integration_id = ${integrationId}
        and document.deleted_at is null
      ${ownRestriction}
      where tree.depth < ${MOST_LEVELS}
    ),
    target as materialized (${target}),
    fresh as (
      insert into access_sets (integration_id, locks)
      select distinct ${integrationId}::uuid, locks from target
      where locks is not null and not exists (
        select from access_sets as old where old.integration_id = ${integrationId} and old.locks = target.locks)
      on conflict do nothing
      returning id, locks
    ),
    known as (
      select id, locks from access_sets where integration_id = ${integrationId} union all select id, locks from fresh
    ),
    changed as (
      update documents set access_set_id = wanted.set_id
      from (select target.id, coalesce(known.id, 0) as set_id from target left join known on known.locks = target.locks)
        as wanted
      where documents.id = wanted.id and documents.access_set_id is distinct from wanted.set_id
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
}

const ownRestriction = sql`left join document_restrictions as own on own.integration_id = document.integration_id
  and own.external_id = document.external_id and own.failed is null`

/** The locks from above and the document's own, sorted; null where either is not known. */
function together(above: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(case
    when own.external_id is null or ${above} is null or array_position(${above}, null) is not null then null
    when own.lock_id is null or own.lock_id = any(${above}) then ${above}
    else (select array_agg(one order by one) from unnest(${above} || own.lock_id) as one) end)`
}

/** SQL of the lexeme by which the search index knows who may read, from the column that holds a set's number; none where there are no locks. */
export function accessLexeme(column: string): string {
  return `(case when ${column} is null then ''::tsvector else array_to_tsvector(array['access:' || ${column}]) end)`
}
