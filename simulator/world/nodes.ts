import { generatedBody, generatedTitle } from './generated.ts'
import { orderOf, putIn, takeOut, type Key, type Order } from './order.ts'
import { escapePiece } from './prose.ts'
import type { Account, Edit, Node, NodeSort, Site, Space } from './site.ts'

export function titleOf(site: Site, node: Node): string {
  const edit = node.edits?.at(-1)
  return edit === undefined ? generatedNodeTitle(site, node) : edit.title
}

/** The body as pieces for the inside of a JSON string; undefined when there is no such version. */
export function bodyPieces(site: Site, node: Node, version = node.version): (Buffer | string)[] | undefined {
  if (node.kind === 'folder') return []
  const edit = node.edits?.find((candidate) => candidate.version === version)
  if (edit !== undefined) return [escapePiece(edit.storage)]
  if (node.index < 0 || version < 1 || version > node.version) return undefined
  const related = generatedTitle(site.seed, node.space.id, Math.max(1, node.index - 1))
  return generatedBody(site.prose, {
    seed: site.seed,
    id: node.id,
    version,
    title: generatedNodeTitle(site, node),
    related,
  })
}

export function storageOf(site: Site, node: Node, version = node.version): string {
  const text: unknown = JSON.parse(`"${(bodyPieces(site, node, version) ?? []).map(String).join('')}"`)
  return typeof text === 'string' ? text : ''
}

export type VersionFacts = Pick<Edit, 'version' | 'at' | 'message' | 'minorEdit' | 'title' | 'author'>

export function versionFacts(site: Site, node: Node, version = node.version): VersionFacts {
  const edit = node.edits?.find((candidate) => candidate.version === version)
  if (edit !== undefined) return edit
  const last = (node.edits?.[0]?.version ?? node.version + 1) - 1
  const end = node.edits === undefined ? node.modifiedAt : node.createdAt + (last - 1) * 3_600_000
  const share = last > 1 ? (version - 1) / (last - 1) : 0
  const at = Math.round(node.createdAt + (end - node.createdAt) * share)
  return { version, at, message: '', minorEdit: false, title: generatedNodeTitle(site, node), author: node.author }
}

export function listNodes(site: Site, sort: NodeSort): Order<Node> {
  const known = site.orders.get(sort)
  if (known !== undefined) return known
  const order = orderOf(site.nodes.values(), sort === 'title' ? titleKey(site) : createdKey)
  site.orders.set(sort, order)
  return order
}

export function addNode(site: Site, node: Node): void {
  site.nodes.set(node.id, node)
  for (const order of site.orders.values()) putIn(order, node)
  site.children = undefined
}

export function dropNode(site: Site, node: Node): void {
  for (const order of site.orders.values()) takeOut(order, node)
  site.nodes.delete(node.id)
  site.children = undefined
}

/** Adds a version; the node moves to the head of the modified-date order. */
export function addEdit(site: Site, node: Node, edit: Omit<Edit, 'version'>): void {
  for (const order of site.orders.values()) takeOut(order, node)
  node.version += 1
  node.modifiedAt = edit.at
  node.edits = [...(node.edits ?? []), { ...edit, version: node.version }]
  for (const order of site.orders.values()) putIn(order, node)
}

/** Nodes below this one (or the roots, for undefined) in position order, whatever their status. */
export function childrenOf(site: Site, node: Node): readonly Node[] {
  site.children ??= groupByParent(site.nodes.values())
  return site.children.get(node) ?? []
}

export function ancestorsOf(node: Node): Node[] {
  const above: Node[] = []
  for (let at = node.parent; at !== undefined; at = at.parent) above.unshift(at)
  return above
}

export function findSpace(site: Site, key: string): Space | undefined {
  for (const space of site.spaces.values()) if (space.key === key || space.alias === key) return space
  return undefined
}

/** Titles are unique among the living pages of a space. */
export function findByTitle(site: Site, space: Space, kind: Node['kind'], title: string): Node | undefined {
  const wanted = title.toLowerCase()
  for (const node of site.nodes.values()) {
    if (node.space !== space || node.kind !== kind || node.status === 'trashed') continue
    if (titleOf(site, node).toLowerCase() === wanted) return node
  }
  return undefined
}

export function accountOf(site: Site, accountId: string): Account {
  const found = site.accounts.get(accountId)
  if (found === undefined) throw new Error(`The simulator has no account ${accountId}`)
  return found
}

function generatedNodeTitle(site: Site, node: Node): string {
  if (node.index === 0) return `${node.space.name} home`
  return generatedTitle(site.seed, node.space.id, node.index)
}

function titleKey(site: Site): (node: Node) => Key {
  return (node) => [titleOf(site, node).toLowerCase(), node.id]
}

function createdKey(node: Node): Key {
  return [node.createdAt, node.id]
}

function groupByParent(nodes: Iterable<Node>): Map<Node | undefined, Node[]> {
  const groups = new Map<Node | undefined, Node[]>()
  for (const node of nodes) {
    const group = groups.get(node.parent)
    if (group === undefined) groups.set(node.parent, [node])
    else group.push(node)
  }
  for (const group of groups.values()) group.sort((a, b) => a.position - b.position || a.id - b.id)
  return groups
}
