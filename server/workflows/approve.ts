/** Gives and rejects approvals. What is locked and judged was so before: by transition.ts. */
import { sql } from 'kysely'
import type { Transition } from '#schema/workflow.ts'
import type { Tx } from '#server/db/open.ts'
import { emit } from '#server/events/emit.ts'
import type { Person } from '#server/platform/actor.ts'
import { newId } from '#server/platform/ids.ts'
import { noteStep } from './history.ts'
import type { StatusWorkflow } from './statuses.ts'

/** A step that is being taken: everything about it is locked and read. */
export type Taken = {
  workflow: StatusWorkflow
  step: Transition
  page: { id: string; version: number; spaceId: string }
  by: Person
  at: Date
  comment: string | null
}

/** Keeps the approval of the page's version, in place of one that the person gave to a former version. */
export async function giveApproval(tx: Tx, taken: Taken): Promise<void> {
  const { workflow, step, page, by, at, comment } = taken
  await tx
    .insertInto('page_approvals')
    .values({
      document_id: page.id,
      workflow_id: workflow.id,
      from_status: step.from,
      to_status: step.to,
      page_version: page.version,
      user_id: by.id,
      user_name: by.name,
      comment,
      at,
    })
    .onConflict((conflict) =>
      conflict.columns(['document_id', 'workflow_id', 'from_status', 'to_status', 'user_id']).doUpdateSet({
        page_version: sql`excluded.page_version`,
        user_name: sql`excluded.user_name`,
        comment: sql`excluded.comment`,
        at: sql`excluded.at`,
      }),
    )
    .execute()
  await tell(tx, 'page.approved', taken)
}

/** An approval that is not the last one stands in the history by itself; the last one is the step. */
export async function noteApproval(tx: Tx, taken: Taken): Promise<void> {
  await noteStep(tx, { ...historyOf(taken), reason: 'approval' })
}

/** Voids what was given for this step; the page stays. */
export async function rejectApprovals(tx: Tx, taken: Taken): Promise<void> {
  const { workflow, step, page } = taken
  await tx
    .deleteFrom('page_approvals')
    .where('document_id', '=', page.id)
    .where('workflow_id', '=', workflow.id)
    .where('from_status', '=', step.from)
    .where('to_status', '=', step.to)
    .execute()
  await noteStep(tx, { ...historyOf(taken), reason: 'reject' })
  await tell(tx, 'page.rejected', taken)
}

function historyOf({ workflow, step, page, by, at, comment }: Taken) {
  return {
    documentId: page.id,
    workflowId: workflow.id,
    status: step.from,
    version: page.version,
    by: { id: by.id, name: by.name },
    at,
    comment,
  }
}

async function tell(tx: Tx, type: 'page.approved' | 'page.rejected', taken: Taken): Promise<void> {
  const { workflow, step, page, by, comment } = taken
  await emit(tx, {
    type,
    dedupeKey: `${type}:${newId()}`,
    spaceId: page.spaceId,
    subjectId: page.id,
    actorId: by.id,
    payload: {
      documentId: page.id,
      workflowId: workflow.id,
      from: step.from,
      to: step.to,
      transition: step.name,
      comment,
      version: page.version,
    },
  })
}
