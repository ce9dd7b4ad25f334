/** Stored documents as the API shows them. */
import { sql, type RawBuilder } from 'kysely'
import { Document, type DocumentStatus, type DocumentType } from '#schema/document.ts'
import { mayRead, type Reader } from '#server/access/reader.ts'
import type { Db, Tx } from '#server/db/open.ts'

export type DocumentRow = {
  id: string
  external_id: string
  type: DocumentType
  title: string
  space_key: string
  space_name: string
  status: DocumentStatus
  version: number
  parent_id: string | null
  has_children: boolean
  is_live: boolean
  labels: string[]
  url: string | null
  author: string | null
  source_created_at: Date | null
  version_at: Date | null
  synced_at: Date
}

const OF_CHILD = { space: sql`child.space_id`, set: sql`child.access_set_id` }

/** The columns of a `DocumentRow`, for a statement over `documents as document` joined with `spaces as space`. */
export function documentColumns(reader: Reader): RawBuilder<DocumentRow> {
  return sql`
  document.id, document.external_id, document.type, document.title, space.key as space_key, space.name as space_name,
  document.status, document.is_live, document.version, document.labels, document.url, document.source_created_at,
  (select person.name from source_people as person
    where person.integration_id = document.integration_id and person.account_id = document.author) as author,
  document.version_at, document.synced_at,
  (select parent.id from documents as parent
    where parent.integration_id = document.integration_id and parent.external_id = document.parent_external_id
      and parent.space_id = document.space_id and parent.deleted_at is null
      and parent.status in ('current', 'archived')) as parent_id,
  exists (select from documents as child
    where child.space_id = document.space_id and child.parent_external_id = document.external_id
      and child.integration_id = document.integration_id and child.deleted_at is null
      and child.status in ('current', 'archived') and ${mayRead(reader, OF_CHILD)}) as has_children`
}

export function presentDocument(row: DocumentRow): Document {
  return {
    id: row.id,
    externalId: row.external_id,
    type: row.type,
    title: row.title,
    space: { key: row.space_key, name: row.space_name },
    status: row.status,
    version: row.version,
    parentId: row.parent_id,
    hasChildren: row.has_children,
    ...(row.is_live ? { isLive: true } : {}),
    labels: row.labels,
    url: row.url,
    author: row.author,
    createdAt: row.source_created_at?.toISOString() ?? null,
    updatedAt: row.version_at?.toISOString() ?? null,
    syncedAt: row.synced_at.toISOString(),
  }
}

/** Those of the documents that the reader may see, by id, with their text: to show as hits. */
export async function findDocumentsWithText(
  db: Db | Tx,
  reader: Reader,
  ids: string[],
): Promise<Map<string, { document: Document; text: string }>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<DocumentRow & { body_text: string }>`
    select ${documentColumns(reader)}, left(document.body_text, 60000) as body_text
    from documents as document
    join spaces as space on space.id = document.space_id
    where document.id = any(${ids}::uuid[]) and document.deleted_at is null and ${mayRead(reader)}`.execute(db)
  return new Map(rows.map((row) => [row.id, { document: presentDocument(row), text: row.body_text }]))
}
