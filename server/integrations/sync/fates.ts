/** What became of documents that a complete list no longer shows: asked for by their ids before anything is concluded. */
import { ITEMS_PER_REQUEST } from '#server/connectors/confluence/pull.ts'
import type { Sync, SyncSpace } from './context.ts'
import { putBatch } from './put.ts'
import { removeVanished } from './remove.ts'

/** Of more than so many the trash is listed first, 250 a request, so that what lies in it need not be asked for. */
const MOST_ASKED_SINGLY = 100
const IDS_PER_STATEMENT = 1000

/** Puts those that Confluence still has where they are now, and hides those whose space is not synced. Returns the ids met. */
export async function renewLiving(sync: Sync, ids: readonly string[]): Promise<Set<string>> {
  const living = new Set<string>()
  for (const kind of ['pages', 'blogposts'] as const) {
    const asked = ids.filter((id) => !living.has(id))
    for (let start = 0; start < asked.length; start += ITEMS_PER_REQUEST) {
      sync.signal.throwIfAborted()
      const { pages, unreadable } = await sync.source.getPages(kind, asked.slice(start, start + ITEMS_PER_REQUEST))
      for (const item of [...pages, ...unreadable]) living.add(item.externalId)
      for (const [spaceId, own] of Map.groupBy(pages, (page) => page.spaceExternalId)) {
        const home = sync.spaces.get(spaceId)
        if (home !== undefined) await putBatch(sync, home, own, async () => {})
        else {
          const strays = own.map((page) => page.externalId)
          await removeVanished(sync, strays, 'unselected')
        }
      }
    }
  }
  return living
}

/**
 * Hides pages and posts that are in the trash, and those that are not there for the key: these are gone for good or hidden
 * from it, which nothing tells apart, so they count as out of sight. One that turns out to be elsewhere, as a draft is, stays.
 */
export async function hideGone(sync: Sync, space: SyncSpace, ids: readonly string[]): Promise<void> {
  const trash = ids.length > MOST_ASKED_SINGLY ? await listTrash(sync, space) : new Set<string>()
  const fates: Record<'gone' | 'trashed' | 'elsewhere', string[]> = { gone: [], trashed: [], elsewhere: [] }
  for (const id of ids) {
    sync.signal.throwIfAborted()
    fates[trash.has(id) ? 'trashed' : await sync.source.pageState(id)].push(id)
  }
  for (const some of chunks(fates.gone)) await removeVanished(sync, some, 'lost-access')
  for (const some of chunks(fates.trashed)) await removeVanished(sync, some, 'trashed')
}

function chunks(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / IDS_PER_STATEMENT) }, (_, index) =>
    ids.slice(index * IDS_PER_STATEMENT, (index + 1) * IDS_PER_STATEMENT),
  )
}

async function listTrash(sync: Sync, space: SyncSpace): Promise<Set<string>> {
  const trash = new Set<string>()
  for (const kind of ['pages', 'blogposts'] as const) {
    const list = {
      kind,
      spaceIds: [space.externalId],
      statuses: ['trashed', 'deleted'],
      bodies: false,
      limit: ITEMS_PER_REQUEST,
    }
    for await (const batch of sync.source.walkPages(list, null)) {
      sync.signal.throwIfAborted()
      for (const page of batch.pages) trash.add(page.externalId)
    }
  }
  return trash
}
