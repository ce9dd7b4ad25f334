/**
 * A sweep: every id with its place, 250 a request and without bodies, for what no version tells: moves, archiving, pages
 * that are gone. A list that did not end properly removes nothing, and each vanished id is asked for singly before it is hidden.
 */
import {
  getPages,
  ITEMS_PER_REQUEST,
  pageState,
  walkPages,
  type PulledPage,
} from '#server/connectors/confluence/pull.ts'
import { findVersions, listExternalIds } from '#server/content/find.ts'
import { Upstream } from '#server/platform/problem.ts'
import { transact } from '#server/db/transact.ts'
import { newId } from '#server/platform/ids.ts'
import { insertSkipped, insertWalks, updateWalk } from '../run-store.ts'
import type { Sync, SyncSpace } from './context.ts'
import { isAboutAll } from './full.ts'
import { diagnose } from './diagnose.ts'
import { noteUnreadable, putBatch } from './put.ts'
import { removeVanished } from './remove.ts'

const STREAM = 'sweep'
/** So many and such a share of a space at once is more likely a mistake than a clean-up: nothing is hidden. */
const BRAKE_COUNT = 20
const BRAKE_SHARE = 0.2

/** Sweeps the spaces one after another; one that fails stays as it is and does not stop the others. */
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
  for (const space of spaces) {
    const key = { runId: sync.runId, spaceExternalId: space.externalId, stream: STREAM }
    try {
      await sweepSpace(sync, space)
      await updateWalk(sync.app.db, key, { status: 'succeeded' })
    } catch (error) {
      if (!(error instanceof Upstream) || sync.signal.aborted || isAboutAll(error)) throw error
      const cause = await diagnose(sync, error)
      if (isAboutAll(cause)) throw cause
      await updateWalk(sync.app.db, key, { status: 'failed', detail: cause.message })
    }
  }
}

async function sweepSpace(sync: Sync, space: SyncSpace): Promise<void> {
  const seen = new Set<string>()
  for (const kind of ['pages', 'blogposts'] as const) {
    const statuses = kind === 'pages' ? ['current', 'archived'] : ['current']
    for await (const batch of walkPages(
      sync.client,
      { kind, spaceIds: [space.externalId], statuses, bodies: false, limit: ITEMS_PER_REQUEST },
      null,
    )) {
      sync.signal.throwIfAborted()
      for (const page of batch.pages) seen.add(page.externalId)
      for (const item of batch.unreadable) seen.add(item.externalId)
      await compareBatch(sync, space, kind, batch.pages)
    }
  }
  await hideVanished(sync, space, seen)
}

/** Known versions are put in their place; new ones are fetched with their bodies. */
async function compareBatch(
  sync: Sync,
  space: SyncSpace,
  kind: 'pages' | 'blogposts',
  pages: PulledPage[],
): Promise<void> {
  const known = await findVersions(
    sync.app.db,
    sync.integrationId,
    pages.map((page) => page.externalId),
  )
  const isKnown = (page: PulledPage) =>
    known.get(page.externalId)?.version === page.version && known.get(page.externalId)?.spaceId === space.id
  const key = { runId: sync.runId, spaceExternalId: space.externalId, stream: STREAM }
  await putBatch(sync, space, pages.filter(isKnown), (tx) =>
    updateWalk(tx, key, { status: 'running', addDone: pages.length }),
  )
  const news = pages.filter((page) => !isKnown(page)).map((page) => page.externalId)
  if (news.length === 0) return
  const fetched = await getPages(sync.client, kind, news)
  await putBatch(sync, space, fetched.pages, (tx) => noteUnreadable(sync, tx, space.key, fetched.unreadable))
}

async function hideVanished(sync: Sync, space: SyncSpace, seen: ReadonlySet<string>): Promise<void> {
  const stored: string[] = []
  for (let last: string | undefined; ; last = stored.at(-1)) {
    const ids = await listExternalIds(sync.app.db, sync.integrationId, space.id, last, 1000)
    stored.push(...ids)
    if (ids.length < 1000) break
  }
  const nodes = await listNodeIds(sync, space)
  const vanished = stored.filter((id) => !seen.has(id) && !nodes.has(id))
  if (vanished.length >= BRAKE_COUNT && vanished.length >= stored.length * BRAKE_SHARE)
    return brake(sync, space, vanished.length, stored.length)
  for (const id of vanished) {
    sync.signal.throwIfAborted()
    const state = await pageState(sync.client, id)
    if (state === 'gone') await removeVanished(sync, [id], 'purged')
    if (state === 'trashed') await removeVanished(sync, [id], 'trashed')
    if (state === 'elsewhere') await removeVanished(sync, [id], 'unselected')
  }
}

async function brake(sync: Sync, space: SyncSpace, gone: number, all: number): Promise<void> {
  const reason = `${gone} of ${all} documents of this space are missing from Confluence's list at once. Nothing was removed. Check the account's access to the space.`
  sync.app.log.warn({ integration: sync.integrationId, space: space.key, gone, all }, 'sweep braked')
  await transact(sync.app.db, (tx) =>
    insertSkipped(tx, [
      {
        id: newId(),
        run_id: sync.runId,
        external_id: space.externalId,
        type: 'space',
        title: space.name,
        space_key: space.key,
        reason,
      },
    ]),
  )
}

async function listNodeIds(sync: Sync, space: SyncSpace): Promise<Set<string>> {
  const rows = await sync.app.db
    .selectFrom('documents')
    .select('external_id')
    .where('space_id', '=', space.id)
    .where('type', 'not in', ['page', 'blogpost'])
    .execute()
  return new Set(rows.map((row) => row.external_id))
}
