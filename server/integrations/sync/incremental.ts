/** An incremental run: newest changes first, down to what is known to be complete. Three requests when nothing changed. */
import { ITEMS_PER_REQUEST, SPACES_PER_REQUEST, type PulledPage } from '#server/connectors/confluence/pull.ts'
import { Upstream } from '#server/platform/problem.ts'
import { findWatermarks, insertWalks, setWatermarks, updateWalk } from '../run-store.ts'
import { syncChanged } from './changed.ts'
import { write, type Sync, type SyncSpace } from './context.ts'
import { diagnose, isAboutAll } from './diagnose.ts'
import { eachOf } from './each-of.ts'
import { lookAtPosts } from './new-posts.ts'
import { noteUnreadable, putBatch } from './put.ts'
import { haveBlogPosts, removeTrashed } from './trashed.ts'

/** Changes are looked for this long before the watermark: the site's clock may not be one clock. */
const OVERLAP_MS = 5 * 60_000
const FIRST_LOOK = 25
const SPACES_AT_ONCE = 4
/** Of walks that failed: the others leave no trace but their watermark. */
const STREAM = 'changes'

/** Brings spaces that were imported once up to date. One that cannot be read is noted and does not stop the others. */
export async function syncChanges(sync: Sync, spaces: SyncSpace[]): Promise<void> {
  const failures = new Map<SyncSpace, Upstream>()
  for (let start = 0; start < spaces.length; start += SPACES_PER_REQUEST) {
    const group = spaces.slice(start, start + SPACES_PER_REQUEST)
    const error = await tryChanges(sync, group)
    if (error === undefined) continue
    // One space can spoil the list of all: each by itself, then.
    const [only, ...others] = group
    if (only !== undefined && others.length === 0) failures.set(only, error)
    else
      await eachOf(sync, group, SPACES_AT_ONCE, async (space) => {
        const own = await tryChanges(sync, [space])
        if (own !== undefined) failures.set(space, own)
      })
  }
  const [first] = failures.values()
  if (first !== undefined && failures.size === spaces.length) throw first
  await noteFailed(sync, failures)
}

/** What went wrong with these spaces; what concerns the whole connection is thrown. */
async function tryChanges(sync: Sync, spaces: SyncSpace[]): Promise<Upstream | undefined> {
  try {
    await bringChanges(sync, spaces)
    await removeTrashed(sync, spaces, 'pages')
    return undefined
  } catch (error) {
    if (!(error instanceof Upstream) || sync.signal.aborted || isAboutAll(error)) throw error
    const cause = await diagnose(sync, error)
    if (isAboutAll(cause)) throw cause
    return cause
  }
}

async function noteFailed(sync: Sync, failures: ReadonlyMap<SyncSpace, Upstream>): Promise<void> {
  const walks = [...failures.keys()].map((space) => ({
    run_id: sync.runId,
    space_external_id: space.externalId,
    space_key: space.key,
    space_name: space.name,
    stream: STREAM,
  }))
  await insertWalks(sync.app.db, walks)
  for (const [space, { message }] of failures) {
    const key = { runId: sync.runId, spaceExternalId: space.externalId, stream: STREAM }
    await updateWalk(sync.app.db, key, { status: 'failed', detail: message })
  }
}

async function bringChanges(sync: Sync, spaces: SyncSpace[]): Promise<void> {
  if (sync.source.sortsByChange) {
    const isOrdered = (await walkChanges(sync, spaces, 'pages')) && (await walkChanges(sync, spaces, 'blogposts'))
    if (isOrdered) return
    sync.app.log.warn({ integration: sync.integrationId }, 'a list is not in the order of change; the search is asked')
  }
  try {
    await syncChanged(sync, spaces, OVERLAP_MS)
  } catch (error) {
    if (!(error instanceof Upstream) || error.code !== 'bad-request' || !sync.source.sortsByChange) throw error
    // No search either: the lists are read to their end.
    for (const kind of ['pages', 'blogposts'] as const) await walkChanges(sync, spaces, kind, true)
  }
  // Where lists are in the order of change, the look at blog posts has seen their trash.
  if (await haveBlogPosts(sync, spaces)) await removeTrashed(sync, spaces, 'blogposts')
}

/** Answers false, with the watermarks where they were, when the list is not in the order of change. */
async function walkChanges(
  sync: Sync,
  spaces: SyncSpace[],
  kind: 'pages' | 'blogposts',
  toTheEnd = false,
): Promise<boolean> {
  const watermarks = await findWatermarks(sync.app.db, sync.integrationId, kind)
  const known = spaces.map((space) => watermarks.get(space.externalId)?.getTime() ?? 0)
  const until = toTheEnd ? Number.NEGATIVE_INFINITY : Math.min(...known) - OVERLAP_MS
  const began: { at?: Date | undefined } = {}
  // A short look first: 250 bodies are worth sending only when there is news.
  const look = () =>
    kind === 'pages'
      ? walkDown(sync, spaces, kind, { until, limit: FIRST_LOOK, began })
      : lookAtPosts(sync, spaces, { until, began })
  const first = toTheEnd ? 'more' : await look()
  const all = { until, limit: ITEMS_PER_REQUEST, began }
  const end = first === 'more' ? await walkDown(sync, spaces, kind, all) : first
  if (end === 'disordered') return false
  const completeUntil = began.at ?? sync.app.clock.now()
  const ids = spaces.map((space) => space.externalId)
  await write(sync, (tx) => setWatermarks(tx, sync.integrationId, kind, ids, completeUntil))
  return true
}

type Walk = { until: number; limit: number; began: { at?: Date | undefined } }

/**
 * Puts what is newer than `until`. The list is trusted to be in order only as far as it proves to be: once it is not, that
 * is the answer, unless everything is wanted. `more`: a first look that ended in the middle, having written nothing wrong.
 */
async function walkDown(
  sync: Sync,
  spaces: SyncSpace[],
  kind: 'pages' | 'blogposts',
  { until, limit, began }: Walk,
): Promise<'done' | 'more' | 'disordered'> {
  const list = {
    kind,
    spaceIds: spaces.map((space) => space.externalId),
    statuses: kind === 'pages' ? ['current', 'archived'] : ['current'],
    bodies: true,
    newestFirst: true,
    limit,
  }
  let previous = Number.POSITIVE_INFINITY
  for await (const batch of sync.source.walkPages(list, null)) {
    sync.signal.throwIfAborted()
    began.at ??= sync.source.client.serverTime
    for (const page of batch.pages) {
      const at = page.versionAt?.getTime() ?? Number.POSITIVE_INFINITY
      if (at > previous && until > Number.NEGATIVE_INFINITY) return 'disordered'
      previous = at
    }
    await putBySpace(
      sync,
      batch.pages.filter((page) => (page.versionAt?.getTime() ?? until) >= until),
    )
    if (limit !== FIRST_LOOK || batch.next === null)
      await write(sync, (tx) => noteUnreadable(sync, tx, null, batch.unreadable))
    if (batch.next === null || previous < until) return 'done'
    if (limit === FIRST_LOOK) return 'more'
  }
  return 'done'
}

async function putBySpace(sync: Sync, pages: PulledPage[]): Promise<void> {
  for (const [id, own] of Map.groupBy(pages, (page) => page.spaceExternalId)) {
    const space = sync.spaces.get(id)
    if (space !== undefined) await putBatch(sync, space, own, async () => {})
  }
}
