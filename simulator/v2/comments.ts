import { z } from 'zod'
import { json, noContent, Refusal, v2Error, v2NotFound, type Answer, type Listing } from '../answer.ts'
import { bodyOf, param, type Call } from '../call.ts'
import { canSee } from '../users.ts'
import { editComment, putComment } from '../world/attachments.ts'
import { titleOf } from '../world/nodes.ts'
import { orderOf } from '../world/order.ts'
import { isoTime, type Comment } from '../world/site.ts'
import { getNode, wantsStorage } from './find.ts'
import { webui } from './node-json.ts'
import { limitOf, sortOf, v2Page } from './paging.ts'

type Kind = Comment['kind']

const One = z.object({ representation: z.literal('storage'), value: z.string() })
const Body = z.union([One, z.object({ storage: One }).transform((body) => body.storage)])
const Create = z.object({
  pageId: z.string().optional(),
  blogPostId: z.string().optional(),
  parentCommentId: z.string().optional(),
  body: Body,
  inlineCommentProperties: z.object({ textSelection: z.string() }).optional(),
})
const Update = z.object({
  version: z.object({ number: z.number().int() }),
  body: Body.optional(),
  resolved: z.boolean().optional(),
})

/** The handlers of one kind of comment: site-wide and per page, reading and writing. */
export function commentCalls(kind: Kind) {
  return {
    list: (call: Call) => listOf(call, kind, () => true),
    listOfPage: (call: Call) => listWithin(call, kind, 'page'),
    listOfBlogPost: (call: Call) => listWithin(call, kind, 'blogpost'),
    children: (call: Call) => {
      const parent = getComment(call, kind)
      return listOf(call, kind, (comment) => comment.parent === parent)
    },
    get: (call: Call) => single(call, getComment(call, kind), 200),
    create: (call: Call) => create(call, kind),
    update: (call: Call) => update(call, kind),
    remove: (call: Call) => {
      getComment(call, kind).status = 'trashed'
      return noContent()
    },
  }
}

function listWithin(call: Call, kind: Kind, owner: 'page' | 'blogpost'): Listing {
  const page = getNode(call, owner)
  return listOf(call, kind, (comment) => comment.page === page && comment.parent === undefined)
}

function listOf(call: Call, kind: Kind, within: (comment: Comment) => boolean): Listing {
  const { sort, descending } = sortOf(call, ['created-date', 'modified-date'], 'created-date')
  const storage = wantsStorage(call)
  const order = orderOf(call.site.comments.values(), (one) => [
    sort === 'created-date' ? one.createdAt : one.modifiedAt,
    one.id,
  ])
  const keep = (one: Comment) =>
    one.kind === kind &&
    one.status === 'current' &&
    one.page.status !== 'trashed' &&
    within(one) &&
    canSee(call.user, one.page)
  const row = (one: Comment) => [JSON.stringify(commentJson(call, one, storage))]
  const listing = v2Page(call, { order, sort, descending, limit: limitOf(call), keep, row })
  return kind === 'inline'
    ? { ...listing, envelope: (size, href) => withWarning(listing.envelope(size, href)) }
    : listing
}

function withWarning(envelope: ReturnType<Listing['envelope']>): ReturnType<Listing['envelope']> {
  const warning =
    '299 - "Deprecated Fields: inline-marker-ref and inline-original-selection are deprecated, use inlineMarkerRef and inlineOriginalSelection instead"'
  return { ...envelope, headers: { ...envelope.headers, warning } }
}

function create(call: Call, kind: Kind): Answer {
  const { site, user } = call
  const { pageId, blogPostId, parentCommentId, body, inlineCommentProperties } = bodyOf(call, Create)
  const parent = parentCommentId === undefined ? undefined : site.comments.get(Number(parentCommentId))
  const page = parent?.page ?? site.nodes.get(Number(pageId ?? blogPostId))
  if (page === undefined || !canSee(user, page) || (parentCommentId !== undefined && parent === undefined))
    throw new Refusal(v2NotFound())
  const comment = putComment(site, {
    kind,
    page,
    parent,
    storage: body.value,
    author: user.account,
    selection: inlineCommentProperties?.textSelection,
  })
  return single(call, comment, 201)
}

function update(call: Call, kind: Kind): Answer {
  const comment = getComment(call, kind)
  const { version, body, resolved } = bodyOf(call, Update)
  if (version.number !== comment.version + 1)
    throw new Refusal(v2Error(409, 'CONFLICT', `Version conflict. Current version: [${comment.version}]`))
  if (resolved !== undefined) comment.resolved = resolved
  editComment(call.site, comment, body?.value ?? comment.storage, call.user.account)
  return single(call, comment, 200)
}

function getComment(call: Call, kind: Kind): Comment {
  const comment = call.site.comments.get(Number(param(call, 'id')))
  if (
    comment === undefined ||
    comment.kind !== kind ||
    comment.status === 'trashed' ||
    !canSee(call.user, comment.page)
  )
    throw new Refusal(v2NotFound())
  return comment
}

function single(call: Call, comment: Comment, status: number): Answer {
  const facts = commentJson(call, comment, true)
  const base = `${call.origin}/wiki`
  const headers = {
    link: `<${base}>; rel="base"`,
    ...(status === 201 ? { location: `/wiki/api/v2/${comment.kind}-comments/${comment.id}` } : {}),
  }
  return json(status, { ...facts, _links: { webui: linkOf(call, comment), base } }, headers)
}

function commentJson(call: Call, comment: Comment, storage: boolean) {
  const { page, kind } = comment
  return {
    id: String(comment.id),
    status: comment.status,
    title: `Re: ${titleOf(call.site, page)}`,
    [page.kind === 'blogpost' ? 'blogPostId' : 'pageId']: String(page.id),
    ...(comment.parent === undefined ? {} : { parentCommentId: String(comment.parent.id) }),
    version: {
      number: comment.version,
      message: '',
      minorEdit: false,
      authorId: comment.author.accountId,
      createdAt: isoTime(comment.modifiedAt),
    },
    resolutionStatus: comment.resolved ? 'resolved' : 'open',
    ...(comment.resolved
      ? { resolutionLastModifierId: comment.author.accountId, resolutionLastModifiedAt: isoTime(comment.modifiedAt) }
      : {}),
    ...(storage ? { body: { storage: { representation: 'storage', value: comment.storage } } } : {}),
    ...(kind === 'inline' ? { properties: inlineProperties(comment) } : {}),
    _links: { webui: linkOf(call, comment) },
  }
}

function inlineProperties({ marker, selection }: Comment) {
  return {
    inlineMarkerRef: marker,
    inlineOriginalSelection: selection,
    'inline-marker-ref': marker,
    'inline-original-selection': selection,
  }
}

function linkOf(call: Call, comment: Comment): string {
  return `${webui(call.site, comment.page)}?focusedCommentId=${comment.id}`
}
