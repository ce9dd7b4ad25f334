/** Brings an attached file into the store. */
import { Attachment } from '#schema/document-parts.ts'
import type { AttachedFile } from '#server/connectors/confluence/push-file.ts'
import type { App } from '#server/app.ts'
import { putAttachments } from '#server/content/put-attachments.ts'
import { arrive, type Place, type Sent } from './arrive.ts'

/** Whether this is the version that was sent, by its number and its size. */
export function isMade(file: AttachedFile | undefined, sent: { version: number; size: number }): boolean {
  return file !== undefined && file.version === sent.version && (file.size === null || file.size === sent.size)
}

/** Its bytes are fetched back by the worker that fetches all others', so that what is kept is what Confluence has. */
export async function storeFile(
  app: Pick<App, 'db'>,
  place: Place & { megabytes: number },
  documentId: string,
  file: AttachedFile,
  sent: Sent,
): Promise<Attachment> {
  await arrive(app, place, sent, async (tx) => {
    await putAttachments(tx, place.integrationId, [{ documentId, ...file }], place.megabytes)
    return { documentId, detail: { file: file.name, version: file.version, size: file.size } }
  })
  const row = await app.db
    .selectFrom('attachments')
    .selectAll()
    .where('integration_id', '=', place.integrationId)
    .where('external_id', '=', file.externalId)
    .executeTakeFirstOrThrow()
  return Attachment.parse({
    id: row.id,
    externalId: row.external_id,
    name: row.name,
    mediaType: row.media_type,
    size: row.size,
    version: row.version,
    comment: row.comment,
    author: null,
    updatedAt: row.version_at?.toISOString() ?? null,
    file: row.file_state,
    fileDetail: row.file_detail,
    text: row.text_state,
    textDetail: row.text_detail,
  })
}
