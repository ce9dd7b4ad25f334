import type { Action } from '#schema/workflow.ts'
import type { App } from '#server/app.ts'
import type { Tx } from '#server/db/open.ts'
import { system } from '#server/platform/actor.ts'
import { personOf } from '../load-facts.ts'
import { findStatus, moveTo, type MovedBy } from '../statuses.ts'
import { done, failed, type Outcome, type Run } from './action.ts'

/** Puts the page into a status of the workflow, in the name of the person whose step this follows from, or the system's. */
export async function setStatus(
  app: Pick<App, 'clock'>,
  tx: Tx,
  run: Run,
  { status }: Extract<Action, { type: 'set-status' }>,
): Promise<Outcome> {
  const { page, workflow, event } = run
  const to = findStatus(workflow.definition, status)
  if (page === undefined) return failed('There is no page whose status could be set.')
  if (to === undefined) return failed(`The workflow has no status “${status}”.`)
  // An edit may have put it back since: what was approved is not what would be moved then.
  if (run.hasMovedOn === true && run.facts.pageStatus !== status) {
    const now = findStatus(workflow.definition, run.facts.pageStatus ?? '')?.name ?? run.facts.pageStatus
    return failed(`The page has moved on since: it stands in “${now}”.`)
  }
  const { outcome } = await moveTo(tx, {
    documentId: page.id,
    workflow,
    to: status,
    by: causerOf(run),
    reason: 'action',
    at: app.clock.now(),
    depth: event.depth + 1,
  })
  if (outcome === 'absent') return failed('The page is not in this workflow.')
  return done(outcome === 'same' ? `It stood in “${to.name}” already.` : `It stands in “${to.name}” now.`)
}

function causerOf({ event, runAs }: Run): MovedBy {
  return personOf(event) === null || runAs === undefined ? system : { kind: 'user', id: runAs.id, name: runAs.name }
}
