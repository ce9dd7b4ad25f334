import { listUnnamedAuthors, namePeople } from '#server/content/people.ts'
import { Upstream } from '#server/platform/problem.ts'
import type { Sync } from './context.ts'

const MOST_AT_ONCE = 1000

/** Asks for the names of authors that have none. A key that may not see people leaves them unnamed: no reason to fail. */
export async function nameAuthors(sync: Sync): Promise<void> {
  const unnamed = await listUnnamedAuthors(sync.app.db, sync.integrationId, MOST_AT_ONCE)
  if (unnamed.length === 0) return
  try {
    await namePeople(sync.app.db, sync.integrationId, await sync.source.findPeople(unnamed))
  } catch (error) {
    if (!(error instanceof Upstream) || sync.signal.aborted) throw error
    sync.app.log.warn({ integration: sync.integrationId, code: error.code }, 'authors could not be named')
  }
}
