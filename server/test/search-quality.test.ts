/** How well search answers people: a judged set over the sample knowledge base, scored by nDCG@10 (Järvelin and Kekäläinen 2002). */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SearchResult } from '#schema/document.ts'
import { judgedQueries, type Judged } from './judged-queries.ts'
import { startSyncSite, type SyncSite } from './sync-site.ts'

/** What was measured last, less what ties may change. Raise it with every improvement. */
const FLOOR = 0.84
const DEPTH = 10

let site: SyncSite
beforeAll(async () => {
  site = await startSyncSite({ simulator: { sample: true } })
})
afterAll(() => site[Symbol.asyncDispose]())

test('every judged document is one of the sample', async () => {
  const { rows } = await findTitles()
  const titles = new Set(rows)
  const missing = judgedQueries.flatMap(({ wanted }) => Object.keys(wanted).filter((title) => !titles.has(title)))
  expect(missing).toEqual([])
  expect(judgedQueries.length).toBeGreaterThanOrEqual(50)
})

test('search answers as well as it did', async () => {
  const scores: { q: string; score: number; found: string[] }[] = []
  for (const judged of judgedQueries) {
    const { body } = await site.admin.get(`/search?limit=${DEPTH}&q=${encodeURIComponent(judged.q)}`)
    const found = SearchResult.parse(body).items.map((hit) => hit.document.title)
    scores.push({ q: judged.q, score: ndcg(judged, found), found })
  }
  const mean = scores.reduce((sum, { score }) => sum + score, 0) / scores.length
  const weak = scores
    .filter(({ score }) => score < 0.6)
    .map(({ q, score, found }) => `${score.toFixed(2)} ${q} → ${found.slice(0, 4).join(' | ')}`)
  console.log(`nDCG@${DEPTH} over ${scores.length} judged queries: ${mean.toFixed(4)}\n${weak.join('\n')}`)
  expect(mean).toBeGreaterThanOrEqual(FLOOR)
})

function ndcg({ wanted }: Judged, found: readonly string[]): number {
  const gains = found.slice(0, DEPTH).map((title) => wanted[title] ?? 0)
  const ideal = Object.values(wanted).toSorted((a, b) => b - a)
  return discounted(gains) / discounted(ideal.slice(0, DEPTH))
}

function discounted(gains: readonly number[]): number {
  return gains.reduce((sum, gain, rank) => sum + (2 ** gain - 1) / Math.log2(rank + 2), 0)
}

async function findTitles(): Promise<{ rows: string[] }> {
  const rows = await site.db.selectFrom('documents').select('title').execute()
  return { rows: rows.map((row) => row.title) }
}
