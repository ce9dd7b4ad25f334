import type { Listing, Piece } from '../answer.ts'
import { flag } from '../call.ts'
import { canSee } from '../users.ts'
import { parseCql } from '../v1/cql.ts'
import { matcherOf, type Fields } from '../v1/match.ts'
import { ancestorsOf, listNodes, storageOf, titleOf } from '../world/nodes.ts'
import {
  siteNow,
  type Account,
  type Attachment,
  type Comment,
  type Label,
  type Node,
  type Site,
} from '../world/site.ts'
import { serverTime, type DcCall } from './call.ts'
import { below, contentRow, webui } from './content-json.ts'
import { expandOf, hasBody, limitOf, offsetList } from './listing.ts'
import { attachmentRow, commentRow } from './parts-json.ts'
import { invalid } from './refusals.ts'

/** What search finds: pages and blog posts, and what hangs on them. */
type Hit =
  | { type: 'page' | 'blogpost'; node: Node }
  | { type: 'attachment'; node: Node; file: Attachment }
  | { type: 'comment'; node: Node; comment: Comment }

/** GET /content/search: contents themselves. */
export function searchContent(call: DcCall): Listing {
  const expand = expandOf(call)
  const { hits, count } = find(call, true)
  return offsetList(call, {
    items: hits,
    limit: limitOf(call, 25, hasBody(expand)),
    row: (hit) => hitRow(call, hit, expand),
    more: { totalCount: count },
  })
}

/** GET /search: results that wrap a content, with an excerpt. */
export function search(call: DcCall): Listing {
  const expand = below(expandOf(call), 'content')
  const { hits, count } = find(call, flag(call, 'includeArchivedSpaces'))
  return offsetList(call, {
    items: hits,
    limit: limitOf(call, 25, hasBody(expand)),
    row: (hit) => resultRow(call, hit, expand),
    more: { totalSize: count, cqlQuery: call.query.get('cql'), searchDuration: 12, archivedResultCount: 0 },
  })
}

function find(call: DcCall, withArchivedSpaces: boolean): { hits: Hit[]; count: number } {
  const { site } = call
  const cql = call.query.get('cql')
  if (cql === null || cql.trim() === '') throw invalid('The CQL query is missing')
  const { where, orderBy } = parseCql(cql)
  const fields = hitFields(site)
  const matches = matcherOf(call, where, fields)
  const newest = siteNow(site) - call.searchLagMs
  const keep = (hit: Hit) =>
    hit.node.status === 'current' &&
    (call.searchLagMs === 0 || fields.modifiedAt(hit) <= newest) &&
    (withArchivedSpaces || hit.node.space.status === 'current') &&
    matches(hit) &&
    canSee(call.user, hit.node)
  const hits = [...everything(site)].filter(keep)
  if (orderBy !== undefined) sortBy(hits, orderBy, fields)
  return { hits, count: hits.length }
}

function* everything(site: Site): Generator<Hit> {
  for (const node of listNodes(site, 'id').sorted) if (node.kind !== 'folder') yield { type: node.kind, node }
  for (const file of site.attachments.values())
    if (file.status === 'current') yield { type: 'attachment', node: file.page, file }
  for (const comment of site.comments.values())
    if (comment.status === 'current') yield { type: 'comment', node: comment.page, comment }
}

function sortBy(hits: Hit[], { field, descending }: { field: string; descending: boolean }, fields: Fields<Hit>): void {
  const keys: Record<string, (hit: Hit) => number | string> = {
    lastmodified: fields.modifiedAt,
    created: fields.createdAt,
    title: (hit) => fields.title(hit).toLowerCase(),
    id: fields.id,
  }
  const keyOf = keys[field]
  if (keyOf === undefined) throw invalid(`Could not parse cql : cannot order by ${field}`)
  const sign = descending ? -1 : 1
  hits.sort((a, b) => {
    const [left, right] = [keyOf(a), keyOf(b)]
    if (left === right) return sign * (fields.id(a) - fields.id(b))
    return left < right ? -sign : sign
  })
}

function hitFields(site: Site): Fields<Hit> {
  const own = (hit: Hit): Node | Attachment | Comment =>
    hit.type === 'attachment' ? hit.file : hit.type === 'comment' ? hit.comment : hit.node
  const isNode = (hit: Hit) => hit.type === 'page' || hit.type === 'blogpost'
  const names = ({ accountId, username }: Account) => [accountId, username]
  const none: readonly Label[] = []
  return {
    space: (hit) => hit.node.space,
    type: (hit) => hit.type,
    id: (hit) => own(hit).id,
    labels: (hit) => (isNode(hit) ? hit.node.labels : none),
    parent: (hit) => (isNode(hit) ? hit.node.parent : undefined),
    ancestors: (hit) => (isNode(hit) ? ancestorsOf(hit.node) : []),
    container: (hit) => (isNode(hit) ? undefined : hit.node),
    creators: (hit) => names(own(hit).author),
    modifiedAt: (hit) => own(hit).modifiedAt,
    createdAt: (hit) => own(hit).createdAt,
    title: (hit) => titleOfHit(site, hit),
    text: (hit) => textOf(site, hit),
  }
}

function titleOfHit(site: Site, hit: Hit): string {
  if (hit.type === 'attachment') return hit.file.name
  const title = titleOf(site, hit.node)
  return hit.type === 'comment' ? `Re: ${title}` : title
}

function textOf(site: Site, hit: Hit): string {
  if (hit.type === 'attachment') return hit.file.mediaType.startsWith('text/') ? hit.file.bytes.toString() : ''
  const storage = hit.type === 'comment' ? hit.comment.storage : storageOf(site, hit.node)
  return storage.replaceAll(/<[^>]+>/g, ' ')
}

function hitRow(call: DcCall, hit: Hit, expand: ReadonlySet<string>): Piece[] {
  if (hit.type === 'attachment') return attachmentRow(call, hit.file, expand)
  if (hit.type === 'comment') return commentRow(call, hit.comment, expand)
  return contentRow(call, hit.node, expand)
}

function resultRow(call: DcCall, hit: Hit, expand: ReadonlySet<string>): Piece[] {
  const { site, dc } = call
  const { space } = hit.node
  const at = hitFields(site).modifiedAt(hit)
  const excerpt = textOf(site, hit).replaceAll(/\s+/g, ' ').trim().slice(0, 300)
  const facts = {
    title: titleOfHit(site, hit),
    excerpt: call.query.get('excerpt') === 'none' ? '' : excerpt,
    url: webui(site, hit.node),
    resultGlobalContainer: { title: space.name, displayUrl: `/display/${space.key}` },
    entityType: 'content',
    iconCssClass: `content-type-${hit.type}`,
    lastModified: serverTime(dc, at),
    friendlyLastModified: new Date(at).toDateString(),
  }
  return ['{"content":', ...hitRow(call, hit, expand), `,${JSON.stringify(facts).slice(1)}`]
}
