/** Words to lexemes: PostgreSQL's own English dictionary, asked once for each word and remembered. */
import { sql } from 'kysely'
import type { Db, Tx } from '#server/db/open.ts'
import { toChunks, toWords } from './fold.ts'

/** A word's stem; null for a stop word, which is counted but not indexed. */
type Lexeme = string | null

/** A chunk of text and the lexemes it becomes; undefined until `learnLexemes` asked for them. */
export type Term = { chunk: string; lexemes: readonly Lexeme[] | undefined }

/** About 15 MB when full. */
const MOST_TERMS = 100_000
/** The dictionary is built into PostgreSQL and the same in every database, so one cache serves all. */
let known = new Map<string, Term>()

/** The terms of a text in order. Equal chunks are one object, so that a text costs one look-up a word. */
export function toTerms(text: string): Term[] {
  return toChunks(text).map((chunk) => {
    const seen = known.get(chunk)
    if (seen !== undefined) return seen
    // A slice of a string keeps the whole of it in memory: what is remembered is a copy.
    const term = { chunk: Buffer.from(chunk).toString(), lexemes: undefined }
    known.set(term.chunk, term)
    return term
  })
}

/** Gives each term its lexemes. One statement; none when all are known. */
export async function learnLexemes(db: Db | Tx, terms: Iterable<Term>): Promise<void> {
  const wordsOf = new Map<Term, string[]>()
  for (const term of terms) if (term.lexemes === undefined) wordsOf.set(term, toWords(term.chunk))
  if (wordsOf.size === 0) return
  const words = [...new Set([...wordsOf.values()].flat())]
  const { rows } = await sql<{ lexeme: Lexeme }>`
    select (ts_lexize('english_stem', word))[1] as lexeme
    from json_array_elements_text(${JSON.stringify(words)}::json) with ordinality as asked (word, place)
    order by place`.execute(db)
  const lexemes = new Map(words.map((word, index) => [word, rows[index]?.lexeme ?? null]))
  for (const [term, parts] of wordsOf) term.lexemes = parts.map((word) => lexemes.get(word) ?? null)
  // Terms in use elsewhere keep their lexemes; only the look-up starts anew.
  if (known.size > MOST_TERMS) known = new Map()
}
