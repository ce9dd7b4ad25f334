/** What an admin has confirmed at the brake of documents: exactly those are hidden, but for those that came back meanwhile. */
import { findVersions } from '#server/content/find.ts'
import { removeDocuments } from '#server/content/remove.ts'
import { changeBrake, listConfirmed, type BrakeRow } from '../brake-store.ts'
import { dropWatermarks } from '../run-store.ts'
import { OF_DOCUMENTS } from './brake.ts'
import { count, write, type Sync, type SyncSpace } from './context.ts'
import { hideGone, renewLiving } from './fates.ts'
import { tellHidden } from './lost.ts'
import { hideNodes } from './renew-nodes.ts'
import { listStoredSpaces } from './spaces.ts'

const IDS_PER_STATEMENT = 500

export async function carryOutConfirmed(sync: Sync): Promise<void> {
  for (const brake of await listConfirmed(sync.app.db, sync.integrationId, OF_DOCUMENTS)) {
    sync.signal.throwIfAborted()
    const isOver = brake.reason === 'lost-access' ? await hideLost(sync, brake) : await hideMissing(sync, brake)
    await endConfirmed(sync, brake, isOver)
  }
}

/** `isOver`: nothing of it was left to go. */
export async function endConfirmed(sync: Sync, brake: BrakeRow, isOver: boolean): Promise<void> {
  const change = { done_at: sync.app.clock.now(), ...(isOver ? { state: 'over' } : {}) }
  await write(sync, (tx) => changeBrake(tx, brake, change))
}

/** Answers true when nothing was left to be hidden. */
async function hideMissing(sync: Sync, brake: BrakeRow): Promise<boolean> {
  const space = [...sync.spaces.values()].find((one) => one.id === brake.space_id)
  if (space === undefined) return true
  let hidden = 0
  for (let start = 0; start < brake.external_ids.length; start += IDS_PER_STATEMENT) {
    const known = await findVersions(
      sync.app.db,
      sync.integrationId,
      brake.external_ids.slice(start, start + IDS_PER_STATEMENT),
    )
    const ids = [...known].filter(([, document]) => document.spaceId === brake.space_id).map(([id]) => id)
    if (ids.length > 0) hidden += await hideThese(sync, space, ids)
  }
  return hidden === 0
}

/** Hides those that are still gone; how many. */
async function hideThese(sync: Sync, space: SyncSpace, ids: string[]): Promise<number> {
  const nodes = await listNodeIds(sync, ids)
  const types = await sync.source.findTypes([...nodes])
  const pages = ids.filter((id) => !nodes.has(id))
  const living = await renewLiving(sync, pages)
  const gone = pages.filter((id) => !living.has(id))
  await hideGone(sync, space, gone)
  const goneNodes = [...nodes].filter((id) => !types.has(id))
  await hideNodes(sync, goneNodes)
  return gone.length + goneNodes.length
}

async function hideLost(sync: Sync, brake: BrakeRow): Promise<boolean> {
  const space = (await listStoredSpaces(sync)).find((one) => one.id === brake.space_id)
  if (space === undefined || !(await sync.source.isSpaceHidden(space.externalId))) return true
  for (let start = 0; start < brake.external_ids.length; start += IDS_PER_STATEMENT) {
    sync.signal.throwIfAborted()
    const ids = brake.external_ids.slice(start, start + IDS_PER_STATEMENT)
    await write(sync, async (tx) => {
      const removed = await removeDocuments(tx, sync.integrationId, ids, 'lost-access')
      // When it comes back, it is a first import: no page of it is news.
      await dropWatermarks(tx, sync.integrationId, space.externalId)
      await count(sync, tx, { deleted: removed.length })
    })
  }
  sync.spaces.delete(space.externalId)
  await tellHidden(sync, space)
  return false
}

async function listNodeIds(sync: Sync, ids: string[]): Promise<Set<string>> {
  const rows = await sync.app.db
    .selectFrom('documents')
    .select('external_id')
    .where('integration_id', '=', sync.integrationId)
    .where('external_id', 'in', ids)
    .where('type', 'not in', ['page', 'blogpost'])
    .execute()
  return new Set(rows.map((row) => row.external_id))
}
