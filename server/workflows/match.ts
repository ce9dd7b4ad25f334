/** Which pages a definition is about, and which of its triggers an event starts. Pure. */
import type { Definition, EventType, Trigger } from '#schema/workflow.ts'
import { holds } from './conditions.ts'
import type { Facts, PageFacts } from './facts.ts'

/** Everything that is given must hold; of a list, one of it. What is left out asks for nothing. */
export function applies(
  { appliesTo }: Pick<Definition, 'appliesTo'>,
  page: Pick<PageFacts, 'type' | 'labels' | 'path'>,
): boolean {
  const { types, labels, trees } = appliesTo ?? {}
  if (types !== undefined && !types.some((type) => type === page.type)) return false
  if (labels !== undefined && !labels.some((label) => page.labels.includes(label))) return false
  return trees === undefined || trees.some((tree) => page.path.includes(tree))
}

/** Triggers that listen to the event and whose condition holds. Whether the page is one of the workflow's: ask `applies`. */
export function matchTriggers({ triggers = [] }: Pick<Definition, 'triggers'>, facts: Facts): Trigger[] {
  return triggers.filter(
    (trigger) => listensTo(trigger, facts.event.type) && (trigger.if === undefined || holds(trigger.if, facts)),
  )
}

export function listensTo(trigger: Pick<Trigger, 'on'>, eventType: string): boolean {
  return eventsOf(trigger).some((type) => type === eventType)
}

export function eventsOf({ on }: Pick<Trigger, 'on'>): EventType[] {
  return typeof on === 'string' ? [on] : on
}

/** Whether any part of the definition asks in which branch a page stands: only then its path needs to be loaded. */
export function asksForTrees({ appliesTo, triggers = [] }: Pick<Definition, 'appliesTo' | 'triggers'>): boolean {
  return appliesTo?.trees !== undefined || triggers.some((trigger) => trigger.if !== undefined && asks(trigger.if))
}

function asks(condition: NonNullable<Trigger['if']>): boolean {
  if ('all' in condition) return condition.all.some(asks)
  if ('any' in condition) return condition.any.some(asks)
  if ('not' in condition) return asks(condition.not)
  return condition.field === 'tree'
}
