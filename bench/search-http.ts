/** Search as a person meets it: over HTTP, signed in, one query after another, in a library of so many documents. */
import { SearchResult } from '#schema/document.ts'
import { startLockkeeper, type Lockkeeper } from './lockkeeper.ts'
import { whole, type Figure } from './report.ts'
import { makeVocabulary, seeded } from './corpus.ts'
import { fillCorpus, queryKinds, summarise, type Times } from './search.ts'

const ROUNDS = 20
const WARM_UPS = 2
const MOST_P95_MS = 100

export async function benchSearchHttp(sizes: number[]): Promise<Figure[]> {
  const figures: Figure[] = []
  const all: Times[] = []
  for (const documents of sizes) {
    await using lockkeeper = await startLockkeeper()
    const vocabulary = makeVocabulary()
    {
      await using database = await lockkeeper.openDatabase()
      await fillCorpus(database.db, documents, vocabulary)
    }
    const { total, slowest } = await askAll(lockkeeper, vocabulary, documents)
    all.push(total)
    figures.push({
      name: `search over ${whole(documents)} documents, ${whole(total.count)} mixed queries`,
      value: `p50 ${total.p50.toFixed(0)} ms, p95 ${total.p95.toFixed(0)} ms; slowest kind: ${slowest}`,
      promise: `p95 ≤ ${MOST_P95_MS} ms`,
      kept: total.p95 <= MOST_P95_MS,
    })
  }
  const [small, large] = all
  if (small === undefined || large === undefined) return figures
  const growth = large.p95 / small.p95
  const corpus = (sizes[1] ?? 0) / (sizes[0] ?? 1)
  figures.push({
    name: 'search, p95 of the larger library ÷ the smaller',
    value: `${growth.toFixed(1)} × for ${corpus} × the documents`,
    promise: 'slower than the corpus grows',
    kept: growth < corpus,
  })
  return figures
}

async function askAll(lockkeeper: Lockkeeper, vocabulary: string[], documents: number) {
  const all: number[] = []
  let slowest = { kind: '', p95: 0 }
  for (const [kind, makeQuery] of Object.entries(queryKinds(vocabulary, documents))) {
    const random = seeded(kind.length * 31)
    const times: number[] = []
    for (let round = -WARM_UPS; round < ROUNDS; round++) {
      const query = new URLSearchParams({ limit: '20', ...makeQuery(random) })
      const begun = performance.now()
      SearchResult.parse(await lockkeeper.call('GET', `/search?${query.toString()}`))
      if (round >= 0) times.push(performance.now() - begun)
    }
    const { p50, p95 } = summarise(times)
    console.log(`  ${kind.padEnd(26)} p50 ${p50.toFixed(1)} ms   p95 ${p95.toFixed(1)} ms`)
    if (p95 > slowest.p95) slowest = { kind, p95 }
    all.push(...times)
  }
  return { total: summarise(all), slowest: `${slowest.kind}, p95 ${slowest.p95.toFixed(0)} ms` }
}
