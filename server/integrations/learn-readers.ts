import type { Source } from '#server/connectors/confluence/source.ts'
import { hasLocks } from '#server/content/locks.ts'
import { setRestrictions } from '#server/content/restrictions.ts'
import type { Db } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import { Upstream } from '#server/platform/problem.ts'

/**
 * Asks who may read these documents of the source before they are stored, so that they get their locks with their first
 * writing. What Confluence does not tell now stays shut until the next sync asks again.
 */
export async function learnReaders(
  db: Db,
  source: Source,
  integrationId: string,
  externalIds: readonly string[],
): Promise<void> {
  if (!(await hasLocks(db, integrationId))) return
  try {
    const told = await source.findRestrictions(externalIds)
    await transact(db, (tx) => setRestrictions(tx, integrationId, told))
  } catch (error) {
    if (!(error instanceof Upstream)) throw error
  }
}
