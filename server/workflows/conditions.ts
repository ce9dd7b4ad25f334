/** Whether a condition holds for what happened, and which part of it decided. Pure. */
import type { Comparison, Condition, ConditionField } from '#schema/workflow.ts'
import type { Facts } from './facts.ts'

export function holds(condition: Condition, facts: Facts): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(part, facts))
  if ('any' in condition) return condition.any.some((part) => holds(part, facts))
  if ('not' in condition) return !holds(condition.not, facts)
  return compare(condition, valuesOf(condition.field, facts))
}

/** The same, with a sentence that names the part that decided. */
export function explain(condition: Condition, facts: Facts): { holds: boolean; because: string } {
  if ('all' in condition) {
    const parts = condition.all.map((part) => explain(part, facts))
    const failed = parts.find((part) => !part.holds)
    if (failed !== undefined) return failed
    return { holds: true, because: say(parts, 'No condition was set.') }
  }
  if ('any' in condition) {
    const parts = condition.any.map((part) => explain(part, facts))
    const passed = parts.find((part) => part.holds)
    return passed ?? { holds: false, because: say(parts, 'No condition was set.') }
  }
  if ('not' in condition) {
    const inner = explain(condition.not, facts)
    return { holds: !inner.holds, because: inner.because }
  }
  const values = valuesOf(condition.field, facts)
  return { holds: compare(condition, values), because: describe(condition.field, values) }
}

/** What a field holds; nothing when the event is about no page, or about no status. */
function valuesOf(field: ConditionField, { page, pageStatus, status, changed }: Facts): readonly string[] {
  switch (field) {
    case 'space':
      return page === undefined ? [] : [page.space.key, page.space.id]
    case 'tree':
      return page?.path ?? []
    case 'label':
      return page?.labels ?? []
    case 'type':
      return one(page?.type)
    case 'title':
      return one(page?.title)
    case 'author':
      return one(page?.author)
    case 'status':
      return one(pageStatus)
    case 'status.from':
      return one(status?.from)
    case 'status.to':
      return one(status?.to)
    case 'changed':
      return changed
    default:
      throw new Error(`unknown field ${String(field satisfies never)}`)
  }
}

function one(value: string | null | undefined): readonly string[] {
  return value === null || value === undefined ? [] : [value]
}

function compare({ is, isNot, in: list, contains }: Comparison, values: readonly string[]): boolean {
  const folded = values.map(fold)
  if (is !== undefined) return folded.includes(fold(is))
  if (isNot !== undefined) return !folded.includes(fold(isNot))
  if (list !== undefined) return list.some((item) => folded.includes(fold(item)))
  const part = fold(contains ?? '')
  return folded.some((value) => value.includes(part))
}

/** Letter-case and compatible spellings make no difference. */
function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

function describe(field: ConditionField, values: readonly string[]): string {
  const shown = field === 'space' ? values.slice(0, 1) : values
  if (shown.length === 0) return `${field} is empty.`
  const quoted = shown.slice(0, 5).map((value) => JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value))
  return `${field} is ${quoted.join(', ')}${shown.length > 5 ? ` and ${shown.length - 5} more` : ''}.`
}

function say(parts: readonly { because: string }[], none: string): string {
  const sentences = [...new Set(parts.map(({ because }) => because))]
  return sentences.length === 0 ? none : sentences.slice(0, 5).join(' ')
}
