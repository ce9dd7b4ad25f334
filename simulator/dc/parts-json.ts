import type { Piece } from '../answer.ts'
import { titleOf } from '../world/nodes.ts'
import type { Attachment, Comment } from '../world/site.ts'
import { serverTime, type DcCall } from './call.ts'
import { below, nodeJson, otherBodies, webui } from './content-json.ts'
import { has } from './listing.ts'
import { personJson } from './people-json.ts'
import { spaceJson } from './space-json.ts'

/** A file: its bytes lie at `_links.download`, below the context path, behind the same sign-in. */
export function attachmentRow(call: DcCall, file: Attachment, expand: ReadonlySet<string>): Piece[] {
  const { id, page, name, mediaType, comment, version, minorEdit, bytes } = file
  const path = `/rest/api/content/${id}`
  const encoded = encodeURIComponent(name)
  const download = `/download/attachments/${page.id}/${encoded}?version=${version}&modificationDate=${file.modifiedAt}&api=v2`
  return [
    JSON.stringify({
      id: String(id),
      type: 'attachment',
      status: file.status,
      title: name,
      metadata: { mediaType, comment, labels: { results: [], start: 0, limit: 200, size: 0 } },
      extensions: { mediaType, fileSize: bytes.length, comment },
      ...wanted(expand, {
        version: () => partVersion(call, file, minorEdit),
        container: () => nodeJson(call, page, below(expand, 'container')),
        space: () => spaceJson(call, page.space),
        history: () => partHistory(call, file),
      }),
      _links: {
        webui: `/pages/viewpage.action?pageId=${page.id}&preview=%2F${page.id}%2F${id}%2F${encoded}`,
        download,
        thumbnail: download.replace('/attachments/', '/thumbnails/'),
        self: `${call.base}${path}`,
      },
      _expandable: rest(expand, {
        container: `/rest/api/content/${page.id}`,
        version: '',
        history: `${path}/history`,
        space: '',
      }),
    }),
  ]
}

/** A comment: what an inline one is pinned to, and whether it is resolved, comes when it is asked for. */
export function commentRow(call: DcCall, comment: Comment, expand: ReadonlySet<string>): Piece[] {
  const { id, page, kind } = comment
  const path = `/rest/api/content/${id}`
  return [
    JSON.stringify({
      id: String(id),
      type: 'comment',
      status: comment.status,
      title: `Re: ${titleOf(call.site, page)}`,
      extensions: {
        location: kind,
        ...(kind === 'inline' && has(expand, 'extensions.inlineProperties')
          ? { inlineProperties: { originalSelection: comment.selection, markerRef: comment.marker } }
          : {}),
        ...(has(expand, 'extensions.resolution') ? { resolution: resolutionOf(call, comment) } : {}),
        _expandable: rest(below(expand, 'extensions'), { inlineProperties: '', resolution: '' }),
      },
      ...wanted(expand, {
        version: () => partVersion(call, comment, false),
        container: () => nodeJson(call, page, below(expand, 'container')),
        ancestors: () =>
          threadOf(comment).map((above) => ({ id: String(above.id), type: 'comment', status: above.status })),
        space: () => spaceJson(call, page.space),
        history: () => partHistory(call, comment),
        body: () => ({
          storage: { value: comment.storage, representation: 'storage', _expandable: { content: path } },
          _expandable: JSON.parse(otherBodies),
        }),
      }),
      _links: {
        webui: `${webui(call.site, page)}?focusedCommentId=${id}#comment-${id}`,
        self: `${call.base}${path}`,
      },
      _expandable: rest(expand, {
        container: `/rest/api/content/${page.id}`,
        ancestors: '',
        body: '',
        version: '',
        history: `${path}/history`,
        space: '',
      }),
    }),
  ]
}

function resolutionOf(call: DcCall, { resolved, author, modifiedAt }: Comment) {
  if (!resolved) return { status: 'open' }
  return {
    status: 'resolved',
    lastModifier: personJson(call, author),
    lastModifiedDate: serverTime(call.dc, modifiedAt),
  }
}

function threadOf(comment: Comment): Comment[] {
  const above: Comment[] = []
  for (let at = comment.parent; at !== undefined; at = at.parent) above.unshift(at)
  return above
}

function partVersion(call: DcCall, part: Attachment | Comment, minorEdit: boolean) {
  const { author, modifiedAt, version } = part
  return {
    by: personJson(call, author),
    when: serverTime(call.dc, modifiedAt),
    message: '',
    number: version,
    minorEdit,
    hidden: false,
  }
}

function partHistory(call: DcCall, { author, createdAt }: Attachment | Comment) {
  return { latest: true, createdBy: personJson(call, author), createdDate: serverTime(call.dc, createdAt) }
}

function wanted(expand: ReadonlySet<string>, parts: Record<string, () => unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parts).flatMap(([name, make]) => (has(expand, name) ? [[name, make()]] : [])),
  )
}

function rest(expand: ReadonlySet<string>, all: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !has(expand, name)))
}
