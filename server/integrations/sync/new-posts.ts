/** The first look of an incremental run at blog posts: one list without bodies tells what is new and what is in the trash. */
import { ITEMS_PER_REQUEST, type PulledPage } from '#server/connectors/confluence/pull.ts'
import { findVersions } from '#server/content/find.ts'
import { write, type Sync, type SyncSpace } from './context.ts'
import { noteUnreadable } from './put.ts'
import { hideTrashed, removeTrashed } from './trashed.ts'

type Look = { until: number; began: { at?: Date | undefined } }

/**
 * Hides the posts that are in the trash. Where the list goes on and there is news, their trash is asked for as well: of many
 * posts the list shows the newest, and a quiet run is not worth a request for the others, which a sweep sees. `more`: there
 * are, or may be, posts here newer than `until` that are not stored so. Only living ones must be in the order of change: when
 * something is thrown away, its version does not tell.
 */
export async function lookAtPosts(
  sync: Sync,
  spaces: SyncSpace[],
  { until, began }: Look,
): Promise<'done' | 'more' | 'disordered'> {
  const list = {
    kind: 'blogposts',
    spaceIds: spaces.map((space) => space.externalId),
    statuses: ['current', 'trashed', 'deleted'],
    bodies: false,
    newestFirst: true,
    limit: ITEMS_PER_REQUEST,
  } as const
  for await (const batch of sync.source.walkPages(list, null)) {
    sync.signal.throwIfAborted()
    began.at ??= sync.source.client.serverTime
    const [living, trashed] = byTrash(batch.pages)
    const times = living.map((page) => page.versionAt?.getTime() ?? Number.POSITIVE_INFINITY)
    if (times.some((at, index) => at > (times[index - 1] ?? at))) return 'disordered'
    await hideTrashed(sync, spaces, trashed)
    const recent = living.filter((_, index) => (times[index] ?? until) >= until)
    const goesOn = batch.next !== null && recent.length === living.length
    if (goesOn || (await hasNews(sync, recent))) {
      if (batch.next !== null) await removeTrashed(sync, spaces, 'blogposts')
      return 'more'
    }
    await write(sync, (tx) => noteUnreadable(sync, tx, null, batch.unreadable))
    return 'done'
  }
  return 'done'
}

function byTrash(pages: PulledPage[]): [living: PulledPage[], trashed: PulledPage[]] {
  const { living = [], trashed = [] } = Object.groupBy(pages, (page) =>
    page.status === 'trashed' ? 'trashed' : 'living',
  )
  return [living, trashed]
}

async function hasNews(sync: Sync, pages: PulledPage[]): Promise<boolean> {
  const ids = pages.map((page) => page.externalId)
  const known = await findVersions(sync.app.db, sync.integrationId, ids)
  return pages.some((page) => {
    const stored = known.get(page.externalId)
    return stored?.version !== page.version || stored.spaceId !== sync.spaces.get(page.spaceExternalId)?.id
  })
}
