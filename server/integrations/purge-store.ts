/** Hidden documents whose quarantine is over: which they are, and what is written when Confluence was asked about them. */
import { sql } from 'kysely'
import { record } from '#server/audit/record.ts'
import type { RemovalReason } from '#server/content/remove.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { emitAll } from '#server/events/emit.ts'
import { system } from '#server/platform/actor.ts'
import { askFor } from './asked.ts'
import { PURGED_REASONS } from './hidden.ts'

const REASONS = [...PURGED_REASONS]

export type Candidate = { id: string; externalId: string; type: string }
/** What was hidden before then, of one integration. */
type Over = { integrationId: string; before: Date }

/** In any order: one that cannot be asked for must not keep back the same others every time. */
export async function listCandidates(
  db: Db,
  { integrationId, before }: Over,
  spaceIds: ReadonlySet<string>,
  limit: number,
): Promise<Candidate[]> {
  const { rows } = await sql<Candidate>`
    select id, external_id as "externalId", type from documents
    where integration_id = ${integrationId} and deleted_at < ${before} and deleted_reason = any(${REASONS}::text[])
      and space_id = any(${[...spaceIds]}::uuid[])
    order by random() limit ${limit}`.execute(db)
  return rows
}

/** Deletes those that are still hidden as they were, and tells of each; how many. */
export async function deleteTrashed(
  tx: Tx,
  { integrationId, before }: Over,
  trashed: readonly Candidate[],
): Promise<number> {
  if (trashed.length === 0) return 0
  const { rows } = await sql<{ id: string; external_id: string; title: string; space_id: string; version: number }>`
    with old as materialized (
      select id from documents
      where id = any(${idsOf(trashed)}::uuid[]) and deleted_at < ${before} and deleted_reason = any(${REASONS}::text[])
      order by id for update skip locked
    )
    delete from documents where id = any(array(select id from old))
    returning id, external_id, title, space_id, version`.execute(tx)
  if (rows.length === 0) return 0
  await emitAll(
    tx,
    rows.map((row) => ({
      type: 'page.purged',
      dedupeKey: `${integrationId}:${row.external_id}:purged:${row.id}`,
      spaceId: row.space_id,
      subjectId: row.id,
      payload: { documentId: row.id, externalId: row.external_id, title: row.title, version: row.version },
    })),
  )
  await record(tx, system, 'documents.purged', `integration:${integrationId}`, { documents: rows.length })
  return rows.length
}

/** Those are no more known to be in the trash: they stay, as out of sight. What lives is asked for by the next run, which brings it back. */
export async function keepOutOfSight(
  tx: Tx,
  { integrationId, before }: Over,
  { living, unseen }: { living: readonly Candidate[]; unseen: readonly Candidate[] },
): Promise<void> {
  if (living.length + unseen.length === 0) return
  const reason: RemovalReason = 'lost-access'
  await sql`
    with kept as materialized (
      select id from documents
      where id = any(${idsOf([...living, ...unseen])}::uuid[]) and deleted_at < ${before} and deleted_reason = any(${REASONS}::text[])
      order by id for no key update skip locked
    )
    update documents set deleted_reason = ${reason} from kept where documents.id = kept.id`.execute(tx)
  await askFor(tx, integrationId, living)
}

function idsOf(candidates: readonly Candidate[]): string[] {
  return candidates.map((one) => one.id)
}
