import { z } from 'zod'
import { finishListing, noContent, type Answer, type Listing } from '../answer.ts'
import { param } from '../call.ts'
import { rendered } from '../v2/pages.ts'
import { parseForm, type FormPart } from '../v1/form.ts'
import { findAttachment, putAttachment } from '../world/attachments.ts'
import type { Attachment, Node } from '../world/site.ts'
import { bodyOf, type DcCall } from './call.ts'
import { findFile, getEditable, getNode } from './find.ts'
import { expandOf, limitOf, offsetList } from './listing.ts'
import { attachmentRow } from './parts-json.ts'
import { contentNotFound, forbidden, invalid } from './refusals.ts'
import { conflict } from './write.ts'

const Change = z.object({
  version: z.object({ number: z.int() }),
  title: z.string().min(1).optional(),
  metadata: z.object({ comment: z.string().optional(), mediaType: z.string().optional() }).optional(),
})

export function listFiles(call: DcCall): Listing {
  const node = getNode(call)
  const name = call.query.get('filename')
  const mediaType = call.query.get('mediaType')
  const items = [...call.site.attachments.values()].filter(
    (one) =>
      one.page === node &&
      one.status === 'current' &&
      (name === null || one.name === name) &&
      (mediaType === null || one.mediaType === mediaType),
  )
  return listing(call, items)
}

/** GET /download/attachments/{page}/{name}: the bytes, for whoever may see the page. */
export function downloadFile(call: DcCall): Answer {
  const node = getNode(call)
  const found = findAttachment(call.site, node, param(call, 'name'))
  const asked = call.query.get('version')
  if (found === undefined || (asked !== null && Number(asked) > found.version)) throw contentNotFound(String(node.id))
  return {
    status: 200,
    headers: {
      'content-type': found.mediaType,
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(found.name)}`,
      'x-content-type-options': 'nosniff',
    },
    body: found.bytes,
  }
}

/** POST …/child/attachment: new files; a name that is taken is refused. */
export function uploadFiles(call: DcCall): Answer {
  const node = getEditable(call)
  const { files, text } = formOf(call)
  const taken = files.find((file) => findAttachment(call.site, node, file.filename ?? '') !== undefined)
  if (taken !== undefined && call.query.get('allowDuplicated') !== 'true')
    throw invalid(`Cannot add a new attachment with same file name as an existing attachment: ${taken.filename}`)
  return finishListing(
    listing(
      call,
      files.map((file) => stored(call, node, file, text)),
    ),
  )
}

/** POST …/{attachmentId}/data: a further version of a file, whatever its new name. */
export function uploadVersion(call: DcCall): Answer {
  const known = getFile(call)
  const { files, text } = formOf(call)
  const [file] = files
  if (file === undefined) throw invalid('At least one file is required')
  const put = stored(call, known.page, { ...file, filename: known.name }, text)
  put.name = file.filename ?? put.name
  return rendered(attachmentRow(call, put, expandOf(call, 'version,container')))
}

/** PUT …/{attachmentId}: name, comment and type of a file; no new version. */
export function changeFile(call: DcCall): Answer {
  const known = getFile(call)
  const { version, title, metadata } = bodyOf(call, Change)
  if (version.number !== known.version) throw conflict(known.version, version.number)
  known.name = title ?? known.name
  known.comment = metadata?.comment ?? known.comment
  known.mediaType = metadata?.mediaType ?? known.mediaType
  return rendered(attachmentRow(call, known, expandOf(call, 'version,container')))
}

export function removeFile(call: DcCall): Answer {
  getFile(call).status = 'trashed'
  return noContent()
}

function getFile(call: DcCall): Attachment {
  const node = getEditable(call)
  const id = param(call, 'attachmentId')
  const file = findFile(call, id)
  if (file === undefined || file.page !== node || file.status !== 'current') throw contentNotFound(id)
  return file
}

function listing(call: DcCall, items: readonly Attachment[]): Listing {
  const expand = expandOf(call)
  return offsetList(call, { items, limit: limitOf(call, 50, false), row: (one) => attachmentRow(call, one, expand) })
}

function formOf(call: DcCall): { files: FormPart[]; text: (name: string) => string | undefined } {
  if (call.headers['x-atlassian-token'] === undefined) throw forbidden('XSRF check failed')
  const form = parseForm(call.headers['content-type'] ?? '', call.body)
  const files = form.filter((part) => part.name === 'file' && part.filename !== undefined)
  if (files.length === 0) throw invalid('At least one file is required')
  return { files, text: (name) => form.find((part) => part.name === name)?.bytes.toString() }
}

function stored(call: DcCall, page: Node, file: FormPart, text: (name: string) => string | undefined): Attachment {
  return putAttachment(call.site, {
    page,
    name: file.filename ?? '',
    mediaType: file.mediaType,
    bytes: file.bytes,
    comment: text('comment'),
    minorEdit: text('minorEdit') === 'true',
    author: call.user.account,
  })
}
