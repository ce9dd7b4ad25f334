/**
 * Where pages stand in a workflow: the only place that writes it, with its history and the events that tell of it. Who
 * may move a page is judged elsewhere. Locks are taken in one order: workflows, then statuses by document and workflow.
 */
import { sql } from 'kysely'
import { DateTime, Duration } from 'luxon'
import { Definition, type WorkflowStatus } from '#schema/workflow.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { emitAll } from '#server/events/emit.ts'
import type { Actor } from '#server/platform/actor.ts'
import { newId } from '#server/platform/ids.ts'

/** A workflow as far as statuses are concerned. `spaceId` null: a global one. */
export type StatusWorkflow = {
  id: string
  name: string
  version: number
  enabled: boolean
  spaceId: string | null
  definition: Definition
}

/** transition: a person's step; edit: the page's text changed; expiry; action: of a trigger; start: it came in; change: of the workflow. */
export type MoveReason = 'transition' | 'edit' | 'expiry' | 'action' | 'start' | 'change'
export type MovedBy = Pick<Actor, 'kind' | 'id' | 'name'>

/** `depth` of the event it emits: that of its cause, plus one when a workflow's action did it. */
export type Move = {
  workflow: StatusWorkflow
  to: string
  by: MovedBy
  reason: MoveReason
  at: Date
  transition?: string | null
  comment?: string | null
  depth?: number
}

/** Where a page stands, its row locked. */
export type Standing = {
  documentId: string
  workflowId: string
  status: string
  /** The page's version when it came to this status. */
  version: number
}

/** What is needed of a document to move it. */
export type Place = { id: string; version: number; spaceId: string }

/**
 * Moves a page and tells of it (`status.changed`); approvals given so far are void. `same`: it stands there already,
 * which only a transition begins anew; `absent`: the page is not in the workflow.
 */
export async function moveTo(
  tx: Tx,
  { documentId, ...move }: Move & { documentId: string },
): Promise<{ outcome: 'moved'; from: string } | { outcome: 'same' | 'absent' }> {
  await holdWorkflows(tx, [move.workflow.id])
  const [standing] = await lockStandings(tx, [move.workflow.id], [documentId])
  if (standing === undefined) return { outcome: 'absent' }
  if (standing.status === move.to && move.reason !== 'transition') return { outcome: 'same' }
  const [place] = await findPlaces(tx, [documentId])
  if (place === undefined) return { outcome: 'absent' }
  await moveAll(tx, move, [{ place, from: standing.status }])
  return { outcome: 'moved', from: standing.status }
}

/** Moves pages whose standings are locked. */
export async function moveAll(tx: Tx, move: Move, pages: readonly { place: Place; from: string }[]): Promise<void> {
  if (pages.length === 0) return
  const { workflow, to, by, at } = move
  const ids = pages.map(({ place }) => place.id)
  await sql`
    update page_statuses set status = ${to}, since = ${at}, by = ${by.id}, by_name = ${by.name},
      page_version = page.version, expires_at = ${expiryOf(workflow.definition, to, at)}, expired_at = null
    from unnest(${ids}::uuid[], ${pages.map(({ place }) => place.version)}::integer[]) as page (id, version)
    where document_id = page.id and workflow_id = ${workflow.id}`.execute(tx)
  await voidApprovals(tx, workflow.id, ids)
  await noteChanges(tx, move, pages)
}

/** Takes pages into a workflow where they are not in it yet; answers the ids of those that came in. */
export async function enterWorkflow(
  tx: Tx,
  workflow: StatusWorkflow,
  places: readonly Place[],
  { by, at }: Pick<Move, 'by' | 'at'>,
): Promise<string[]> {
  const to = firstStatus(workflow.definition)?.id
  if (to === undefined || places.length === 0) return []
  const { rows } = await sql<{ document_id: string }>`
    insert into page_statuses (document_id, workflow_id, status, since, by, by_name, page_version, expires_at)
    select page.id, ${workflow.id}::uuid, ${to}, ${at}::timestamptz, ${by.id}, ${by.name}, page.version,
      ${expiryOf(workflow.definition, to, at)}::timestamptz
    from unnest(${places.map(({ id }) => id)}::uuid[], ${places.map(({ version }) => version)}::integer[])
      as page (id, version)
    order by page.id
    on conflict do nothing
    returning document_id`.execute(tx)
  const entered = new Set(rows.map((row) => row.document_id))
  const pages = places.filter(({ id }) => entered.has(id)).map((place) => ({ place, from: null }))
  await noteChanges(tx, { workflow, to, by, at, reason: 'start' }, pages)
  return [...entered]
}

