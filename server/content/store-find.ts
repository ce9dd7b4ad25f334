/** The statements of search. Both answer ids with a score, best first. */
import { sql, type RawBuilder } from 'kysely'
import { z } from 'zod'
import type { Tx } from '#server/db/open.ts'
import { mayRead } from '#server/access/reader.ts'
import { hasLocks, MOST_SPACE_LEXEMES, SAMPLES, unwantedLexemes, wantedLexemes, type Narrowing } from './filters.ts'
import { quoteLexeme, type WordQuery } from './query.ts'

export type Found = { id: string; score: number }

/** Beyond these the rest is neither ranked nor counted. A common word's best matches are in titles: those are looked up first. */
const MOST_MATCHES = 1000
const MOST_TITLES = 500
/** A sample is searched only where it is thought to hold so many matches; of a phrase, documents with its words. */
const SAMPLED_MATCHES = 2500
const SAMPLED_PHRASES = 800

/**
 * Documents that match, ranked by where and how densely the words stand: all words in the title count most, and no
 * density of the body outweighs them. Ties go by id, so that a cursor always means the same place. `isCapped`: there are
 * more, or may be.
 *
 * The index takes 0.5 µs for every match to be listed, ranked or not, and a phrase of common words 5 µs to be read. So
 * where very many documents match, a fixed random part of them is searched besides all titles: the cost stays, however
 * many documents there are.
 */
export async function findMatches(
  tx: Tx,
  query: WordQuery,
  narrowing: Narrowing,
  page: { after: Found | undefined; limit: number },
): Promise<{ found: Found[]; matched: number; isCapped: boolean }> {
  const filters = filterQuery(narrowing)
  const sample = await chooseSample(tx, `(${query.full})${filters}`)
  const [wanted, full] = [sql`${query.wanted}::tsquery`, sql`${query.full}::tsquery`]
  const inTitle = sql`${`(${query.wanted})${filters}`}::tsquery`
  const inWhole = sql`${`(${query.full})${filters}${sample}`}::tsquery`
  const others = otherConditions(narrowing)
  const score = sql`(case when ts_filter(title, '{a}') @@ ${wanted} then 1 else 0 end
    + ts_rank_cd('{0.1, 0.4, 0.6, 1}', whole, ${wanted}, 33))::float8`
  const { rows } = await sql<Found & { matched: number }>`
    with titled as materialized (
      select document_id, ${score} as score from (
        select document_id, title, whole from document_search
        where title @@ ${inTitle} and not hidden ${others}
        limit ${2 * MOST_TITLES}
      ) as candidate
      where whole @@ ${full}
      limit ${MOST_TITLES}
    ), matched as materialized (
      select document_id, ${score} as score from document_search
      where whole @@ ${inWhole} and not hidden ${others}
      limit ${MOST_MATCHES + 1}
    ), candidates as (
      select document_id, score from titled union select document_id, score from matched
    )
    select document_id as id, score,
      (select count(*) from (select document_id from titled union select document_id from matched) as either) as matched
    from candidates
    ${afterCondition(page.after)}
    order by score desc, document_id desc
    limit ${page.limit}`.execute(tx)
  const matched = rows[0]?.matched ?? 0
  const found = rows.map(({ id, score }) => ({ id, score }))
  return { found, matched: Math.min(matched, MOST_MATCHES), isCapped: sample !== '' || matched > MOST_MATCHES }
}

/** How many documents the planner expects: good for just the words that are common (they are in its statistics), at 1 ms. */
export async function expectMatches(tx: Tx, query: string): Promise<number> {
  const { rows } =
    await sql`explain (format json) select from document_search where whole @@ ${query}::tsquery`.execute(tx)
  return Plan.parse(rows)[0]['QUERY PLAN'][0].Plan['Plan Rows']
}

async function chooseSample(tx: Tx, query: string): Promise<string> {
  const matches = await expectMatches(tx, query)
  const enough = /<\d+>/.test(query) ? SAMPLED_PHRASES : SAMPLED_MATCHES
  const sample = SAMPLES.findLast(({ share }) => matches * share >= enough)
  return sample === undefined ? '' : ` & ${quoteLexeme(sample.lexeme)}`
}

const Plan = z.tuple([z.object({ 'QUERY PLAN': z.tuple([z.object({ Plan: z.object({ 'Plan Rows': z.number() }) })]) })])

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
        ${spaces === 'all' ? sql`` : sql`and space_id = any(${spaces}::uuid[])`} ${lockCondition(narrowing)}
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
export function filterQuery(narrowing: Narrowing): string {
  const wanted = wantedLexemes(narrowing).map((either) => ` & (${either.map(quoteLexeme).join(' | ')})`)
  const unwanted = unwantedLexemes(narrowing).map((lexeme) => ` & !${quoteLexeme(lexeme)}`)
  return [...wanted, ...unwanted].join('')
}

const COLUMNS = { space: sql`space_id`, set: sql`access_set_id` }

/** What the row alone tells for sure: the index only spares looking at most others. */
function lockCondition(narrowing: Narrowing): RawBuilder<unknown> {
  const { reader } = narrowing
  return reader === undefined || !hasLocks(narrowing) ? sql`` : sql`and ${mayRead(reader, COLUMNS)}`
}

export function otherConditions(narrowing: Narrowing): RawBuilder<unknown> {
  const { spaces, updatedAfter } = narrowing
  const tooMany = spaces !== 'all' && spaces.length > MOST_SPACE_LEXEMES
  return sql`${lockCondition(narrowing)} ${tooMany ? sql`and space_id = any(${spaces}::uuid[])` : sql``}
    ${updatedAfter === undefined ? sql`` : sql`and version_at > ${updatedAfter}`}`
}

function afterCondition(after: Found | undefined): RawBuilder<unknown> {
  return after === undefined ? sql`` : sql`where (score, document_id) < (${after.score}::float8, ${after.id}::uuid)`
}
