/** What happens by the clock: statuses that expire, and schedules that are due. */
import { sql } from 'kysely'
import type { App } from '#server/app.ts'
import type { Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import { emit, emitAll } from '#server/events/emit.ts'
import { system } from '#server/platform/actor.ts'
import { isVisible } from './applies.ts'
import { nextDue } from './cron.ts'
import { findStatus, findStatusWorkflow, holdWorkflows, moveAll, type Place, type StatusWorkflow } from './statuses.ts'

type Needs = Pick<App, 'db' | 'clock' | 'log'>

/** So many pages expire in one transaction. */
const PAGES_AT_ONCE = 500

/** One look. Any number of processes may look at once: what is due is done once. */
export async function lookAtClock(app: Needs, signal: AbortSignal): Promise<void> {
  for (const work of [expireStatuses, startSchedules]) if (!signal.aborted) await work(app, signal)
}

/** Of every status that has expired: `page.expired` once, and the move to `onExpiry`. */
export async function expireStatuses(app: Needs, signal: AbortSignal): Promise<void> {
  const now = app.clock.now()
  const { rows } = await sql<{ id: string }>`
    select distinct standing.workflow_id as id from page_statuses as standing
    join workflows as workflow on workflow.id = standing.workflow_id and workflow.enabled
    where standing.expires_at <= ${now} and standing.expired_at is null`.execute(app.db)
  for (const { id } of rows) {
    let expired = PAGES_AT_ONCE
    while (expired === PAGES_AT_ONCE && !signal.aborted)
      expired = await transact(app.db, (tx) => expireSome(tx, id, now))
  }
}

async function expireSome(tx: Tx, workflowId: string, now: Date): Promise<number> {
  await holdWorkflows(tx, [workflowId])
  const workflow = await findStatusWorkflow(tx, workflowId)
  if (workflow?.enabled !== true) return 0
  const due = await lockDue(tx, workflowId, now)
  await emitAll(
    tx,
    due.map(({ place, status, expiresAt }) => ({
      type: 'page.expired',
      dedupeKey: `page.expired:${place.id}:${workflowId}:${status}:${expiresAt.toISOString()}`,
      spaceId: place.spaceId,
      subjectId: place.id,
      payload: { documentId: place.id, workflowId, status },
    })),
  )
  await markExpired(
    tx,
    workflowId,
    due.map(({ place }) => place.id),
    now,
  )
  await moveExpired(tx, workflow, due, now)
  return due.length
}

type Due = { place: Place; status: string; expiresAt: Date }

/** Those that another process has in hand are left to it. */
async function lockDue(tx: Tx, workflowId: string, now: Date): Promise<Due[]> {
  const { rows } = await sql<Place & { status: string; expiresAt: Date }>`
    select document.id, document.version, document.space_id as "spaceId", standing.status,
      standing.expires_at as "expiresAt"
    from page_statuses as standing
    join documents as document on document.id = standing.document_id
    where standing.workflow_id = ${workflowId} and standing.expires_at <= ${now} and standing.expired_at is null
      and ${isVisible}
    order by standing.expires_at
    limit ${PAGES_AT_ONCE}
    for update of standing skip locked`.execute(tx)
  return rows.map(({ status, expiresAt, ...place }) => ({ place, status, expiresAt }))
}

async function markExpired(tx: Tx, workflowId: string, ids: readonly string[], now: Date): Promise<void> {
  await sql`update page_statuses set expired_at = ${now}
    where workflow_id = ${workflowId} and document_id = any(${ids}::uuid[])`.execute(tx)
}

async function moveExpired(tx: Tx, workflow: StatusWorkflow, due: readonly Due[], at: Date): Promise<void> {
  for (const { id, onExpiry: to } of workflow.definition.statuses ?? []) {
    if (to === undefined || to === id || findStatus(workflow.definition, to) === undefined) continue
    const pages = due.filter(({ status }) => status === id).map(({ place, status }) => ({ place, from: status }))
    await moveAll(tx, { workflow, to, by: system, reason: 'expiry', at }, pages)
  }
}

/** Of every schedule that is due: `schedule` once, however many times were missed; then the next time after now. */
export async function startSchedules(app: Needs, signal: AbortSignal): Promise<void> {
  const now = app.clock.now()
  const rows = await app.db
    .selectFrom('workflow_schedules')
    .innerJoin('workflows', 'workflows.id', 'workflow_schedules.workflow_id')
    .select(['workflow_id', 'trigger_id'])
    .where('next_at', '<=', now)
    .where('enabled', '=', true)
    .orderBy('next_at')
    .execute()
  for (const { workflow_id, trigger_id } of rows) {
    if (signal.aborted) return
    await transact(app.db, (tx) => startOne(app, tx, workflow_id, trigger_id, now))
  }
}

async function startOne(app: Needs, tx: Tx, workflowId: string, triggerId: string, now: Date): Promise<void> {
  await holdWorkflows(tx, [workflowId])
  const { rows } = await sql<{ at: Date }>`
    select next_at as at from workflow_schedules
    where workflow_id = ${workflowId} and trigger_id = ${triggerId} and next_at <= ${now}
    for update skip locked`.execute(tx)
  const workflow = await findStatusWorkflow(tx, workflowId)
  const [due] = rows
  if (due === undefined || workflow?.enabled !== true) return
  const trigger = workflow.definition.triggers?.find(({ id }) => id === triggerId)
  const next = trigger?.cron === undefined ? undefined : nextOf(app, workflow, trigger.cron, trigger.timezone, now)
  if (next === undefined) await deleteSchedule(tx, workflowId, triggerId)
  else await setSchedule(tx, workflowId, triggerId, next)
  if (trigger?.cron === undefined) return
  const at = due.at.toISOString()
  await emit(tx, {
    type: 'schedule',
    dedupeKey: `schedule:${workflowId}:${triggerId}:${at}`,
    spaceId: workflow.spaceId,
    subjectId: workflowId,
    payload: { workflowId, triggerId, at },
  })
}

/** A schedule that was saved and can no longer be reckoned (another version's data of time zones) ends, and is logged. */
function nextOf({ log }: Needs, { id }: StatusWorkflow, cron: string, timezone: string | undefined, now: Date) {
  try {
    return nextDue(cron, timezone, now)
  } catch (error) {
    log.error({ err: error, workflow: id }, 'a schedule of a workflow cannot be reckoned any more')
    return undefined
  }
}

async function setSchedule(tx: Tx, workflowId: string, triggerId: string, next_at: Date): Promise<void> {
  await tx
    .updateTable('workflow_schedules')
    .set({ next_at })
    .where('workflow_id', '=', workflowId)
    .where('trigger_id', '=', triggerId)
    .execute()
}

async function deleteSchedule(tx: Tx, workflowId: string, triggerId: string): Promise<void> {
  await tx
    .deleteFrom('workflow_schedules')
    .where('workflow_id', '=', workflowId)
    .where('trigger_id', '=', triggerId)
    .execute()
}
