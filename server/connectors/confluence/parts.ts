/** Reads what hangs on pages of a Confluence Cloud site: attachments, comments, bodies of old versions. Never one page at a time. */
import { Upstream } from '#server/platform/problem.ts'
import { AttachmentAnswer, CommentAnswer, PageAnswer } from './answers.ts'
import type { Client } from './client.ts'
import { walkListing } from './listing.ts'
import { ITEMS_PER_REQUEST, toDate } from './pull.ts'

export type PartKind = 'attachments' | 'footer-comments' | 'inline-comments'

export type PulledAttachment = {
  externalId: string
  /** Null when it hangs on something that is no page and no blog post. */
  pageExternalId: string | null
  name: string
  mediaType: string
  size: number | null
  version: number
  versionAt: Date | null
  author: string | null
  comment: string
}

export type PulledComment = {
  externalId: string
  /** Null when the source names only the comment that it answers, or something that is no page. */
  pageExternalId: string | null
  kind: 'footer' | 'inline'
  parentExternalId: string | null
  author: string | null
  version: number
  versionAt: Date | null
  storage: string
  resolution: 'open' | 'resolved' | 'reopened' | 'dangling' | null
  selection: string | null
}

/** `unreadable`: how many items came in a form that could not be read. */
export type PartBatch<T> = { items: T[]; unreadable: number; next: string | null }
export type PartList = {
  /** Newest change first, for walks that end early. */
  newestFirst: boolean
}

/** A page or blog post as it was in one version. */
export type PulledVersion = {
  number: number
  title: string
  storage: string
  at: Date | null
  author: string | null
  message: string
  minorEdit: boolean
}

/** All attachments of the site that are not in the trash, 250 a request. */
export async function* walkAttachments(
  client: Client,
  { newestFirst }: PartList,
): AsyncGenerator<PartBatch<PulledAttachment>> {
  const path = `/api/v2/attachments?status=current&limit=${ITEMS_PER_REQUEST}${sortOf(newestFirst)}`
  for await (const page of walkListing(client, path, null, !newestFirst)) {
    const read = page.results.map((result) => AttachmentAnswer.safeParse(result))
    const items = read.flatMap((one) => (one.success ? [toAttachment(one.data)] : []))
    yield { items, unreadable: read.length - items.length, next: page.next }
  }
}

/** All footer or all inline comments of the site, answers included, with bodies, 250 a request. */
export async function* walkComments(
  client: Client,
  kind: PulledComment['kind'],
  { newestFirst }: PartList,
): AsyncGenerator<PartBatch<PulledComment>> {
  const path = `/api/v2/${kind}-comments?body-format=storage&limit=${ITEMS_PER_REQUEST}${sortOf(newestFirst)}`
  for await (const page of walkListing(client, path, null, !newestFirst)) {
    const read = page.results.map((result) => CommentAnswer.safeParse(result))
    const items = read.flatMap((one) => (one.success ? [toComment(one.data, kind)] : []))
    yield { items, unreadable: read.length - items.length, next: page.next }
  }
}

/** Whether a part that a list no longer shows is still there: asked for by its id. */
export async function hasPart(client: Client, kind: PartKind, externalId: string): Promise<boolean> {
  try {
    const answer = await client.getJson(`/api/v2/${kind}/${encodeURIComponent(externalId)}`)
    return !(typeof answer === 'object' && answer !== null && 'status' in answer && answer.status === 'trashed')
  } catch (error) {
    if (error instanceof Upstream && error.status === 404) return false
    throw error
  }
}

/** A page or blog post as it was in that version; undefined when Confluence does not keep it, or hides it. */
export async function getVersion(
  client: Client,
  externalId: string,
  number: number,
): Promise<PulledVersion | undefined> {
  for (const kind of ['pages', 'blogposts'] as const) {
    try {
      const path = `/api/v2/${kind}/${encodeURIComponent(externalId)}?version=${number}&body-format=storage`
      const page = PageAnswer.parse(await client.getJson(path))
      return {
        number: page.version.number,
        title: page.title,
        storage: page.body?.storage?.value ?? '',
        at: toDate(page.version.createdAt),
        author: page.version.authorId ?? null,
        message: page.version.message ?? '',
        minorEdit: page.version.minorEdit ?? false,
      }
    } catch (error) {
      if (!(error instanceof Upstream) || error.status !== 404) throw error
    }
  }
  return undefined
}

/** Where the bytes of an attachment's newest version are asked for; the old servlet refuses API tokens. */
export function filePath(file: { pageExternalId: string; externalId: string }): string {
  return `/rest/api/content/${encodeURIComponent(file.pageExternalId)}/child/attachment/${encodeURIComponent(file.externalId)}/download`
}

function sortOf(newestFirst: boolean): string {
  return newestFirst ? '&sort=-modified-date' : ''
}

function toAttachment(answer: AttachmentAnswer): PulledAttachment {
  return {
    externalId: answer.id,
    pageExternalId: answer.pageId ?? answer.blogPostId ?? null,
    name: answer.title,
    mediaType: answer.mediaType ?? '',
    size: answer.fileSize ?? null,
    version: answer.version?.number ?? 1,
    versionAt: toDate(answer.version?.createdAt),
    author: answer.version?.authorId ?? null,
    comment: answer.comment ?? '',
  }
}

function toComment(answer: CommentAnswer, kind: PulledComment['kind']): PulledComment {
  return {
    externalId: answer.id,
    pageExternalId: answer.pageId ?? answer.blogPostId ?? null,
    kind,
    parentExternalId: answer.parentCommentId ?? null,
    author: answer.version?.authorId ?? null,
    version: answer.version?.number ?? 1,
    versionAt: toDate(answer.version?.createdAt),
    storage: answer.body?.storage?.value ?? '',
    resolution: kind === 'inline' ? (answer.resolutionStatus ?? null) : null,
    selection: answer.properties?.inlineOriginalSelection ?? null,
  }
}
