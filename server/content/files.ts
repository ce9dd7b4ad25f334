/** An attachment's bytes for whoever may read its document. */
import type { App } from '#server/app.ts'
import type { Actor } from '#server/platform/actor.ts'
import { notFound, Problem } from '#server/platform/problem.ts'
import { readBlob } from './blobs.ts'
import { getReadableDocument } from './read-access.ts'

export type OpenFile = {
  name: string
  mediaType: string
  size: number
  sha256: string
  bytes: AsyncIterable<Uint8Array>
}

/** A file to be read piece by piece. 409 `not-fetched` when its bytes are not here, with the reason. */
export async function openFile(
  app: Pick<App, 'db'>,
  actor: Actor,
  documentId: string,
  attachmentId: string,
): Promise<OpenFile> {
  await getReadableDocument(app.db, actor, documentId)
  const row = await app.db
    .selectFrom('attachments')
    .leftJoin('blobs', 'blobs.sha256', 'attachments.sha256')
    .select(['name', 'media_type', 'file_state', 'file_detail', 'blobs.sha256', 'blobs.size'])
    .where('attachments.id', '=', attachmentId)
    .where('document_id', '=', documentId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined) throw notFound('Attachment', attachmentId)
  if (row.sha256 === null || row.size === null) throw notFetched(row.name, row.file_state, row.file_detail)
  return {
    name: row.name,
    mediaType: row.media_type,
    size: row.size,
    sha256: row.sha256,
    bytes: readBlob(app.db, row.sha256, row.size),
  }
}

function notFetched(name: string, state: string, detail: string): Problem {
  const why = detail !== '' ? detail : state === 'waiting' ? 'It waits to be fetched; try again in a minute.' : ''
  return new Problem(409, 'not-fetched', `The file ${JSON.stringify(name)} is not stored here. ${why}`.trim())
}
