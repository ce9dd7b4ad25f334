/** Judges the statuses of a definition and the steps between them. Pure. */
import { Duration } from 'luxon'
import type { Definition, Transition } from '#schema/workflow.ts'
import { fault, findTwice, warning, type Finding } from './findings.ts'

/** Dates further away than this are none that a database keeps. */
const MAX_YEARS = 100

export function judgeStatuses(definition: Definition): Finding[] {
  const { statuses = [], transitions = [], initial, onEdit } = definition
  const known = new Set(statuses.map(({ id }) => id))
  const place = (path: string, id: string | undefined): Finding[] =>
    id === undefined || known.has(id) ? [] : [fault(path, unknownStatus(id, known))]
  return [
    ...findTwice(
      statuses.map(({ id }, index) => ({ path: `statuses.${index}.id`, key: id })),
      (id) => `There are two statuses with the id ${id}.`,
    ),
    ...findTwice(
      statuses.map(({ name }, index) => ({ path: `statuses.${index}.name`, key: name.toLowerCase() })),
      () => 'Two statuses have this name.',
    ).map((finding) => ({ ...finding, isWarning: true })),
    ...place('initial', initial),
    ...place('onEdit', onEdit),
    ...statuses.flatMap(({ onExpiry }, index) => place(`statuses.${index}.onExpiry`, onExpiry)),
    ...judgeExpiry(definition),
    ...transitions.flatMap((transition, index) => judgeTransition(transition, `transitions.${index}`, place)),
    ...findTwice(
      transitions.map(({ from, to }, index) => ({ path: `transitions.${index}.to`, key: `${from} to ${to}` })),
      (key) => `There is a step from ${key} already.`,
    ),
    ...findUnreachable(definition),
  ]
}

export function unknownStatus(id: string, known: ReadonlySet<string>): string {
  if (known.size === 0) return `There is no status "${id}": this workflow has no statuses.`
  return `There is no status "${id}". There are: ${[...known].join(', ')}.`
}

function judgeExpiry({ statuses = [] }: Definition): Finding[] {
  return statuses.flatMap(({ id, expiresAfter, onExpiry }, index) => {
    const at = `statuses.${index}`
    if (expiresAfter === undefined)
      return onExpiry === undefined ? [] : [warning(`${at}.onExpiry`, 'Nothing expires here: say after which time.')]
    const duration = Duration.fromISO(expiresAfter)
    const lasts = duration.isValid && duration.toMillis() > 0 && duration.as('years') <= MAX_YEARS
    return [
      ...(lasts ? [] : [fault(`${at}.expiresAfter`, `Write a time between a second and ${MAX_YEARS} years, as P90D.`)]),
      ...(onExpiry === id ? [fault(`${at}.onExpiry`, 'A page that expires cannot go to the status it is in.')] : []),
    ]
  })
}

type Place = (path: string, id: string | undefined) => Finding[]

function judgeTransition({ from, to, who, approvals }: Transition, at: string, place: Place): Finding[] {
  const people = who?.every((principal) => principal.startsWith('user:')) === true ? new Set(who).size : undefined
  const minimum = approvals?.minimum
  const isShort = people !== undefined && typeof minimum === 'number' && minimum > people
  return [
    ...place(`${at}.from`, from),
    ...place(`${at}.to`, to),
    ...(from === to ? [fault(`${at}.to`, 'A step leads to another status than the one it starts from.')] : []),
    ...(isShort
      ? [
          warning(
            `${at}.approvals.minimum`,
            `${minimum} approvals are asked for, but only ${people} people may give one.`,
          ),
        ]
      : []),
  ]
}

/** Statuses that no step, edit, expiry or action leads to from the first one. */
function findUnreachable({ statuses = [], transitions = [], triggers = [], initial, onEdit }: Definition): Finding[] {
  const first = initial ?? statuses[0]?.id
  if (first === undefined) return []
  const set = triggers.flatMap((trigger) =>
    trigger.do.flatMap((action) => (action.type === 'set-status' ? action.status : [])),
  )
  const reached = new Set<string>()
  const left = [first, ...(onEdit === undefined ? [] : [onEdit]), ...set]
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (reached.has(id)) continue
    reached.add(id)
    const onExpiry = statuses.find((status) => status.id === id)?.onExpiry
    if (onExpiry !== undefined) left.push(onExpiry)
    for (const { from, to } of transitions) if (from === id) left.push(to)
  }
  return statuses.flatMap(({ id, name }, index) =>
    reached.has(id)
      ? []
      : [warning(`statuses.${index}`, `Nothing leads to "${name}": no step, expiry, edit or action.`)],
  )
}
