/** The statements of search. Both answer ids with a score, best first. */
import { sql, type RawBuilder } from 'kysely'
import type { Tx } from '#server/db/open.ts'
import { MOST_SPACE_LEXEMES, wantedLexemes, type Narrowing } from './filters.ts'
import { quoteLexeme, type WordQuery } from './query.ts'

export type Found = { id: string; score: number }

/** Beyond these the rest is neither ranked nor counted. A common word's best matches are in titles: those are looked up first. */
export const MOST_MATCHES = 1000
const MOST_TITLES = 500
/** Of the documents with all words of a phrase so many are read for their order (5 µs each). */
const MOST_READ = 10_000

/**
 * Documents that match, ranked by where and how densely the words stand: all words in the title count most, and no
 * density of the body outweighs them. Ties go by id, so that a cursor always means the same place. `isCapped`: there may
 * be more than were looked at.
 */
export async function findMatches(
  tx: Tx,
  query: WordQuery,
  narrowing: Narrowing,
  page: { after: Found | undefined; limit: number },
): Promise<{ found: Found[]; matched: number; isCapped: boolean }> {
  const filters = filterQuery(narrowing)
  const [wanted, full] = [sql`${query.wanted}::tsquery`, sql`${query.full}::tsquery`]
  const inTitle = sql`${`(${query.wanted})${filters}`}::tsquery`
  const others = otherConditions(narrowing)
  const score = sql`(case when ts_filter(title, '{a}') @@ ${wanted} then 1 else 0 end
    + ts_rank_cd('{0.1, 0.4, 0.6, 1}', whole, ${wanted}, 33))::float8`
  const { rows } = await sql<Found & { matched: number; is_capped: boolean }>`
    with titled as materialized (
      select document_id, ${score} as score from (
        select document_id, title, whole from document_search
        where title @@ ${inTitle} and not hidden ${others}
        limit ${2 * MOST_TITLES}
      ) as candidate
      where whole @@ ${full}
      limit ${MOST_TITLES}
    ), matched as materialized (
      ${matchedRows(query, filters, others, score)}
    ), candidates as (
      select document_id, score from titled union select document_id, score from matched where place <= ${MOST_READ}
    )
    select document_id as id, score, (select count(*) from matched) as matched,
      (select max(place) from matched) > ${MOST_READ} as is_capped
    from candidates
    ${afterCondition(page.after)}
    order by score desc, document_id desc
    limit ${page.limit}`.execute(tx)
  const { matched, is_capped: isCapped } = rows[0] ?? { matched: 0, is_capped: false }
  const total = Math.min(matched - (isCapped ? 1 : 0), MOST_MATCHES)
  const found = rows.map(({ id, score }) => ({ id, score }))
  return { found, matched: total, isCapped: isCapped || matched > MOST_MATCHES }
}

/**
 * The index knows which documents hold the words, but the order of a phrase's words only the row tells. So a phrase reads
 * up to `MOST_READ` rows that hold its words; one row further is passed on with its place, to say that there were more.
 */
function matchedRows(
  { full, loose }: WordQuery,
  filters: string,
  others: RawBuilder<unknown>,
  score: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const narrowed = (words: string) => sql`${`(${words})${filters}`}::tsquery`
  if (loose === undefined)
    return sql`select document_id, ${score} as score, 0 as place from document_search
      where whole @@ ${narrowed(full)} and not hidden ${others}
      limit ${MOST_MATCHES + 1}`
  return sql`select document_id, ${score} as score, place from (
      select document_id, title, whole, row_number() over () as place from document_search
      where whole @@ ${narrowed(loose)} and not hidden ${others}
      limit ${MOST_READ + 1}
    ) as holding
    where place > ${MOST_READ} or whole @@ ${sql`${full}::tsquery`}
    limit ${MOST_MATCHES + 1}`
}

/** How near titles are looked for: the text as it stands, or words spelled with at least this part of the same letters. */
export type Nearness = 'as it stands' | number

/** Documents with such a title, the nearest first. Of very many only some are compared. */
export async function findNearTitles(
  tx: Tx,
  folded: string,
  nearness: Nearness,
  narrowing: Narrowing,
  limit: number,
): Promise<(Found & { title: string })[]> {
  const { spaces, label, type, updatedAfter } = narrowing
  const pattern = `%${folded.replace(/[\\%_]/g, (character) => `\\${character}`)}%`
  if (nearness !== 'as it stands')
    await sql`select set_config('pg_trgm.word_similarity_threshold', ${String(nearness)}, true)`.execute(tx)
  const { rows } = await sql<Found & { title: string }>`
    select id, title, (word_similarity(${folded}, title_folded) / 10)::float8 as score
    from (
      select id, title, title_folded from documents
      where ${nearness === 'as it stands' ? sql`title_folded like ${pattern}` : sql`${folded} <% title_folded`}
        and deleted_at is null and status in ('current', 'archived')
        ${spaces === 'all' ? sql`` : sql`and space_id = any(${spaces}::uuid[])`}
        ${label === undefined ? sql`` : sql`and ${label} = any(labels)`}
        ${type === undefined ? sql`` : sql`and type = ${type}`}
        ${updatedAfter === undefined ? sql`` : sql`and version_at > ${updatedAfter}`}
      limit ${MOST_MATCHES}
    ) as near
    order by word_similarity(${folded}, title_folded) desc, similarity(${folded}, title_folded) desc, id
    limit ${limit}`.execute(tx)
  return rows
}

/** Filters that the index answers, to add to the words asked for. */
function filterQuery(narrowing: Narrowing): string {
  return wantedLexemes(narrowing)
    .map((either) => ` & (${either.map(quoteLexeme).join(' | ')})`)
    .join('')
}

function otherConditions({ spaces, updatedAfter }: Narrowing): RawBuilder<unknown> {
  const tooMany = spaces !== 'all' && spaces.length > MOST_SPACE_LEXEMES
  return sql`${tooMany ? sql`and space_id = any(${spaces}::uuid[])` : sql``}
    ${updatedAfter === undefined ? sql`` : sql`and version_at > ${updatedAfter}`}`
}

function afterCondition(after: Found | undefined): RawBuilder<unknown> {
  return after === undefined ? sql`` : sql`where (score, document_id) < (${after.score}::float8, ${after.id}::uuid)`
}
