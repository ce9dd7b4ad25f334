import type { Draft, DraftAction, DraftCondition, DraftStatus, DraftTrigger } from './draft.ts'

/** A list with one of its items changed, or without it when `next` is undefined. */
export function replaced<T>(list: readonly T[], index: number, next: T | undefined): T[] {
  return list.flatMap((item, at) => {
    if (at !== index) return [item]
    return next === undefined ? [] : [next]
  })
}

/** The list with the item one place further up or down. */
export function moved<T>(list: readonly T[], index: number, by: 1 | -1): T[] {
  const item = list[index]
  const rest = list.filter((_, at) => at !== index)
  return item === undefined ? rest : rest.toSpliced(index + by, 0, item)
}

/** What names a thing within its definition, made of what people call it; not one of `taken`. */
export function slugOf(name: string, taken: readonly string[], fallback: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 36)
  const base = plain === '' ? fallback : plain
  let slug = base
  for (let number = 2; taken.includes(slug); number += 1) slug = `${base}-${number}`
  return slug
}

export function addStatus(draft: Draft): Draft {
  const statuses = draft.statuses ?? []
  const id = slugOf(
    'status',
    statuses.map((status) => status.id),
    'status',
  )
  return { ...draft, statuses: [...statuses, { id, name: '' }], initial: draft.initial ?? id }
}

/** A new status takes its id from its name, and all that refers to it follows; one that is saved keeps its id. */
export function changeStatus(draft: Draft, index: number, next: DraftStatus, savedIds: readonly string[]): Draft {
  const statuses = draft.statuses ?? []
  const before = statuses[index]
  if (before === undefined) return draft
  const others = statuses.filter((_, at) => at !== index).map(({ id }) => id)
  const keepsId = savedIds.includes(before.id) || next.name === before.name
  const id = keepsId ? next.id : slugOf(next.name, [...others, ...savedIds], 'status')
  const changed = { ...draft, statuses: replaced(statuses, index, { ...next, id }) }
  return id === before.id ? changed : renameStatus(changed, before.id, id)
}

/** Without the status, and without the transitions from and to it. What else names it becomes a fault to be mended. */
export function removeStatus(draft: Draft, index: number): Draft {
  const statuses = draft.statuses ?? []
  const id = statuses[index]?.id
  const rest = replaced(statuses, index, undefined)
  const transitions = (draft.transitions ?? []).filter(({ from, to }) => from !== id && to !== id)
  if (rest.length === 0) {
    const { statuses: _statuses, transitions: _transitions, initial: _initial, onEdit: _onEdit, ...automation } = draft
    return automation
  }
  return {
    ...draft,
    statuses: rest.map((status) => (status.onExpiry === id ? { ...status, onExpiry: undefined } : status)),
    transitions,
    initial: draft.initial === id ? rest[0]?.id : draft.initial,
    onEdit: draft.onEdit === id ? undefined : draft.onEdit,
  }
}

export function eventsOf({ on }: Pick<DraftTrigger, 'on'>) {
  return Array.isArray(on) ? on : [on]
}

function renameStatus(draft: Draft, from: string, to: string): Draft {
  const named = <T extends string | undefined>(id: T) => (id === from ? to : id)
  return {
    ...draft,
    initial: named(draft.initial),
    onEdit: named(draft.onEdit),
    statuses: draft.statuses?.map((status) => ({ ...status, onExpiry: named(status.onExpiry) })),
    transitions: draft.transitions?.map((one) => ({ ...one, from: named(one.from), to: named(one.to) })),
    triggers: draft.triggers?.map((trigger) => ({
      ...trigger,
      ...(trigger.if !== undefined && { if: renameInCondition(trigger.if, from, to) }),
      do: trigger.do.map((action) => renameInAction(action, from, to)),
    })),
  }
}

function renameInAction(action: DraftAction, from: string, to: string): DraftAction {
  return action.type === 'set-status' && action.status === from ? { ...action, status: to } : action
}

function renameInCondition(condition: DraftCondition, from: string, to: string): DraftCondition {
  if ('all' in condition) return { all: condition.all.map((part) => renameInCondition(part, from, to)) }
  if ('any' in condition) return { any: condition.any.map((part) => renameInCondition(part, from, to)) }
  if ('not' in condition) return { not: renameInCondition(condition.not, from, to) }
  if (!condition.field.startsWith('status')) return condition
  const named = (value: string | undefined) => (value === from ? to : value)
  return {
    ...condition,
    ...(condition.is !== undefined && { is: named(condition.is) }),
    ...(condition.isNot !== undefined && { isNot: named(condition.isNot) }),
    ...(condition.in !== undefined && { in: condition.in.map((value) => (value === from ? to : value)) }),
  }
}
