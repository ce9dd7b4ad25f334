/** What an action of a trigger gets to know, and what comes of it. */
import type { RunAction } from '#schema/workflow-api.ts'
import type { Trigger } from '#schema/workflow.ts'
import type { ActiveWorkflow } from '../active.ts'
import type { Facts, PageFacts } from '../facts.ts'
import type { PersonFacts, RoutedEvent } from '../load-facts.ts'

/**
 * One execution of a trigger for an event. `runAs` undefined: in nobody's name, the owner is gone. `hasMovedOn`: the event
 * tells of a step, and the page stood elsewhere in this workflow by the time it was looked at.
 */
export type Run = {
  id: string
  event: RoutedEvent
  workflow: ActiveWorkflow
  trigger: Trigger
  facts: Facts
  page: PageFacts | undefined
  runAs: PersonFacts | undefined
  hasMovedOn?: boolean
}

/** `input`: what is left to be done with it, values put in. */
export type Outcome = Pick<RunAction, 'status' | 'detail' | 'deliveryId'> & { input?: string }

export function done(detail: string | null = null): Outcome {
  return { status: 'done', detail, deliveryId: null }
}

export function failed(detail: string): Outcome {
  return { status: 'failed', detail, deliveryId: null }
}

/** The id of an action in its definition; saved ones have it, of others their place says it. */
export function actionIdOf(trigger: Pick<Trigger, 'id'>, action: { id?: string | undefined }, index: number): string {
  return action.id ?? `${trigger.id}-${index + 1}`
}
