/** What an incremental run finds in Confluence's trash, which says by itself what was thrown away. */
import { ITEMS_PER_REQUEST, type PulledPage } from '#server/connectors/confluence/pull.ts'
import { countVisible, findVersions } from '#server/content/find.ts'
import { holdBackSome } from './brake.ts'
import type { Sync, SyncSpace } from './context.ts'
import { removeVanished } from './remove.ts'

/** Hides what the first page of the trash shows; a sweep sees all. One request. */
export async function removeTrashed(sync: Sync, spaces: SyncSpace[], kind: 'pages' | 'blogposts'): Promise<void> {
  const list = {
    kind,
    spaceIds: spaces.map((space) => space.externalId),
    statuses: ['trashed', 'deleted'],
    bodies: false,
    newestFirst: true,
    limit: ITEMS_PER_REQUEST,
  } as const
  for await (const batch of sync.source.walkPages(list, null)) return hideTrashed(sync, spaces, batch.pages)
}

/** Hides these, which are in the trash there, unless they are too many at once for that. */
export async function hideTrashed(sync: Sync, spaces: SyncSpace[], pages: PulledPage[]): Promise<void> {
  const ids = pages.map((page) => page.externalId)
  const known = await findVersions(sync.app.db, sync.integrationId, ids)
  const bySpace = Map.groupBy(known, ([, document]) => document.spaceId)
  for (const space of spaces) {
    const own = (bySpace.get(space.id) ?? []).map(([externalId]) => externalId)
    if (own.length > 0) await removeVanished(sync, await holdBackTrashed(sync, space, own), 'trashed')
  }
}

/** Whether there are blog posts here of these spaces, so that their trash is worth a request. */
export async function haveBlogPosts(sync: Sync, spaces: SyncSpace[]): Promise<boolean> {
  const row = await sync.app.db
    .selectFrom('documents')
    .select('id')
    .where('integration_id', '=', sync.integrationId)
    .where(
      'space_id',
      'in',
      spaces.map((space) => space.id),
    )
    .where('type', '=', 'blogpost')
    .where('deleted_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

async function holdBackTrashed(sync: Sync, space: SyncSpace, externalIds: string[]): Promise<string[]> {
  const all = await countVisible(sync.app.db, space.id)
  const why = `${externalIds.length} of ${all} documents of this space were thrown away at once`
  return holdBackSome(sync, space, { reason: 'vanished', externalIds, all, why })
}
