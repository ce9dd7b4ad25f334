import {
  finishListing,
  gatewayError,
  Refusal,
  v1Error,
  v1Invalid,
  v1NotFound,
  type Answer,
  type Listing,
} from '../answer.ts'
import { param, type Call } from '../call.ts'
import { mediaToken } from '../media.ts'
import { findAttachment, putAttachment } from '../world/attachments.ts'
import { attachmentV1 } from './attachment-json.ts'
import { getContentNode, getEditableNode } from './content.ts'
import { parseForm } from './form.ts'
import { limitV1, offsetListing } from './listing.ts'

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
  const query = new URLSearchParams({ token: mediaToken(call.site.seed, found), name: found.name, dl: 'true' })
  return {
    status: 302,
    headers: { location: `${call.mediaOrigin}/file/${found.fileId}/binary?${query.toString()}` },
    body: '',
  }
}

/** The old servlet answers 401 to API tokens. */
export function refuseServlet(): Answer {
  return gatewayError(401, 'Unauthorized')
}

/** POST makes a new attachment and refuses a name that is taken; PUT makes a new version of it. */
export function uploadAttachment(call: Call): Answer {
  const node = getEditableNode(call)
  const xsrf = call.headers['x-atlassian-token'] !== undefined
  if (!xsrf) throw new Refusal(v1Error(403, 'api.PermissionException', 'XSRF check failed', false))
  const form = parseForm(call.headers['content-type'] ?? '', call.body)
  const file = form.find((part) => part.name === 'file')
  if (file?.filename === undefined) throw new Refusal(v1Invalid('At least one file is required'))
  if (call.method === 'POST' && findAttachment(call.site, node, file.filename) !== undefined) {
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
