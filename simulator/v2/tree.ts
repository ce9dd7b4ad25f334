import { json, Refusal, v2Invalid, type Answer, type Listing } from '../answer.ts'
import type { Call } from '../call.ts'
import { canSee } from '../users.ts'
import { ancestorsOf, childrenOf, titleOf } from '../world/nodes.ts'
import { orderOf, type Key } from '../world/order.ts'
import { type Node, type NodeKind } from '../world/site.ts'
import { versionJson, webui } from './node-json.ts'
import { limitOf, sortOf, v2Page } from './paging.ts'
import { getNode } from './find.ts'

/** A folder; `createdAt` is an integer of epoch milliseconds on real sites, whatever the vendor's document says. */
export function getFolder(call: Call): Answer {
  const { site } = call
  const folder = getNode(call, 'folder')
  return json(200, {
    id: String(folder.id),
    type: 'folder',
    status: folder.status,
    title: titleOf(site, folder),
    parentId: folder.parent === undefined ? null : String(folder.parent.id),
    parentType: folder.parent?.kind ?? null,
    position: folder.position,
    authorId: folder.author.accountId,
    ownerId: folder.author.accountId,
    createdAt: folder.createdAt,
    spaceId: String(folder.space.id),
    version: versionJson(site, folder),
    _links: { webui: webui(site, folder), base: `${call.origin}/wiki` },
  })
}

export function listPageChildren(call: Call): Listing {
  return listChildren(call, 'page')
}

export function listFolderChildren(call: Call): Listing {
  return listChildren(call, 'folder')
}

export function listPageAncestors(call: Call): Listing {
  return listAncestors(call, 'page')
}

export function listFolderAncestors(call: Call): Listing {
  return listAncestors(call, 'folder')
}

export function listPageDescendants(call: Call): Listing {
  return listDescendants(call, 'page')
}

export function listFolderDescendants(call: Call): Listing {
  return listDescendants(call, 'folder')
}

export function childRows(call: Call, node: Node) {
  return visibleChildren(call, node).map((child) => ({
    id: String(child.id),
    status: child.status,
    title: titleOf(call.site, child),
    type: child.kind,
    spaceId: String(child.space.id),
    childPosition: child.position,
  }))
}

function listChildren(call: Call, kind: NodeKind): Listing {
  const node = getNode(call, kind)
  const rows = childRows(call, node)
  const { sort, descending } = sortOf(
    call,
    ['child-position', 'id', 'title', 'created-date', 'modified-date'],
    'child-position',
  )
  const keys = new Map(visibleChildren(call, node).map((child) => [String(child.id), childKey(call, child, sort)]))
  const order = orderOf(rows, (row) => keys.get(row.id) ?? [0, Number(row.id)])
  return v2Page(call, {
    order,
    sort,
    descending,
    limit: limitOf(call),
    keep: () => true,
    row: (row) => [JSON.stringify(row)],
  })
}

function childKey(call: Call, child: Node, sort: string): Key {
  if (sort === 'title') return [titleOf(call.site, child), child.id]
  if (sort === 'created-date') return [child.createdAt, child.id]
  if (sort === 'modified-date') return [child.modifiedAt, child.id]
  return [sort === 'id' ? child.id : child.position, child.id]
}

function listAncestors(call: Call, kind: NodeKind): Listing {
  const above = ancestorsOf(getNode(call, kind))
  const order = orderOf(above, (node) => [above.indexOf(node), node.id])
  const row = (node: Node) => [JSON.stringify({ id: String(node.id), type: node.kind })]
  return v2Page(call, { order, sort: 'depth', descending: false, limit: limitOf(call), keep: () => true, row })
}

function listDescendants(call: Call, kind: NodeKind): Listing {
  const depth = Number(call.query.get('depth') ?? 2)
  if (!Number.isInteger(depth) || depth < 1 || depth > 10)
    throw new Refusal(v2Invalid(`Provided value for 'depth' is not an integer between 1 and 10`))
  const found: { node: Node; depth: number }[] = []
  const descend = (node: Node, level: number) => {
    for (const child of visibleChildren(call, node)) {
      found.push({ node: child, depth: level })
      if (level < depth) descend(child, level + 1)
    }
  }
  descend(getNode(call, kind), 1)
  const order = orderOf(found, (item) => [item.depth, item.node.id])
  return v2Page(call, {
    order,
    sort: 'depth',
    descending: false,
    limit: limitOf(call),
    keep: () => true,
    row: (item) => [JSON.stringify(descendantJson(call, item))],
  })
}

function descendantJson(call: Call, { node, depth }: { node: Node; depth: number }) {
  const { id, status, kind, parent, position } = node
  return {
    id: String(id),
    status,
    title: titleOf(call.site, node),
    type: kind,
    parentId: String(parent?.id),
    depth,
    childPosition: position,
  }
}

function visibleChildren(call: Call, node: Node): Node[] {
  return childrenOf(call.site, node).filter(
    (child) => (child.status === 'current' || child.status === 'archived') && canSee(call.user, child),
  )
}
