/** Brings pages into the workflows that apply to them, and out of those that do not any more. */
import { sql, type RawBuilder } from 'kysely'
import type { App } from '#server/app.ts'
import type { Tx } from '#server/db/open.ts'
import { system } from '#server/platform/actor.ts'
import { applies, branches } from './applies.ts'
import { expiryOf, firstStatus, type MovedBy, type StatusWorkflow } from './statuses.ts'

type Needs = Pick<App, 'clock'>

/**
 * After a workflow was saved, or a whole space came or went: every page it applies to is in it, no other is, and none in a status that is no more
 * (`statuses`: old id → new id; the first status otherwise). While it is disabled nothing enters or leaves. The pages are
 * moved by the definition, not by anybody's work: it stands in their history, but no event tells of it. 100,000 pages
 * are one statement.
 */
export async function settleWorkflow(
  app: Needs,
  tx: Tx,
  workflow: StatusWorkflow,
  change: { statuses?: Readonly<Record<string, string>>; by?: MovedBy; wasDisabled?: boolean } = {},
): Promise<void> {
  const at = app.clock.now()
  const { rows } = await sql<{ version: number }>`
    select version from workflows where id = ${workflow.id} for no key update`.execute(tx)
  // Saved again since it was read: that save has settled it, by what is true now.
  if (rows[0]?.version !== workflow.version) return
  const first = firstStatus(workflow.definition)
  if (first === undefined) return leaveAll(tx, workflow.id)
  await renameStatuses(tx, workflow, { at, by: change.by ?? system, statuses: change.statuses ?? {} })
  await renewExpiry(tx, workflow, at)
  if (!workflow.enabled) return
  await enterAndLeave(tx, workflow, first.id, at)
  if (change.wasDisabled === true) await catchUpEdits(tx, workflow, at)
}

async function leaveAll(tx: Tx, workflowId: string): Promise<void> {
  await tx.deleteFrom('page_approvals').where('workflow_id', '=', workflowId).execute()
  await tx.deleteFrom('page_statuses').where('workflow_id', '=', workflowId).execute()
}

/**
 * No joins with page_statuses: the planner, which may know nothing yet of its rows, took ones that read it again for every
 * page. Who is in already costs a look at the index.
 */
async function enterAndLeave(tx: Tx, workflow: StatusWorkflow, first: string, at: Date): Promise<void> {
  const { id, definition } = workflow
  const trees = definition.appliesTo?.trees
  await sql`
    with recursive ${trees === undefined ? sql`` : sql`${branches(trees)},`}
    wanted as materialized (select document.id, document.version from documents as document where ${applies(workflow)}),
    others as materialized (
      select document_id from page_statuses where workflow_id = ${id} except select id from wanted
    ),
    gone as (
      delete from page_statuses where workflow_id = ${id} and document_id = any(array(select document_id from others))
      returning document_id
    ),
    voided as (
      delete from page_approvals where workflow_id = ${id} and document_id = any(array(select document_id from gone))
    ),
    come as (
      insert into page_statuses (document_id, workflow_id, status, since, by, by_name, page_version, expires_at)
      select wanted.id, ${id}::uuid, ${first}, ${at}::timestamptz, ${system.id}, ${system.name}, wanted.version,
        ${expiryOf(definition, first, at)}::timestamptz
      from wanted
      on conflict do nothing
      returning document_id, page_version
    )
    insert into page_status_changes (id, document_id, workflow_id, at, to_status, page_version, by, by_name, reason)
    select ${newIds}, document_id, ${id}::uuid, ${at}::timestamptz, ${first}, page_version, ${system.id}, ${system.name}, 'start'
    from come`.execute(tx)
}

/** Pages that were edited while nobody looked go where an edit sends them: what was approved was another version. */
async function catchUpEdits(tx: Tx, { id, definition }: StatusWorkflow, at: Date): Promise<void> {
  const { onEdit: to } = definition
  if (to === undefined) return
  await sql`
    with edited as (
      select standing.document_id, standing.status, document.version
      from page_statuses as standing join documents as document on document.id = standing.document_id
      where standing.workflow_id = ${id} and standing.status <> ${to} and document.version > standing.page_version
      for no key update of standing
    ),
    moved as (
      update page_statuses as standing set status = ${to}, since = ${at}, by = ${system.id}, by_name = ${system.name},
        page_version = edited.version, expires_at = ${expiryOf(definition, to, at)}::timestamptz, expired_at = null
      from edited where standing.workflow_id = ${id} and standing.document_id = edited.document_id
    ),
    voided as (
      delete from page_approvals where workflow_id = ${id} and document_id = any(array(select document_id from edited))
    )
    insert into page_status_changes
      (id, document_id, workflow_id, at, from_status, to_status, page_version, by, by_name, reason)
    select ${newIds}, document_id, ${id}::uuid, ${at}::timestamptz, status, ${to}, version, ${system.id}, ${system.name}, 'edit'
    from edited`.execute(tx)
}

/** Pages in statuses that the definition does not have any more come to those that are named for them. */
async function renameStatuses(
  tx: Tx,
  { id, definition }: StatusWorkflow,
  change: { statuses: Readonly<Record<string, string>>; by: MovedBy; at: Date },
): Promise<void> {
  const { statuses, by, at } = change
  const known = (definition.statuses ?? []).map((status) => status.id)
  const { rows } = await sql<{ status: string }>`
    select distinct status from page_statuses where workflow_id = ${id} and status <> all(${known}::text[])`.execute(tx)
  for (const { status } of rows) {
    const named = statuses[status]
    const to = named !== undefined && known.includes(named) ? named : firstStatus(definition)?.id
    if (to === undefined) continue
    await sql`
      with moved as (
        update page_statuses set status = ${to}, since = ${at}, by = ${by.id}, by_name = ${by.name},
          expires_at = ${expiryOf(definition, to, at)}, expired_at = null
        where workflow_id = ${id} and status = ${status}
        returning document_id, page_version
      ),
      voided as (delete from page_approvals where workflow_id = ${id} and from_status = ${status})
      insert into page_status_changes
        (id, document_id, workflow_id, at, from_status, to_status, page_version, by, by_name, reason)
      select ${newIds}, document_id, ${id}::uuid, ${at}::timestamptz, ${status}, ${to}, page_version, ${by.id}, ${by.name}, 'change'
      from moved`.execute(tx)
  }
}

/** What a status's time is now counts from when the page came to it; one that expired once stays so unless it has time again. */
async function renewExpiry(tx: Tx, { id, definition }: StatusWorkflow, at: Date): Promise<void> {
  for (const status of definition.statuses ?? []) {
    const lasts = expiryOf(definition, status.id, at) === null ? null : status.expiresAfter?.replace(',', '.')
    const renewed = sql`(since at time zone 'utc' + ${lasts ?? null}::interval) at time zone 'utc'`
    await sql`
      update page_statuses set expires_at = ${renewed}, expired_at = case when ${renewed} > ${at} then null else expired_at end
      where workflow_id = ${id} and status = ${status.id}
        and date_trunc('milliseconds', expires_at) is distinct from date_trunc('milliseconds', ${renewed})`.execute(tx)
  }
}

/** A UUIDv7 by the database, of its own clock: version 4's bits 52 and 53 set are version 7's. */
const newIds: RawBuilder<string> = sql`encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
  placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1),
  'hex')::uuid`
