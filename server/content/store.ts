/** Statements on documents and their versions. Each takes a batch and is one round trip. */
import { sql } from 'kysely'
import type { DocumentStatus } from '#schema/document.ts'
import type { Tx } from '#server/db/open.ts'
import { fold } from './fold.ts'
import type { ContentRow } from './incoming.ts'

export type Stored = {
  id: string
  external_id: string
  space_id: string
  type: string
  status: DocumentStatus
  title: string
  parent_external_id: string | null
  position: number | null
  version: number
  labels: string[]
  content_hash: string
  deleted: boolean
}

export type PlaceRow = {
  id: string
  space_id: string
  type: string
  status: DocumentStatus
  title: string
  parent_external_id: string | null
  position: number | null
  labels: string[]
}

export type VersionRow = {
  document_id: string
  number: number
  author: string | null
  message: string
  at: Date | null
}

/** The stored state of those that exist, locked in one order so that two writers cannot wait for each other. */
export async function lockDocuments(
  tx: Tx,
  integrationId: string,
  externalIds: string[],
): Promise<Map<string, Stored>> {
  if (externalIds.length === 0) return new Map()
  const { rows } = await sql<Stored>`
    select id, external_id, space_id, type, status, title, parent_external_id, position, version, labels, content_hash,
      deleted_at is not null as deleted
    from documents
    where integration_id = ${integrationId} and external_id = any(${externalIds}::text[])
    order by external_id
    for update`.execute(tx)
  return new Map(rows.map((row) => [row.external_id, row]))
}

/** Writes whole documents; returns the ids written. One that another transaction made under another id is left alone. */
export async function upsertDocuments(tx: Tx, integrationId: string, rows: ContentRow[]): Promise<string[]> {
  const { rows: written } = await sql<{ id: string }>`
    insert into documents (id, space_id, integration_id, external_id, type, status, title, title_folded, parent_external_id,
      position, version, version_at, version_author, version_message, author, source_created_at, url, labels, storage,
      markdown, body_text, content_hash)
    select id, space_id, ${integrationId}::uuid, external_id, type, status, title, title_folded, parent_external_id,
      position, version, version_at, version_author, version_message, author, source_created_at, url, labels, storage,
      markdown, body_text, content_hash
    from json_to_recordset(${JSON.stringify(rows)}::json) as incoming (id uuid, space_id uuid, external_id text, type text,
      status text, title text, title_folded text, parent_external_id text, position bigint, version integer,
      version_at timestamptz, version_author text, version_message text, author text, source_created_at timestamptz,
      url text, labels text[], storage text, markdown text, body_text text, content_hash text)
    on conflict (integration_id, external_id) do update set
      space_id = excluded.space_id, type = excluded.type, status = excluded.status, title = excluded.title,
      title_folded = excluded.title_folded, parent_external_id = excluded.parent_external_id,
      position = excluded.position, version = excluded.version, version_at = excluded.version_at,
      version_author = excluded.version_author, version_message = excluded.version_message, author = excluded.author,
      source_created_at = excluded.source_created_at, url = excluded.url, labels = excluded.labels,
      storage = excluded.storage, markdown = excluded.markdown, body_text = excluded.body_text,
      content_hash = excluded.content_hash, synced_at = now(), deleted_at = null, deleted_reason = null
    where documents.id = excluded.id
    returning id`.execute(tx)
  return written.map((row) => row.id)
}

/** Keeps a version's note; the same number again replaces it. */
export async function upsertVersions(tx: Tx, rows: VersionRow[]): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into document_versions (document_id, number, author, message, at)
    select document_id, number, author, message, at
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as incoming (document_id uuid, number integer, author text, message text, at timestamptz)
    on conflict (document_id, number) do update set author = excluded.author, message = excluded.message, at = excluded.at
  `.execute(tx)
}

/** Writes where documents stand and what is pinned to them, not their content. */
export async function updatePlaces(tx: Tx, rows: PlaceRow[]): Promise<void> {
  if (rows.length === 0) return
  const incoming = rows.map((row) => ({ ...row, title_folded: fold(row.title) }))
  await sql`
    update documents set space_id = incoming.space_id, type = incoming.type, status = incoming.status,
      title = incoming.title, title_folded = incoming.title_folded, parent_external_id = incoming.parent_external_id, position = incoming.position, labels = incoming.labels,
      synced_at = now()
    from json_to_recordset(${JSON.stringify(incoming)}::json) as incoming (id uuid, space_id uuid, type text, status text,
      title text, title_folded text, parent_external_id text, position bigint, labels text[])
    where documents.id = incoming.id`.execute(tx)
}
