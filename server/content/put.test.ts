import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { transact } from '#server/db/transact.ts'
import { findVersions, listExternalIds } from './find.ts'
import { listDocuments } from './list.ts'
import { placeDocuments, setLabels } from './place.ts'
import { getDocument } from './read.ts'
import { removeDocuments } from './remove.ts'
import { searchDocuments } from './search.ts'
import { openLibrary, person, type Library } from './test/library.ts'
import { listVersions } from './versions.ts'

let library: Library
const admin = person('admin')
beforeAll(async () => {
  library = await openLibrary()
})
afterAll(() => library[Symbol.asyncDispose]())

const titles = async (q: string) =>
  (await searchDocuments(library, admin, { q, limit: 50 })).items.map((hit) => hit.document.title)
const find = async (externalId: string) =>
  (await findVersions(library.db, library.integrationId, [externalId])).get(externalId)
const markdown = async (id: string) => (await getDocument(library, admin, id, 'markdown', () => '')).body

test('a first put creates, the same again changes nothing', async () => {
  const page = { externalId: 'same', title: 'Same', text: 'lorem', labels: ['b', 'a'] }
  const [created] = await library.put(library.docs, page)
  expect(created).toMatchObject({ content: 'created', previousVersion: null })
  const before = await sql`select * from documents where external_id = 'same'`.execute(library.db)
  const [again] = await library.put(library.docs, { ...page, labels: ['a', 'b', 'a'] })
  expect(again).toMatchObject({ id: created?.id, content: 'unchanged', moved: false, relabelled: false })
  expect((await sql`select * from documents where external_id = 'same'`.execute(library.db)).rows).toEqual(before.rows)
})

test('a newer version replaces, an older one that comes late does not', async () => {
  const [created] = await library.put(library.docs, { externalId: 'v', title: 'Second', text: 'now', version: 2 })
  expect(await library.put(library.docs, { externalId: 'v', title: 'First', text: 'once', version: 1 })).toMatchObject([
    { content: 'stale', previousVersion: 2, retitled: false },
  ])
  expect(await find('v')).toMatchObject({ version: 2, title: 'Second' })
  const newer = { externalId: 'v', title: 'Third', text: 'later', version: 3, versionMessage: 'typo' }
  expect(await library.put(library.docs, newer)).toMatchObject([
    { content: 'updated', previousVersion: 2, retitled: true },
  ])
  expect(await markdown(created?.id ?? '')).toBe('later')
  const versions = await listVersions(library, admin, created?.id ?? '', { limit: 10 })
  expect(versions.items.map(({ number, message }) => [number, message])).toEqual([
    [3, 'typo'],
    [2, ''],
  ])
})

test('of doubles in one batch the newest counts', async () => {
  const outcomes = await library.put(
    library.docs,
    { externalId: 'twice', title: 'New', version: 5 },
    { externalId: 'twice', title: 'Old', version: 4 },
  )
  expect(outcomes).toHaveLength(1)
  expect(await find('twice')).toMatchObject({ version: 5, title: 'New' })
})

test('the same version with another body is rewritten without being a new version', async () => {
  await library.put(library.docs, { externalId: 'again', title: 'Again', text: 'walrus' })
  expect(await library.put(library.docs, { externalId: 'again', title: 'Again', text: 'narwhal' })).toMatchObject([
    { content: 'rewritten' },
  ])
  expect([await titles('walrus'), await titles('narwhal')]).toEqual([[], ['Again']])
})

test('two writers of the same new documents agree on one row each', async () => {
  const pages = Array.from({ length: 50 }, (_, index) => ({ externalId: `race-${index}`, title: `Race ${index}` }))
  const both = await Promise.all([
    library.put(library.docs, ...pages),
    library.put(library.docs, ...pages.toReversed()),
  ])
  const ids = both.map((outcomes) => new Set(outcomes.map((outcome) => outcome.id)))
  expect(ids[0]).toEqual(ids[1])
  expect(both.flat().filter((outcome) => outcome.content === 'created')).toHaveLength(50)
})

test('moves, titles, statuses and labels change without a version, and search knows at once', async () => {
  const outcomes = await library.put(
    library.docs,
    { externalId: 'p', title: 'Parent' },
    { externalId: 'c', title: 'Child', text: 'giraffe', labels: ['zoo'] },
  )
  const moved = await transact(library.db, (tx) =>
    placeDocuments(tx, library.integrationId, [
      { externalId: 'c', parentExternalId: 'p', title: 'Grown child' },
      { externalId: 'p', position: 7 },
      { externalId: 'unknown', title: 'No' },
    ]),
  )
  expect(moved).toMatchObject([{ externalId: 'c', moved: true, retitled: true, relabelled: false }])
  const children = await listDocuments(library, admin, { parent: outcomes[0]?.id ?? '', limit: 10 })
  expect(children.items.map((item) => item.title)).toEqual(['Grown child'])
  expect(await titles('grown giraffe')).toEqual(['Grown child'])

  const changed = await transact(library.db, (tx) =>
    setLabels(
      tx,
      library.integrationId,
      new Map([
        ['c', ['safari-park']],
        ['p', []],
      ]),
    ),
  )
  expect(changed).toMatchObject([{ externalId: 'c', added: ['safari-park'] }])
  expect([await titles('zoo'), await titles('safari-park')]).toEqual([[], ['Grown child']])
  const labelled = await searchDocuments(library, admin, { q: 'giraffe', label: 'safari-park', limit: 5 })
  expect(labelled.total).toBe(1)

  await transact(library.db, (tx) =>
    placeDocuments(tx, library.integrationId, [{ externalId: 'c', status: 'trashed' }]),
  )
  expect(await titles('giraffe')).toEqual([])
  await transact(library.db, (tx) =>
    placeDocuments(tx, library.integrationId, [{ externalId: 'c', status: 'current' }]),
  )
  expect(await titles('giraffe')).toEqual(['Grown child'])
})

