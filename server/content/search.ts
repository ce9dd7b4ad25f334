/**
 * Search: PostgreSQL's full text index over folded words, in two steps that stay bounded however common a word is.
 * It never answers with a document that the reader may not see: neither as a hit, nor as a suggestion, nor in a total.
 */
import { sql } from 'kysely'
import type { SearchQuery, SearchResult } from '#schema/document.ts'
import { readableSpaceIds } from '#server/access/policy.ts'
import { findReader, type Reader } from '#server/access/reader.ts'
import type { App } from '#server/app.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { fromCursor, toPage } from '#server/platform/page.ts'
import { Problem } from '#server/platform/problem.ts'
import { makeExcerpts } from './excerpt.ts'
import type { Narrowing } from './filters.ts'
import { fold } from './fold.ts'
import { learnLexemes } from './lexemes.ts'
import { findMatchedParts } from './matched-in.ts'
import { findDocumentsWithText } from './present.ts'
import { findPartial } from './partial.ts'
import { compileQuery, parseQuery, termsOf, wordQuery, type CompiledQuery, type ParsedQuery } from './query.ts'
import { listLanguages } from './search-languages.ts'
import { findMatches, findNearTitles, type Found } from './store-find.ts'

const MOST_NEAR_TITLES = 20
/** Strict first: a lax comparison of a query with one common word meets every title that has it. */
const NEARNESSES = [0.75, 0.6, 0.45]
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** PostgreSQL's code for a statement that ran into its time limit. */
const QUERY_CANCELED = '57014'

const EMPTY: SearchResult = { items: [], nextCursor: null, total: 0, totalIsCapped: false, suggestion: null }

type Hits = Omit<SearchResult, 'items'> & { found: Found[] }
const NOTHING: Hits = { found: [], nextCursor: null, total: 0, totalIsCapped: false, suggestion: null }

/** Ranked documents for `q`, narrowed to what the actor may read. Any text is a query. A 503 Problem when it takes more than two seconds. */
export async function searchDocuments(app: Pick<App, 'db'>, actor: Actor, query: SearchQuery): Promise<SearchResult> {
  const after = query.cursor === undefined ? undefined : readCursor(query.cursor)
  const parsed = parseQuery(query.q)
  return explainTimeout(
    transact(app.db, async (tx) => {
      await limitTime(tx)
      const spaces = await chooseSpaces(tx, actor, query.space)
      if (spaces !== 'all' && spaces.length === 0) return EMPTY
      const reader = await findReader(tx, actor)
      if (reader !== 'all' && reader.spaces.length + reader.open.length === 0) return EMPTY
      const { label, type } = query
      const updatedAfter = query.updatedAfter === undefined ? undefined : new Date(query.updatedAfter)
      const narrowing = { spaces, label, type, updatedAfter, reader: reader === 'all' ? undefined : reader }
      const worded = wordQuery(parsed, await listLanguages(tx))
      await learnLexemes(tx, termsOf(worded))
      const compiled = compileQuery(worded)
      const hits = await findHits(tx, compiled, narrowing, query.limit, after)
      const { found, others, ...rest } =
        after === undefined && hits.found.length < query.limit
          ? await findMore(tx, parsed, compiled, narrowing, query.limit, hits)
          : { ...hits, others: [] }
      const partial = new Set(others.map((one) => one.id))
      return { ...rest, items: await present(tx, reader, [...found, ...others], partial, compiled.marks) }
    }),
  )
}

async function findHits(
  tx: Tx,
  { words }: CompiledQuery,
  narrowing: Narrowing,
  limit: number,
  after: Found | undefined,
): Promise<Hits> {
  if (words === undefined) return NOTHING
  const page = { after, limit: limit + 1 }
  const { found, matched, isCapped } = await findMatches(tx, words, narrowing, page)
  const { items, nextCursor } = toPage(found, limit, (one) => [one.score, one.id])
  return { found: items, nextCursor, total: matched, totalIsCapped: isCapped, suggestion: null }
}

/**
 * Fills the first page: with documents that have most of the words; before them, when none has all and one of the words
 * stands nowhere, with titles that are spelled nearly so.
 */
