import type { State } from '../server.ts'
import { editComment, findAttachment, putAttachment, putComment } from '../world/attachments.ts'
import {
  addLabels,
  createNode,
  editNode,
  moveNode,
  purgeNode,
  removeLabel,
  restoreNode,
  trashNode,
} from '../world/edit.ts'
import { storageOf, titleOf } from '../world/nodes.ts'
import {
  attachmentId,
  type Comment,
  type Node,
  type NodeKind,
  type NodeStatus,
  type Restrictions,
  type Site,
} from '../world/site.ts'
import { authorBy, nodeById, spaceByKey } from './find.ts'

export type PageEdit = {
  title?: string
  storage?: string
  message?: string
  minorEdit?: boolean
  by?: string
  at?: number
}
export type NewPage = {
  space: string
  title: string
  storage?: string
  /** Without: below the homepage; null: at the root. */
  parentId?: string | null
  kind?: NodeKind
  status?: NodeStatus
  labels?: string[]
  by?: string
  at?: number
}
export type NewFile = {
  name: string
  mediaType?: string
  content: string
  encoding?: 'utf-8' | 'base64'
  comment?: string
  by?: string
}
export type NewRemark = {
  kind: 'footer' | 'inline'
  storage: string
  selection?: string
  parentId?: string
  resolved?: boolean
  by?: string
}

/** Pages, blog posts and folders; what hangs on them. */
export function controlContent({ site }: State) {
  const at = (id: string) => nodeById(site, id)
  return {
    /** What a page holds now. */
    page: (id: string) => pageFacts(site, at(id)),
    createPage: (page: NewPage) => createdId(site, page),
    editPage: (id: string, { by, ...edit }: PageEdit): { version: number } => {
      editNode(site, at(id), { ...edit, author: authorBy(site, by, at(id).space) })
      return { version: at(id).version }
    },
    movePage: (id: string, to: { parentId?: string | null; space?: string }): void => {
      const space = to.space === undefined ? at(id).space : spaceByKey(site, to.space)
      moveNode(site, at(id), { space, parent: parentFor(site, to.parentId, space.homepage) })
    },
    trashPage: (id: string): void => trashNode(site, at(id)),
    restorePage: (id: string): void => restoreNode(site, at(id)),
    purgePage: (id: string): void => purgeNode(site, at(id)),
    /** What somebody is writing there, unpublished; null: nothing. */
    setDraft: (id: string, draft: { title: string; storage: string } | null): void =>
      void (at(id).draft = draft ?? undefined),
    /** Makes a page a live document, or one that is published again. */
    setLive: (id: string, live: boolean): void => void (at(id).live = live),
    archivePage: (id: string): void => void (at(id).status = 'archived'),
    addLabel: (id: string, name: string): void => addLabels(site, at(id), [{ name }]),
    removeLabel: (id: string, name: string): void => void removeLabel(at(id), name),
    /** Null lifts them. Users by account id, groups by name. */
    setRestriction: (id: string, restrictions: Restrictions | null): void =>
      void (at(id).restrictions = restrictions ?? undefined),
    addAttachment: (id: string, file: NewFile): { id: string; version: number } => {
      const { name, mediaType = 'text/plain', content, encoding, comment, by } = file
      const stored = putAttachment(site, {
        page: at(id),
        name,
        mediaType,
        bytes: Buffer.from(content, encoding ?? 'utf-8'),
        comment,
        author: authorBy(site, by, at(id).space),
      })
      return { id: attachmentId(site, stored.id), version: stored.version }
    },
    removeAttachment: (id: string, name: string): void => {
      const found = findAttachment(site, at(id), name)
      if (found === undefined) throw new Error(`Content ${id} has no attachment ${name}`)
      found.status = 'trashed'
    },
    /** Of a page, oldest first. */
    comments: (id: string): { id: string; kind: Comment['kind']; storage: string }[] =>
      [...site.comments.values()]
        .filter(({ page, status }) => page === at(id) && status === 'current')
        .map((comment) => ({ id: String(comment.id), kind: comment.kind, storage: comment.storage })),
    addComment: (id: string, { by, parentId, ...remark }: NewRemark): { id: string } => {
      const parent = parentId === undefined ? undefined : commentById(site, parentId)
      return {
        id: String(putComment(site, { ...remark, parent, page: at(id), author: authorBy(site, by, at(id).space) }).id),
      }
    },
    editComment: (id: string, storage: string): void => {
      const comment = commentById(site, id)
      editComment(site, comment, storage, comment.author)
    },
    removeComment: (id: string): void => void (commentById(site, id).status = 'trashed'),
  }
}

function pageFacts(site: Site, node: Node) {
  return {
    id: String(node.id),
    kind: node.kind,
    title: titleOf(site, node),
    storage: storageOf(site, node),
    version: node.version,
    status: node.status,
    space: node.space.key,
    parentId: node.parent === undefined ? null : String(node.parent.id),
    labels: node.labels.map((label) => label.name),
  }
}

function createdId(site: Site, page: NewPage): { id: string } {
  const { title, storage = '<p />', kind = 'page', status, labels = [], by, at } = page
  const space = spaceByKey(site, page.space)
  const parent = kind === 'blogpost' ? undefined : parentFor(site, page.parentId, space.homepage)
  const author = authorBy(site, by, space)
  const node = createNode(site, {
    kind,
    space,
    parent,
    title,
    storage,
    author,
    ...(status === undefined ? {} : { status }),
    ...(at === undefined ? {} : { at }),
  })
  addLabels(
    site,
    node,
    labels.map((name) => ({ name })),
  )
  if (kind === 'page' && parent === undefined) space.homepage ??= node
  return { id: String(node.id) }
}

function parentFor(site: Site, id: string | null | undefined, otherwise: Node | undefined): Node | undefined {
  if (id === null) return undefined
  return id === undefined ? otherwise : nodeById(site, id)
}

function commentById(site: Site, id: string): Comment {
  const comment = site.comments.get(Number(id))
  if (comment === undefined) throw new Error(`The simulator has no comment ${id}`)
  return comment
}
