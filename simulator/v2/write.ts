import { z } from 'zod'
import { noContent, Refusal, v2Error, v2Invalid, v2NotFound, type Answer } from '../answer.ts'
import { bodyOf, flag, type Call } from '../call.ts'
import { canEdit, canSee, canSeeSpace } from '../users.ts'
import { createNode, editNode, moveNode, purgeNode, restoreNode, trashNode } from '../world/edit.ts'
import { isBalanced } from '../world/markup.ts'
import { findByTitle, titleOf } from '../world/nodes.ts'
import type { Node, NodeKind, Space } from '../world/site.ts'
import { getNode } from './find.ts'
import { nodeRow } from './node-json.ts'
import { rendered } from './pages.ts'

const One = z.object({ representation: z.string(), value: z.string() })
const Body = z.union([One, z.object({ storage: One }).transform((body) => body.storage)])
const Id = z.union([z.string(), z.number()]).transform(Number)
const Create = z.object({
  spaceId: Id,
  status: z.enum(['current', 'draft']).default('current'),
  title: z.string().optional(),
  parentId: Id.optional(),
  subtype: z.literal('live').optional(),
  body: Body.optional(),
})
const Update = z.object({
  id: Id,
  status: z.enum(['current', 'draft']),
  title: z.string().min(1),
  spaceId: Id.optional(),
  parentId: Id.nullable().optional(),
  body: Body,
  version: z.object({ number: z.number().int(), message: z.string().optional() }),
})
const Title = z.object({ status: z.enum(['current', 'draft']), title: z.string().min(1) })

export function createPage(call: Call): Answer {
  return create(call, 'page')
}

export function createBlogPost(call: Call): Answer {
  return create(call, 'blogpost')
}

export function createFolder(call: Call): Answer {
  return create(call, 'folder')
}

export function updatePage(call: Call): Answer {
  return update(call, 'page')
}

export function updateBlogPost(call: Call): Answer {
  return update(call, 'blogpost')
}

export function renamePage(call: Call): Answer {
  const page = editable(call, 'page')
  const { title } = bodyOf(call, Title)
  refuseTitleClash(call, page.space, 'page', title, page)
  editNode(call.site, page, { title, author: call.user.account })
  return written(call, page)
}

export function deletePage(call: Call): Answer {
  return remove(call, 'page')
}

export function deleteBlogPost(call: Call): Answer {
  return remove(call, 'blogpost')
}

export function deleteFolder(call: Call): Answer {
  return remove(call, 'folder')
}

function create(call: Call, kind: NodeKind): Answer {
  const { site, user } = call
  const { spaceId, status, title = '', parentId, subtype, body } = bodyOf(call, Create)
  const space = site.spaces.get(spaceId)
  if (space === undefined || !canSeeSpace(user, space))
    throw new Refusal(v2NotFound(`Could not find space with id ${spaceId}`))
  if (title === '' && status === 'current') throw new Refusal(v2Invalid('title must not be blank'))
  refuseTitleClash(call, space, kind, title)
  const storage = storageIn(body)
  const parent = kind === 'blogpost' ? undefined : parentOf(call, space, parentId)
  const node = createNode(site, { kind, space, parent, title, storage, status, author: user.account })
  if (kind === 'page' && subtype === 'live') node.live = true
  return written(call, node)
}

function update(call: Call, kind: NodeKind): Answer {
  const { site, user } = call
  const node = editable(call, kind)
  const { title, parentId, body, version } = bodyOf(call, Update)
  if (version.number !== node.version + 1) throw new Refusal(staleVersion(node, version.number))
  refuseTitleClash(call, node.space, kind, title, node)
  const storage = storageIn(body)
  if (node.status === 'trashed') restoreNode(site, node)
  if (node.status === 'draft') node.status = 'current'
  const parent = parentId === undefined || parentId === null ? node.parent : site.nodes.get(parentId)
  if (parent !== node.parent) moveNode(site, node, { space: node.space, parent })
  editNode(site, node, { title, storage, author: user.account, message: version.message })
  // Real sites try to merge into the draft, and may override it.
  node.draft = undefined
  return written(call, node)
}

/** Trashes; `purge=true` removes what is already in the trash for good. */
function remove(call: Call, kind: NodeKind): Answer {
  const node = editable(call, kind)
  if (flag(call, 'purge') || (flag(call, 'draft') && node.status === 'draft')) {
    if (node.status !== 'trashed' && node.status !== 'draft')
      throw new Refusal(v2Invalid('Only trashed content can be purged'))
    purgeNode(call.site, node)
    return noContent()
  }
  if (node.status === 'trashed') throw new Refusal(v2NotFound())
  trashNode(call.site, node)
  return noContent()
}

function editable(call: Call, kind: NodeKind): Node {
  const node = getNode(call, kind)
  if (!canEdit(call.user, node))
    throw new Refusal(v2Error(403, 'FORBIDDEN', 'User does not have permission to edit this content'))
  return node
}

function parentOf(call: Call, space: Space, parentId: number | undefined): Node | undefined {
  if (parentId === undefined) return flag(call, 'root-level') ? undefined : space.homepage
  const parent = call.site.nodes.get(parentId)
  if (parent === undefined || parent.space !== space || !canSee(call.user, parent))
    throw new Refusal(v2NotFound(`Could not find parent with id ${parentId}`))
  return parent
}

function refuseTitleClash(call: Call, space: Space, kind: NodeKind, title: string, self?: Node): void {
  if (kind === 'blogpost' || title === '') return
  const other =
    self !== undefined && titleOf(call.site, self) === title ? undefined : findByTitle(call.site, space, kind, title)
  if (other === undefined || other === self) return
  throw new Refusal(
    v2Error(
      400,
      'BAD_REQUEST',
      `A page with this title already exists: A page already exists with the title ${title} in the space with key ${space.key}`,
    ),
  )
}

function storageIn(body: z.infer<typeof One> | undefined): string {
  if (body === undefined) return ''
  if (body.representation !== 'storage')
    throw new Refusal(v2Invalid(`Representation ${body.representation} is not served by this simulator`))
  if (!isBalanced(body.value))
    throw new Refusal(v2Error(400, 'BAD_REQUEST', 'Error parsing xhtml: elements are not closed in order'))
  return body.value
}

function staleVersion(node: Node, given: number): Answer {
  return v2Error(
    409,
    'CONFLICT',
    `Version must be incremented when updating a page. Current Version: [${node.version}]. Provided version: [${given}]`,
  )
}

function written(call: Call, node: Node): Answer {
  return rendered(nodeRow(call.site, node, { storage: node.kind !== 'folder', base: `${call.origin}/wiki` }))
}
