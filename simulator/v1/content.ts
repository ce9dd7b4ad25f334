import { json, Refusal, v1Error, v1Invalid, v1NotFound, type Answer, type Listing } from '../answer.ts'
import { listParam, param, type Call } from '../call.ts'
import { canEdit, canSee, canSeeSpace } from '../users.ts'
import { rendered } from '../v2/pages.ts'
import { moveNode, restoreNode } from '../world/edit.ts'
import { ancestorsOf, childrenOf, findSpace, listNodes, titleOf } from '../world/nodes.ts'
import type { Node } from '../world/site.ts'
import { contentRow, spaceV1, userV1 } from './content-json.ts'
import { expandOf, limitV1, offsetListing } from './listing.ts'

/** The content of the path that the caller may see; everything else is "not found". */
export function getContentNode(call: Call, name = 'id'): Node {
  const id = param(call, name)
  const node = call.site.nodes.get(Number(id))
  if (node === undefined || !canSee(call.user, node)) throw new Refusal(v1NotFound(id))
  return node
}

export function getEditableNode(call: Call, name = 'id'): Node {
  const node = getContentNode(call, name)
  if (!canEdit(call.user, node))
    throw new Refusal(
      v1Error(403, 'api.PermissionException', 'User does not have permission to edit this content', false),
    )
  return node
}

export function getContent(call: Call): Answer {
  const node = getContentNode(call)
  const statuses = listParam(call, 'status')
  const wanted = statuses.length === 0 ? ['current', 'archived'] : statuses
  if (!wanted.includes('any') && !wanted.includes(node.status)) throw new Refusal(v1NotFound(String(node.id)))
  return rendered(contentRow(call, node, expandOf(call)))
}

/** GET /content: the old plain list, by space, title and type; current content alone. */
export function listContent(call: Call): Listing {
  const { site, user, query } = call
  const key = query.get('spaceKey')
  const space = key === null ? undefined : findSpace(site, key)
  if (key !== null && (space === undefined || !canSeeSpace(user, space))) throw new Refusal(v1NotFound(key))
  const type = query.get('type') ?? 'page'
  const status = query.get('status') ?? 'current'
  const title = query.get('title')
  const expand = expandOf(call)
  const fits = (node: Node) =>
    node.kind === type &&
    (status === 'any' || node.status === status) &&
    (space === undefined || node.space === space) &&
    (title === null || titleOf(site, node) === title) &&
    canSee(user, node)
  const found = listNodes(site, 'id').sorted.values().filter(fits)
  return offsetListing(call, found, limitV1(call, 25, expand.has('body.storage') ? 250 : 1000), (node) =>
    contentRow(call, node, expand),
  )
}

export function listChildPages(call: Call): Listing {
  const node = getContentNode(call)
  const type = param(call, 'type') || 'page'
  const children = childrenOf(call.site, node).filter(
    (child) => child.kind === type && child.status === 'current' && canSee(call.user, child),
  )
  const expand = expandOf(call)
  return offsetListing(call, children, limitV1(call, 25, 250), (child) => contentRow(call, child, expand))
}

export function moveContent(call: Call): Answer {
  const { site } = call
  const node = getEditableNode(call, 'pageId')
  const target = getEditableNode(call, 'targetId')
  const position = param(call, 'position')
  if (position !== 'append' && position !== 'before' && position !== 'after')
    throw new Refusal(v1Invalid(`Unknown position ${position}`))
  if (target === node || ancestorsOf(target).includes(node))
    throw new Refusal(v1Invalid('A page cannot be moved below itself'))
  moveNode(site, node, { space: target.space, parent: position === 'append' ? target : target.parent })
  if (position !== 'append') node.position = target.position + (position === 'after' ? 1 : -1)
  site.children = undefined
  return json(200, { pageId: String(node.id) })
}

/** POST /content/archive: at once here, a long task in form. */
export function archiveContent(call: Call): Answer {
  const parsed: unknown = JSON.parse(call.body.toString() || '{}')
  const ids =
    typeof parsed === 'object' && parsed !== null && 'pages' in parsed && Array.isArray(parsed.pages)
      ? parsed.pages
      : []
  for (const page of ids) {
    const id: unknown = page?.id
    const node = call.site.nodes.get(Number(id))
    if (node === undefined || !canEdit(call.user, node)) throw new Refusal(v1NotFound(String(id)))
    node.status = 'archived'
  }
  return json(202, { id: String(call.site.nextId), links: { status: `/rest/api/longtask/${call.site.nextId}` } })
}

/** Brings a trashed or archived content back without a new version. */
export function restoreContent(call: Call): Answer {
  const node = getEditableNode(call)
  restoreNode(call.site, node)
  return rendered(contentRow(call, node, new Set(['version'])))
}

export function currentUser(call: Call): Answer {
  return json(200, {
    ...userV1(call, call.user.account),
    email: call.user.email,
    timeZone: call.user.timeZone ?? 'UTC',
  })
}

export function getUser(call: Call): Answer {
  const id = call.query.get('accountId') ?? ''
  const account = call.site.accounts.get(id)
  if (account === undefined) throw new Refusal(v1NotFound(id))
  return json(200, userV1(call, account))
}

export function listSpacesV1(call: Call): Listing {
  const keys = new Set(listParam(call, 'spaceKey'))
  const type = call.query.get('type')
  const status = call.query.get('status')
  const found = [...call.site.spaces.values()].filter(
    (space) =>
      (keys.size === 0 || keys.has(space.key)) &&
      (type === null || space.type === type) &&
      (status === null || space.status === status) &&
      canSeeSpace(call.user, space),
  )
  return offsetListing(call, found, limitV1(call, 25, 1000), (space) => [JSON.stringify(spaceV1(call, space))])
}

export function getSpaceV1(call: Call): Answer {
  const key = param(call, 'spaceKey')
  const space = findSpace(call.site, key)
  if (space === undefined || !canSeeSpace(call.user, space)) throw new Refusal(v1NotFound(key))
  return json(200, spaceV1(call, space))
}
