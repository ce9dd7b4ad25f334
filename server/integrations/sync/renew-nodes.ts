/** Folders and other tree nodes that are stored: no list shows them, so they are asked for. */
import { findNode, findTypes, nodeType } from '#server/connectors/confluence/nodes.ts'
import { removeDocuments } from '#server/content/remove.ts'
import { isBraked } from './brake.ts'
import { count, write, type Sync } from './context.ts'
import { eachOf } from './each-of.ts'
import { NODES_AT_ONCE, putNode } from './nodes.ts'

type StoredNode = { externalId: string; spaceId: string }

/**
 * Hides nodes that are gone: one request for a hundred. A full run also asks each for its title and place. So many gone at
 * once that it looks like a mistake are left alone.
 */
export async function renewNodes(sync: Sync): Promise<void> {
  const stored = await listNodes(sync)
  if (stored.length === 0) return
  const ids = stored.map((node) => node.externalId)
  const types = await findTypes(sync.client, ids)
  const gone = ids.filter((id) => !types.has(id))
  if (!isBraked(gone.length, stored.length)) await hide(sync, gone)
  if (sync.mode !== 'full') return
  const living = stored.filter((node) => types.has(node.externalId))
  await eachOf(sync, living, NODES_AT_ONCE, async ({ externalId, spaceId }) => {
    sync.signal.throwIfAborted()
    const type = nodeType(types.get(externalId) ?? '')
    const node = type === undefined ? undefined : await findNode(sync.client, type, externalId)
    if (node !== undefined && node.status !== 'trashed') await putNode(sync, spaceId, node)
    if (node?.status === 'trashed') await hide(sync, [externalId])
  })
}

async function hide(sync: Sync, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  await write(sync, async (tx) => {
    const removed = await removeDocuments(tx, sync.integrationId, ids, 'purged')
    await count(sync, tx, { deleted: removed.length })
  })
}

/** Those of spaces that were complete before this run: what came just now is new. */
async function listNodes(sync: Sync): Promise<StoredNode[]> {
  const known = [...sync.spaces.values()].filter((space) => !space.isFirst).map((space) => space.id)
  if (known.length === 0) return []
  const rows = await sync.app.db
    .selectFrom('documents')
    .select(['external_id', 'space_id'])
    .where('space_id', 'in', known)
    .where('type', 'not in', ['page', 'blogpost'])
    .where('deleted_at', 'is', null)
    .execute()
  return rows.map((row) => ({ externalId: row.external_id, spaceId: row.space_id }))
}
