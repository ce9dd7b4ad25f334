import { z } from 'zod'
import { noContent, Refusal, type Answer } from '../answer.ts'
import { param } from '../call.ts'
import { rendered } from '../v2/pages.ts'
import { isBalanced } from '../world/markup.ts'
import { editComment, putComment } from '../world/attachments.ts'
import { createNode, editNode, moveNode, purgeNode, restoreNode, trashNode } from '../world/edit.ts'
import { ancestorsOf, findByTitle, titleOf } from '../world/nodes.ts'
import type { Comment, Node, Space } from '../world/site.ts'
import { bodyOf, type DcCall } from './call.ts'
import { contentRow } from './content-json.ts'
import { findComment, getEditable, getNode, getSpaceOf, requireEdit } from './find.ts'
import { expandOf } from './listing.ts'
import { commentRow } from './parts-json.ts'
import { contentNotFound, dcError, invalid } from './refusals.ts'

const Id = z.union([z.string(), z.number()]).transform(Number)
const Body = z.object({ storage: z.object({ value: z.string(), representation: z.literal('storage') }) })
const Create = z.object({
  type: z.enum(['page', 'blogpost', 'comment']),
  title: z.string().optional(),
  status: z.enum(['current', 'draft']).default('current'),
  space: z.object({ key: z.string() }).optional(),
  container: z.object({ id: Id }).optional(),
  ancestors: z.array(z.object({ id: Id })).default([]),
  body: Body.optional(),
})
const Change = z.object({
  type: z.enum(['page', 'blogpost', 'comment']).optional(),
  title: z.string().min(1).optional(),
  status: z.enum(['current', 'draft', 'trashed']).optional(),
  space: z.object({ key: z.string() }).optional(),
  ancestors: z.array(z.object({ id: Id })).optional(),
  position: z.int().optional(),
  version: z.object({ number: z.int(), message: z.string().optional(), minorEdit: z.boolean().optional() }),
  body: Body.optional(),
})
type Change = z.infer<typeof Change>

const shown = 'body.storage,history,space,version,ancestors'

export function createContent(call: DcCall): Answer {
  const { type, title = '', status, space: named, container, ancestors, body } = bodyOf(call, Create)
  const storage = storageIn(body) ?? ''
  if (type === 'comment') return createComment(call, container?.id, ancestors.at(-1)?.id, storage)
  if (named === undefined) throw invalid('A space is required to create content')
  const space = getSpaceOf(call, named.key)
  if (title.trim() === '' && status === 'current') throw invalid('Title is required to create new content')
  if (type === 'page') refuseTitleClash(call, space, title)
  const parent = type === 'page' ? parentIn(call, space, ancestors.at(-1)?.id) : undefined
  const { account: author } = call.user
  const node = createNode(call.site, { kind: type, space, parent, title, storage, status, author })
  return rendered(contentRow(call, node, expandOf(call, shown)))
}

/** PUT: text, title, parent and position; `status: current` brings a trashed content back, and changes nothing else. */
export function changeContent(call: DcCall): Answer {
  const id = param(call, 'id')
  const comment = findComment(call, id)
  const change = bodyOf(call, Change)
  if (comment !== undefined) return changeComment(call, comment, change)
  const node = getEditable(call)
  if (change.version.number !== node.version + 1) throw conflict(node.version, change.version.number)
  if (node.status === 'trashed') return restored(call, node, change)
  const { title, body, version } = change
  const storage = storageIn(body)
  if (title !== undefined && node.kind === 'page') refuseTitleClash(call, node.space, title, node)
  move(call, node, change)
  if (node.status === 'draft' && change.status === 'current') node.status = 'current'
  const { message, minorEdit } = version
  editNode(call.site, node, { title, storage, author: call.user.account, message, minorEdit })
  return rendered(contentRow(call, node, expandOf(call, shown)))
}

/** DELETE: into the trash; what lies there is purged by `status=trashed`. Comments are gone at once. */
export function deleteContent(call: DcCall): Answer {
  const comment = findComment(call, param(call, 'id'))
  if (comment !== undefined) {
    comment.status = 'trashed'
    return noContent()
  }
  const node = getEditable(call)
  const status = call.query.get('status') ?? 'current'
  if (status !== node.status) throw contentNotFound(String(node.id))
  if (status === 'trashed' || status === 'draft') purgeNode(call.site, node)
  else trashNode(call.site, node)
  return noContent()
}

/** What a stale version number gets. */
export function conflict(current: number, given: number): Refusal {
  return new Refusal(
    dcError(409, `Version must be incremented on update. Current version is: ${current}, given version is: ${given}`),
  )
}

function restored(call: DcCall, node: Node, { status, version }: Change): Answer {
  if (status !== 'current') throw contentNotFound(String(node.id))
  refuseTitleClash(call, node.space, titleOf(call.site, node), node)
  restoreNode(call.site, node)
  editNode(call.site, node, { author: call.user.account, message: version.message })
  return rendered(contentRow(call, node, expandOf(call, shown)))
}

// Ancestors name the new parent last; an ancestor of another space takes the page there.
function move(call: DcCall, node: Node, { ancestors, position }: Change): void {
  const wanted = ancestors?.at(-1)?.id
  if (wanted !== undefined && wanted !== node.parent?.id) {
    const parent = call.site.nodes.get(wanted)
    if (parent === undefined) throw invalid(`No parent with id ${wanted}`)
    requireEdit(call, parent)
    if (parent === node || ancestorsOf(parent).includes(node)) throw invalid('A page cannot be moved below itself')
    if (parent.space !== node.space) refuseTitleClash(call, parent.space, titleOf(call.site, node))
    moveNode(call.site, node, { space: parent.space, parent })
  }
  if (position !== undefined && position >= 0) node.position = position
  call.site.children = undefined
}

function createComment(
  call: DcCall,
  pageId: number | undefined,
  parentId: number | undefined,
  storage: string,
): Answer {
  const parent = parentId === undefined ? undefined : findComment(call, String(parentId))
  if (parentId !== undefined && parent === undefined) throw contentNotFound(String(parentId))
  const page = parent?.page ?? getNode({ ...call, params: { id: String(pageId ?? '') } })
  const kind = parent?.kind ?? 'footer'
  const comment = putComment(call.site, { kind, page, parent, storage, author: call.user.account })
  return rendered(commentRow(call, comment, expandOf(call, shown)))
}

function changeComment(call: DcCall, comment: Comment, { version, body }: Change): Answer {
  if (version.number !== comment.version + 1) throw conflict(comment.version, version.number)
  editComment(call.site, comment, storageIn(body) ?? comment.storage, call.user.account)
  return rendered(commentRow(call, comment, expandOf(call, shown)))
}

function parentIn(call: DcCall, space: Space, id: number | undefined): Node | undefined {
  if (id === undefined) return undefined
  const parent = call.site.nodes.get(id)
  if (parent === undefined || parent.space !== space) throw invalid(`No parent with id ${id} in space ${space.key}`)
  return parent
}

function refuseTitleClash(call: DcCall, space: Space, title: string, self?: Node): void {
  const other = findByTitle(call.site, space, 'page', title)
  if (other === undefined || other === self) return
  throw invalid(
    `A page with this title already exists: A page already exists with the title ${title} in the space with key ${space.key}`,
  )
}

function storageIn(body: z.infer<typeof Body> | undefined): string | undefined {
  if (body === undefined) return undefined
  if (!isBalanced(body.storage.value)) throw invalid('Error parsing xhtml: elements are not closed in order')
  return body.storage.value
}
