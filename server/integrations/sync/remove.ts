/** Hides documents that Confluence says are gone, and tells of each once. */
import { removeDocuments, type RemovalReason } from '#server/content/remove.ts'
import { findVersions } from '#server/content/find.ts'
import { emit } from '#server/events/emit.ts'
import { findAuthors } from '../publish/authors.ts'
import { findPublishedSince } from '../publish/meanwhile.ts'
import { count, write, type Sync } from './context.ts'

/** Those of the ids that are in the store become hidden; unknown and hidden ones are passed over. */
export async function removeVanished(sync: Sync, externalIds: string[], reason: RemovalReason): Promise<void> {
  if (externalIds.length === 0) return
  await write(sync, async (tx) => {
    const published = await findPublishedSince(tx, sync.integrationId, sync.runId)
    const asked = externalIds.filter((id) => !published.has(id))
    const known = await findVersions(tx, sync.integrationId, asked)
    if (known.size === 0) return
    const authorOf = await findAuthors(tx, sync.integrationId)
    const removed = await removeDocuments(tx, sync.integrationId, [...known.keys()], reason)
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
    await count(sync, tx, { deleted: removed.length })
  })
}
