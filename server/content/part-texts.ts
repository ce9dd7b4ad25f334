/**
 * The words of attachments and comments, as the search index takes them: into their document's own row, so that one row
 * a document stays, read locks are the document's own, and totals count documents.
 */
import { sql } from 'kysely'
import type { Tx } from '#server/db/open.ts'

/** Of a document's parts so many characters are indexed: comments first, then files, the oldest first. */
const PARTS_CHARACTERS = 500_000

/** The parts of these documents that are indexed, in that order, for a statement: id, document_id, kind, name, text. */
export function indexedParts(documentIds: readonly string[]) {
  return sql<{ id: string; document_id: string; kind: 'attachment' | 'comment'; name: string; text: string }>`
    select id, document_id, kind, name, text
    from (
      select *, sum(length(text)) over (partition by document_id order by kind desc, id) - length(text) as before
      from (
        select id, document_id, 'comment' as kind, '' as name, body_text as text
        from comments where document_id = any(${documentIds}::uuid[]) and deleted_at is null
        union all
        select id, document_id, 'attachment' as kind, name, name || E'\n' || body_text as text
        from attachments where document_id = any(${documentIds}::uuid[]) and deleted_at is null
      ) as part
    ) as placed
    where before < ${PARTS_CHARACTERS}`
}

/** The text of all parts of each document, as far as it is indexed. */
export async function findPartTexts(tx: Tx, documentIds: readonly string[]): Promise<Map<string, string>> {
  if (documentIds.length === 0) return new Map()
  const { rows } = await sql<{ document_id: string; text: string }>`
    select document_id, left(string_agg(text, E'\n' order by kind desc, id), ${PARTS_CHARACTERS}::integer) as text
    from (${indexedParts(documentIds)}) as part
    group by document_id`.execute(tx)
  return new Map(rows.map((row) => [row.document_id, row.text]))
}
