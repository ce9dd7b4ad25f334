/** Carries out what triggers ask for, and writes what came of it: in the transaction that routes the event. */
import { sql } from 'kysely'
import type { RunAction, RunStatus } from '#schema/workflow-api.ts'
import type { Action } from '#schema/workflow.ts'
import type { App } from '#server/app.ts'
import type { Tx } from '#server/db/open.ts'
import type { DeliveryDraft } from '#server/deliveries/draft.ts'
import { enqueueDeliveries } from '#server/deliveries/enqueue.ts'
import { enqueue } from '#server/jobs/jobs.ts'
import { newId } from '#server/platform/ids.ts'
import { Problem } from '#server/platform/problem.ts'
import { actionIdOf, failed, type Outcome, type Run } from './actions/action.ts'
import { assign } from './actions/assign.ts'
import { planWrite } from './actions/confluence.ts'
import { notify } from './actions/notify.ts'
import { setStatus } from './actions/set-status.ts'
import { draftWebhook } from './actions/webhook.ts'
import type { ActiveWorkflow } from './active.ts'
import { standingKey, type Known, type PersonFacts, type RoutedEvent } from './load-facts.ts'
import type { StoredAction } from './run-store.ts'

type Needs = Pick<App, 'clock' | 'config' | 'jobs'>

/** A run that is over as far as the router goes. `runAs` null: in nobody's name. */
export type RunRecord = {
  id: string
  workflow: Pick<ActiveWorkflow, 'id' | 'version' | 'spaceId'>
  triggerId: string
  event: RoutedEvent
  document: { id: string; spaceId: string } | null
  status: RunStatus
  detail: string | null
  runAs: Pick<PersonFacts, 'id' | 'name'> | null
  actions: StoredAction[]
}

/** What is written at the end of a batch, each kind in one statement. */
export type Written = { runs: RunRecord[]; drafts: DeliveryDraft[] }

/** Does the actions one after the other; one that cannot be done does not keep the others from it. */
export async function perform(app: Needs, tx: Tx, run: Run, known: Known, written: Written): Promise<void> {
  const actions: StoredAction[] = []
  for (const [index, action] of run.trigger.do.entries()) {
    const id = actionIdOf(run.trigger, action, index)
    const outcome = isWebhook(action)
      ? sendWebhook(run, id, action, written)
      : await performHere(app, tx, run, action, known)
    actions.push({ id, type: action.type, ...outcome })
  }
  written.runs.push({ ...recordOf(run), status: statusOf(actions), detail: null, actions })
}

/** The run of a trigger that was not let, for this reason. */
export function stopped(run: Run, detail: string): RunRecord {
  const actions = run.trigger.do.map((action, index) => ({
    id: actionIdOf(run.trigger, action, index),
    type: action.type,
    status: 'skipped' as const,
    detail: null,
    deliveryId: null,
  }))
  return { ...recordOf(run), status: 'stopped', detail, actions }
}

/** The run of a trigger that could not even be begun. */
export function broken(workflow: ActiveWorkflow, event: RoutedEvent, triggerId: string, detail: string): RunRecord {
  return {
    id: newId(),
    workflow,
    triggerId,
    event,
    document: null,
    status: 'failed',
    detail,
    runAs: null,
    actions: [],
  }
}

/** Working while something waits for a job; failed when anything failed. */
export function statusOf(actions: readonly Pick<RunAction, 'status'>[]): RunStatus {
  if (actions.some(({ status }) => status === 'working')) return 'working'
  return actions.some(({ status }) => status === 'failed') ? 'failed' : 'done'
}

/** Writes the runs, what they send and what they leave to jobs. Throws when one of them is there already: nothing is sent twice. */
export async function writeRuns(app: Needs, tx: Tx, { runs, drafts }: Written): Promise<void> {
  await insertRuns(tx, runs, app.clock.now())
  await enqueueDeliveries(tx, drafts)
  for (const run of runs)
    for (const action of run.actions)
      if (action.status === 'working')
        await enqueue(app.jobs, tx, 'workflows.act', { runId: run.id, actionId: action.id })
}

/** Those that are there already stay as they are. */
export function writeBroken(tx: Tx, runs: readonly RunRecord[], at: Date): Promise<void> {
  return insertRuns(tx, runs, at, sql`on conflict on constraint workflow_runs_once do nothing`)
}

async function insertRuns(tx: Tx, runs: readonly RunRecord[], at: Date, conflict = sql``): Promise<void> {
  if (runs.length === 0) return
  await sql`
    insert into workflow_runs (id, workflow_id, workflow_version, trigger_id, event_id, event_type, document_id, space_id,
      at, status, detail, run_as, run_as_name, actions)
    select id, workflow_id, workflow_version, trigger_id, event_id, event_type, document_id, space_id,
      ${at}::timestamptz, status, detail, run_as, run_as_name, actions
    from json_to_recordset(${JSON.stringify(runs.map(toRow))}::json) as run (id uuid, workflow_id uuid,
      workflow_version integer, trigger_id text, event_id uuid, event_type text, document_id uuid, space_id uuid,
      status text, detail text, run_as uuid, run_as_name text, actions jsonb)
    ${conflict}`.execute(tx)
}

function isWebhook(action: Action): action is Extract<Action, { type: 'webhook' | 'authenticated-webhook' }> {
  return action.type === 'webhook' || action.type === 'authenticated-webhook'
}

function sendWebhook(run: Run, id: string, action: Parameters<typeof draftWebhook>[2], written: Written): Outcome {
  try {
    const draft = draftWebhook(run, id, action)
    written.drafts.push(draft)
    return { status: 'done', detail: null, deliveryId: draft.id }
  } catch (error) {
    if (error instanceof Problem) return failed(error.message)
    throw error
  }
}

async function performHere(
  app: Needs,
  tx: Tx,
  run: Run,
  action: Exclude<Action, { type: 'webhook' | 'authenticated-webhook' }>,
  known: Known,
): Promise<Outcome> {
  const key = standingKey(run.page?.id ?? '', run.workflow.id)
  const standing = known.standings.get(key)
  switch (action.type) {
    case 'set-status': {
      const outcome = await setStatus(app, tx, run, action)
      if (outcome.status !== 'done') return outcome
      if (standing !== undefined) standing.status = action.status
      run.facts.pageStatus = action.status
      return outcome
    }
    case 'assign':
      return assign(app, tx, run, action)
    case 'notify':
      return notify(app, tx, run, action, standing?.assigneeId ?? null)
    case 'add-label':
    case 'remove-label':
    case 'comment':
      return planWrite(run, action)
    default:
      throw new Error(`unknown action ${String(action satisfies never)}`)
  }
}

function recordOf({
  id,
  workflow,
  trigger,
  event,
  page,
  runAs,
}: Run): Omit<RunRecord, 'status' | 'detail' | 'actions'> {
  return {
    id,
    workflow,
    triggerId: trigger.id,
    event,
    document: page === undefined ? null : { id: page.id, spaceId: page.space.id },
    runAs: runAs ?? null,
  }
}

function toRow({ id, workflow, triggerId, event, document, status, detail, runAs, actions }: RunRecord) {
  return {
    id,
    workflow_id: workflow.id,
    workflow_version: workflow.version,
    trigger_id: triggerId,
    event_id: event.id,
    event_type: event.type,
    document_id: document?.id ?? null,
    space_id: workflow.spaceId ?? document?.spaceId ?? event.spaceId,
    status,
    detail,
    run_as: runAs?.id ?? null,
    run_as_name: runAs?.name ?? null,
    actions,
  }
}
