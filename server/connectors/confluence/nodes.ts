/** Folders, whiteboards, databases and embeds: tree nodes without a list of their own, found as parents and asked for one by one. */
import type { DocumentStatus } from '#schema/document.ts'
import { Upstream } from '#server/platform/problem.ts'
import { z } from 'zod'
import { NodeAnswer } from './answers.ts'
import type { Client } from './client.ts'
import { toDate, toPosition, toStatus } from './pull.ts'

const ADDRESSES = { folder: 'folders', whiteboard: 'whiteboards', database: 'databases', embed: 'embeds' } as const
export type NodeType = keyof typeof ADDRESSES

export type PulledNode = {
  externalId: string
  type: NodeType
  title: string
  status: DocumentStatus
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

/** The node, or undefined when it is gone or hidden from this key. */
export async function findNode(client: Client, type: NodeType, id: string): Promise<PulledNode | undefined> {
  try {
    const node = NodeAnswer.parse(await client.getJson(`/api/v2/${ADDRESSES[type]}/${encodeURIComponent(id)}`))
    return {
      externalId: node.id,
      type,
      title: node.title,
      status: toStatus(node.status ?? 'current'),
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
