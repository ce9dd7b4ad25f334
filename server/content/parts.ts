/** Puts the words of changed attachments and comments into the search: noted with the change, done together afterwards. */
import { sql } from 'kysely'
import type { DocumentStatus, DocumentType } from '#schema/document.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import { indexDocuments } from './index-words.ts'
import { findPartTexts } from './part-texts.ts'
import { replaceWords } from './store-search.ts'

/** A document with full parts takes about 1.5 MB while it is indexed. */
const DOCUMENTS_AT_ONCE = 20

type Row = {
  id: string
  space_id: string
  type: DocumentType
  status: DocumentStatus
  title: string
  headings: string
  body_text: string
  labels: string[]
  version_at: Date | null
}

/** Notes that the parts of these documents changed; `indexWaiting` does the rest, also after a crash. */
export async function noteChangedParts(tx: Tx, documentIds: Iterable<string>): Promise<void> {
  const ids = [...new Set(documentIds)].sort()
  if (ids.length === 0) return
  await tx
    .insertInto('document_reindexing')
    .values(ids.map((id) => ({ document_id: id })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Indexes the noted documents, a few in a transaction, until none is left or the signal is aborted; how many there were. */
export async function indexWaiting(db: Db, signal?: AbortSignal): Promise<number> {
  for (let count = 0; ;) {
    if (signal?.aborted === true) return count
    const done = await transact(db, async (tx) => {
      const { rows } = await sql<{ document_id: string }>`
        delete from document_reindexing where document_id in (
          select document_id from document_reindexing limit ${DOCUMENTS_AT_ONCE} for update skip locked)
        returning document_id`.execute(tx)
      await reindexDocuments(
        tx,
        rows.map((row) => row.document_id),
      )
      return rows.length
    })
    count += done
    if (done < DOCUMENTS_AT_ONCE) return count
  }
}

/** Indexes documents anew, as they are stored, with all that hangs on them; what is hidden stays out of the search. */
export async function reindexDocuments(tx: Tx, documentIds: readonly string[]): Promise<void> {
  if (documentIds.length === 0) return
  // In the order of those who put documents, so that two never wait for each other crosswise.
  const { rows } = await sql<Row>`
    select id, space_id, type, status, title, headings, body_text, labels, version_at
    from documents where id = any(${documentIds}::uuid[]) and deleted_at is null
    order by external_id
    for no key update`.execute(tx)
  const parts = await findPartTexts(
    tx,
    rows.map((row) => row.id),
  )
  for (const [spaceId, own] of Map.groupBy(rows, (row) => row.space_id)) {
    const documents = own.map((row) => ({
      document: {
        title: row.title,
        headings: row.headings,
        text: row.body_text,
        type: row.type,
        status: row.status,
        versionAt: row.version_at,
      },
      id: row.id,
      labels: row.labels,
      parts: parts.get(row.id),
    }))
    await replaceWords(tx, await indexDocuments(tx, spaceId, documents))
  }
}
