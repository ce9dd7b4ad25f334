/** Folders and other tree nodes that are stored: no list shows them, so they are asked for. */
import { removeDocuments } from '#server/content/remove.ts'
import { count, write, type Sync } from './context.ts'
import { askSingly, FEW_NODES, putFolders, putNodes, type NodeRef } from './nodes.ts'

/** Stored nodes, and what kind of content each of them is there; those that are gone have no kind. */
export type KnownNodes = { stored: readonly NodeRef[]; types: ReadonlyMap<string, string> }

/** Asks which of the stored nodes are still there, once a run: one request for a hundred. */
export async function askForNodes(sync: Sync): Promise<KnownNodes> {
  if (sync.nodes !== undefined) return sync.nodes
  const stored = await listNodes(sync)
  const types = await sync.source.findTypes(stored.map((node) => node.externalId))
  sync.nodes = { stored, types }
  return sync.nodes
}

/**
 * Gives the nodes that live their title and place as far as one search tells them; only a full run asks for many of the
 * rest singly. Those that are gone are hidden with the pages of their space (vanished.ts).
 */
export async function renewNodes(sync: Sync): Promise<void> {
  const { stored, types } = await askForNodes(sync)
  if (stored.length === 0) return
  const living = stored.filter((node) => types.has(node.externalId))
  const rest = await putFolders(sync, living, types)
  if (sync.mode !== 'full' && rest.length > FEW_NODES) return
  await askSingly(sync, rest, types, async ({ externalId, spaceId }, node) => {
    if (node !== undefined && node.status !== 'trashed') await putNodes(sync, spaceId, [node])
    if (node?.status === 'trashed') await hideNodes(sync, [externalId])
  })
}

/** Hides nodes that are gone; no news of a page. */
export async function hideNodes(sync: Sync, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  await write(sync, async (tx) => {
    const removed = await removeDocuments(tx, sync.integrationId, ids, 'purged')
    await count(sync, tx, { deleted: removed.length })
  })
}

/** Those of spaces that were complete before this run: what came just now is new. */
async function listNodes(sync: Sync): Promise<NodeRef[]> {
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
