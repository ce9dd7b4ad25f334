/** Why a document was found whose own text does not show it: the attachment or comment that has the words, with an excerpt. */
import { sql } from 'kysely'
import type { MatchedIn } from '#schema/document-parts.ts'
import type { Tx } from '#server/db/open.ts'
import { makeExcerpts } from './excerpt.ts'
import { indexedParts } from './part-texts.ts'

type Row = { document_id: string; kind: MatchedIn['kind']; id: string; name: string; text: string }

/** Parts of one document that are looked at more closely, and how much of each from its first match on. */
const PARTS_EACH = 3
const PIECE_CHARACTERS = 8_000
const BEFORE_CHARACTERS = 200
const MOST_DOCUMENTS = 50

/** For those of the documents that have such a part: the first one, and its excerpt. */
export async function findMatchedParts(
  tx: Tx,
  documentIds: readonly string[],
  marks: ReadonlySet<string>,
): Promise<Map<string, { matchedIn: MatchedIn; excerpt: string }>> {
  if (documentIds.length === 0 || marks.size === 0) return new Map()
  const rows = await findPieces(tx, documentIds.slice(0, MOST_DOCUMENTS), patternOf(marks))
  const excerpts = await makeExcerpts(
    tx,
    rows.map((row) => row.text),
    marks,
  )
  const found = new Map<string, { matchedIn: MatchedIn; excerpt: string }>()
  for (const [index, { document_id, kind, id, name }] of rows.entries()) {
    const excerpt = excerpts[index] ?? ''
    if (found.has(document_id) || !excerpt.includes('<mark>')) continue
    found.set(document_id, { matchedIn: { kind, id, name }, excerpt })
  }
  return found
}

/** A comment goes by the name of who wrote it. */
async function findPieces(tx: Tx, documentIds: readonly string[], pattern: string): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select part.document_id, part.kind, part.id,
      case when part.kind = 'comment' then coalesce(person.name, '') else part.name end as name,
      substr(part.text, greatest(1, part.at - ${BEFORE_CHARACTERS}::integer), ${PIECE_CHARACTERS}::integer) as text
    from (
      select *, row_number() over (partition by document_id order by kind desc, id) as rank
      from (
        select *, regexp_instr(text, ${pattern}, 1, 1, 0, 'i') as at from (${indexedParts(documentIds)}) as indexed
      ) as looked where at > 0
    ) as part
    left join comments as comment on part.kind = 'comment' and comment.id = part.id
    left join source_people as person
      on person.integration_id = comment.integration_id and person.account_id = comment.author
    where part.rank <= ${PARTS_EACH}
    order by part.document_id, part.rank`.execute(tx)
  return rows
}

/** Letters that folding makes one. */
const ALIKE: Readonly<Record<string, string>> = {
  a: 'aàáâãäåāăą',
  c: 'cçćč',
  e: 'eèéêëēėę',
  i: 'iìíîïī',
  l: 'lł',
  n: 'nñńň',
  o: 'oòóôõöøő',
  s: 'sśšş',
  u: 'uùúûüūű',
  y: 'yýÿ',
  z: 'zźżž',
}

/**
 * A regular expression of PostgreSQL for words that may match: rather too many, for the excerpt judges. A stem and its word
 * begin alike but for the last letter.
 */
function patternOf(marks: ReadonlySet<string>): string {
  const beginnings = [...marks].map((lexeme) => {
    const isPlain = /^[\0-\x7f]*$/.test(lexeme)
    const letters = isPlain && lexeme.length > 3 ? lexeme.slice(0, -1) : lexeme
    const pattern = Array.from(letters, (letter) => {
      const alike = ALIKE[letter]
      return alike === undefined ? letter.replace(/[^\p{L}\p{N}]/u, '\\$&') : `[${alike}]`
    }).join('')
    return isPlain ? `\\m${pattern}` : pattern
  })
  return beginnings.join('|')
}
