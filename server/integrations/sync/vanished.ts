/** What a space's complete list no longer shows: each document's fate is asked for before it is hidden. */
import { ITEMS_PER_REQUEST } from '#server/connectors/confluence/pull.ts'
import { listExternalIds } from '#server/content/find.ts'
import { isBraked, noteFrozen } from './brake.ts'
import type { Sync, SyncSpace } from './context.ts'
import { putBatch } from './put.ts'
import { removeVanished } from './remove.ts'

const IDS_PER_STATEMENT = 1000

/** Hides what is trashed, purged or out of the chosen spaces; brings up to date what lives on elsewhere. */
export async function hideVanished(sync: Sync, space: SyncSpace, seen: ReadonlySet<string>): Promise<void> {
  const stored = await listStored(sync, space)
  const nodes = await listNodeIds(sync, space)
  const vanished = stored.filter((id) => !seen.has(id) && !nodes.has(id))
  if (vanished.length === 0) return
  if (isBraked(vanished.length, stored.length)) {
    const what = `${vanished.length} of ${stored.length} documents of this space are missing from Confluence’s list at once`
    return noteFrozen(sync, space, what)
  }
  const living = await renewLiving(sync, vanished)
  const fates: Record<'gone' | 'trashed' | 'elsewhere', string[]> = { gone: [], trashed: [], elsewhere: [] }
  for (const id of vanished) {
    if (!living.has(id)) fates[await sync.source.pageState(id)].push(id)
  }
  await removeVanished(sync, fates.gone, 'purged')
  await removeVanished(sync, fates.trashed, 'trashed')
}

/** Puts those that Confluence still has where they are now, and hides those whose space is not synced. Returns the ids met. */
async function renewLiving(sync: Sync, ids: string[]): Promise<Set<string>> {
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

async function listStored(sync: Sync, space: SyncSpace): Promise<string[]> {
  const stored: string[] = []
  for (;;) {
    const ids = await listExternalIds(sync.app.db, sync.integrationId, space.id, stored.at(-1), IDS_PER_STATEMENT)
    stored.push(...ids)
    if (ids.length < IDS_PER_STATEMENT) return stored
  }
}

/** Folders and their like have no list: that they are not in one says nothing. */
async function listNodeIds(sync: Sync, space: SyncSpace): Promise<Set<string>> {
  const rows = await sync.app.db
    .selectFrom('documents')
    .select('external_id')
    .where('space_id', '=', space.id)
    .where('type', 'not in', ['page', 'blogpost'])
    .execute()
  return new Set(rows.map((row) => row.external_id))
}
