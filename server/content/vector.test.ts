import { array, assert, asyncProperty, constantFrom, integer, record } from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestDatabase, type TestDatabase } from '#server/test/database.ts'
import { learnLexemes } from './lexemes.ts'
import { openTermTable } from './term-table.ts'
import { readTerms, toTerms } from './terms.ts'
import { encodeVector } from './vector.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

type Weight = 'A' | 'B' | 'C' | 'D'
type TextPart = { weight: Weight; text: string }

/** What a vector holds, said with a map: each lexeme's positions, as PostgreSQL prints them. */
function describeVector(parts: TextPart[], filters: string[]): Map<string, string[]> {
  const vector = new Map<string, { at: number; printed: string }[]>(filters.map((filter) => [filter, []]))
  let size = 4 + [...new Set(filters)].reduce((sum, filter) => sum + filter.length * 3 + 8, 0)
  let at = 0
  for (const { weight, text } of parts) {
    for (const lexeme of readTerms(toTerms(text)).flatMap((term) => term.lexemes)) {
      at = Math.min(at + 1, 16_383)
      if (lexeme === null) continue
      const places = vector.get(lexeme) ?? []
      const [isNew, more] = places.length === 0 ? [true, lexeme.length * 3 + 8] : [false, 2]
      if (isNew ? size + more > 900_000 : size >= 900_000) continue
      if (places.length === 255 || places.at(-1)?.at === at) continue
      places.push({ at, printed: `${at}${weight === 'D' ? '' : weight}` })
      vector.set(lexeme, places)
      size += more
    }
    at = Math.min(at + 8, 16_383)
  }
  return new Map([...vector].map(([lexeme, places]) => [lexeme, places.map((place) => place.printed)]))
}

/** Encodes, has PostgreSQL read it, and returns what it then holds. */
async function throughPostgres(parts: TextPart[], filters: string[]): Promise<Map<string, string[]>> {
  const cut = parts.map(({ weight, text }) => ({ weight, terms: toTerms(text) }))
  await learnLexemes(
    database.db,
    cut.map((part) => part.terms),
  )
  const [first = { weight: 'D' as const, terms: toTerms('') }, ...others] = cut
  const vector = encodeVector([first, ...others], filters)
  const { rows } = await sql<{ lexeme: string; places: string[] }>`
    select lexeme, array(select place || replace(weight, 'D', '')
      from unnest(coalesce(positions, '{}'), coalesce(weights, '{}')) as at (place, weight)) as places
    from unnest(${vector}::tsvector)`.execute(database.db)
  return new Map(rows.map((row) => [row.lexeme, row.places]))
}

async function expectEqual(parts: TextPart[], filters: string[]): Promise<Map<string, string[]>> {
  const stored = await throughPostgres(parts, filters)
  expect(stored).toEqual(describeVector(parts, filters))
  return stored
}

test('what is encoded is what PostgreSQL holds', async () => {
  const stored = await expectEqual(
    [
      { weight: 'A', text: 'Installing the Station' },
      { weight: 'C', text: '' },
      {
        weight: 'D',
        text: 'A station needs water – see LK-1042, naïve Straße, Привет 東京都 and 𠀀𠀁.\nInstalled stations.',
      },
      { weight: 'B', text: 'how-to water' },
    ],
    ['space:1', 'label:über', 'label:𝒳', 'label:x', 'space:1'],
  )
  expect(stored.get('station')).toEqual(['3A', '21', '38'])
  expect(stored.get('label:über')).toEqual([])
})

test('any parts are encoded as PostgreSQL holds them', async () => {
  const words = ['the', 'run', 'Running', 'ran', 'a-b', 'x.y.z', 'Ünïcode', 'ß', '東京', '–', '\n', 'v2.41', 'of']
  const text = array(constantFrom(...words), { maxLength: 60 }).map((list) => list.join(' '))
  const weight = constantFrom<Weight[]>('A', 'B', 'C', 'D')
  await assert(
    asyncProperty(
      array(record({ weight, text }), { minLength: 1, maxLength: 5 }),
      array(
        integer({ min: 0, max: 5 }).map((one) => `label:${one}`),
        { maxLength: 5 },
      ),
      async (parts, filters) => {
        await expectEqual(parts, filters)
      },
    ),
    { numRuns: 150 },
  )
})

test('a lexeme has 255 positions, and the last position is each lexeme’s once', async () => {
  const filler = Array.from({ length: 17_000 }, (_, at) => `w${at % 9_000}`).join(' ')
  const stored = await expectEqual(
    [
      { weight: 'A', text: 'echo '.repeat(300) },
      { weight: 'D', text: `${filler} end echo end` },
      { weight: 'B', text: 'end tail' },
    ],
    [],
  )
  expect(stored.get('echo')).toHaveLength(255)
  expect(stored.get('end')).toEqual(['16383'])
  expect(stored.get('tail')).toEqual(['16383B'])
})

test('beyond what a vector may take, the end is left out', async () => {
  const long = Array.from({ length: 6_000 }, (_, at) => `${at}${'q'.repeat(70)}`).join(' ')
  const stored = await expectEqual([{ weight: 'D', text: `${long} ${long} late` }], ['space:1'])
  expect(stored.has('late')).toBe(false)
  expect(stored.has('space:1')).toBe(true)
  const small = await expectEqual([{ weight: 'A', text: 'late' }], [])
  expect([...small]).toEqual([['late', ['1A']]])
})

test('terms of two tables do not get into one vector', () => {
  const elsewhere = { table: openTermTable('english'), numbers: [] }
  const encode = () =>
    encodeVector(
      [
        { weight: 'A', terms: toTerms('here') },
        { weight: 'D', terms: elsewhere },
      ],
      [],
    )
  expect(encode).toThrow('one table')
})
