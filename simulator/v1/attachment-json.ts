import type { Call } from '../call.ts'
import { isoTime, type Attachment } from '../world/site.ts'

export function attachmentV1(call: Call, one: Attachment) {
  const path = `/rest/api/content/${one.page.id}/child/attachment/att${one.id}`
  return {
    id: `att${one.id}`,
    type: 'attachment',
    status: one.status,
    title: one.name,
    version: { number: one.version, when: isoTime(one.modifiedAt), message: '', minorEdit: one.minorEdit },
    macroRenderedOutput: {},
    metadata: { comment: one.comment, mediaType: one.mediaType },
    extensions: { mediaType: one.mediaType, fileSize: one.bytes.length, comment: one.comment, fileId: one.fileId },
    _expandable: { container: `/rest/api/content/${one.page.id}`, space: `/rest/api/space/${one.page.space.key}` },
    _links: { self: `${call.origin}/wiki${path}`, download: `${path}/download` },
  }
}
