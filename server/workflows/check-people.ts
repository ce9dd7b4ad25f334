/** Judges the people that a definition names. Pure. */
import { hasReference } from '#schema/workflow-reference.ts'
import type { EventType } from '#schema/workflow.ts'
import type { Judging } from './judging.ts'
import { fault, type Finding } from './findings.ts'

/** Whoever is told something, or whom a page is assigned to. */
export function judgeRecipient(
  recipient: string,
  path: string,
  events: readonly EventType[],
  { scope, referred }: Judging,
): Finding[] {
  if (referred.unknown.has(recipient)) return [fault(path, `${recipient} does not exist.`)]
  const pageless = events.filter((event) => !hasReference(event, { of: 'page' }))
  const isOfPage =
    recipient === 'author' || recipient === 'assignee' || (recipient.startsWith('space:') && scope.spaceId === null)
  if (!isOfPage || pageless.length === 0) return []
  return [fault(path, `Nobody is "${recipient}" when ${pageless.join(', ')} happens: there is no page.`)]
}
