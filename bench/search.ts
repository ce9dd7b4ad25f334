/** Search over many generated documents: fills a database through the sync's own writes, then asks a mix of queries. */
import { sql } from 'kysely'
import { putDocuments } from '#server/content/put.ts'
import { searchDocuments } from '#server/content/search.ts'
import { settleSearch } from '#server/content/settle.ts'
import { migrate } from '#server/db/migrate.ts'
import { openDb, type Db } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import { system } from '#server/platform/actor.ts'
import { newId } from '#server/platform/ids.ts'
import { makeDocument, makeVocabulary, seeded } from './corpus.ts'

export type Times = { p50: number; p95: number; count: number }
export type SearchBench = Times & { documents: number; putPerSecond: number | null; kinds: Record<string, Times> }

type Query = { q: string; space?: string; label?: string; updatedAfter?: string }
type Options = { databaseUrl: string; documents: number; rounds?: number; print?: (line: string) => void }

const SPACES = 8
const BATCH = 250

/** Times are milliseconds for one call of the search function, excerpts included. A database that holds as many documents already is used as it is. */
export async function benchSearch(options: Options): Promise<SearchBench> {
  const { databaseUrl, documents, rounds = 20, print = console.log } = options
  const db = openDb({ connectionString: databaseUrl }, (error) => print(error.message))
  try {
    await migrate(db)
    const vocabulary = makeVocabulary()
    const putPerSecond = await fillCorpus(db, documents, vocabulary)
    if (putPerSecond !== null) print(`put ${documents} documents: ${putPerSecond.toFixed(0)} documents/s`)
    const kinds: Record<string, Times> = {}
    const all: number[] = []
    for (const [kind, makeQuery] of Object.entries(queryKinds(vocabulary, documents))) {
      const random = seeded(kind.length * 31)
      const times: number[] = []
      for (let round = -2; round < rounds; round++) {
        const begun = performance.now()
        await searchDocuments({ db }, system, { limit: 20, ...makeQuery(random) })
        if (round >= 0) times.push(performance.now() - begun)
      }
      kinds[kind] = summarise(times)
      all.push(...times)
      print(`${kind.padEnd(26)} p50 ${kinds[kind].p50.toFixed(1)} ms   p95 ${kinds[kind].p95.toFixed(1)} ms`)
    }
    const summary = summarise(all)
    print(`all, over ${documents} documents   p50 ${summary.p50.toFixed(1)} ms   p95 ${summary.p95.toFixed(1)} ms`)
    return { ...summary, documents, putPerSecond, kinds }
  } finally {
    await db.destroy()
  }
}

/** Words by rank: the first twenty stand in most documents, those beyond 20,000 in a handful. */
export function queryKinds(vocabulary: string[], documents: number): Record<string, (random: () => number) => Query> {
  const word = (random: () => number, from: number, to: number) =>
    vocabulary[from + Math.floor(random() * (to - from))] ?? ''
  const titleOf = (random: () => number) => makeDocument(Math.floor(random() * documents), vocabulary).title
  const sentenceOf = (random: () => number) => {
    const words = makeDocument(Math.floor(random() * documents), vocabulary).text.split(/\s+/)
    return words.slice(20, 24).join(' ')
  }
  return {
    'rare word': (random) => ({ q: word(random, 20_000, 50_000) }),
    'middling word': (random) => ({ q: word(random, 300, 2000) }),
    'common word': (random) => ({ q: word(random, 0, 20) }),
    'two common words': (random) => ({ q: `${word(random, 0, 20)} ${word(random, 0, 20)}` }),
    'three words': (random) => ({ q: `${word(random, 0, 50)} ${word(random, 50, 500)} ${word(random, 500, 3000)}` }),
    'common or common': (random) => ({ q: `${word(random, 0, 20)} or ${word(random, 0, 20)}` }),
    phrase: (random) => ({ q: `"${sentenceOf(random)}"` }),
    'phrase of common words': (random) => ({ q: `"${word(random, 0, 6)} ${word(random, 0, 6)}"` }),
    'common without common': (random) => ({ q: `${word(random, 0, 20)} -${word(random, 0, 20)}` }),
    'title words': (random) => ({ q: titleOf(random).split(' ').slice(0, 2).join(' ') }),
    'whole title': (random) => ({ q: titleOf(random) }),
    identifier: (random) => ({ q: `LK-${Math.floor(random() * 100_000)}` }),
    'common word in a space': (random) => ({ q: word(random, 0, 20), space: `S${Math.floor(random() * SPACES)}` }),
    'common word with a label': (random) => ({ q: word(random, 0, 20), label: `label-${Math.floor(random() * 50)}` }),
    'common word, newer': (random) => ({ q: word(random, 0, 20), updatedAfter: newest(documents) }),
    'misspelled title': (random) => ({ q: misspell(titleOf(random)) }),
    'stop words': () => ({ q: 'how to' }),
  }
}

/** A time after which a twentieth of the documents was changed. */
function newest(documents: number): string {
  return makeDocument(Math.floor(documents * 0.95), []).versionAt?.toISOString() ?? ''
}

function misspell(title: string): string {
  const [first = ''] = title.split(' ')
  return `${first.slice(0, 2)}${first.slice(3)}x ${title.split(' ')[1] ?? ''}`
}

/** Fills an empty store in batches as a sync does; documents per second, or null where as many are there already. */
export async function fillCorpus(db: Db, documents: number, vocabulary: string[]): Promise<number | null> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from documents`.execute(db)
  if ((rows[0]?.count ?? 0) >= documents) return null
  const integrationId = await makeIntegration(db)
  const spaces = await makeSpaces(db, integrationId)
  let putMs = 0
  for (let at = 0; at < documents; at += BATCH) {
    const space = spaces[(at / BATCH) % SPACES] ?? ''
    const size = Math.min(BATCH, documents - at)
    const batch = Array.from({ length: size }, (_, index) => makeDocument(at + index, vocabulary))
    const begun = performance.now()
    await transact(db, (tx) => putDocuments(tx, { id: space }, integrationId, batch))
    putMs += performance.now() - begun
  }
  const begun = performance.now()
  await settleSearch(db)
  return documents / ((putMs + performance.now() - begun) / 1000)
}

async function makeIntegration(db: Db): Promise<string> {
  const [credential, integration] = [newId(), newId()]
  await sql`insert into credentials (id, scope, name, kind, domains)
    values (${credential}, 'integrations', ${credential}, 'basic', '{wiki.example.com}')`.execute(db)
  await sql`insert into integrations (id, connector, name, settings, credential_id)
    values (${integration}, 'confluence', ${integration}, '{}', ${credential})`.execute(db)
  return integration
}

async function makeSpaces(db: Db, integrationId: string): Promise<string[]> {
  const ids = Array.from({ length: SPACES }, () => newId())
  for (const [index, id] of ids.entries())
    await sql`insert into spaces (id, key, name, integration_id, external_id)
      values (${id}, ${`S${index}`}, ${`Space ${index}`}, ${integrationId}, ${String(index)})`.execute(db)
  return ids
}

export function summarise(times: number[]): Times {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { p50: at(0.5), p95: at(0.95), count: sorted.length }
}
