/** Whether a person may take a step now, and if not, why, in words. Pure. */
import type { Transition } from '#schema/workflow.ts'
import { tally, type Approval, type Tally } from './approvals.ts'
import { DEFAULT_WHO, isBarredAuthor, mayTake, type Author, type Candidate } from './who.ts'

export type StepPage = { version: number; author: Author | null }

/** `people`: everybody who can read the page; may be empty for a step without approvals. `names`: of principals. */
export type StepContext = {
  page: StepPage
  caller: Candidate
  approvals: readonly Approval[]
  people: readonly Candidate[]
  names: ReadonlyMap<string, string>
}

export type Refusal = { status: 403 | 409; code: 'forbidden' | 'own-version' | 'already-approved'; reason: string }

/** `tally` null: the step needs no approvals. `mine`: the caller's approval counts already. */
export type Judged = { refusal: Refusal | undefined; tally: Tally | null; mine: boolean }

export function judgeStep(step: Transition, { page, caller, approvals, people, names }: StepContext): Judged {
  const counted = step.approvals === undefined ? null : tally(step, page, approvals, people)
  const mine = counted?.given.some(({ userId }) => userId === caller.id) ?? false
  const judged = { tally: counted, mine, refusal: undefined }
  if (!mayTake(step, caller, page.author))
    return { ...judged, refusal: refuse(403, 'forbidden', `Only ${describeWho(step, names)} may do this.`) }
  // What is only left to be finished, because fewer are needed now, anybody who may can finish.
  if (counted === null || counted.isEnough) return judged
  if (isBarredAuthor(step, caller.id, page.author)) {
    const reason = 'You wrote this version of the page; somebody else must approve it.'
    return { ...judged, refusal: refuse(403, 'own-version', reason) }
  }
  if (mine) {
    const reason = `You have approved this version. ${describeMissing(counted)}`
    return { ...judged, refusal: refuse(409, 'already-approved', reason) }
  }
  return judged
}

/** editors of the space, Ann or the group Reviewers */
export function describeWho(
  { who = DEFAULT_WHO }: Pick<Transition, 'who'>,
  names: ReadonlyMap<string, string>,
): string {
  const words = who.map((entry) => {
    if (entry === 'author') return 'the author of the page'
    if (entry.startsWith('space:')) return `${entry.slice('space:'.length)}s of the space`
    const name = names.get(entry)
    if (entry.startsWith('group:')) return name === undefined ? 'a group that is no more' : `the group ${name}`
    return name ?? 'somebody who is no more'
  })
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

const MOST_NAMED = 3

function describeMissing({ needed, given, missing }: Tally): string {
  const count = Math.max(0, needed - given.length)
  const named = missing.slice(0, MOST_NAMED).map(({ name }) => name)
  const others = missing.length - named.length
  const people = others > 0 ? `${named.join(', ')} and ${others} more` : named.join(', ')
  const needs = count === 1 ? 'One more is needed' : `${count} more are needed`
  return people === '' ? `${needs}, but nobody else may give one.` : `${needs}, of: ${people}.`
}

function refuse(status: Refusal['status'], code: Refusal['code'], reason: string): Refusal {
  return { status, code, reason }
}