/** Takes pages out of a workflow. Their history stays; should they come back, they begin anew. */
export async function leaveWorkflow(tx: Tx, workflowId: string, documentIds: readonly string[]): Promise<void> {
  if (documentIds.length === 0) return
  await voidApprovals(tx, workflowId, documentIds)
  await tx
    .deleteFrom('page_statuses')
    .where('workflow_id', '=', workflowId)
    .where(sql<boolean>`document_id = any(${documentIds}::uuid[])`)
    .execute()
}

/** Undefined too when its definition cannot be read: a newer Lockkeeper wrote it. */
export async function findStatusWorkflow(db: Db | Tx, id: string): Promise<StatusWorkflow | undefined> {
  const row = await db
    .selectFrom('workflows')
    .select(['id', 'name', 'version', 'enabled', 'space_id as spaceId', 'definition'])
    .where('id', '=', id)
    .executeTakeFirst()
  const read = Definition.safeParse(row?.definition)
  return row === undefined || !read.success ? undefined : { ...row, definition: read.data }
}

/** Keeps definitions from being saved meanwhile. Before any standing is locked, so that nobody waits crosswise. */
export async function holdWorkflows(tx: Tx, ids: readonly string[]): Promise<void> {
  await sql`select from workflows where id = any(${ids}::uuid[]) order by id for share`.execute(tx)
}

/** The standings of these pages in these workflows, locked until the transaction ends. */
export async function lockStandings(
  tx: Tx,
  workflowIds: readonly string[],
  documentIds: readonly string[],
): Promise<Standing[]> {
  const { rows } = await sql<Standing>`
    select document_id as "documentId", workflow_id as "workflowId", status, page_version as version
    from page_statuses
    where document_id = any(${documentIds}::uuid[]) and workflow_id = any(${workflowIds}::uuid[])
    order by document_id, workflow_id
    for update`.execute(tx)
  return rows
}

/** Version and space of documents as they are now. */
export async function findPlaces(tx: Tx, ids: readonly string[]): Promise<Place[]> {
  const { rows } = await sql<Place>`
    select id, version, space_id as "spaceId" from documents where id = any(${ids}::uuid[]) order by id`.execute(tx)
  return rows
}

/** The status in which pages begin; undefined for an automation, which has none. */
export function firstStatus({ statuses, initial }: Definition): WorkflowStatus | undefined {
  return statuses?.find((status) => status.id === initial) ?? statuses?.[0]
}

export function findStatus({ statuses }: Definition, id: string): WorkflowStatus | undefined {
  return statuses?.find((status) => status.id === id)
}

/** When a status taken at `at` expires, counted by the calendar in UTC; null: never, or after the year 9999. */
export function expiryOf(definition: Definition, statusId: string, at: Date): Date | null {
  const given = findStatus(definition, statusId)?.expiresAfter
  if (given === undefined) return null
  const end = DateTime.fromJSDate(at, { zone: 'utc' }).plus(Duration.fromISO(given))
  return end.isValid && end.year <= 9999 ? end.toJSDate() : null
}

async function voidApprovals(tx: Tx, workflowId: string, documentIds: readonly string[]): Promise<void> {
  await tx
    .deleteFrom('page_approvals')
    .where('workflow_id', '=', workflowId)
    .where(sql<boolean>`document_id = any(${documentIds}::uuid[])`)
    .execute()
}

async function noteChanges(
  tx: Tx,
  { workflow, to, by, at, reason, transition = null, comment = null, depth = 0 }: Move,
  pages: readonly { place: Place; from: string | null }[],
): Promise<void> {
  if (pages.length === 0) return
  const changes = pages.map(({ place, from }) => ({ id: newId(), place, from }))
  await sql`
    insert into page_status_changes
      (id, document_id, workflow_id, at, from_status, to_status, page_version, by, by_name, comment, reason)
    select change.id, change.document_id, ${workflow.id}::uuid, ${at}::timestamptz, change.from_status, ${to}, change.version,
      ${by.id}, ${by.name}, ${comment}, ${reason}
    from unnest(${changes.map(({ id }) => id)}::uuid[], ${changes.map(({ place }) => place.id)}::uuid[],
      ${changes.map(({ from }) => from)}::text[], ${changes.map(({ place }) => place.version)}::integer[])
      as change (id, document_id, from_status, version)`.execute(tx)
  await emitAll(
    tx,
    changes.map(({ id, place, from }) => ({
      type: 'status.changed',
      dedupeKey: `status.changed:${id}`,
      spaceId: place.spaceId,
      subjectId: place.id,
      actorId: by.kind === 'user' ? by.id : null,
      depth,
      payload: {
        documentId: place.id,
        workflowId: workflow.id,
        from,
        to,
        transition,
        comment,
        reason,
        version: place.version,
      },
    })),
  )
}
