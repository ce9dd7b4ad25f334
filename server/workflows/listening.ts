/** Which workflows hear of an event, before anything is known of its page. Pure. */
import type { Trigger } from '#schema/workflow.ts'
import type { ActiveWorkflow } from './active.ts'
import type { Facts } from './facts.ts'
import { isAboutPage, type RoutedEvent } from './load-facts.ts'
import { applies, matchTriggers } from './match.ts'

/** Told of a page's standing in one workflow: others that have statuses of their own mean others by the same names. */
const OF_ONE_WORKFLOW: ReadonlySet<string> = new Set([
  'status.changed',
  'page.approved',
  'page.rejected',
  'page.expired',
])

/**
 * A space's workflows hear of what happens in it, global ones of everything. A schedule is heard by its workflow alone, and
 * so is what befalls a page's status, except by automations: they have no statuses that could be meant.
 */
export function hears(workflow: ActiveWorkflow, event: RoutedEvent): boolean {
  if (!workflow.events.has(event.type)) return false
  if (event.type === 'schedule') return event.payload.workflowId === workflow.id
  if (workflow.spaceId !== null && workflow.spaceId !== event.spaceId) return false
  if (OF_ONE_WORKFLOW.has(event.type) && workflow.hasStatuses) return event.payload.workflowId === workflow.id
  return true
}

/**
 * The triggers that fire. None for a page that the workflow is not about, that has left its space since it happened, or of
 * which nothing is left: what a page is called and holds elsewhere is not a space's to tell.
 */
export function firedBy(workflow: ActiveWorkflow, event: RoutedEvent, facts: Facts): Trigger[] {
  const isElsewhere = workflow.spaceId !== null && facts.page !== undefined && facts.page.space.id !== workflow.spaceId
  if (isElsewhere) return []
  if (facts.page !== undefined && !applies(workflow.definition, facts.page)) return []
  if (facts.page === undefined && isAboutPage(event.type) && workflow.definition.appliesTo !== undefined) return []
  const matched = matchTriggers(workflow.definition, facts)
  return event.type === 'schedule' ? matched.filter((trigger) => trigger.id === event.payload.triggerId) : matched
}
