import { canEdit, canSee, canSeeSpace } from '../users.ts'
import { findSpace } from '../world/nodes.ts'
import type { Attachment, Comment, Node, Space } from '../world/site.ts'
import { param } from '../call.ts'
import type { DcCall } from './call.ts'
import { contentNotFound, forbidden, notFound } from './refusals.ts'

/** The page or blog post of the path that the caller may see. */
export function getNode(call: DcCall, name = 'id'): Node {
  const id = param(call, name)
  const node = call.site.nodes.get(Number(id))
  if (node === undefined || !canSee(call.user, node)) throw contentNotFound(id)
  return node
}

export function getEditable(call: DcCall, name = 'id'): Node {
  const node = getNode(call, name)
  requireEdit(call, node)
  return node
}

export function requireEdit(call: DcCall, node: Node): void {
  if (!canEdit(call.user, node)) throw forbidden('User does not have permission to edit this content')
}

export function getSpaceOf(call: DcCall, key = param(call, 'spaceKey')): Space {
  const space = findSpace(call.site, key)
  if (space === undefined || !canSeeSpace(call.user, space)) throw notFound(`No space with key : ${key}`)
  return space
}

export function findComment(call: DcCall, id: string): Comment | undefined {
  const comment = call.site.comments.get(Number(id))
  return comment?.status === 'current' && canSee(call.user, comment.page) ? comment : undefined
}

/** With or without the prefix that Cloud's ids have. */
export function findFile(call: DcCall, id: string): Attachment | undefined {
  const file = call.site.attachments.get(Number(id.replace(/^att/, '')))
  return file !== undefined && canSee(call.user, file.page) ? file : undefined
}
