/** Statements on attachments whose bytes or text wait. Who takes one up puts it off first: a dead process holds it no longer. */
import { sql } from 'kysely'
import type { Db, Tx } from '#server/db/open.ts'

export type WaitingFile = {
  id: string
  integration_id: string
  document_external_id: string
  external_id: string
  media_type: string
  size: number | null
  version: number
  tries: number
}

export type WaitingText = {
  id: string
  integration_id: string
  document_id: string
  name: string
  media_type: string
  sha256: string
  size: number
  tries: number
}

/** A transfer may take ten minutes. */
const HELD_FOR = '15 minutes'

/** Takes up files of connected integrations, but for `passedOver`, whose time has come. */
export async function claimFiles(db: Db, limit: number, passedOver: readonly string[]): Promise<WaitingFile[]> {
  const { rows } = await sql<WaitingFile>`
    with chosen as (
      select attachment.id, document.external_id as document_external_id
      from attachments as attachment
      join documents as document on document.id = attachment.document_id and document.deleted_at is null
      join integrations as integration on integration.id = attachment.integration_id and integration.state = 'connected'
      where attachment.deleted_at is null and attachment.file_state = 'waiting' and attachment.due_at <= now()
        and attachment.integration_id <> all(${passedOver}::uuid[])
      order by attachment.due_at
      limit ${limit} for update of attachment skip locked
    )
    update attachments set due_at = now() + ${HELD_FOR}::interval, tries = tries + 1
    from chosen where attachments.id = chosen.id
    returning attachments.id, integration_id, chosen.document_external_id, attachments.external_id, media_type, size,
      version, tries`.execute(db)
  return rows
}

/** Takes up stored files whose text was not read yet. */
export async function claimTexts(db: Db, limit: number): Promise<WaitingText[]> {
  const { rows } = await sql<WaitingText>`
    with chosen as (
      select id from attachments
      where deleted_at is null and file_state = 'stored' and text_state = 'waiting' and due_at <= now()
      order by due_at
      limit ${limit} for update skip locked
    )
    update attachments set due_at = now() + ${HELD_FOR}::interval, tries = tries + 1
    from chosen, blobs
    where attachments.id = chosen.id and blobs.sha256 = attachments.sha256
    returning attachments.id, integration_id, document_id, name, media_type, attachments.sha256, blobs.size, tries`.execute(
    db,
  )
  return rows
}

/** Notes what became of a file's bytes, unless a newer version came meanwhile; false then. */
export async function settleFile(
  db: Db | Tx,
  file: WaitingFile,
  outcome: { state: 'stored' | 'too-large' | 'failed'; detail: string; sha256: string | null; size: number | null },
): Promise<boolean> {
  const isStored = outcome.state === 'stored'
  const row = await db
    .updateTable('attachments')
    .set({
      file_state: outcome.state,
      file_detail: outcome.detail,
      sha256: outcome.sha256,
      ...(outcome.size === null ? {} : { size: outcome.size }),
      text_state: isStored ? 'waiting' : 'none',
      text_detail: '',
      tries: 0,
      due_at: sql`now()`,
    })
    .where('id', '=', file.id)
    .where('version', '=', file.version)
    .where('file_state', '=', 'waiting')
    .where('deleted_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Tries a file again after some time; its list says why. */
export async function putOff(db: Db, file: WaitingFile, waitMs: number, detail: string): Promise<void> {
  await db
    .updateTable('attachments')
    .set({ file_detail: detail, due_at: sql`now() + make_interval(secs => ${waitMs / 1000})` })
    .where('id', '=', file.id)
    .where('version', '=', file.version)
    .where('file_state', '=', 'waiting')
    .execute()
}

/** Puts off these, with their tries given back: nothing is wrong with them. */
export async function giveBack(db: Db, taken: readonly WaitingFile[], waitMs: number, detail: string): Promise<void> {
  await db
    .updateTable('attachments')
    .set({
      file_detail: detail,
      tries: sql`greatest(0, tries - 1)`,
      due_at: sql`now() + make_interval(secs => ${waitMs / 1000})`,
    })
    .where(sql<boolean>`id = any(${taken.map((file) => file.id)}::uuid[])`)
    .where('file_state', '=', 'waiting')
    .execute()
}

/** Puts off all others that wait for this integration; those that wait longer, or that another process holds, stay as long. */
export async function putOffAll(db: Db, integrationId: string, waitMs: number, detail: string): Promise<void> {
  const until = sql<Date>`now() + make_interval(secs => ${waitMs / 1000})`
  await db
    .updateTable('attachments')
    .set({ file_detail: detail, due_at: until })
    .where('integration_id', '=', integrationId)
    .where('file_state', '=', 'waiting')
    .where('due_at', '<', until)
    .where('deleted_at', 'is', null)
    .execute()
}
