/** Statements on the search vectors. */
import { CompiledQuery, sql } from 'kysely'
import type { Tx } from '#server/db/open.ts'
import type { SearchRenewal, SearchRow } from './index-words.ts'
import { accessLexeme } from './locks.ts'
import { noteLanguages } from './search-languages.ts'
import { placeholders } from './store.ts'

/** From here on a batch may be what merges 16 MB of waiting index entries: with 4 MB of memory that takes four passes. */
const BULK_ROWS = 50

/** Indexes documents, in place of what was indexed of them before. */
export async function upsertSearch(tx: Tx, rows: SearchRow[]): Promise<void> {
  if (rows.length === 0) return
  if (rows.length >= BULK_ROWS) await sql`select set_config('work_mem', '64MB', true)`.execute(tx)
  await noteLanguages(
    tx,
    rows.map((row) => row.language),
  )
  const types = ['uuid', 'uuid', 'boolean', 'timestamptz', 'text', 'tsvector', 'tsvector', 'integer']
  const text = `insert into document_search
      (document_id, space_id, hidden, version_at, language, title, whole, access_set_id)
    values ${placeholders(rows.length, types, 1)}
    on conflict (document_id) do update set space_id = excluded.space_id, hidden = excluded.hidden,
      version_at = excluded.version_at, language = excluded.language, title = excluded.title, whole = excluded.whole,
      access_set_id = excluded.access_set_id`
  const values = rows.flatMap((row) => [
    row.document_id,
    row.space_id,
    row.hidden,
    row.version_at,
    row.language,
    row.title,
    row.whole,
    row.access_set_id,
  ])
  await tx.executeQuery(CompiledQuery.raw(text, values))
}

/**
 * Renews title, labels, filters and visibility without reading the text again: weight A holds the title alone and B the
 * labels, and filters have no position, so `ts_filter` keeps exactly the rest.
 */
export async function renewSearch(tx: Tx, rows: SearchRenewal[]): Promise<void> {
  if (rows.length === 0) return
  const types = ['uuid', 'uuid', 'boolean', 'tsvector', 'tsvector']
  const text = `update document_search set space_id = renewal.space_id, hidden = renewal.hidden,
      title = renewal.title || renewal.labels || ${accessLexeme('access_set_id')},
      whole = renewal.title || ts_filter(whole, '{c,d}') || renewal.labels || ${accessLexeme('access_set_id')}
    from (values ${placeholders(rows.length, types, 1)})
      as renewal (document_id, space_id, hidden, title, labels)
    where document_search.document_id = renewal.document_id`
  const values = rows.flatMap((row) => [row.document_id, row.space_id, row.hidden, row.title, row.labels])
  await tx.executeQuery(CompiledQuery.raw(text, values))
}

/** Replaces the words of documents that are in the search; of others nothing. */
export async function replaceWords(tx: Tx, rows: SearchRow[]): Promise<void> {
  if (rows.length === 0) return
  const text = `update document_search set whole = news.whole || ${accessLexeme('access_set_id')}
    from (values ${placeholders(rows.length, ['uuid', 'tsvector'], 1)}) as news (document_id, whole)
    where document_search.document_id = news.document_id`
  const values = rows.flatMap((row) => [row.document_id, row.whole])
  await tx.executeQuery(CompiledQuery.raw(text, values))
}

/** Takes documents out of every search; a put brings them back. */
export async function removeFromSearch(tx: Tx, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  await sql`delete from document_search where document_id = any(${ids}::uuid[])`.execute(tx)
}
