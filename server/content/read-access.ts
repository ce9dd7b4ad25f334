/** Who may read a document: the one rule, asked by everything that shows a document or a part of one. */
import { sql } from 'kysely'
import type { DocumentStatus, DocumentType } from '#schema/document.ts'
import { findReader, mayRead } from '#server/access/reader.ts'
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
  const reader = await findReader(db, actor)
  const { rows } = await sql<Row>`
    select document.id, document.title, document.type, document.status, document.version, document.space_id,
      document.integration_id, document.external_id
    from documents as document
    where document.id = ${id}::uuid and document.deleted_at is null and ${mayRead(reader)}`.execute(db)
  const [row] = rows
  if (row === undefined) throw notFound('Document', id)
  const { space_id: spaceId, integration_id: integrationId, external_id: externalId, ...rest } = row
  return { ...rest, spaceId, integrationId, externalId }
}

/** Whether the actor might read it if it were not hidden: of what lies in the trash. */
export async function isOpenTo(db: Db | Tx, actor: Actor, id: string): Promise<boolean> {
  const reader = await findReader(db, actor)
  const { rows } = await sql`
    select from documents as document where document.id = ${id}::uuid and ${mayRead(reader)}`.execute(db)
  return rows.length > 0
}

type Row = Omit<ReadableDocument, 'spaceId' | 'integrationId' | 'externalId'> & {
  space_id: string
  integration_id: string | null
  external_id: string
}
