import { Problem } from '#server/platform/problem.ts'
import type { Fault } from './kinds/checked.ts'

/** A 400 Problem that lists every fault, when there is one. */
export function refuseFaults(faults: readonly Fault[]): void {
  const [first] = faults
  if (first === undefined) return
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : ''
  throw new Problem(400, 'invalid-request', `${first.path}: ${first.message}${more}`, { errors: faults })
}
