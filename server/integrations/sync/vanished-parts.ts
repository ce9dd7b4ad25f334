/** Attachments and comments that a complete list no longer shows: each is asked for before it goes, and never many at once. */
import type { PartKind } from '#server/connectors/confluence/parts.ts'
import { listPartIds } from '#server/content/list-parts.ts'
import { removeAttachments } from '#server/content/put-attachments.ts'
import { removeComments } from '#server/content/put-comments.ts'
import { isBraked } from './brake.ts'
import { count, write, type Sync } from './context.ts'
import { noteSkippedParts } from './note-parts.ts'

const IDS_PER_STATEMENT = 1000
/** One request each: what is left waits for the next sweep. */
const MOST_ASKED = 500

/**
 * Removes those that Confluence says are gone; with too many at once none, which the run's list of skipped things tells. Only
 * spaces of this run are judged: where the key lost a whole space, its parts stay or go with its pages.
 */
export async function removeVanishedParts(sync: Sync, kind: PartKind, seen: ReadonlySet<string>): Promise<void> {
  const vanished: string[] = []
  const where = { stream: kind, spaceIds: [...sync.spaces.values()].map((space) => space.id) }
  let all = 0
  for (let after = ''; ;) {
    const ids = await listPartIds(sync.app.db, sync.integrationId, where, after, IDS_PER_STATEMENT)
    all += ids.length
    vanished.push(...ids.filter((id) => !seen.has(id)))
    if (ids.length < IDS_PER_STATEMENT) break
    after = ids.at(-1) ?? ''
  }
  if (isBraked(vanished.length, all)) {
    const what = `${vanished.length} of ${all} are missing from Confluence’s list at once. None was removed.`
    return noteSkippedParts(sync, kind, `${what} Check the account’s access.`)
  }
  const gone: string[] = []
  for (const id of vanished.slice(0, MOST_ASKED)) {
    sync.signal.throwIfAborted()
    if (!(await sync.source.hasPart(kind, id))) gone.push(id)
  }
  if (gone.length === 0) return
  const remove = kind === 'attachments' ? removeAttachments : removeComments
  await write(sync, async (tx) => {
    await remove(tx, sync.integrationId, gone)
    await count(sync, tx, {})
  })
}
