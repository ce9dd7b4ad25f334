import { isDatabaseLost } from './database-lost.ts'

/** Classes of PostgreSQL errors that another try heals: lost connections, deadlocks, no room, a server that stops. */
const TRANSIENT = /^(?:08|40|53|55|57|58)/

/** Whether the error says nothing of the work itself: the same again may go well. */
export function isTransient(error: unknown): boolean {
  if (isDatabaseLost(error)) return true
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && code.length === 5 && TRANSIENT.test(code)
}
