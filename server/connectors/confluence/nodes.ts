/** Folders, whiteboards, databases and embeds: tree nodes without a list of their own, found as parents and asked for by their ids. */
import type { DocumentStatus } from '#schema/document.ts'
import { Upstream } from '#server/platform/problem.ts'
import { z } from 'zod'
import { NodeAnswer } from './answers.ts'
import type { Client } from './client.ts'
import { walkListing } from './listing.ts'
import { toDate, toPosition, toStatus } from './pull.ts'

const ADDRESSES = { folder: 'folders', whiteboard: 'whiteboards', database: 'databases', embed: 'embeds' } as const
export type NodeType = keyof typeof ADDRESSES

export type PulledNode = {
  externalId: string
  type: NodeType
  title: string
  status: DocumentStatus
  /** Missing where the answer does not tell it. */
  spaceExternalId?: string
  parentExternalId: string | null
  position: number | null
  version: number
  versionAt: Date | null
  author: string | null
  createdAt: Date | null
  webPath: string | null
}

const Types = z.object({ results: z.record(z.string(), z.string().nullable()) })
const IDS_PER_REQUEST = 100

/** One hit of v1 `content/search`; its ancestors begin at the top. */
const Hit = z.object({ id: z.coerce.string(), ancestors: z.array(z.object({ id: z.coerce.string() })) })
const FolderHit = Hit.extend({
  type: z.literal('folder'),
  status: z.enum(['current', 'archived']),
  title: z.string(),
  extensions: z.object({ position: z.union([z.number(), z.literal('none')]) }),
  version: z.object({ number: z.number().int(), when: z.string().nullish() }),
  history: z.object({
    createdBy: z.object({ accountId: z.string().nullish() }).nullish(),
    createdDate: z.string().nullish(),
  }),
  _links: z.object({ webui: z.string().nullish() }),
})
const HITS_PER_REQUEST = 200

/** What kind of content each id is; ids that are gone, or hidden from this key, are missing. */
export async function findTypes(client: Client, ids: readonly string[]): Promise<Map<string, string>> {
  const types = new Map<string, string>()
  for (let start = 0; start < ids.length; start += IDS_PER_REQUEST) {
    const answer = Types.parse(
      await client.readByPost('/api/v2/content/convert-ids-to-types', {
        contentIds: ids.slice(start, start + IDS_PER_REQUEST),
      }),
    )
    for (const [id, type] of Object.entries(answer.results)) if (type !== null) types.set(id, type)
  }
  return types
}

/** The kind of tree node that the vendor's type name means; undefined for pages and everything else. */
export function nodeType(type: string): NodeType | undefined {
  return type === 'folder' || type === 'whiteboard' || type === 'database' || type === 'embed' ? type : undefined
}

/**
 * Those of the folders that one search for 200 tells all about. No more than a short cut: what is missing in the answer is
 * to be asked for singly, and so is everything when it throws Upstream. No list of the API holds folders; connectors take
 * them from this search, but the vendor's documents promise neither the type nor a folder's ancestors, and nobody has
 * tried it on a live site here. So the answer must prove itself. `children`, pages (id → id of the folder that a list names
 * as their parent), are searched for along: one of them must show that folder right above it, else folders may be left out
 * of ancestors. And that nothing is above a folder is believed only where another folder shows something above it.
 */
export async function findFolders(
  client: Client,
  ids: readonly string[],
  children: ReadonlyMap<string, string>,
): Promise<Map<string, PulledNode>> {
  const hits = await search(client, [...children.keys(), ...ids])
  const isProven = hits.some((hit) => {
    const child = Hit.safeParse(hit)
    return child.success && children.has(child.data.id) && parentOf(child.data) === children.get(child.data.id)
  })
  if (!isProven) return new Map()
  const wanted = new Set(ids)
  const folders = hits.flatMap((hit) => FolderHit.safeParse(hit).data ?? []).filter((hit) => wanted.has(hit.id))
  const areFilled = folders.some((folder) => folder.ancestors.length > 0)
  const told = folders.filter((folder) => areFilled || folder.ancestors.length > 0)
  return new Map(told.map((folder) => [folder.id, toNode(folder)]))
}

async function search(client: Client, ids: readonly string[]): Promise<unknown[]> {
  const hits: unknown[] = []
  const plain = ids.filter((id) => /^\d+$/.test(id))
  for (let start = 0; start < plain.length; start += HITS_PER_REQUEST) {
    const cql = `type in (page,folder) and id in (${plain.slice(start, start + HITS_PER_REQUEST).join(',')})`
    const path = `/rest/api/content/search?cql=${encodeURIComponent(cql)}&expand=ancestors,history,version&limit=${HITS_PER_REQUEST}`
    for await (const page of walkListing(client, path, null)) hits.push(...page.results)
  }
  return hits
}

function parentOf(hit: z.infer<typeof Hit>): string | null {
  return hit.ancestors.at(-1)?.id ?? null
}

function toNode(folder: z.infer<typeof FolderHit>): PulledNode {
  return {
    externalId: folder.id,
    type: 'folder',
    title: folder.title,
    status: folder.status,
    parentExternalId: parentOf(folder),
    position: toPosition(folder.extensions.position),
    version: folder.version.number,
    versionAt: toDate(folder.version.when),
    author: folder.history.createdBy?.accountId ?? null,
    createdAt: toDate(folder.history.createdDate),
    webPath: folder._links.webui ?? null,
  }
}

/** The node, or undefined when it is gone or hidden from this key. */
export async function findNode(client: Client, type: NodeType, id: string): Promise<PulledNode | undefined> {
  try {
    const node = NodeAnswer.parse(await client.getJson(`/api/v2/${ADDRESSES[type]}/${encodeURIComponent(id)}`))
    return {
      externalId: node.id,
      type,
      title: node.title,
      status: toStatus(node.status ?? 'current'),
      ...(node.spaceId == null ? {} : { spaceExternalId: String(node.spaceId) }),
      parentExternalId: node.parentId ?? null,
      position: toPosition(node.position),
      version: node.version?.number ?? 1,
      versionAt: toDate(node.version?.createdAt),
      author: node.authorId ?? null,
      createdAt: toDate(node.createdAt),
      webPath: node._links?.webui ?? null,
    }
  } catch (error) {
    if (error instanceof Upstream && error.status === 404) return undefined
    throw error
  }
}
