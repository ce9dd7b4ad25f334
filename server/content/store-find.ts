/** The statements of search. Both answer ids with a score, best first. */
import { sql, type RawBuilder } from 'kysely'
import type { DocumentType } from '#schema/document.ts'
import type { Tx } from '#server/db/open.ts'
import { filterLexeme } from './index-words.ts'
import { quoteLexeme } from './query.ts'

/** What narrows a search besides its words. */
export type Narrowing = {
  /** The spaces looked in: what the reader may see, or those of them that he asked for. */
  spaces: 'all' | string[]
  label: string | undefined
  type: DocumentType | undefined
  updatedAfter: string | undefined
}

export type Found = { id: string; score: number }

/** Beyond these the rest is neither ranked nor counted. A common word's best matches are in titles: those are looked up first. */
export const MOST_MATCHES = 1000
const MOST_TITLES = 500
/** More spaces than this are compared row by row: the index would be asked for each. */
const MOST_SPACE_LEXEMES = 64

/**
 * Documents that match, ranked by where and how densely the words stand: all words in the title count most, and no
 * density of the body outweighs them. Ties go by id, so that a cursor always means the same place.
 */
export async function findMatches(
  tx: Tx,
  query: { wanted: string; full: string },
  narrowing: Narrowing,
  page: { after: Found | undefined; limit: number },
): Promise<{ found: Found[]; matched: number }> {
  const full = sql`${narrow(query.full, narrowing)}::tsquery`
  const wanted = sql`${query.wanted}::tsquery`
  const others = otherConditions(narrowing)
  const score = sql`(case when ts_filter(title, '{a}') @@ ${wanted} then 1 else 0 end
    + ts_rank_cd('{0.1, 0.4, 0.6, 1}', whole, ${wanted}, 33))::float8`
  const { rows } = await sql<{ id: string; score: number; matched: number }>`
    with titled as materialized (
      select document_id, ${score} as score from document_search
      where title @@ ${wanted} and whole @@ ${full} and not hidden ${others}
      limit ${MOST_TITLES}
    ), matched as materialized (
      select document_id, ${score} as score from document_search
      where whole @@ ${full} and not hidden ${others}
      limit ${MOST_MATCHES + 1}
    ), candidates as (
      select document_id, score from titled union select document_id, score from matched
    )
    select document_id as id, score, (select count(*) from matched) as matched from candidates
    ${afterCondition(page.after)}
    order by score desc, document_id desc
    limit ${page.limit}`.execute(tx)
  return { found: rows.map(({ id, score }) => ({ id, score })), matched: rows[0]?.matched ?? 0 }
}

/** Documents whose title holds the text or one spelled nearly so. */
export async function findNearTitles(
  tx: Tx,
  folded: string,
  narrowing: Narrowing,
  limit: number,
): Promise<(Found & { title: string })[]> {
  const pattern = `%${folded.replace(/[\\%_]/g, (character) => `\\${character}`)}%`
  const inSpaces = narrowing.spaces === 'all' ? sql`` : sql`and space_id = any(${narrowing.spaces}::uuid[])`
  const { rows } = await sql<Found & { title: string }>`
    select id, title, (word_similarity(${folded}, title_folded) / 10)::float8 as score
    from documents
    where (title_folded like ${pattern} or ${folded} <% title_folded)
      and deleted_at is null and status in ('current', 'archived') ${inSpaces}
      ${narrowing.label === undefined ? sql`` : sql`and ${narrowing.label} = any(labels)`}
      ${narrowing.type === undefined ? sql`` : sql`and type = ${narrowing.type}`}
      ${narrowing.updatedAfter === undefined ? sql`` : sql`and version_at > ${narrowing.updatedAfter}`}
    order by word_similarity(${folded}, title_folded) desc, similarity(${folded}, title_folded) desc, id
    limit ${limit}`.execute(tx)
  return rows
}

/** Filters that the index answers, added to the words asked for. */
function narrow(words: string, { spaces, label, type }: Narrowing): string {
  const filters = [`(${words})`]
  if (type !== undefined) filters.push(quoteLexeme(filterLexeme.type(type)))
  if (label !== undefined) filters.push(quoteLexeme(filterLexeme.label(label)))
  if (spaces !== 'all' && spaces.length <= MOST_SPACE_LEXEMES)
    filters.push(`(${spaces.map((id) => quoteLexeme(filterLexeme.space(id))).join(' | ')})`)
  return filters.join(' & ')
}

function otherConditions({ spaces, updatedAfter }: Narrowing): RawBuilder<unknown> {
  const tooMany = spaces !== 'all' && spaces.length > MOST_SPACE_LEXEMES
  return sql`${tooMany ? sql`and space_id = any(${spaces}::uuid[])` : sql``}
    ${updatedAfter === undefined ? sql`` : sql`and version_at > ${updatedAfter}`}`
}

function afterCondition(after: Found | undefined): RawBuilder<unknown> {
  return after === undefined ? sql`` : sql`where (score, document_id) < (${after.score}::float8, ${after.id}::uuid)`
}
