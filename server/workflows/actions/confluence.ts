/** Labels and comments are written to Confluence: outside the transaction, by a job of their own (act.ts). */
import type { Action } from '#schema/workflow.ts'
import { fillText } from '../references.ts'
import { failed, type Outcome, type Run } from './action.ts'

export type ConfluenceAction = Extract<Action, { type: 'add-label' | 'remove-label' | 'comment' }>

/** What is left to be done, with its values. */
export function planWrite({ page, facts }: Run, action: ConfluenceAction): Outcome {
  if (page === undefined) return failed('There is no page that this could be done to.')
  const input = action.type === 'comment' ? fillText(action.text, facts) : action.label
  return { status: 'working', detail: null, deliveryId: null, input }
}
