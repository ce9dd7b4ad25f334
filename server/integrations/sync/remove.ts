/** Hides documents that Confluence says are gone, and tells of each once. */
import { removeDocuments, type RemovalReason } from '#server/content/remove.ts'
import { findVersions } from '#server/content/find.ts'
import type { Tx } from '#server/db/open.ts'
import { emit } from '#server/events/emit.ts'
import { findAuthors } from '../publish/authors.ts'
import { besidePublishes } from '../publish/meanwhile.ts'
import { count, write, type Sync } from './context.ts'

/** Those of the ids that are in the store become hidden; unknown and hidden ones are passed over. */
export async function removeVanished(sync: Sync, externalIds: string[], reason: RemovalReason): Promise<void> {
  if (externalIds.length === 0) return
  await besidePublishes(sync.app.db, sync, (published, recheck) => {
    const asked = externalIds.filter((id) => !published.has(id))
    return write(sync, async (tx) => {
      const removed = await remove(sync, tx, asked, reason)
      await recheck(tx, asked)
      await count(sync, tx, { deleted: removed })
    })
  })
}

/** How many. */
async function remove(sync: Sync, tx: Tx, externalIds: string[], reason: RemovalReason): Promise<number> {
  const known = await findVersions(tx, sync.integrationId, externalIds)
  if (known.size === 0) return 0
  const removed = await removeDocuments(tx, sync.integrationId, [...known.keys()], reason)
  const authorOf = await findAuthors(tx, sync.integrationId)
  const bySpace = new Map([...sync.spaces.values()].map((space) => [space.id, space]))
  for (const externalId of removed) {
    const document = known.get(externalId)
    if (document === undefined || bySpace.get(document.spaceId)?.isFirst === true) continue
    await emit(tx, {
      type: 'page.deleted',
      dedupeKey: `${sync.integrationId}:${externalId}:deleted:${document.version}:${sync.runId}`,
      spaceId: document.spaceId,
      subjectId: document.id,
      actorId: authorOf('deleted', { externalId, ...document }),
      payload: {
        documentId: document.id,
        externalId,
        title: document.title,
        space: bySpace.get(document.spaceId)?.key ?? null,
        version: document.version,
        reason,
      },
    })
  }
  return removed.length
}
