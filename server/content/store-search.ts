/** Statements on the search vectors. Weights: title A, labels B, headings C, body D. */
import { sql } from 'kysely'
import type { Tx } from '#server/db/open.ts'
import { toWords } from './fold.ts'
import { filterLexemes, isHidden, labelWords, type SearchRow } from './incoming.ts'
import type { PlaceRow } from './store.ts'

/** Indexes the words of documents, in place of what was indexed of them before. */
export async function upsertSearch(tx: Tx, rows: SearchRow[]): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into document_search (document_id, space_id, hidden, version_at, head, whole)
    select document_id, space_id, hidden, version_at, head || labels_vector,
      head || to_tsvector('lockkeeper', body) || labels_vector || array_to_tsvector(filters)
    from (
      select document_id, space_id, hidden, version_at, body, filters,
        setweight(to_tsvector('lockkeeper', title), 'A') || setweight(to_tsvector('lockkeeper', headings), 'C') as head,
        setweight(to_tsvector('lockkeeper', labels), 'B') as labels_vector
      from json_to_recordset(${JSON.stringify(rows)}::json) as incoming (document_id uuid, space_id uuid, hidden boolean,
        version_at timestamptz, title text, headings text, body text, labels text, filters text[])
      offset 0
    ) as words
    on conflict (document_id) do update set space_id = excluded.space_id, hidden = excluded.hidden,
      version_at = excluded.version_at, head = excluded.head, whole = excluded.whole`.execute(tx)
}

/**
 * Renews title, labels, filters and visibility without reading the text again: weight A holds the title alone and B the
 * labels, and filters have no position, so `ts_filter` keeps exactly the rest.
 */
export async function renewSearch(tx: Tx, places: PlaceRow[]): Promise<void> {
  if (places.length === 0) return
  const rows = places.map((place) => ({
    document_id: place.id,
    space_id: place.space_id,
    hidden: isHidden(place.status),
    title: toWords(place.title),
    labels: labelWords(place.labels),
    filters: filterLexemes(place.space_id, place.type, place.labels),
  }))
  await sql`
    update document_search set space_id = words.space_id, hidden = words.hidden,
      head = title_vector || ts_filter(head, '{c}') || labels_vector,
      whole = title_vector || ts_filter(whole, '{c,d}') || labels_vector || array_to_tsvector(filters)
    from (
      select document_id, space_id, hidden, filters, setweight(to_tsvector('lockkeeper', title), 'A') as title_vector,
        setweight(to_tsvector('lockkeeper', labels), 'B') as labels_vector
      from json_to_recordset(${JSON.stringify(rows)}::json) as incoming (document_id uuid, space_id uuid, hidden boolean,
        title text, labels text, filters text[])
      offset 0
    ) as words
    where document_search.document_id = words.document_id`.execute(tx)
}

/** Takes documents out of every search. The vectors go: a later put brings them back. */
export async function removeFromSearch(tx: Tx, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  await sql`delete from document_search where document_id = any(${ids}::uuid[])`.execute(tx)
}