test('a put without labels leaves them, a put of another place moves', async () => {
  await library.put(library.docs, { externalId: 'l', title: 'Labelled', labels: ['keep'] })
  expect(await library.put(library.docs, { externalId: 'l', title: 'Labelled', parentExternalId: 'p' })).toMatchObject([
    { content: 'unchanged', moved: true, relabelled: false },
  ])
  expect(await library.put(library.hr, { externalId: 'l', title: 'Labelled', parentExternalId: 'p' })).toMatchObject([
    { content: 'unchanged', moved: true },
  ])
  const inHr = await listDocuments(library, admin, { space: 'hr', label: 'keep', limit: 5 })
  expect(inHr.items.map((item) => item.externalId)).toEqual(['l'])
  expect((await searchDocuments(library, admin, { q: 'labelled', space: 'HR', limit: 5 })).total).toBe(1)
})

test('a removed document is hidden everywhere and a later put brings it back', async () => {
  const [top] = await library.put(library.docs, { externalId: 'top', title: 'Top' })
  const page = { externalId: 'gone', title: 'Pelican brief', text: 'pelican', parentExternalId: 'top' }
  const [put] = await library.put(library.docs, page)
  const id = put?.id ?? ''
  const remove = () =>
    transact(library.db, (tx) => removeDocuments(tx, library.integrationId, ['gone', 'never'], 'trashed'))
  expect([await remove(), await remove()]).toEqual([['gone'], []])
  expect(await titles('pelican')).toEqual([])
  expect((await searchDocuments(library, admin, { q: 'pelicam', limit: 5 })).suggestion).toBeNull()
  expect((await listDocuments(library, admin, { parent: top?.id ?? '', limit: 5 })).items).toEqual([])
  expect(await getDocument(library, admin, top?.id ?? '', 'storage', () => '')).toMatchObject({ hasChildren: false })
  await expect(getDocument(library, admin, id, 'storage', () => '')).rejects.toMatchObject({ status: 404 })
  await expect(listVersions(library, admin, id, { limit: 5 })).rejects.toMatchObject({ status: 404 })
  expect(await find('gone')).toBeUndefined()
  expect(await listExternalIds(library.db, library.integrationId, library.docs.id, 'gond', 1)).not.toContain('gone')

  expect(await library.put(library.docs, page)).toMatchObject([{ id, content: 'restored' }])
  expect(await titles('pelican')).toEqual(['Pelican brief'])
})

test('NUL characters, lone surrogates, odd dates and endless titles are stored as far as PostgreSQL can', async () => {
  const [put] = await library.put(library.docs, {
    externalId: 'odd',
    title: `Odd\0 \ud800 ${'x'.repeat(5000)}`,
    text: 'a\0b \udfff c',
    labels: ['\0', 'l\0l', 'y'.repeat(9000)],
    versionAt: new Date(Number.NaN),
    createdAt: new Date(8.64e15),
    position: Number.MAX_VALUE,
    version: 2 ** 40,
    url: 'https://wiki.example.com/\0',
  })
  const document = await getDocument(library, admin, put?.id ?? '', 'markdown', () => '')
  expect(document.body).toBe('ab \ufffd c')
  expect(document.title).toHaveLength(500)
  expect(document).toMatchObject({ createdAt: null, updatedAt: null, version: 2_147_483_647 })
  expect(document.labels[0]).toBe('ll')
})

test('a page of 5 MB of different words is stored whole and found by its beginning', async () => {
  const text = Array.from({ length: 800_000 }, (_, index) => `q${index.toString(36)}`).join(' ')
  const [put] = await library.put(library.docs, { title: 'Endless', text, headings: text, markdown: text })
  expect((await markdown(put?.id ?? '')).length).toBe(text.length)
  expect(await titles('q0 q1a')).toEqual(['Endless'])
})

test('one word a million times, or one word of a megabyte, is stored', async () => {
  await library.put(
    library.docs,
    { title: 'Echo', text: 'echo '.repeat(200_000) },
    { title: 'Long', text: 'z'.repeat(1_000_000) },
    { title: 'Joined', text: 'a-'.repeat(500_000) },
    { title: 'Emoji', text: '👩‍👩‍👧'.repeat(50_000) },
    { title: 'Chinese', text: '東京都'.repeat(100_000) },
  )
  expect(await titles('echo')).toEqual(['Echo'])
})
