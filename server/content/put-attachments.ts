/** Writes what a sync brings of attachments: what they are, not yet their bytes. */
import { sql } from 'kysely'
import type { FileState, TextState } from '#schema/document-parts.ts'
import type { Tx } from '#server/db/open.ts'
import { newId } from '#server/platform/ids.ts'
import { storable } from './fold.ts'
import { noteChangedParts } from './parts.ts'

export type IncomingAttachment = {
  documentId: string
  externalId: string
  name: string
  mediaType: string
  /** Bytes; null where the source does not tell. */
  size: number | null
  version: number
  versionAt: Date | null
  author: string | null
  comment: string
}

type Stored = {
  external_id: string
  document_id: string
  name: string
  media_type: string
  size: number | null
  version: number
  comment: string
  deleted: boolean
}

type Start = { file_state: FileState; file_detail: string; text_state: TextState; text_detail: string }

const NAME_CHARACTERS = 500
const GREATEST_INTEGER = 2_147_483_647
const MEGABYTE = 1024 * 1024

/**
 * Puts attachments, each external id once, and returns how many differed. A new version waits to be fetched; one larger
 * than `megabytes` is listed with that as the reason.
 */
export async function putAttachments(
  tx: Tx,
  integrationId: string,
  incoming: IncomingAttachment[],
  megabytes: number,
): Promise<number> {
  const tidied = incoming.map(tidy)
  const stored = await findStored(
    tx,
    integrationId,
    tidied.map((one) => one.externalId),
  )
  const changed = tidied.filter((one) => isChanged(one, stored.get(one.externalId)))
  if (changed.length === 0) return 0
  const rows = changed.map((one) => ({
    id: newId(),
    document_id: one.documentId,
    external_id: one.externalId,
    name: one.name,
    media_type: one.mediaType,
    size: one.size,
    version: one.version,
    version_at: one.versionAt,
    author: one.author,
    comment: one.comment,
    is_new: isNewFile(one, stored.get(one.externalId)),
    ...startOf(one.size, megabytes),
  }))
  await upsert(tx, integrationId, rows)
  const former = changed.flatMap((one) => stored.get(one.externalId)?.document_id ?? [])
  await noteChangedParts(tx, [...former, ...changed.map((one) => one.documentId)])
  return changed.length
}

/** Hides attachments and lets their bytes and words go; one that comes back is fetched again. Returns how many. */
export async function removeAttachments(
  tx: Tx,
  integrationId: string,
  externalIds: readonly string[],
): Promise<number> {
  if (externalIds.length === 0) return 0
  const { rows } = await sql<{ document_id: string }>`
    update attachments set deleted_at = now(), sha256 = null, body_text = ''
    where integration_id = ${integrationId} and external_id = any(${externalIds}::text[]) and deleted_at is null
    returning document_id`.execute(tx)
  await noteChangedParts(
    tx,
    rows.map((row) => row.document_id),
  )
  return rows.length
}

/** Those that a changed limit lets in wait again, or are given up; with `anew` also those that could not be fetched or read. */
export async function judgeFilesAnew(tx: Tx, integrationId: string, megabytes: number, anew: boolean): Promise<void> {
  await sql`
    update attachments set file_state = 'waiting', file_detail = '', text_state = 'waiting', text_detail = '',
      tries = 0, due_at = now()
    where integration_id = ${integrationId} and deleted_at is null
      and ((file_state = 'too-large' and size <= ${megabytes * MEGABYTE}::bigint and ${megabytes > 0})
        or (file_state = 'failed' and ${anew}))`.execute(tx)
  if (anew)
    await sql`
      update attachments set text_state = 'waiting', text_detail = '', tries = 0, due_at = now()
      where integration_id = ${integrationId} and deleted_at is null and file_state = 'stored'
        and text_state = 'failed'`.execute(tx)
  await sql`
    update attachments set file_state = 'too-large', file_detail = ${tooLarge(megabytes)}, text_state = 'none'
    where integration_id = ${integrationId} and deleted_at is null and file_state = 'waiting'
      and (size > ${megabytes * MEGABYTE}::bigint or ${megabytes === 0})`.execute(tx)
}

