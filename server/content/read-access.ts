/** Who may read a document: the one rule, asked by everything that shows a document or a part of one. */
import { DocumentStatus, DocumentType } from '#schema/document.ts'
import { canReadSpace } from '#server/access/policy.ts'
import type { Db, Tx } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { notFound } from '#server/platform/problem.ts'

/** What a question about a document's parts, versions or place needs to know of it. */
export type ReadableDocument = {
  id: string
  title: string
  type: DocumentType
  status: DocumentStatus
  version: number
  spaceId: string
  /** Null: it was made here. */
  integrationId: string | null
  externalId: string
}

/** The document, when the actor may read it; hidden ones and another's are "not found", as if they did not exist. */
export async function getReadableDocument(db: Db | Tx, actor: Actor, id: string): Promise<ReadableDocument> {
  const row = await db
    .selectFrom('documents')
    .select(['id', 'title', 'type', 'status', 'version', 'space_id', 'integration_id', 'external_id'])
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined || !canReadSpace(actor, row.space_id)) throw notFound('Document', id)
  return {
    id: row.id,
    title: row.title,
    type: DocumentType.parse(row.type),
    status: DocumentStatus.parse(row.status),
    version: row.version,
    spaceId: row.space_id,
    integrationId: row.integration_id,
    externalId: row.external_id,
  }
}
