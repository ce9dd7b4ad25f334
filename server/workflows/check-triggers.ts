/** Judges the triggers of a definition: events, schedules, conditions and what every action may ask for. Pure. */
import { DocumentType } from '#schema/document.ts'
import type { Action, Definition, EventType, Trigger } from '#schema/workflow.ts'
import type { Judging } from './judging.ts'
import { judgeRecipient } from './check-people.ts'
import { judgeWebhook } from './check-webhook.ts'
import { unknownStatus } from './check-statuses.ts'
import { nextDue } from './cron.ts'
import { fault, findTwice, warning, type Finding } from './findings.ts'
import { eventsOf } from './match.ts'
import { comparisonsOf, isId } from './referred.ts'
import { checkReferences } from './references.ts'

export function judgeTriggers(definition: Definition, judging: Judging): Finding[] {
  const { triggers = [] } = definition
  const actionIds = triggers.flatMap((trigger, index) =>
    trigger.do.flatMap(({ id }, place) =>
      id === undefined ? [] : { path: `triggers.${index}.do.${place}.id`, key: id },
    ),
  )
  return [
    ...findTwice(
      triggers.map(({ id }, index) => ({ path: `triggers.${index}.id`, key: id })),
      (id) => `There are two triggers with the id ${id}.`,
    ),
    ...findTwice(actionIds, (id) => `There are two actions with the id ${id}. Leave it out, and one is given.`),
    ...triggers.flatMap((trigger, index) => judgeTrigger(definition, trigger, `triggers.${index}`, judging)),
  ]
}

function judgeTrigger(definition: Definition, trigger: Trigger, at: string, judging: Judging): Finding[] {
  const events = eventsOf(trigger)
  return [
    ...findTwice(
      events.map((event, index) => ({ path: `${at}.on.${index}`, key: event })),
      (event) => `${event} is named twice.`,
    ),
    ...judgeSchedule(trigger, at, judging.now),
    ...judgeCondition(definition, trigger, at, judging),
    ...trigger.do.flatMap((action, index) => judgeAction(definition, trigger, action, `${at}.do.${index}`, judging)),
  ]
}

function judgeSchedule({ on, cron, timezone }: Trigger, at: string, now: Date): Finding[] {
  const isScheduled = eventsOf({ on }).includes('schedule')
  if (!isScheduled && cron !== undefined)
    return [fault(`${at}.cron`, 'A schedule belongs to the event "schedule" alone.')]
  if (timezone !== undefined && cron === undefined)
    return [fault(`${at}.timezone`, 'A time zone belongs to a schedule.')]
  if (!isScheduled) return []
  if (cron === undefined) return [fault(`${at}.cron`, 'Say when: minute, hour, day of month, month, day of week.')]
  try {
    if (nextDue(cron, timezone, now) !== undefined) return []
    return [fault(`${at}.cron`, 'There is no such day: this schedule would never be due.')]
  } catch (error) {
    const message = error instanceof Error ? error.message : 'This is no schedule.'
    return [fault(message.includes('time zone') ? `${at}.timezone` : `${at}.cron`, message)]
  }
}

const CHANGES = ['title', 'body', 'parent', 'labels', 'status']

function judgeCondition(definition: Definition, trigger: Trigger, at: string, judging: Judging): Finding[] {
  if (trigger.if === undefined) return []
  const statuses = new Set(definition.statuses?.map(({ id }) => id))
  return comparisonsOf(trigger.if, `${at}.if`).flatMap(({ path, field, operands }) =>
    operands.flatMap((operand) => {
      const message = judgeOperand(field, operand, statuses, judging)
      return message === undefined ? [] : [fault(path, message)]
    }),
  )
}

/** Automations hear of other workflows' statuses, so theirs may be any. */
function judgeOperand(field: string, operand: string, statuses: Set<string>, judging: Judging): string | undefined {
  switch (field) {
    case 'status':
    case 'status.from':
    case 'status.to':
      return statuses.size === 0 || statuses.has(operand) ? undefined : unknownStatus(operand, statuses)
    case 'type':
      if (DocumentType.options.some((type) => type === operand)) return undefined
      return `There is no type "${operand}". There are: ${DocumentType.options.join(', ')}.`
    case 'changed':
      return CHANGES.includes(operand) ? undefined : `"${operand}" is none of: ${CHANGES.join(', ')}.`
    case 'tree':
      return judgeTree(operand, judging)
    default:
      return undefined
  }
}

/** Why a document cannot be named as the top of a branch. */
export function judgeTree(id: string, { scope, referred }: Judging): string | undefined {
  const spaceId = isId(id) ? referred.documents.get(id.toLowerCase()) : undefined
  if (spaceId !== undefined && (scope.spaceId === null || scope.spaceId === spaceId)) return undefined
  return `There is no page with the id ${id.slice(0, 60)}${scope.spaceId === null ? '' : ' in this space'}.`
}

const WITHOUT_PAGE: readonly EventType[] = [
  'schedule',
  'credential.expiring',
  'sync.failed',
  'sync.recovered',
  'sync.braked',
]

function judgeAction(
  definition: Definition,
  trigger: Trigger,
  action: Action,
  at: string,
  judging: Judging,
): Finding[] {
  const events = eventsOf(trigger)
  const references = checkReferences(action, events).map(({ path, message }) => fault(`${at}.${path}`, message))
  const known = new Set(definition.statuses?.map(({ id }) => id))
  switch (action.type) {
    case 'webhook':
    case 'authenticated-webhook':
      return [...references, ...judgeWebhook(definition, trigger, action, at, judging)]
    case 'set-status':
      return [
        ...needPage(events, at),
        ...(known.has(action.status) ? [] : [fault(`${at}.status`, unknownStatus(action.status, known))]),
      ]
    case 'add-label':
    case 'remove-label':
      return [...needPage(events, at), ...judgeLabel(`${at}.label`, action.label)]
    case 'assign':
      return [
        ...needPage(events, at),
        ...(known.size > 0 ? [] : [fault(`${at}.type`, 'Pages are assigned in a workflow with statuses alone.')]),
        ...judgeRecipient(action.to, `${at}.to`, events, judging),
      ]
    case 'notify':
      return [
        ...references,
        ...action.to.flatMap((recipient, index) => judgeRecipient(recipient, `${at}.to.${index}`, events, judging)),
      ]
    case 'comment':
      return [...references, ...needPage(events, at)]
    default:
      throw new Error(`unknown action ${String(action satisfies never)}`)
  }
}

/** What is done to a page needs one that is there. */
function needPage(events: readonly EventType[], at: string): Finding[] {
  const without = events.filter((event) => WITHOUT_PAGE.includes(event))
  if (without.length > 0)
    return [fault(`${at}.type`, `There is no page to do this to when ${without.join(', ')} happens.`)]
  if (!events.includes('page.deleted')) return []
  return [warning(`${at}.type`, 'When a page was deleted, this cannot be done to it any more.')]
}

/** Confluence keeps labels in small letters. */
export function judgeLabel(path: string, label: string): Finding[] {
  const small = label.toLowerCase()
  return label === small ? [] : [fault(path, `Confluence keeps labels in small letters: write "${small}".`)]
}
