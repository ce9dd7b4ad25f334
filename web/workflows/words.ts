import type { ConditionField, EventType } from '#schema/workflow.ts'
import type { Draft, DraftAction, DraftComparison, DraftCondition } from './draft.ts'

export const eventNames: Record<EventType, string> = {
  'page.created': 'Page created',
  'page.updated': 'Page updated',
  'page.moved': 'Page moved',
  'page.deleted': 'Page deleted',
  'page.labelled': 'Labels changed',
  'status.changed': 'Status changed',
  'page.approved': 'Page approved',
  'page.rejected': 'Page rejected',
  'page.expired': 'Status expired',
  schedule: 'At set times',
  'credential.expiring': 'Credential about to expire',
  'sync.failed': 'Sync began to fail',
  'sync.recovered': 'Sync recovered',
  'sync.braked': 'Sync needs a decision',
}

/** Events in the groups that a list of them shows. */
export const eventGroups: readonly { group: string; items: readonly EventType[] }[] = [
  { group: 'Page', items: ['page.created', 'page.updated', 'page.moved', 'page.labelled', 'page.deleted'] },
  { group: 'Status', items: ['status.changed', 'page.approved', 'page.rejected', 'page.expired'] },
  {
    group: 'Everything else',
    items: ['schedule', 'credential.expiring', 'sync.failed', 'sync.recovered', 'sync.braked'],
  },
]

export const actionNames: Record<DraftAction['type'], string> = {
  'authenticated-webhook': 'Call a system, with a credential',
  webhook: 'Call a system, without a credential',
  'set-status': 'Set the status',
  'add-label': 'Add a label in Confluence',
  'remove-label': 'Remove a label in Confluence',
  assign: 'Assign the page',
  notify: 'Notify people',
  comment: 'Comment in Confluence',
}

export const fieldNames: Record<ConditionField, string> = {
  'status.to': 'Status after',
  'status.from': 'Status before',
  status: 'Status now',
  label: 'Label',
  title: 'Title',
  type: 'Type',
  space: 'Space (key)',
  tree: 'Is in the branch below',
  author: 'Author',
  changed: 'What changed',
}

export type Operator = 'is' | 'isNot' | 'in' | 'contains'
export const operatorNames: Record<Operator, string> = {
  is: 'is',
  isNot: 'is not',
  in: 'is one of',
  contains: 'contains',
}
export const operators: readonly Operator[] = ['is', 'isNot', 'in', 'contains']

export function operatorOf(comparison: DraftComparison): Operator {
  return operators.find((operator) => comparison[operator] !== undefined) ?? 'is'
}

/** A condition as a sentence, for summaries. */
export function conditionWords(condition: DraftCondition): string {
  if ('all' in condition) return joined(condition.all, 'and')
  if ('any' in condition) return joined(condition.any, 'or')
  if ('not' in condition) return `not (${conditionWords(condition.not)})`
  const operator = operatorOf(condition)
  const value = condition.in?.join(', ') ?? condition[operator === 'in' ? 'is' : operator] ?? ''
  return `${fieldNames[condition.field].toLowerCase()} ${operatorNames[operator]} ${value === '' ? '…' : value}`
}

/** What a trigger or action does, in a few words. */
export function actionWords(action: DraftAction): string {
  switch (action.type) {
    case 'authenticated-webhook':
    case 'webhook':
      return `${action.method ?? 'POST'} ${action.url === '' ? '…' : action.url}`
    case 'set-status':
      return `Set the status to ${action.status}`
    case 'add-label':
      return `Add the label ${action.label}`
    case 'remove-label':
      return `Remove the label ${action.label}`
    case 'assign':
      return 'Assign the page'
    case 'notify':
      return `Notify: ${action.text}`
    case 'comment':
      return `Comment: ${action.text}`
    default:
      throw new Error(`unknown action ${String(action satisfies never)}`)
  }
}

/** What the saved actions of a definition do, by their ids. */
export function namesOfActions({ triggers = [] }: Pick<Draft, 'triggers'>): Record<string, string> {
  const actions = triggers.flatMap((trigger) => trigger.do)
  return Object.fromEntries(actions.map((action) => [action.id ?? '', actionWords(action)]))
}

/** In whose name a trigger of these events runs: the persons who cause them, or the owner of the workflow. */
export function runAsWords(events: readonly EventType[], owner: string | undefined): string {
  const whoOwns = owner === undefined ? 'the workflow’s owner' : `the workflow’s owner, ${owner}`
  const personal = events.filter((event) => byPeople.includes(event))
  if (personal.length === 0) return `Runs in the name of ${whoOwns}.`
  if (personal.length === events.length && !personal.includes('status.changed')) {
    return 'Runs in the name of the person who takes the step.'
  }
  return `Runs in the name of the person who takes the step; where nobody does (an edit, an expiry, a schedule), of ${whoOwns}.`
}

const byPeople: readonly EventType[] = ['status.changed', 'page.approved', 'page.rejected']

function joined(parts: readonly DraftCondition[], word: string): string {
  if (parts.length === 0) return 'always'
  return parts
    .map((part) => ('field' in part || parts.length === 1 ? conditionWords(part) : `(${conditionWords(part)})`))
    .join(` ${word} `)
}
