import { seededUuid } from './random.ts'
import { siteNow, takeId, type Account, type Attachment, type Comment, type Node, type Site } from './site.ts'

export type NewAttachment = {
  page: Node
  name: string
  mediaType: string
  bytes: Buffer
  comment?: string | undefined
  author: Account
  minorEdit?: boolean
  at?: number
}

/** Attaches a file; one of the same name on the page becomes a further version of it. */
export function putAttachment(site: Site, facts: NewAttachment): Attachment {
  const at = facts.at ?? siteNow(site)
  const known = findAttachment(site, facts.page, facts.name)
  const changed = {
    mediaType: facts.mediaType,
    bytes: facts.bytes,
    comment: facts.comment ?? '',
    author: facts.author,
    modifiedAt: at,
    minorEdit: facts.minorEdit ?? false,
  }
  if (known !== undefined)
    return Object.assign(known, changed, {
      version: known.version + 1,
      fileId: seededUuid(site.seed, known.id, 72 + known.version),
    })
  const id = takeId(site)
  const attachment: Attachment = {
    id,
    fileId: seededUuid(site.seed, id, 72),
    page: facts.page,
    name: facts.name,
    status: 'current',
    version: 1,
    createdAt: at,
    ...changed,
  }
  site.attachments.set(id, attachment)
  return attachment
}

export function findAttachment(site: Site, page: Node, name: string): Attachment | undefined {
  for (const attachment of site.attachments.values()) {
    if (attachment.page === page && attachment.name === name && attachment.status === 'current') return attachment
  }
  return undefined
}

export type NewComment = {
  kind: Comment['kind']
  page: Node
  parent?: Comment | undefined
  storage: string
  author: Account
  selection?: string | undefined
  marker?: string | undefined
  resolved?: boolean | undefined
  at?: number
}

export function putComment(site: Site, facts: NewComment): Comment {
  const id = takeId(site)
  const at = facts.at ?? siteNow(site)
  const { kind, page, parent, storage, author } = facts
  const marker = kind === 'inline' ? (facts.marker ?? parent?.marker ?? seededUuid(site.seed, id, 83)) : ''
  const selection = facts.selection ?? parent?.selection ?? ''
  const comment: Comment = {
    id,
    kind,
    page,
    parent,
    storage,
    author,
    marker,
    selection,
    status: 'current',
    version: 1,
    createdAt: at,
    modifiedAt: at,
    resolved: facts.resolved ?? false,
  }
  site.comments.set(id, comment)
  return comment
}

export function editComment(site: Site, comment: Comment, storage: string, author: Account): void {
  comment.storage = storage
  comment.author = author
  comment.version += 1
  comment.modifiedAt = siteNow(site)
}
