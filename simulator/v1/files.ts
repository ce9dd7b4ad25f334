import { finishListing, Refusal, v1Error, v1Invalid, v1NotFound, type Answer, type Listing } from '../answer.ts'
import { gatewayError } from '../answer.ts'
import { param, type Call } from '../call.ts'
import { findAttachment, putAttachment } from '../world/attachments.ts'
import type { Attachment } from '../world/site.ts'
import { getContentNode, getEditableNode } from './content.ts'
import { parseForm } from './form.ts'
import { limitV1, offsetListing } from './listing.ts'
import { mediaToken } from '../media.ts'

export function listAttachmentsV1(call: Call): Listing {
  const node = getContentNode(call)
  const name = call.query.get('filename')
  const found = [...call.site.attachments.values()].filter(
    (one) => one.page === node && one.status === 'current' && (name === null || one.name === name),
  )
  return offsetListing(call, found, limitV1(call, 50, 250), (one) => [JSON.stringify(attachmentV1(call, one))])
}

/** The bytes lie on another host; the token in the address is the only key there. */
export function downloadAttachment(call: Call): Answer {
  const node = getContentNode(call)
  const id = param(call, 'attachmentId')
  const found = call.site.attachments.get(Number(id.replace(/^att/, '')))
  if (found === undefined || found.page !== node || found.status !== 'current') throw new Refusal(v1NotFound(id))
  const location = `${call.mediaOrigin}/file/${found.fileId}/binary?token=${mediaToken(call.site.seed, found)}&name=${encodeURIComponent(found.name)}&dl=true`
  return { status: 302, headers: { location }, body: '' }
}

/** The old servlet answers 401 to API tokens. */
export function refuseServlet(): Answer {
  return gatewayError(401, 'Unauthorized')
}

/** POST makes a new attachment and refuses a name that is taken; PUT makes a new version of it. */
export function uploadAttachment(call: Call): Answer {
  const node = getEditableNode(call)
  if (call.headers['x-atlassian-token'] === undefined)
    throw new Refusal(v1Error(403, 'api.PermissionException', 'XSRF check failed', false))
  const form = parseForm(call.headers['content-type'] ?? '', call.body)
  const file = form.find((part) => part.name === 'file' && part.filename !== undefined)
  if (file?.filename === undefined) throw new Refusal(v1Invalid('At least one file is required'))
  const known = findAttachment(call.site, node, file.filename)
  if (
    known !== undefined &&
    call.path.split('?')[0]?.endsWith('/attachment') &&
    call.query.get('allowDuplicated') !== 'true' &&
    !isPut(call)
  ) {
    throw new Refusal(
      v1Invalid(`Cannot add a new attachment with same file name as an existing attachment: ${file.filename}`),
    )
  }
  const text = (name: string) => form.find((part) => part.name === name)?.bytes.toString()
  const stored = putAttachment(call.site, {
    page: node,
    name: file.filename,
    mediaType: file.mediaType,
    bytes: file.bytes,
    comment: text('comment'),
    minorEdit: text('minorEdit') === 'true',
    author: call.user.account,
  })
  return finishListing(offsetListing(call, [stored], 50, (one) => [JSON.stringify(attachmentV1(call, one))]))
}

function isPut(call: Call): boolean {
  return call.method === 'PUT'
}

function attachmentV1(call: Call, one: Attachment) {
  const path = `/rest/api/content/${one.page.id}/child/attachment/att${one.id}`
  return {
    id: `att${one.id}`,
    type: 'attachment',
    status: one.status,
    title: one.name,
    version: {
      number: one.version,
      when: new Date(one.modifiedAt).toISOString(),
      message: '',
      minorEdit: one.minorEdit,
    },
    macroRenderedOutput: {},
    metadata: { comment: one.comment, mediaType: one.mediaType },
    extensions: { mediaType: one.mediaType, fileSize: one.bytes.length, comment: one.comment, fileId: one.fileId },
    _expandable: { container: `/rest/api/content/${one.page.id}`, space: `/rest/api/space/${one.page.space.key}` },
    _links: { self: `${call.origin}/wiki${path}`, download: `${path}/download` },
  }
}
