import { z } from 'zod'
import { json, Refusal, v2Invalid, v2NotFound, type Answer, type Listing } from '../answer.ts'
import { flag, listParam, param, type Call } from '../call.ts'
import { canSee } from '../users.ts'
import { bodyPieces, listNodes, titleOf } from '../world/nodes.ts'
import type { Node, NodeKind, NodeSort, NodeStatus, Site } from '../world/site.ts'
import { getNode, getSpace, wantsStorage } from './find.ts'
import { childRows } from './tree.ts'
import { labelJson } from './labels.ts'
import { nodeRow, versionJson } from './node-json.ts'
import { limitOf, sortOf, v2Page } from './paging.ts'

const sorts = ['id', 'created-date', 'modified-date', 'title'] as const satisfies readonly NodeSort[]

export function listPages(call: Call): Listing {
  return listOf(call, 'page')
}

export function listBlogPosts(call: Call): Listing {
  return listOf(call, 'blogpost')
}

export function listSpacePages(call: Call): Listing {
  const space = getSpace(call)
  const rootsOnly = call.query.get('depth') === 'root'
  return listOf(
    call,
    'page',
    (node) => node.space === space && (!rootsOnly || node.parent === undefined || node.parent === space.homepage),
  )
}

export function listSpaceBlogPosts(call: Call): Listing {
  const space = getSpace(call)
  return listOf(call, 'blogpost', (node) => node.space === space)
}

export function listLabelPages(call: Call): Listing {
  return listOf(call, 'page', labelled(call))
}

export function listLabelBlogPosts(call: Call): Listing {
  return listOf(call, 'blogpost', labelled(call))
}

export function getPage(call: Call): Answer {
  return oneOf(call, getNode(call, 'page'))
}

export function getBlogPost(call: Call): Answer {
  return oneOf(call, getNode(call, 'blogpost'))
}

function listOf(call: Call, kind: 'page' | 'blogpost', within: (node: Node) => boolean = () => true): Listing {
  const { site, user } = call
  const statuses = statusesOf(call, kind)
  const ids = idSet(call, 'id', 250)
  const spaces = idSet(call, 'space-id', 100)
  const title = call.query.get('title')
  const subtype = subtypeOf(call)
  const keep = (node: Node) =>
    node.kind === kind &&
    statuses.has(node.status) &&
    (spaces === undefined || spaces.has(node.space.id)) &&
    (ids === undefined || ids.has(node.id)) &&
    (subtype === undefined || subtype === (node.live === true ? 'live' : 'page')) &&
    within(node) &&
    canSee(user, node) &&
    (title === null || titleOf(site, node).toLowerCase() === title.toLowerCase())
  const { sort, descending } = sortOf(call, sorts, 'id')
  const storage = wantsStorage(call)
  return v2Page(call, {
    order: listNodes(site, sort),
    sort,
    descending,
    limit: limitOf(call),
    keep,
    // As the vendor's document says, lists alone tell the subtype.
    row: (node) => nodeRow(site, node, { storage, ...(node.live === true ? { more: { subtype: 'live' } } : {}) }),
  })
}

// "deleted" is accepted and matches nothing: what was purged is gone.
function statusesOf(call: Call, kind: NodeKind): Set<NodeStatus> {
  const known = kind === 'page' ? (['current', 'archived', 'trashed'] as const) : (['current', 'trashed'] as const)
  const asked = listParam(call, 'status')
  if (asked.length === 0) return new Set(kind === 'page' ? ['current', 'archived'] : ['current'])
  const wrong = asked.find((status) => status !== 'deleted' && !known.some((one) => one === status))
  if (wrong !== undefined) throw new Refusal(v2Invalid(`Provided value {${wrong}} for 'status' is not valid`))
  return new Set(known.filter((one) => asked.includes(one)))
}

function subtypeOf(call: Call): string | undefined {
  const asked = call.query.get('subtype')
  if (asked !== null && asked !== 'live' && asked !== 'page')
    throw new Refusal(v2Invalid(`Provided value {${asked}} for 'subtype' is not valid`))
  return asked ?? undefined
}

function idSet(call: Call, name: string, max: number): Set<number> | undefined {
  const texts = listParam(call, name)
  if (texts.length === 0) return undefined
  if (texts.length > max) throw new Refusal(v2Invalid(`Provided value for '${name}' has more than ${max} entries`))
  const ids = texts.map(Number)
  if (ids.some((id) => !Number.isSafeInteger(id)))
    throw new Refusal(v2Invalid(`Provided value for '${name}' is not the correct type. Expected type is List`))
  return new Set(ids)
}

function labelled(call: Call): (node: Node) => boolean {
  const id = Number(param(call, 'id'))
  if (![...call.site.labels.values()].some((label) => label.id === id)) throw new Refusal(v2NotFound())
  return (node) => node.labels.some((label) => label.id === id)
}

function oneOf(call: Call, node: Node): Answer {
  const { site } = call
  const asked = call.query.get('version')
  const version = asked === null ? node.version : Number(asked)
  if (bodyPieces(site, node, version) === undefined || (node.status === 'draft' && !flag(call, 'get-draft')))
    throw new Refusal(v2NotFound())
  if (flag(call, 'get-draft') && node.draft !== undefined) return unpublished(call, node, node.draft)
  return rendered(
    nodeRow(site, node, {
      storage: wantsStorage(call),
      version,
      more: moreOf(call, site, node),
      base: `${call.origin}/wiki`,
    }),
  )
}

function unpublished(call: Call, node: Node, { title, storage }: { title: string; storage: string }): Answer {
  const published = rendered(nodeRow(call.site, node, { storage: false, base: `${call.origin}/wiki` }))
  const body = { storage: { representation: 'storage', value: storage } }
  const status = node.live === true ? 'current' : 'draft'
  return json(200, { ...z.looseObject({}).parse(JSON.parse(String(published.body))), status, title, body })
}

export function rendered(pieces: (Buffer | string)[]): Answer {
  const body = Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)))
  return { status: 200, headers: { 'content-type': 'application/json' }, body }
}

function moreOf(call: Call, site: Site, node: Node): Record<string, unknown> {
  const path = `/api/v2/${node.kind === 'page' ? 'pages' : 'blogposts'}/${node.id}`
  const part = (name: string, results: unknown[]) => ({
    results,
    meta: { hasMore: false },
    _links: { self: `${path}/${name}` },
  })
  const versions = () =>
    Array.from({ length: Math.min(node.version, 50) }, (_, at) => versionJson(site, node, node.version - at))
  return {
    ...(flag(call, 'include-labels') ? { labels: part('labels', node.labels.map(labelJson)) } : {}),
    ...(flag(call, 'include-properties') ? { properties: part('properties', []) } : {}),
    ...(flag(call, 'include-likes')
      ? { likes: { ...part('likes/users', []), meta: { hasMore: false, count: 0 } } }
      : {}),
    ...(flag(call, 'include-operations')
      ? { operations: part('operations', [{ operation: 'read', targetType: node.kind }]) }
      : {}),
    ...(flag(call, 'include-versions') ? { versions: part('versions', versions()) } : {}),
    ...(flag(call, 'include-direct-children')
      ? { directChildren: part('direct-children', childRows(call, node)) }
      : {}),
  }
}
