/** A person's step: a page moves on, or an approval is given, or those given are rejected. */
import type { PageStatus, TransitionRequest } from '#schema/page-status.ts'
import { requireWrite } from '#server/access/policy.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { Person } from '#server/platform/actor.ts'
import { notFound, Problem } from '#server/platform/problem.ts'
import { findApprovals, findAuthors, peopleOf } from './approvals.ts'
import { giveApproval, noteApproval, rejectApprovals, type Taken } from './approve.ts'
import { findNames, getReadablePage, readPageStatuses, statusName, stepsFrom } from './page-state.ts'
import { findStatusWorkflow, holdWorkflows, lockStandings, moveAll, type StatusWorkflow } from './statuses.ts'
import { judgeStep, type Judged } from './steps.ts'
import { toCandidate } from './who.ts'

type Needs = Pick<App, 'db' | 'clock'>
type Page = Taken['page']

/**
 * Takes a step as the caller and answers where the page then stands. Of two at the same moment one is done; the other is
 * told what happened (409 `status-changed`).
 */
export async function takeStep(
  app: Needs,
  actor: Person,
  documentId: string,
  input: TransitionRequest,
): Promise<PageStatus> {
  await getReadablePage(app.db, actor, documentId)
  requireWrite(actor)
  const from = input.from ?? (await findStanding(app.db, documentId, input.workflowId))?.status
  await transact(app.db, (tx) => takeLocked(app, tx, actor, documentId, { ...input, from }))
  const { items } = await readPageStatuses(app, actor, documentId)
  const found = items.find(({ workflow }) => workflow.id === input.workflowId)
  if (found === undefined) throw notFound('Workflow', input.workflowId)
  return found
}

async function takeLocked(
  app: Needs,
  tx: Tx,
  actor: Person,
  documentId: string,
  input: Omit<TransitionRequest, 'from'> & { from: string | undefined },
): Promise<void> {
  await holdWorkflows(tx, [input.workflowId])
  const workflow = await findStatusWorkflow(tx, input.workflowId)
  const [standing] = await lockStandings(tx, [input.workflowId], [documentId])
  if (workflow === undefined || standing === undefined) throw notFound('Workflow', input.workflowId)
  if (!workflow.enabled) throw new Problem(409, 'workflow-disabled', `The workflow “${workflow.name}” is switched off.`)
  // Read after the lock: a version that came meanwhile is the one that is judged.
  const page = await getReadablePage(tx, actor, documentId)
  const step = stepsFrom(workflow.definition, standing.status).find(({ to }) => to === input.to)
  if (standing.status !== input.from || step === undefined) throw await noStep(tx, workflow, page, input.to)
  if (input.version !== undefined && input.version !== page.version) throw newerVersion(page)
  const comment = input.comment === undefined || input.comment === '' ? null : input.comment
  await take(tx, { workflow, step, page, by: actor, at: app.clock.now(), comment }, input.reject === true)
}

async function take(tx: Tx, taken: Taken, isRejection: boolean): Promise<void> {
  const { step, page, by, comment } = taken
  const judged = await judge(tx, taken)
  refuse(taken, judged, isRejection)
  const detail = { workflow: taken.workflow.id, from: step.from, to: step.to, version: page.version, comment }
  const note = (action: string) => record(tx, by, action, `document:${page.id}`, detail)
  if (isRejection) {
    await rejectApprovals(tx, taken)
    return note('page.rejected')
  }
  const isApproved = judged.tally !== null && !judged.tally.isEnough
  if (isApproved) await giveApproval(tx, taken)
  const isEnough = !isApproved || (await judge(tx, taken)).tally?.isEnough === true
  if (isEnough) await finish(tx, taken)
  else await noteApproval(tx, taken)
  if (isApproved) await note('page.approved')
  if (isEnough) await note('page.transition')
}

async function judge(tx: Tx, { workflow, step, page, by }: Taken): Promise<Judged> {
  const approvals = (await findApprovals(tx, [page.id])).filter(({ workflowId }) => workflowId === workflow.id)
  return judgeStep(step, {
    page: { version: page.version, author: (await findAuthors(tx, [page.id])).get(page.id) ?? null },
    caller: toCandidate(by, page.spaceId),
    approvals,
    people: step.approvals === undefined ? [] : await peopleOf(tx, page.spaceId),
    names: await findNames(tx, [step]),
  })
}

function refuse({ step, comment }: Taken, { refusal }: Judged, isRejection: boolean): void {
  if (isRejection && step.approvals === undefined)
    throw new Problem(422, 'nothing-to-reject', `“${step.name}” needs no approvals, so there is nothing to reject.`)
  // Who has approved may change his mind.
  if (refusal !== undefined && !(isRejection && refusal.code === 'already-approved'))
    throw new Problem(refusal.status, refusal.code, refusal.reason)
  if (step.requireComment !== true || comment !== null) return
  const message = `“${step.name}” needs a comment.`
  throw new Problem(422, 'comment-needed', message, { errors: [{ path: 'comment', message }] })
}

async function finish(tx: Tx, { workflow, step, page, by, at, comment }: Taken): Promise<void> {
  const move = { workflow, to: step.to, by, at, comment, transition: step.name, reason: 'transition' } as const
  await moveAll(tx, move, [{ place: page, from: step.from }])
}

async function findStanding(db: Db | Tx, documentId: string, workflowId: string) {
  return db
    .selectFrom('page_statuses')
    .select(['status', 'since', 'by', 'by_name'])
    .where('document_id', '=', documentId)
    .where('workflow_id', '=', workflowId)
    .executeTakeFirst()
}

/** The step cannot be taken from where the page stands: somebody was first, or there is no such step at all. */
async function noStep(tx: Tx, { id, definition, name }: StatusWorkflow, page: Page, to: string): Promise<Problem> {
  const wanted = statusName(definition, to)
  if (!(definition.transitions ?? []).some((step) => step.to === to))
    return new Problem(422, 'no-such-step', `The workflow “${name}” has no step to “${wanted.name}”.`)
  const standing = await findStanding(tx, page.id, id)
  if (standing === undefined) return notFound('Workflow', id)
  const status = statusName(definition, standing.status)
  const [at, by] = [standing.since.toISOString(), { id: standing.by, name: standing.by_name }]
  const detail = `The page is in “${status.name}” since ${at} (${by.name ?? by.id}); it is not moved to “${wanted.name}”. Look at it again.`
  return new Problem(409, 'status-changed', detail, { pageStatus: status, at, by })
}

function newerVersion({ version }: Page): Problem {
  const detail = `The page has changed: it is version ${version} now. Look at it again.`
  return new Problem(409, 'page-changed', detail, { version })
}
