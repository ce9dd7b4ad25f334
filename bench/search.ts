/** A library of made documents, written the way a sync writes them, and the mix of queries that is asked of it. */
import { sql } from 'kysely'
import { putDocuments } from '#server/content/put.ts'
import { settleSearch } from '#server/content/settle.ts'
import type { Db } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import { newId } from '#server/platform/ids.ts'
import { makeDocument } from './corpus.ts'

export type Times = { p50: number; p95: number; count: number }

type Query = { q: string; space?: string; label?: string; updatedAfter?: string }

const SPACES = 8
const BATCH = 250

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
  await sql`insert into credentials (id, scope, name, name_key, kind, domains)
    values (${credential}, 'integrations', ${credential}, ${credential}, 'basic', '{wiki.example.com}')`.execute(db)
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
