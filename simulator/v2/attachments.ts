import { json, noContent, Refusal, v2NotFound, type Answer, type Listing } from '../answer.ts'
import { flag, listParam, param, type Call } from '../call.ts'
import { canEdit, canSee } from '../users.ts'
import { orderOf } from '../world/order.ts'
import { isoTime, type Attachment } from '../world/site.ts'
import { getNode } from './find.ts'
import { limitOf, sortOf, v2Page } from './paging.ts'

export function listAttachments(call: Call): Listing {
  return listOf(call, () => true)
}

export function listPageAttachments(call: Call): Listing {
  const page = getNode(call, 'page')
  return listOf(call, (attachment) => attachment.page === page)
}

export function listBlogPostAttachments(call: Call): Listing {
  const post = getNode(call, 'blogpost')
  return listOf(call, (attachment) => attachment.page === post)
}

export function getAttachment(call: Call): Answer {
  const found = findVisible(call)
  const facts = attachmentJson(found)
  return json(200, {
    ...facts,
    _links: { download: facts.downloadLink, webui: facts.webuiLink, base: `${call.origin}/wiki` },
  })
}

export function deleteAttachment(call: Call): Answer {
  const found = findVisible(call)
  if (!canEdit(call.user, found.page)) throw new Refusal(v2NotFound())
  if (flag(call, 'purge')) call.site.attachments.delete(found.id)
  else found.status = 'trashed'
  return noContent()
}

function findVisible(call: Call): Attachment {
  const found = call.site.attachments.get(Number(param(call, 'id').replace(/^att/, '')))
  if (found === undefined || !canSee(call.user, found.page)) throw new Refusal(v2NotFound())
  return found
}

function listOf(call: Call, within: (attachment: Attachment) => boolean): Listing {
  const { sort, descending } = sortOf(call, ['created-date', 'modified-date'], 'created-date')
  const statuses = listParam(call, 'status')
  const mediaType = call.query.get('mediaType')
  const name = call.query.get('filename')
  const order = orderOf(call.site.attachments.values(), (one) => [
    sort === 'created-date' ? one.createdAt : one.modifiedAt,
    one.id,
  ])
  const keep = (one: Attachment) =>
    within(one) &&
    (statuses.length === 0 ? one.status === 'current' : statuses.includes(one.status)) &&
    one.page.status !== 'trashed' &&
    (mediaType === null || one.mediaType === mediaType) &&
    (name === null || one.name === name) &&
    canSee(call.user, one.page)
  return v2Page(call, {
    order,
    sort,
    descending,
    limit: limitOf(call, 50),
    keep,
    row: (one) => [JSON.stringify(attachmentJson(one))],
  })
}

function attachmentJson(attachment: Attachment) {
  const { page, name } = attachment
  const download = `/download/attachments/${page.id}/${encodeURIComponent(name)}?version=${attachment.version}&modificationDate=${attachment.modifiedAt}&cacheVersion=1&api=v2`
  const webui = `/pages/viewpageattachments.action?pageId=${page.id}&preview=${encodeURIComponent(`/${page.id}/${attachment.id}/${name}`)}`
  return {
    mediaTypeDescription: null,
    webuiLink: webui,
    downloadLink: download,
    createdAt: isoTime(attachment.createdAt),
    version: {
      number: attachment.version,
      message: '',
      minorEdit: attachment.minorEdit,
      authorId: attachment.author.accountId,
      createdAt: isoTime(attachment.modifiedAt),
    },
    comment: attachment.comment,
    id: `att${attachment.id}`,
    [page.kind === 'blogpost' ? 'blogPostId' : 'pageId']: String(page.id),
    fileId: attachment.fileId,
    mediaType: attachment.mediaType,
    status: attachment.status,
    title: name,
    fileSize: attachment.bytes.length,
    _links: { download, webui },
  }
}