async function findMore(
  tx: Tx,
  parsed: ParsedQuery,
  compiled: CompiledQuery,
  narrowing: Narrowing,
  limit: number,
  hits: Hits,
): Promise<Hits & { others: Found[] }> {
  const page = { except: hits.found.map((one) => one.id), limit: limit - hits.found.length }
  const partial = await findPartial(tx, { words: compiled.parts, without: compiled.without }, narrowing, page)
  if (hits.total > 0) return { ...hits, total: hits.total + partial.found.length, others: partial.found }
  const near =
    partial.isUnknown || partial.found.length === 0 ? await findNear(tx, parsed, compiled, narrowing, limit) : NOTHING
  const named = new Set(near.found.map((one) => one.id))
  const others = partial.found.filter((one) => !named.has(one.id)).slice(0, limit - near.found.length)
  return { ...near, total: near.total + others.length, others }
}

/**
 * When no document has the words: titles with words spelled nearly so, the nearest first; for stop words alone, titles
 * that hold the text. One page of them. A query that excludes words found nothing because of that, not of its spelling.
 */
async function findNear(
  tx: Tx,
  { text, alternatives }: ParsedQuery,
  { words }: CompiledQuery,
  narrowing: Narrowing,
  limit: number,
): Promise<Hits> {
  const folded = fold(text)
    .replace(/["\s]+/g, ' ')
    .trim()
  if (folded === '' || alternatives.flat().some((clause) => clause.without)) return NOTHING
  for (const nearness of words === undefined ? (['as it stands'] as const) : NEARNESSES) {
    const near = await findNearTitles(tx, folded, nearness, narrowing, Math.min(limit, MOST_NEAR_TITLES))
    const [nearest] = near
    if (nearest !== undefined) return { ...NOTHING, found: near, total: near.length, suggestion: nearest.title }
  }
  return NOTHING
}

async function present(
  tx: Tx,
  reader: Reader,
  found: Found[],
  partial: ReadonlySet<string>,
  marks: ReadonlySet<string>,
): Promise<SearchResult['items']> {
  const documents = await findDocumentsWithText(
    tx,
    reader,
    found.map((one) => one.id),
  )
  const shown = found.flatMap(({ id, score }) => {
    const hit = documents.get(id)
    return hit === undefined ? [] : [{ ...hit, score }]
  })
  const excerpts = await makeExcerpts(
    tx,
    shown.map((hit) => hit.text),
    marks,
  )
  const isUnmarked = (index: number) => excerpts[index]?.includes('<mark>') !== true
  const unmarked = shown.flatMap(({ document }, index) => (isUnmarked(index) ? [document.id] : []))
  const parts = await findMatchedParts(tx, unmarked, marks)
  return shown.map(({ document, score }, index) => ({
    document,
    score,
    partial: partial.has(document.id),
    excerpt: excerpts[index] ?? '',
    matchedIn: null,
    ...parts.get(document.id),
  }))
}

/** The readable spaces, or of them the one with this key (in any case); none when there is no such space for the actor. */
async function chooseSpaces(db: Db | Tx, actor: Actor, key: string | undefined): Promise<'all' | string[]> {
  const readable = readableSpaceIds(actor)
  if (key === undefined) return readable
  const { rows } = await sql<{ id: string }>`select id from spaces where lower(key) = lower(${key})`.execute(db)
  return rows.map((row) => row.id).filter((id) => readable === 'all' || readable.includes(id))
}

/** Without statistics (after a first sync) the planner would read the whole table; the index is right every time. */
async function limitTime(tx: Tx): Promise<void> {
  await sql`select set_config('statement_timeout', '2000', true), set_config('enable_seqscan', 'off', true),
    set_config('work_mem', '16MB', true), set_config('jit', 'off', true)`.execute(tx)
}

async function explainTimeout<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === QUERY_CANCELED)
      throw new Problem(
        503,
        'search-too-slow',
        'This search takes too long. Use fewer or rarer words, or choose a space.',
      )
    throw error
  }
}

function readCursor(cursor: string): Found {
  const [score, id] = fromCursor(cursor, 2)
  if (typeof score === 'number' && typeof id === 'string' && UUID.test(id)) return { score, id }
  throw new Problem(400, 'bad-cursor', 'The cursor is not one this list gave out. Start again without it.')
}
