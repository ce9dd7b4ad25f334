import { sql } from 'kysely'
import type { Db } from '#server/db/open.ts'

/**
 * After many writes (a full sync): merges what waits beside the search indexes and renews the planner's statistics, so
 * that the next search is as fast as any. Harmless at any time; PostgreSQL does the same by itself, later.
 */
export async function settleSearch(db: Db): Promise<void> {
  await sql`select gin_clean_pending_list(index::regclass)
    from unnest(array['document_search_title', 'document_search_whole', 'documents_title_trigrams', 'documents_labels']) as index
  `.execute(db)
  await sql`analyze documents, document_search, document_versions`.execute(db)
}
