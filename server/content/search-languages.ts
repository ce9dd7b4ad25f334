/** The languages in use in the index besides English: a query is asked in each of them. */
import { sql } from 'kysely'
import type { Db, Tx } from '#server/db/open.ts'
import { toLanguage, type Language } from './language.ts'

/** Notes what documents are about to be indexed in. Of a language that is known already nothing is written. */
export async function noteLanguages(tx: Tx, languages: readonly Language[]): Promise<void> {
  const others = [...new Set(languages)].filter((language) => language !== 'english').sort()
  if (others.length === 0) return
  const known = new Set(await listLanguages(tx))
  const news = others.filter((language) => !known.has(language))
  if (news.length === 0) return
  await tx
    .insertInto('search_languages')
    .values(news.map((language) => ({ language })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Without English. One that no document is written in any more stays; it finds nothing. */
export async function listLanguages(db: Db | Tx): Promise<Language[]> {
  const rows = await db.selectFrom('search_languages').select('language').orderBy('language').execute()
  return rows.map((row) => toLanguage(row.language)).filter((language) => language !== 'english')
}

/** What these documents were indexed in. */
export async function findIndexLanguages(tx: Tx, ids: readonly string[]): Promise<Map<string, Language>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ document_id: string; language: string }>`
    select document_id, language from document_search where document_id = any(${ids}::uuid[])`.execute(tx)
  return new Map(rows.map((row) => [row.document_id, toLanguage(row.language)]))
}
