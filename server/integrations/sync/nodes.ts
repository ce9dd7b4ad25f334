/** Folders and other tree nodes: found as parents of what is stored, asked for one by one, until every parent is known or gone. */
import { findNode, findTypes, nodeType, type PulledNode } from '#server/connectors/confluence/nodes.ts'
import { listMissingParents } from '#server/content/missing-parents.ts'
import { putDocuments } from '#server/content/put.ts'
import { count, write, type Sync } from './context.ts'
import { eachOf } from './each-of.ts'

const PARENTS_PER_ROUND = 100
export const NODES_AT_ONCE = 6
/** Folders in folders: more levels than Confluence allows. */
const ROUNDS = 50

/** Adds the missing parents. Those that are gone or hidden are asked for once a run; their children stand at the top. */
export async function addMissingNodes(sync: Sync): Promise<void> {
  const asked = new Set<string>()
  for (let round = 0; round < ROUNDS; round += 1) {
    const missing = (await listMissingParents(sync.app.db, sync.integrationId, PARENTS_PER_ROUND + asked.size)).filter(
      (parent) => !asked.has(parent.externalId),
    )
    if (missing.length === 0) return
    const types = await findTypes(
      sync.client,
      missing.map((parent) => parent.externalId),
    )
    await eachOf(sync, missing, NODES_AT_ONCE, async ({ externalId, spaceId }) => {
      sync.signal.throwIfAborted()
      asked.add(externalId)
      const type = nodeType(types.get(externalId) ?? '')
      const node = type === undefined ? undefined : await findNode(sync.client, type, externalId)
      if (node !== undefined) await putNode(sync, spaceId, node)
    })
  }
}

/** Brings one node; the same one again changes nothing. */
export async function putNode(sync: Sync, spaceId: string, node: PulledNode): Promise<void> {
  const { webPath, ...plain } = node
  const document = {
    ...plain,
    versionAuthor: null,
    versionMessage: '',
    url: webPath === null ? null : sync.siteBase + webPath,
    labels: undefined,
    storage: '',
    markdown: '',
    text: '',
    headings: '',
  }
  await write(sync, async (tx) => {
    const [outcome] = await putDocuments(tx, { id: spaceId }, sync.integrationId, [document])
    const isNew = outcome?.content === 'created' || outcome?.content === 'restored'
    await count(sync, tx, { seen: 1, created: isNew ? 1 : 0 })
  })
}
