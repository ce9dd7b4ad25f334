import { makeLabel, writtenNode } from './generate.ts'
import { addEdit, addNode, childrenOf, dropNode, storageOf, titleOf } from './nodes.ts'
import { siteNow, type Account, type Node, type NodeKind, type NodeStatus, type Site, type Space } from './site.ts'

/*
 * Every change to a site's nodes, whoever asks: the API or the control. Moving, labelling, restricting, archiving and
 * trashing leave the version and the modified date alone, as real sites do.
 */
export type NewNode = {
  kind: NodeKind
  space: Space
  parent: Node | undefined
  title: string
  storage: string
  author: Account
  status?: NodeStatus
  at?: number
}

export function createNode(site: Site, facts: NewNode): Node {
  const node = writtenNode(site, { ...facts, status: facts.status ?? 'current', at: facts.at ?? siteNow(site) })
  addNode(site, node)
  return node
}

export type NodeEdit = {
  title?: string | undefined
  storage?: string | undefined
  author: Account
  message?: string | undefined
  minorEdit?: boolean | undefined
  at?: number | undefined
}

export function editNode(site: Site, node: Node, edit: NodeEdit): void {
  addEdit(site, node, {
    title: edit.title ?? titleOf(site, node),
    storage: edit.storage ?? storageOf(site, node),
    at: edit.at ?? siteNow(site),
    author: edit.author,
    message: edit.message ?? '',
    minorEdit: edit.minorEdit ?? false,
  })
}

/** Puts a node, with all below it, under another one, or at the root of a space. */
export function moveNode(site: Site, node: Node, to: { space: Space; parent: Node | undefined }): void {
  for (let above = to.parent; above !== undefined; above = above.parent) {
    if (above === node) throw new Error(`Node ${node.id} cannot be moved below itself`)
  }
  node.parent = to.parent
  const last = to.parent === undefined ? undefined : childrenOf(site, to.parent).at(-1)
  node.position = (last?.position ?? 0) + 1
  const below = (one: Node) => {
    one.space = to.space
    for (const child of childrenOf(site, one)) below(child)
  }
  below(node)
  site.children = undefined
}

/** The children of a trashed node move up to its parent. */
export function trashNode(site: Site, node: Node): void {
  liftChildren(site, node)
  node.status = 'trashed'
}

/** Back to life, below its old parent if that still lives, else at the top of the space. */
export function restoreNode(site: Site, node: Node): void {
  node.status = 'current'
  const lives = node.parent !== undefined && site.nodes.has(node.parent.id) && node.parent.status !== 'trashed'
  if (!lives && node.kind === 'page') node.parent = node.space.homepage === node ? undefined : node.space.homepage
  site.children = undefined
}

export function purgeNode(site: Site, node: Node): void {
  liftChildren(site, node)
  dropNode(site, node)
  for (const attachment of site.attachments.values())
    if (attachment.page === node) site.attachments.delete(attachment.id)
  for (const comment of site.comments.values()) if (comment.page === node) site.comments.delete(comment.id)
  if (node.space.homepage === node) node.space.homepage = undefined
}

export function addLabels(
  site: Site,
  node: Node,
  names: readonly { name: string; prefix?: 'global' | 'my' | 'team' }[],
): void {
  const labels = names.map(({ name, prefix }) => makeLabel(site, name, prefix))
  node.labels = [...new Set([...node.labels, ...labels])]
}

export function removeLabel(node: Node, name: string): boolean {
  const kept = node.labels.filter((label) => label.name !== name)
  const found = kept.length < node.labels.length
  node.labels = kept
  return found
}

function liftChildren(site: Site, node: Node): void {
  for (const child of childrenOf(site, node)) child.parent = node.parent
  site.children = undefined
}
