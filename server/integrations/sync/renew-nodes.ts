/** Folders and other tree nodes that are stored: no list shows them, so they are asked for. */
import { sql } from 'kysely'
import { removeDocuments } from '#server/content/remove.ts'
import { count, write, type Sync } from './context.ts'
import { askSingly, FEW_NODES, putFolders, putNodes, type NodeRef } from './nodes.ts'

/** Deeper than any tree; ends a circle of parents. */
const MOST_LEVELS = 60

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
    if (node?.status === 'trashed') await hideNodes(sync, [externalId], 'trashed')
  })
}

/** Hides nodes: those that the source does not show are gone or hidden from the key. No news of a page. */
export async function hideNodes(
  sync: Sync,
  ids: string[],
  reason: 'lost-access' | 'trashed' = 'lost-access',
): Promise<void> {
  if (ids.length === 0) return
  await write(sync, async (tx) => {
    const removed = await removeDocuments(tx, sync.integrationId, ids, reason)
    await count(sync, tx, { deleted: removed.length })
  })
}

/**
 * Those of spaces that were complete before this run: what came just now is new. A node tells no space: it stands where
 * the pages below it were listed, else where the page above it was; with neither, where it stood.
 */
async function listNodes(sync: Sync): Promise<NodeRef[]> {
  const known = [...sync.spaces.values()].filter((space) => !space.isFirst).map((space) => space.id)
  if (known.length === 0) return []
  const { rows } = await sql<NodeRef>`
    with recursive node as (
      select external_id, parent_external_id, space_id from documents
      where space_id = any(${known}::uuid[]) and type not in ('page', 'blogpost') and deleted_at is null
    ),
    below as (
      select node.external_id as root, node.external_id, null::uuid as home, 0 as depth from node
      union all
      select below.root, child.external_id, case when child.type = 'page' then child.space_id end, depth + 1
      from below
      join documents as child on child.integration_id = ${sync.integrationId}
        and child.parent_external_id = below.external_id and child.deleted_at is null
      where below.home is null and depth < ${MOST_LEVELS}
    ),
    above as (
      select node.external_id as root, node.parent_external_id as next, null::uuid as home, 0 as depth from node
      union all
      select above.root, parent.parent_external_id, case when parent.type = 'page' then parent.space_id end, depth + 1
      from above
      join documents as parent on parent.integration_id = ${sync.integrationId}
        and parent.external_id = above.next and parent.deleted_at is null
      where above.home is null and depth < ${MOST_LEVELS}
    )
    select external_id as "externalId", coalesce(
        (select home from below where below.root = node.external_id and home is not null limit 1),
        (select home from above where above.root = node.external_id and home is not null limit 1),
        space_id) as "spaceId"
    from node`.execute(sync.app.db)
  return rows
}
