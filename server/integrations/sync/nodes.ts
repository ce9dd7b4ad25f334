/**
 * Folders and other tree nodes: found as parents of what is stored, asked for until every parent is known or gone. Folders
 * are searched for together; what the search does not tell, and every other kind, is asked for one by one.
 */
import { nodeType, type PulledNode } from '#server/connectors/confluence/nodes.ts'
import { listMissingParents } from '#server/content/missing-parents.ts'
import { putDocuments } from '#server/content/put.ts'
import { Upstream } from '#server/platform/problem.ts'
import { count, write, type Sync } from './context.ts'
import { eachOf } from './each-of.ts'

/** A node's id there, and the space here that it belongs to. */
export type NodeRef = { externalId: string; spaceId: string }

const PARENTS_PER_ROUND = 100
const NODES_AT_ONCE = 6
const NODES_PER_WRITE = 200
/** Folders in folders: more levels than Confluence allows. */
const ROUNDS = 50
/** So many are asked for singly at once: a search would save next to nothing. */
export const FEW_NODES = 2
/** Pages searched for along with their folders; one may be new to the search, or have moved. */
const CHILDREN_ASKED = 3

/** Adds the missing parents. Those that are gone or hidden are asked for once a run; their children stand at the top. */
export async function addMissingNodes(sync: Sync): Promise<void> {
  const asked = new Set<string>()
  const types = new Map<string, string>()
  for (let round = 0; round < ROUNDS; round += 1) {
    const missing = (await listMissingParents(sync.app.db, sync.integrationId, PARENTS_PER_ROUND + asked.size)).filter(
      (parent) => !asked.has(parent.externalId),
    )
    if (missing.length === 0) return
    for (const { externalId } of missing) asked.add(externalId)
    const ids = missing.map((parent) => parent.externalId)
    for (const [id, type] of await sync.source.findTypes(ids)) types.set(id, type)
    const rest = await putFolders(sync, missing, types)
    await askSingly(sync, rest, types, async (ref, node) => {
      if (node !== undefined) await putNodes(sync, ref.spaceId, [node])
    })
  }
}

/** Brings those of the folders that one search tells; returns the other nodes. `types` may tell of more than these. */
export async function putFolders(
  sync: Sync,
  refs: readonly NodeRef[],
  types: ReadonlyMap<string, string>,
): Promise<NodeRef[]> {
  const folders = await searchFolders(sync, refs, types)
  const found = refs.flatMap(({ externalId, spaceId }) => {
    const node = folders.get(externalId)
    return node === undefined ? [] : [{ spaceId, node }]
  })
  for (const [spaceId, own] of Map.groupBy(found, (one) => one.spaceId)) {
    for (let start = 0; start < own.length; start += NODES_PER_WRITE) {
      const nodes = own.slice(start, start + NODES_PER_WRITE).map((one) => one.node)
      await putNodes(sync, spaceId, nodes)
    }
  }
  return refs.filter((ref) => !folders.has(ref.externalId))
}

/** Asks for each node by its id and hands it over; undefined for one that is gone, hidden, or a page. */
export async function askSingly(
  sync: Sync,
  refs: readonly NodeRef[],
  types: ReadonlyMap<string, string>,
  take: (ref: NodeRef, node: PulledNode | undefined) => Promise<void>,
): Promise<void> {
  await eachOf(sync, refs, NODES_AT_ONCE, async (ref) => {
    sync.signal.throwIfAborted()
    const type = nodeType(types.get(ref.externalId) ?? '')
    await take(ref, type === undefined ? undefined : await sync.source.findNode(type, ref.externalId))
  })
}

/** Brings up to 250 nodes of one space; the same ones again change nothing. */
export async function putNodes(sync: Sync, spaceId: string, nodes: readonly PulledNode[]): Promise<void> {
  const documents = nodes.map(({ webPath, ...plain }) => ({
    ...plain,
    versionAuthor: null,
    versionMessage: '',
    url: webPath === null ? null : sync.siteBase + webPath,
    labels: undefined,
    storage: '',
    markdown: '',
    text: '',
    headings: '',
  }))
  await write(sync, async (tx) => {
    const outcomes = await putDocuments(tx, { id: spaceId }, sync.integrationId, documents)
    const created = outcomes.filter((outcome) => outcome.content === 'created' || outcome.content === 'restored')
    await count(sync, tx, { seen: nodes.length, created: created.length })
  })
}

/** None when the search refuses, or cannot be believed: it only saves requests. */
async function searchFolders(
  sync: Sync,
  refs: readonly NodeRef[],
  types: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, PulledNode>> {
  const ids = refs.map((ref) => ref.externalId).filter((id) => types.get(id) === 'folder')
  if (ids.length <= FEW_NODES) return new Map()
  try {
    const folders = [...types.keys()].filter((id) => types.get(id) === 'folder')
    return await sync.source.findFolders(ids, await listChildren(sync, folders))
  } catch (error) {
    if (!(error instanceof Upstream) || sync.signal.aborted) throw error
    sync.app.log.debug({ err: error, run: sync.runId }, 'folders could not be searched for')
    return new Map()
  }
}

/** A few pages that the lists showed in these folders, with their parents; those known to the search the longest. */
async function listChildren(sync: Sync, folders: readonly string[]): Promise<Map<string, string>> {
  const rows = await sync.app.db
    .selectFrom('documents')
    .select(['external_id', 'parent_external_id'])
    .where('integration_id', '=', sync.integrationId)
    .where('parent_external_id', 'in', folders)
    .where('type', '=', 'page')
    .where('status', '=', 'current')
    .where('deleted_at', 'is', null)
    .orderBy('version_at')
    .limit(CHILDREN_ASKED)
    .execute()
  return new Map(rows.map((row) => [row.external_id, row.parent_external_id ?? '']))
}
