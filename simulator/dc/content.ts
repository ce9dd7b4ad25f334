import { json, type Answer, type Listing } from '../answer.ts'
import { listParam, param } from '../call.ts'
import { canSee } from '../users.ts'
import { rendered } from '../v2/pages.ts'
import { ancestorsOf, bodyPieces, childrenOf, listNodes, titleOf } from '../world/nodes.ts'
import type { Node, Space } from '../world/site.ts'
import { requireAdmin, type DcCall } from './call.ts'
import { contentRow, historyJson } from './content-json.ts'
import { findComment, findFile, getNode, getSpaceOf } from './find.ts'
import { cursorList, expandOf, hasBody, limitOf, offsetList } from './listing.ts'
import { attachmentRow, commentRow } from './parts-json.ts'
import { contentNotFound } from './refusals.ts'

/** GET /content: by space, title, status, day and ids; pages by their ids' order. */
export function listContent(call: DcCall): Listing {
  const { site, query } = call
  const expand = expandOf(call)
  const ids = listParam(call, 'ids')
  const type = ids.length > 0 ? undefined : (query.get('type') ?? 'page')
  const title = query.get('title')
  const day = query.get('postingDay')
  const wanted = wantedBy(call, type)
  const fits = (node: Node) =>
    wanted(node) &&
    (title === null || titleOf(site, node) === title) &&
    (day === null || new Date(node.createdAt).toISOString().startsWith(day))
  const named = () => ids.flatMap((id) => site.nodes.get(Number(id)) ?? [])
  const items = ids.length > 0 ? named() : listNodes(site, 'id').sorted
  return offsetList(call, {
    items: items.values().filter(fits),
    sees: (node) => canSee(call.user, node),
    limit: limitOf(call, 25, hasBody(expand)),
    row: (node) => contentRow(call, node, expand),
  })
}

/** GET /content/scan: everything of a type by cursor, however much it is. */
export function scanContent(call: DcCall): Listing {
  const expand = expandOf(call)
  return cursorList(call, {
    order: listNodes(call.site, 'id'),
    keep: wantedBy(call, call.query.get('type') ?? 'page'),
    sees: (node) => canSee(call.user, node),
    limit: limitOf(call, 25, hasBody(expand)),
    row: (node) => contentRow(call, node, expand),
  })
}

/** GET /space/{key}/content/{type}. */
export function listSpaceContent(call: DcCall): Listing {
  const space = getSpaceOf(call)
  const rootsOnly = call.query.get('depth') === 'root'
  const expand = expandOf(call)
  const fits = (node: Node) =>
    node.space === space &&
    node.kind === param(call, 'type') &&
    node.status === 'current' &&
    (!rootsOnly || node.parent === undefined)
  return offsetList(call, {
    items: listNodes(call.site, 'id').sorted.values().filter(fits),
    sees: (node) => canSee(call.user, node),
    limit: limitOf(call, 25, hasBody(expand)),
    row: (node) => contentRow(call, node, expand),
  })
}

/** GET /content/{id}: a page, a blog post, a comment or a file; `status=historical&version=N` for an older body. */
export function getContent(call: DcCall): Answer {
  const id = param(call, 'id')
  const node = call.site.nodes.get(Number(id))
  if (node === undefined) return getPart(call, id)
  if (!canSee(call.user, node)) throw contentNotFound(id)
  const statuses = statusesOf(call)
  const asked = call.query.get('version')
  const version = asked === null ? node.version : Number(asked)
  const isOld = version !== node.version
  const allowed = statuses.has('any') || statuses.has(isOld ? 'historical' : node.status)
  if (!allowed || bodyPieces(call.site, node, version) === undefined) throw contentNotFound(id)
  return rendered(contentRow(call, node, expandOf(call, 'history,space,version'), version))
}

function getPart(call: DcCall, id: string): Answer {
  const expand = expandOf(call, 'history,space,version')
  const file = findFile(call, id)
  if (file !== undefined && statusesOf(call).has(file.status)) return rendered(attachmentRow(call, file, expand))
  const comment = findComment(call, id)
  if (comment === undefined) throw contentNotFound(id)
  return rendered(commentRow(call, comment, expand))
}

export function getHistory(call: DcCall): Answer {
  const expand = expandOf(call, 'previousVersion,nextVersion,lastUpdated')
  return json(200, historyJson(call, getNode(call), expand))
}

export function listChildPages(call: DcCall): Listing {
  const node = getNode(call)
  const expand = expandOf(call)
  const items = childrenOf(call.site, node).filter(({ kind, status }) => kind === 'page' && status === 'current')
  return offsetList(call, {
    items,
    sees: (child) => canSee(call.user, child),
    limit: limitOf(call, 25, hasBody(expand)),
    row: (child) => contentRow(call, child, expand),
  })
}

/** Everything below a page, in the order of ids. */
export function listDescendants(call: DcCall): Listing {
  const top = getNode(call)
  const expand = expandOf(call)
  const fits = (node: Node) =>
    node.kind === 'page' && node.status === 'current' && node.space === top.space && ancestorsOf(node).includes(top)
  return offsetList(call, {
    items: listNodes(call.site, 'id').sorted.values().filter(fits),
    sees: (node) => canSee(call.user, node),
    limit: limitOf(call, 25, hasBody(expand)),
    row: (node) => contentRow(call, node, expand),
  })
}

/** GET /space/{key}/trash: for administrators of the space or the site alone. */
export function listTrash(call: DcCall): Listing {
  const space = getSpaceOf(call)
  if (space.owner.accountId !== call.user.account.accountId) requireAdmin(call, 'Not permitted to view the trash')
  const expand = expandOf(call)
  return cursorList(call, {
    order: listNodes(call.site, 'id'),
    keep: (node) => node.space === space && node.status === 'trashed',
    limit: limitOf(call, 25, hasBody(expand)),
    row: (node) => contentRow(call, node, expand),
  })
}

function statusesOf(call: DcCall): Set<string> {
  const asked = listParam(call, 'status')
  return new Set(asked.length === 0 ? ['current'] : asked)
}

// Drafts are their authors' own: no list shows them.
function wantedBy(call: DcCall, type: string | undefined): (node: Node) => boolean {
  const key = call.query.get('spaceKey')
  const space: Space | undefined = key === null ? undefined : getSpaceOf(call, key)
  const statuses = statusesOf(call)
  const any = statuses.has('any')
  return (node) =>
    (type === undefined ? node.kind !== 'folder' : node.kind === type) &&
    (any ? node.status !== 'draft' : statuses.has(node.status)) &&
    (space === undefined || node.space === space)
}
