/** What a search says was changed: fetched where it is in another version than here. For sources whose lists do not begin with the newest change. */
import type { ChangedItem } from '#server/connectors/confluence/changed.ts'
import { ITEMS_PER_REQUEST } from '#server/connectors/confluence/pull.ts'
import { findVersions } from '#server/content/find.ts'
import { findWatermarks, setWatermarks } from '../run-store.ts'
import { write, type Sync, type SyncSpace } from './context.ts'
import { noteUnreadable, putBatch } from './put.ts'

const KINDS = ['pages', 'blogposts'] as const

/**
 * Brings up to date what changed since the watermarks less `overlapMs`, which makes up for the lag of the search's index. It
 * is asked for days more and judged by versions alone; what it leaves out all the same, a sweep finds.
 */
export async function syncChanged(sync: Sync, spaces: SyncSpace[], overlapMs: number): Promise<void> {
  const since = new Date((await oldestWatermark(sync, spaces)) - overlapMs)
  const spaceKeys = spaces.map((space) => space.key)
  let began: Date | undefined
  for await (const batch of sync.source.walkChanged({ spaceKeys, since })) {
    sync.signal.throwIfAborted()
    began ??= sync.source.client.serverTime
    await fetchNews(sync, spaces, batch)
  }
  const completeUntil = began ?? sync.source.client.serverTime ?? sync.app.clock.now()
  const ids = spaces.map((space) => space.externalId)
  await write(sync, async (tx) => {
    for (const kind of KINDS) await setWatermarks(tx, sync.integrationId, kind, ids, completeUntil)
  })
}

async function oldestWatermark(sync: Sync, spaces: readonly SyncSpace[]): Promise<number> {
  const known: number[] = []
  for (const kind of KINDS) {
    const watermarks = await findWatermarks(sync.app.db, sync.integrationId, kind)
    for (const space of spaces) known.push(watermarks.get(space.externalId)?.getTime() ?? 0)
  }
  return Math.min(...known)
}

async function fetchNews(sync: Sync, spaces: readonly SyncSpace[], batch: readonly ChangedItem[]): Promise<void> {
  const byKey = new Map(spaces.map((space) => [space.key, space]))
  const own = batch.filter((item) => byKey.has(item.spaceKey))
  const ids = own.map((item) => item.externalId)
  const known = await findVersions(sync.app.db, sync.integrationId, ids)
  const news = own.filter((item) => {
    const stored = known.get(item.externalId)
    return stored?.version !== item.version || stored.spaceId !== byKey.get(item.spaceKey)?.id
  })
  for (const kind of KINDS) {
    const asked = [...new Set(news.filter((item) => item.kind === kind).map((item) => item.externalId))]
    for (let start = 0; start < asked.length; start += ITEMS_PER_REQUEST) {
      const { pages, unreadable } = await sync.source.getPages(kind, asked.slice(start, start + ITEMS_PER_REQUEST))
      for (const [spaceId, some] of Map.groupBy(pages, (page) => page.spaceExternalId)) {
        const space = sync.spaces.get(spaceId)
        if (space !== undefined) await putBatch(sync, space, some, async () => {})
      }
      await write(sync, (tx) => noteUnreadable(sync, tx, null, unreadable))
    }
  }
}
