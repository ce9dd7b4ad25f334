/** Documents with most of the words asked for, where too few have all: a question in whole sentences has no page that repeats it. */
import { sql } from 'kysely'
import type { Tx } from '#server/db/open.ts'
import type { Narrowing } from './filters.ts'
import { expectMatches, filterQuery, otherConditions, type Found } from './store-find.ts'

/** A word in more documents than this tells them not apart, and costs as much as all the others. */
const MOST_HAVING = 2000
const SURELY_COMMON = 2 * MOST_HAVING
const MOST_WORDS = 10
/** Each costs about 0.1 ms to be weighed. */
const MOST_CANDIDATES = 1000
/** Of what the words weigh together, rare ones more. */
const LEAST_SHARE = 0.34
const TITLE_BONUS = 0.6
/** How often the words stand in a text, for its length, tells apart what has the same ones. */
const DENSITY_WEIGHT = 2

type Weighed = { query: string; weight: number }

/**
 * The best of them without those in `except`, the best first; scores are below those of documents with all words. `words`
 * are tsquery texts; what must not be there is in `without`. `isUnknown`: one of the words stands nowhere, so it may be misspelled.
 */
export async function findPartial(
  tx: Tx,
  { words, without }: { words: readonly string[]; without: string },
  narrowing: Narrowing,
  page: { except: readonly string[]; limit: number },
): Promise<{ found: Found[]; isUnknown: boolean }> {
  const weighed = await weigh(tx, words.slice(0, MOST_WORDS), narrowing)
  const isUnknown = weighed.some(({ having }) => having === 0)
  const telling = weighed.filter(({ having }) => having > 0 && having < MOST_HAVING)
  if (telling.length === 0 || words.length < 2) return { found: [], isUnknown }
  const all = weighed.reduce((sum, { weight }) => sum + weight, 0)
  const any = `(${telling.map(({ query }) => query).join(' | ')})`
  const either = `(${rarest(telling).join(' | ')})${without}${filterQuery(narrowing)}`
  const { rows } = await sql<Found>`
    select document_id as id, ((share + ${DENSITY_WEIGHT} * density) / 10)::float8 as score from (
      select document_id, ${shareOf(weighed, all)} as share,
        ts_rank('{0.1, 0.4, 0.6, 1}', whole, ${any}::tsquery, 1) as density
      from document_search
      where whole @@ ${either}::tsquery and not hidden ${otherConditions(narrowing)}
        and document_id <> all(${[...page.except]}::uuid[])
      limit ${MOST_CANDIDATES}
    ) as candidate
    where share >= ${LEAST_SHARE}
    order by score desc, document_id desc
    limit ${page.limit}`.execute(tx)
  return { found: rows, isUnknown }
}

/** The rarest words, as many as bring all their documents among the candidates; one in any case. */
function rarest(telling: readonly (Weighed & { having: number })[]): string[] {
  const chosen: string[] = []
  let documents = 0
  for (const { query, having } of telling.toSorted((a, b) => a.having - b.having)) {
    documents += having
    if (chosen.length > 0 && documents > MOST_CANDIDATES) break
    chosen.push(query)
  }
  return chosen
}

function shareOf(weighed: readonly Weighed[], all: number) {
  const terms = weighed.map(
    ({ query, weight }) => sql`case when whole @@ ${query}::tsquery
      then ${weight / all}::float8 * case when ts_filter(title, '{a}') @@ ${query}::tsquery then ${1 + TITLE_BONUS}::float8 else 1 end
      else 0 end`,
  )
  return sql`(${sql.join(terms, sql` + `)})`
}

/**
 * A word weighs the more the fewer documents have it; of those that may be seen, counted up to a bound. Where the planner
 * expects far more, they are not counted: that alone would cost as much as the search.
 */
async function weigh(
  tx: Tx,
  words: readonly string[],
  narrowing: Narrowing,
): Promise<(Weighed & { having: number })[]> {
  if (words.length === 0) return []
  const asked = words.map((query) => `${query}${filterQuery(narrowing)}`)
  const isCommon: boolean[] = []
  for (const query of asked) isCommon.push((await expectMatches(tx, query)) >= SURELY_COMMON)
  const counts = asked.map((query, index) =>
    isCommon[index] === true
      ? sql`${MOST_HAVING}::integer`
      : sql`(select count(*) from (select from document_search
      where whole @@ ${query}::tsquery and not hidden ${otherConditions(narrowing)}
      limit ${MOST_HAVING}) as one)::integer`,
  )
  const { rows } = await sql<{ havings: number[]; whole: number }>`select array[${sql.join(counts)}] as havings,
    greatest(1, (select reltuples from pg_class where oid = 'document_search'::regclass))::float8 as whole`.execute(tx)
  const [{ havings, whole } = { havings: [], whole: 1 }] = rows
  return words.map((query, index) => {
    const having = havings[index] ?? 0
    return { query, having, weight: Math.log1p(Math.max(whole, MOST_HAVING) / (having + 1)) }
  })
}
