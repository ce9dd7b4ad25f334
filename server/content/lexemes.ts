/** Words to lexemes: PostgreSQL's own dictionaries, one a language, asked once for each word and remembered. */
import { sql } from 'kysely'
import type { Db, Tx } from '#server/db/open.ts'
import { learnTerms, type Terms } from './terms.ts'

/** Gives the terms of each text their lexemes. One statement a language; none when all are known. */
export async function learnLexemes(db: Db | Tx, texts: Iterable<Terms>): Promise<void> {
  await learnTerms(texts, async (words, language) => {
    const { rows } = await sql<{ lexeme: string | null }>`
      select (ts_lexize(${`${language}_stem`}::regdictionary, word))[1] as lexeme
      from json_array_elements_text(${JSON.stringify(words)}::json) with ordinality as asked (word, place)
      order by place`.execute(db)
    return rows.map((row) => row.lexeme)
  })
}
