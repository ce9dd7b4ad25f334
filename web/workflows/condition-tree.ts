import type { DraftComparison, DraftCondition } from './draft.ts'
import { type Operator, operatorOf } from './words.ts'

export type GroupKind = 'all' | 'any' | 'not'

/** A condition as a group: how its parts are joined, and the parts. `not` has one part, a group itself where it is several. */
export type Group = { kind: GroupKind; parts: DraftCondition[] }

export function groupOf(condition: DraftCondition): Group | undefined {
  if ('all' in condition) return { kind: 'all', parts: condition.all }
  if ('any' in condition) return { kind: 'any', parts: condition.any }
  if (!('not' in condition)) return undefined
  // "None of these" is written as not-any: shown as one group, so that nesting costs no level.
  return { kind: 'not', parts: 'any' in condition.not ? condition.not.any : [condition.not] }
}

export function conditionOf({ kind, parts }: Group): DraftCondition {
  switch (kind) {
    case 'all':
      return { all: parts }
    case 'any':
      return { any: parts }
    case 'not': {
      const [only] = parts
      return { not: parts.length === 1 && only !== undefined && !('any' in only) ? only : { any: parts } }
    }
    default:
      throw new Error(`unknown group ${String(kind satisfies never)}`)
  }
}

/** Where a part stands in the JSON of its group. */
export function partPath(path: string, condition: DraftCondition, index: number): string {
  if (!('not' in condition)) return `${path}.${'all' in condition ? 'all' : 'any'}.${index}`
  return 'any' in condition.not ? `${path}.not.any.${index}` : `${path}.not`
}

/** The same comparison by another operator; what was compared with stays as far as it can. */
export function withOperator(comparison: DraftComparison, operator: Operator): DraftComparison {
  const value = valueOf(comparison)
  const values = comparison.in ?? (value === '' ? [] : [value])
  return operator === 'in'
    ? { field: comparison.field, in: values }
    : { field: comparison.field, [operator]: values[0] ?? '' }
}

export function valueOf(comparison: DraftComparison): string {
  const operator = operatorOf(comparison)
  return operator === 'in' ? (comparison.in?.[0] ?? '') : (comparison[operator] ?? '')
}
