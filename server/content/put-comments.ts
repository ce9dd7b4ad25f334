/** Writes comments as a sync brings them, already converted. */
import { sql } from 'kysely'
import type { Tx } from '#server/db/open.ts'
import { newId } from '#server/platform/ids.ts'
import { storable } from './fold.ts'
import { noteChangedParts } from './parts.ts'

export type IncomingComment = {
  documentId: string
  externalId: string
  kind: 'footer' | 'inline'
  parentExternalId: string | null
  author: string | null
  version: number
  versionAt: Date | null
  storage: string
  markdown: string
  text: string
  resolution: 'open' | 'resolved' | 'reopened' | 'dangling' | null
  selection: string | null
}

export type KnownComment = {
  documentId: string
  version: number
  resolution: string | null
  deleted: boolean
}

const GREATEST_INTEGER = 2_147_483_647
const TEXT_CHARACTERS = 100_000

/** What is stored of comments, by external id: what is the same need not be converted again. */
export async function findComments(
  tx: Tx,
  integrationId: string,
  externalIds: readonly string[],
): Promise<Map<string, KnownComment>> {
  const { rows } = await sql<{
    external_id: string
    document_id: string
    version: number
    resolution: string | null
    deleted: boolean
  }>`
    select external_id, document_id, version, resolution, deleted_at is not null as deleted
    from comments where integration_id = ${integrationId} and external_id = any(${externalIds}::text[])`.execute(tx)
  return new Map(
    rows.map((row) => [
      row.external_id,
      { documentId: row.document_id, version: row.version, resolution: row.resolution, deleted: row.deleted },
    ]),
  )
}

/** Puts comments, each external id once. Who wrote a comment first, and when, stays: the source tells only of its last change. */
export async function putComments(tx: Tx, integrationId: string, incoming: IncomingComment[]): Promise<void> {
  if (incoming.length === 0) return
  // Ids count up: of comments of one moment the one with the lower id was met, and is listed, first.
  const rows = incoming.toSorted(byAge).map((one) => ({
    id: newId(),
    document_id: one.documentId,
    external_id: storable(one.externalId),
    kind: one.kind,
    parent_external_id: one.parentExternalId === null ? null : storable(one.parentExternalId),
    author: one.author === null ? null : storable(one.author),
    version: Math.min(one.version, GREATEST_INTEGER),
    version_at: one.versionAt,
    storage: storable(one.storage),
    markdown: storable(one.markdown),
    body_text: storable(one.text).slice(0, TEXT_CHARACTERS).toWellFormed(),
    resolution: one.resolution,
    selection: one.selection === null ? null : storable(one.selection),
  }))
  await sql`
    insert into comments (integration_id, id, document_id, external_id, kind, parent_external_id, author,
      source_created_at, version, version_at, storage, markdown, body_text, resolution, selection)
    select ${integrationId}, id, document_id, external_id, kind, parent_external_id, author, version_at, version,
      version_at, storage, markdown, body_text, resolution, selection
    from json_to_recordset(${JSON.stringify(rows)}::json) as one (id uuid, document_id uuid, external_id text, kind text,
      parent_external_id text, author text, version integer, version_at timestamptz, storage text, markdown text,
      body_text text, resolution text, selection text)
    on conflict (integration_id, external_id) do update set document_id = excluded.document_id, kind = excluded.kind,
      parent_external_id = excluded.parent_external_id, version = excluded.version, version_at = excluded.version_at,
      storage = excluded.storage, markdown = excluded.markdown, body_text = excluded.body_text,
      resolution = excluded.resolution, selection = excluded.selection, synced_at = now(), deleted_at = null`.execute(
    tx,
  )
  await noteChangedParts(
    tx,
    incoming.map((one) => one.documentId),
  )
}

function byAge(a: IncomingComment, b: IncomingComment): number {
  const apart = (a.versionAt?.getTime() ?? 0) - (b.versionAt?.getTime() ?? 0)
  return apart || a.externalId.length - b.externalId.length || (a.externalId < b.externalId ? -1 : 1)
}

/** Takes comments away; returns how many. */
export async function removeComments(tx: Tx, integrationId: string, externalIds: readonly string[]): Promise<number> {
  if (externalIds.length === 0) return 0
  const { rows } = await sql<{ document_id: string }>`
    update comments set deleted_at = now(), storage = '', markdown = '', body_text = ''
    where integration_id = ${integrationId} and external_id = any(${externalIds}::text[]) and deleted_at is null
    returning document_id`.execute(tx)
  await noteChangedParts(
    tx,
    rows.map((row) => row.document_id),
  )
  return rows.length
}
