/**
 * Refusals in the audit record. What was refused is rolled back, so each is written in a transaction of its own. Refusals
 * of use are not written here but beside the uses (use-log.ts).
 */
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'
import { findScope, requireScopeAdmin, type Scope } from './scope.ts'

/** Beside everything that is not permitted (403). What is wrongly typed, stale or not to be seen is no refusal. */
const REFUSALS = new Set(['secret-needed', 'last-administrator', 'not-confirmed', 'wrong-passphrase', 'bad-file'])

/**
 * Does the work; when it is refused, writes `credential.refused` or `scope.refused` with the code and what was attempted
 * before the Problem goes on. When that cannot be written, its error comes out instead. Not for inside of a transaction.
 */
export async function auditRefusals<T>(
  app: Pick<App, 'db'>,
  actor: Actor,
  target: `credential:${string}` | `scope:${string}`,
  attempted: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Problem && (error.status === 403 || REFUSALS.has(error.code))) {
      const action = target.startsWith('scope:') ? 'scope.refused' : 'credential.refused'
      const detail = { code: error.code, attempted }
      await transact(app.db, (tx) => record(tx, actor, action, target, detail))
    }
    throw error
  }
}

/** The scope of this label for an admin of it: 404 when the actor cannot see it, else 403, which is recorded. */
export async function getAdministeredScope(
  app: Pick<App, 'db'>,
  actor: Actor,
  label: string,
  attempted: string,
): Promise<Scope> {
  const scope = await findScope(app.db, actor, label)
  await auditRefusals(app, actor, `scope:${scope.label}`, attempted, async () => requireScopeAdmin(actor, scope))
  return scope
}
