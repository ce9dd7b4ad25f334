/**
 * A sweep: every id with its place, 250 a request and without bodies, for what no version tells: moves, archiving, pages
 * that are gone. A list that did not end properly removes nothing, and nothing is hidden that was not asked for singly.
 */
import { ITEMS_PER_REQUEST, SPACES_PER_REQUEST, type PulledPage } from '#server/connectors/confluence/pull.ts'
import { findVersions } from '#server/content/find.ts'
import { Upstream } from '#server/platform/problem.ts'
import { insertWalks, updateWalk } from '../run-store.ts'
import type { Sync, SyncSpace } from './context.ts'
import { diagnose, isAboutAll } from './diagnose.ts'
import { eachOf } from './each-of.ts'
import { noteUnreadable, putBatch } from './put.ts'
import { askForNodes } from './renew-nodes.ts'
import { hideVanished } from './vanished.ts'

const STREAM = 'sweep'
const SPACES_AT_ONCE = 4

/**
 * Sweeps the spaces; one that fails stays as it is and does not stop the others. All are listed before anything is
 * hidden, so that a page that moved from one to another is met at its new place first.
 */
export async function sweepSpaces(sync: Sync, spaces: SyncSpace[]): Promise<void> {
  await insertWalks(
    sync.app.db,
    spaces.map((space) => ({
      run_id: sync.runId,
      space_external_id: space.externalId,
      space_key: space.key,
      space_name: space.name,
      stream: STREAM,
    })),
  )
  const seen = new Set<string>()
  const withPages = await eachAlone(sync, spaces, async (space) => {
    await updateWalk(sync.app.db, keyOf(sync, space), { status: 'running', done: 0 })
    await walk(sync, 'pages', [space], seen)
  })
  const listed: SyncSpace[] = []
  for (let start = 0; start < withPages.length; start += SPACES_PER_REQUEST) {
    listed.push(...(await walkPosts(sync, withPages.slice(start, start + SPACES_PER_REQUEST), seen)))
  }
  const { stored, types } = await askForNodes(sync)
  const goneNodes = new Set(stored.map((node) => node.externalId).filter((id) => !types.has(id)))
  await eachAlone(sync, listed, async (space) => {
    await hideVanished(sync, space, seen, goneNodes)
    await updateWalk(sync.app.db, keyOf(sync, space), { status: 'succeeded', detail: null })
  })
}

/** Does `work` for each space, a few at once; returns those for which it did not fail. */
async function eachAlone(
  sync: Sync,
  spaces: SyncSpace[],
  work: (space: SyncSpace) => Promise<void>,
): Promise<SyncSpace[]> {
  const done: SyncSpace[] = []
  await eachOf(sync, spaces, SPACES_AT_ONCE, (space) =>
    alone(sync, space, async () => {
      await work(space)
      done.push(space)
    }),
  )
  return done
}

/** A failure of one space is noted at the space. */
async function alone(sync: Sync, space: SyncSpace, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Upstream) || sync.signal.aborted || isAboutAll(error)) throw error
    const cause = await diagnose(sync, error)
    if (isAboutAll(cause)) throw cause
    await updateWalk(sync.app.db, keyOf(sync, space), { status: 'failed', detail: cause.message })
  }
}

/** Blog posts of at most 100 spaces in one list; space by space where that fails. Returns the spaces listed to the end. */
async function walkPosts(sync: Sync, spaces: SyncSpace[], seen: Set<string>): Promise<SyncSpace[]> {
  try {
    await walk(sync, 'blogposts', spaces, seen)
    return spaces
  } catch (error) {
    if (!(error instanceof Upstream) || sync.signal.aborted || isAboutAll(error)) throw error
    return eachAlone(sync, spaces, (space) => walk(sync, 'blogposts', [space], seen))
  }
}

/** Walks the list to its end and adds to `seen` the ids it shows: no two things on a site have the same. */
async function walk(sync: Sync, kind: 'pages' | 'blogposts', spaces: SyncSpace[], seen: Set<string>): Promise<void> {
  const spaceIds = spaces.map((space) => space.externalId)
  const statuses = kind === 'pages' ? ['current', 'archived'] : ['current']
  const list = { kind, spaceIds, statuses, bodies: false, limit: ITEMS_PER_REQUEST }
  for await (const batch of sync.source.walkPages(list, null)) {
    sync.signal.throwIfAborted()
    for (const item of [...batch.pages, ...batch.unreadable]) seen.add(item.externalId)
    for (const [id, own] of Map.groupBy(batch.pages, (page) => page.spaceExternalId)) {
      const space = spaces.find((one) => one.externalId === id)
      if (space !== undefined) await compareBatch(sync, space, kind, own)
    }
  }
}

/** Known versions are put in their place; new ones are fetched with their bodies. */
async function compareBatch(
  sync: Sync,
  space: SyncSpace,
  kind: 'pages' | 'blogposts',
  pages: PulledPage[],
): Promise<void> {
  const ids = pages.map((page) => page.externalId)
  const known = await findVersions(sync.app.db, sync.integrationId, ids)
  const isKnown = (page: PulledPage) => {
    const stored = known.get(page.externalId)
    return stored?.version === page.version && stored.spaceId === space.id
  }
  await putBatch(sync, space, pages.filter(isKnown), (tx) =>
    updateWalk(tx, keyOf(sync, space), { addDone: pages.length }),
  )
  const news = pages.filter((page) => !isKnown(page)).map((page) => page.externalId)
  if (news.length === 0) return
  const fetched = await sync.source.getPages(kind, news)
  await putBatch(sync, space, fetched.pages, (tx) => noteUnreadable(sync, tx, space.key, fetched.unreadable))
}

function keyOf(sync: Sync, space: SyncSpace) {
  return { runId: sync.runId, spaceExternalId: space.externalId, stream: STREAM }
}