/** Why a file is listed and not fetched. */
export function tooLarge(megabytes: number): string {
  return megabytes === 0
    ? 'Files are not fetched: this integration’s limit is 0 MB.'
    : `Larger than the ${megabytes} MB that this integration fetches.`
}

function tidy(one: IncomingAttachment): IncomingAttachment {
  return {
    ...one,
    externalId: storable(one.externalId),
    name: storable(one.name).slice(0, NAME_CHARACTERS).toWellFormed(),
    mediaType: storable(one.mediaType).slice(0, 255),
    version: Math.min(one.version, GREATEST_INTEGER),
    author: one.author === null ? null : storable(one.author),
    comment: storable(one.comment).slice(0, 2000).toWellFormed(),
  }
}

async function findStored(tx: Tx, integrationId: string, externalIds: string[]): Promise<Map<string, Stored>> {
  const { rows } = await sql<Stored>`
    select external_id, document_id, name, media_type, size, version, comment, deleted_at is not null as deleted
    from attachments where integration_id = ${integrationId} and external_id = any(${externalIds}::text[])`.execute(tx)
  return new Map(rows.map((row) => [row.external_id, row]))
}

function isChanged(one: IncomingAttachment, stored: Stored | undefined): boolean {
  return (
    stored === undefined ||
    isNewFile(one, stored) ||
    stored.document_id !== one.documentId ||
    stored.name !== one.name ||
    stored.media_type !== one.mediaType ||
    stored.comment !== one.comment
  )
}

/** A version that came late is no news: what is stored is newer. */
function isNewFile(one: IncomingAttachment, stored: Stored | undefined): boolean {
  if (stored === undefined || stored.deleted) return true
  const isOtherSize = one.size !== null && one.size !== stored.size
  return one.version > stored.version || (one.version === stored.version && isOtherSize)
}

function startOf(size: number | null, megabytes: number): Start {
  const isTooLarge = megabytes === 0 || (size !== null && size > megabytes * MEGABYTE)
  return isTooLarge
    ? { file_state: 'too-large', file_detail: tooLarge(megabytes), text_state: 'none', text_detail: '' }
    : { file_state: 'waiting', file_detail: '', text_state: 'waiting', text_detail: '' }
}

async function upsert(tx: Tx, integrationId: string, rows: object[]): Promise<void> {
  await sql`
    with incoming as (
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as one (id uuid, document_id uuid, external_id text,
        name text, media_type text, size bigint, version integer, version_at timestamptz, author text, comment text,
        is_new boolean, file_state text, file_detail text, text_state text, text_detail text)
    ), same as (
      update attachments set document_id = incoming.document_id, name = incoming.name, media_type = incoming.media_type,
        comment = incoming.comment, synced_at = now()
      from incoming
      where not incoming.is_new and attachments.integration_id = ${integrationId}
        and attachments.external_id = incoming.external_id
    )
    insert into attachments (integration_id, id, document_id, external_id, name, media_type, size, version, version_at,
      author, comment, file_state, file_detail, text_state, text_detail)
    select ${integrationId}, id, document_id, external_id, name, media_type, size, version, version_at, author, comment,
      file_state, file_detail, text_state, text_detail
    from incoming where is_new
    on conflict (integration_id, external_id) do update set document_id = excluded.document_id, name = excluded.name,
      media_type = excluded.media_type, size = excluded.size, version = excluded.version,
      version_at = excluded.version_at, author = excluded.author, comment = excluded.comment,
      file_state = excluded.file_state, file_detail = excluded.file_detail, text_state = excluded.text_state,
      text_detail = excluded.text_detail, sha256 = null, body_text = '', tries = 0, due_at = now(), synced_at = now(),
      deleted_at = null`.execute(tx)
}
