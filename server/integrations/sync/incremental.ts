/** An incremental run: newest changes first, down to what is known to be complete. Three requests when nothing changed. */
import { ITEMS_PER_REQUEST, SPACES_PER_REQUEST, type PulledPage } from '#server/connectors/confluence/pull.ts'
import { countVisible, findVersions } from '#server/content/find.ts'
import { findWatermarks, setWatermarks } from '../run-store.ts'
import { holdBackSome } from './brake.ts'
import { syncChanged } from './changed.ts'
import { write, type Sync, type SyncSpace } from './context.ts'
import { noteUnreadable, putBatch } from './put.ts'
import { removeVanished } from './remove.ts'

/** Changes are looked for this long before the watermark: the site's clock may not be one clock. */
const OVERLAP_MS = 5 * 60_000
const FIRST_LOOK = 25

/** Brings spaces that were imported once up to date. */
export async function syncChanges(sync: Sync, spaces: SyncSpace[]): Promise<void> {
  for (let start = 0; start < spaces.length; start += SPACES_PER_REQUEST) {
    const group = spaces.slice(start, start + SPACES_PER_REQUEST)
    if (sync.source.sortsByChange) {
      await walkChanges(sync, group, 'pages')
      await walkChanges(sync, group, 'blogposts')
    } else await syncChanged(sync, group, OVERLAP_MS)
    await removeTrashed(sync, group)
  }
}

async function walkChanges(sync: Sync, spaces: SyncSpace[], kind: 'pages' | 'blogposts'): Promise<void> {
  const watermarks = await findWatermarks(sync.app.db, sync.integrationId, kind)
  const known = spaces.map((space) => watermarks.get(space.externalId)?.getTime() ?? 0)
  const until = Math.min(...known) - OVERLAP_MS
  const began: { at?: Date | undefined } = {}
  // A short look first: 250 bodies are worth sending only when there is news.
  const isCaughtUp = await walkDown(sync, spaces, kind, until, FIRST_LOOK, began)
  if (!isCaughtUp) await walkDown(sync, spaces, kind, until, ITEMS_PER_REQUEST, began)
  const completeUntil = began.at ?? sync.app.clock.now()
  await write(sync, (tx) =>
    setWatermarks(
      tx,
      sync.integrationId,
      kind,
      spaces.map((space) => space.externalId),
      completeUntil,
    ),
  )
}

/**
 * Puts what is newer than `until`. The list is trusted to be in order only as far as it proves to be: once it is not, it is
 * walked to its end. A first look that ends in the middle answers false, having written nothing wrong.
 */
async function walkDown(
  sync: Sync,
  spaces: SyncSpace[],
  kind: 'pages' | 'blogposts',
  until: number,
  limit: number,
  began: { at?: Date | undefined },
): Promise<boolean> {
  const list = {
    kind,
    spaceIds: spaces.map((space) => space.externalId),
    statuses: kind === 'pages' ? ['current', 'archived'] : ['current'],
    bodies: true,
    newestFirst: true,
    limit,
  }
  let previous = Number.POSITIVE_INFINITY
  let isOrdered = true
  for await (const batch of sync.source.walkPages(list, null)) {
    sync.signal.throwIfAborted()
    began.at ??= sync.source.client.serverTime
    for (const page of batch.pages) {
      const at = page.versionAt?.getTime() ?? Number.POSITIVE_INFINITY
      if (at > previous) isOrdered = false
      previous = at
    }
    await putBySpace(
      sync,
      batch.pages.filter((page) => !isOrdered || (page.versionAt?.getTime() ?? until) >= until),
    )
    if (limit !== FIRST_LOOK || batch.next === null)
      await write(sync, (tx) => noteUnreadable(sync, tx, null, batch.unreadable))
    if (batch.next === null || (isOrdered && previous < until)) return true
    if (limit === FIRST_LOOK) return false
  }
  return true
}

async function putBySpace(sync: Sync, pages: PulledPage[]): Promise<void> {
  for (const [id, own] of Map.groupBy(pages, (page) => page.spaceExternalId)) {
    const space = sync.spaces.get(id)
    if (space !== undefined) await putBatch(sync, space, own, async () => {})
  }
}

/** The trash says by itself what was thrown away; the first page of it is looked at, a sweep sees all. */
async function removeTrashed(sync: Sync, spaces: SyncSpace[]): Promise<void> {
  const list = {
    kind: 'pages',
    spaceIds: spaces.map((space) => space.externalId),
    statuses: ['trashed', 'deleted'],
    bodies: false,
    newestFirst: true,
    limit: ITEMS_PER_REQUEST,
  } as const
  for await (const batch of sync.source.walkPages(list, null)) {
    const ids = batch.pages.map((page) => page.externalId)
    const known = await findVersions(sync.app.db, sync.integrationId, ids)
    const bySpace = Map.groupBy(known, ([, document]) => document.spaceId)
    for (const space of spaces) {
      const own = (bySpace.get(space.id) ?? []).map(([externalId]) => externalId)
      if (own.length > 0) await removeVanished(sync, await holdBackTrashed(sync, space, own), 'trashed')
    }
    return
  }
}

async function holdBackTrashed(sync: Sync, space: SyncSpace, externalIds: string[]): Promise<string[]> {
  const all = await countVisible(sync.app.db, space.id)
  const why = `${externalIds.length} of ${all} documents of this space were thrown away at once`
  return holdBackSome(sync, space, { reason: 'vanished', externalIds, all, why })
}
