import { z } from 'zod'
import { Refusal, v1Invalid, type Listing, type Piece } from '../answer.ts'
import { flag, type Call } from '../call.ts'
import { canSee } from '../users.ts'
import { badCursor, readCursor, writeCursor } from '../v2/paging.ts'
import { webui } from '../v2/node-json.ts'
import { listNodes, storageOf, titleOf } from '../world/nodes.ts'
import { walk } from '../world/order.ts'
import { isoTime, siteNow, type Node, type NodeSort } from '../world/site.ts'
import { contentRow, friendly } from './content-json.ts'
import { parseCql } from './cql.ts'
import { envelopeV1, expandOf, hrefWith, limitV1 } from './listing.ts'
import { matcherOf, nodeFields, type Matcher } from './match.ts'

const Context = z.object({ contentStatuses: z.array(z.string()).optional() })

/** GET /content/search: contents themselves. */
export function searchContent(call: Call): Listing {
  const expand = expandOf(call)
  const rendersBodies = expand.has('body.export_view') || expand.has('body.styled_view')
  return searchListing(call, limitV1(call, 25, rendersBodies ? 25 : 250), (node) => contentRow(call, node, expand), {})
}

/** GET /search: results that wrap a content, with an excerpt. */
export function search(call: Call): Listing {
  const expand = new Set(
    [...expandOf(call)].flatMap((name) => (name.startsWith('content.') ? [name.slice('content.'.length)] : [])),
  )
  const more = { cqlQuery: call.query.get('cql') ?? '', searchDuration: 12, archivedResultCount: 0 }
  return searchListing(call, limitV1(call, 25, 250), (node) => resultRow(call, node, expand), more)
}

function searchListing(
  call: Call,
  limit: number,
  row: (node: Node) => Piece[],
  more: Record<string, unknown>,
): Listing {
  const { cql, sort, descending, keep } = readSearch(call)
  const direction = `${descending ? '-' : ''}${sort}`
  const text = call.query.get('cursor')
  const cursor = text === null ? undefined : readCursor(text.replace(/^_t_/, ''))
  if (text !== null && cursor?.sort !== direction) throw new Refusal(badCursor())
  const { items, next } = walk(listNodes(call.site, sort), {
    after: cursor?.after,
    descending,
    limit: Math.min(limit, call.rowCap ?? limit),
    keep,
  })
  const start = Number(call.query.get('start') ?? 0)
  const total = call.path.startsWith('/wiki/rest/api/search') ? { totalSize: countOf(call, keep) } : {}
  return {
    rows: items.map(row),
    next: next === undefined ? undefined : `_t_${writeCursor({ sort: direction, after: next })}`,
    nextHref: (token) =>
      hrefWith(call, { cursor: token, limit: String(limit), start: String(start + items.length), cql }),
    envelope: (size, href) => envelopeV1(call, { start, limit, size, ...total, ...more }, href),
  }
}

function readSearch(call: Call): { cql: string; sort: NodeSort; descending: boolean; keep: Matcher } {
  const cql = call.query.get('cql')
  if (cql === null || cql.trim() === '') throw new Refusal(v1Invalid('cql query parameter is required'))
  const { where, orderBy } = parseCql(cql)
  const matches = matcherOf(call, where, nodeFields(call.site))
  const newest = siteNow(call.site) - call.searchLagMs
  const withArchivedSpaces = flag(call, 'includeArchivedSpaces') || call.path.startsWith('/wiki/rest/api/content/')
  const statuses = contentStatuses(call)
  const keep = (node: Node) =>
    statuses.includes(node.status) &&
    (call.searchLagMs === 0 || node.modifiedAt <= newest) &&
    (withArchivedSpaces || node.space.status === 'current') &&
    canSee(call.user, node) &&
    matches(node)
  return { cql, sort: sortOf(orderBy?.field), descending: orderBy?.descending ?? false, keep }
}

/** What `cqlcontext` names; current content alone where it names nothing. */
function contentStatuses(call: Call): string[] {
  const text = call.query.get('cqlcontext')
  if (text === null) return ['current']
  try {
    return Context.parse(JSON.parse(text)).contentStatuses ?? ['current']
  } catch {
    throw new Refusal(v1Invalid('cqlcontext is not a valid search context'))
  }
}

function sortOf(field: string | undefined): NodeSort {
  switch (field) {
    case 'lastmodified':
      return 'modified-date'
    case 'created':
      return 'created-date'
    case 'title':
      return 'title'
    case undefined:
    case 'id':
      return 'id'
    default:
      throw new Refusal(v1Invalid(`Could not parse cql : cannot order by ${field}`))
  }
}

function countOf(call: Call, keep: Matcher): number {
  let count = 0
  for (const node of call.site.nodes.values()) if (keep(node)) count += 1
  return count
}

function resultRow(call: Call, node: Node, expand: ReadonlySet<string>): Piece[] {
  const { site } = call
  const text =
    node.kind === 'folder'
      ? ''
      : storageOf(site, node)
          .replaceAll(/<[^>]+>/g, ' ')
          .replaceAll(/\s+/g, ' ')
          .trim()
  const url = webui(site, node)
  const facts = {
    title: titleOf(site, node),
    excerpt: call.query.get('excerpt') === 'none' ? '' : text.slice(0, 300),
    url,
    resultGlobalContainer: { title: node.space.name, displayUrl: `/spaces/${node.space.alias}` },
    breadcrumbs: [],
    entityType: 'content',
    iconCssClass: `aui-icon content-type-${node.kind}`,
    lastModified: isoTime(Math.floor(node.modifiedAt / 1000) * 1000),
    friendlyLastModified: friendly(node.modifiedAt),
    score: 0,
  }
  return ['{"content":', ...contentRow(call, node, expand), `,${JSON.stringify(facts).slice(1)}`]
}
