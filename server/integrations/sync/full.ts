/** A full walk: every space's pages and blog posts with bodies, several spaces at once, each resumable at its cursor. */
import { SPACES_PER_REQUEST, ITEMS_PER_REQUEST, type PulledBatch } from '#server/connectors/confluence/pull.ts'
import type { Tx } from '#server/db/open.ts'
import { Upstream } from '#server/platform/problem.ts'
import { resumeWalks } from '../resume-walks.ts'
import { insertWalks, listWalks, setTotal, setWatermarks, updateWalk, type WalkRow } from '../run-store.ts'
import { write, type Sync, type SyncSpace } from './context.ts'
import { diagnose, isAboutAll } from './diagnose.ts'
import { eachOf } from './each-of.ts'
import { noteUnreadable, putBatch } from './put.ts'

/** With the reading ahead so many keep one database and one event loop busy, also where answers take half a second. More only cost memory. */
const WALKS_AT_ONCE = 4
const ALL_STATUSES = ['current', 'archived']

/** Walks the given spaces to the end. A space that fails is noted and does not stop the others; a rejected key stops all. */
export async function walkSpaces(sync: Sync, spaces: SyncSpace[]): Promise<void> {
  await insertWalks(sync.app.db, [
    ...spaces.map((space) => ({
      run_id: sync.runId,
      space_external_id: space.externalId,
      space_key: space.key,
      space_name: space.name,
      stream: 'pages',
    })),
    ...chunk(spaces).map((group) => ({
      run_id: sync.runId,
      space_external_id: group.map((space) => space.externalId).join(','),
      space_key: '*',
      space_name: 'Blog posts',
      stream: 'blogposts',
    })),
  ])
  await resumeWalks(sync.app.db, sync.integrationId, sync.runId)
  const waiting = (await listWalks(sync.app.db, sync.runId)).filter(
    (walk) => isListing(walk) && walk.status !== 'succeeded',
  )
  const walkAll = () => eachOf(sync, waiting, WALKS_AT_ONCE, (walk) => walkOne(sync, walk))
  await eachOf(sync, [() => estimate(sync, spaces), walkAll], 2, (work) => work())
}

/** For the progress bar alone: a site that does not tell is no reason to stop. */
async function estimate(sync: Sync, spaces: SyncSpace[]): Promise<void> {
  try {
    const total = await sync.source.countPages(
      sync.selected === 'all' && spaces.length === sync.spaces.size ? 'all' : spaces.map((space) => space.key),
    )
    if (total !== undefined) await setTotal(sync.app.db, sync.runId, total)
  } catch (error) {
    if (!(error instanceof Upstream)) throw error
  }
}

async function walkOne(sync: Sync, walk: WalkRow): Promise<void> {
  const key = { runId: sync.runId, spaceExternalId: walk.space_external_id, stream: walk.stream }
  try {
    await walkToEnd(sync, walk, walk.cursor)
  } catch (error) {
    if (!(error instanceof Upstream) || sync.signal.aborted || isAboutAll(error)) throw error
    // A cursor that has expired since the walk stopped: from the top again, nothing is doubled.
    if (error.code === 'bad-request' && walk.cursor !== null) {
      await updateWalk(sync.app.db, key, { cursor: null, done: 0 })
      return walkOne(sync, { ...walk, cursor: null })
    }
    const cause = await diagnose(sync, error)
    if (isAboutAll(cause)) throw cause
    await updateWalk(sync.app.db, key, { status: 'failed', detail: cause.message })
  }
}

async function walkToEnd(sync: Sync, walk: WalkRow, cursor: string | null): Promise<void> {
  const key = { runId: sync.runId, spaceExternalId: walk.space_external_id, stream: walk.stream }
  const spaceIds = walk.space_external_id.split(',')
  const kind = walk.stream === 'blogposts' ? 'blogposts' : 'pages'
  const statuses = kind === 'pages' ? ALL_STATUSES : ['current']
  await updateWalk(sync.app.db, key, {
    status: 'running',
    ...(walk.first_seen_at === null ? { first_seen_at: sync.source.client.serverTime ?? sync.app.clock.now() } : {}),
  })
  for await (const batch of sync.source.walkPages(
    { kind, spaceIds, statuses, bodies: true, limit: ITEMS_PER_REQUEST },
    cursor,
  )) {
    sync.signal.throwIfAborted()
    await putAll(sync, walk, batch)
  }
}

async function putAll(sync: Sync, walk: WalkRow, batch: PulledBatch): Promise<void> {
  const key = { runId: sync.runId, spaceExternalId: walk.space_external_id, stream: walk.stream }
  const groups = Map.groupBy(batch.pages, (page) => page.spaceExternalId)
  const own = [...groups].flatMap(([id, pages]) => {
    const space = sync.spaces.get(id)
    return space === undefined ? [] : [{ space, pages }]
  })
  const strays = groups
    .keys()
    .filter((id) => !sync.spaces.has(id))
    .toArray()
  if (strays.length > 0)
    sync.app.log.warn({ strays, walk: walk.space_key }, 'pages of spaces that were not asked for are passed over')
  // The cursor moves with the last of the batch: what is met again after a kill is found unchanged.
  const last = own.pop()
  for (const { space, pages } of own) await putBatch(sync, space, pages, async () => {})
  const conclude = async (tx: Tx) => {
    await noteUnreadable(sync, tx, sync.spaces.get(walk.space_external_id)?.key ?? null, batch.unreadable)
    // The last batch ends the walk in the same breath: killed between the two, the whole space would be walked again.
    const end = batch.next === null ? ({ status: 'succeeded', detail: null } as const) : {}
    await updateWalk(tx, key, { cursor: batch.next, addDone: batch.pages.length, ...end })
  }
  if (last === undefined) await write(sync, conclude)
  else await putBatch(sync, last.space, last.pages, conclude)
}

/**
 * What came to its proper end is complete up to the moment its walk began. Said once, when the run is over: until then a
 * space's first import is under way, even after a restart.
 */
export async function setWatermarksOf(sync: Sync, tx: Tx): Promise<void> {
  for (const walk of await listWalks(tx, sync.runId)) {
    if (walk.status !== 'succeeded' || walk.first_seen_at === null || !isListing(walk)) continue
    await setWatermarks(tx, sync.integrationId, walk.stream, walk.space_external_id.split(','), walk.first_seen_at)
  }
}

function isListing(walk: WalkRow): boolean {
  return walk.stream === 'pages' || walk.stream === 'blogposts'
}

function chunk(spaces: SyncSpace[]): SyncSpace[][] {
  return Array.from({ length: Math.ceil(spaces.length / SPACES_PER_REQUEST) }, (_, index) =>
    spaces.slice(index * SPACES_PER_REQUEST, (index + 1) * SPACES_PER_REQUEST),
  )
}
