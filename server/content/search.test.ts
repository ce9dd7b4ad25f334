import { array, assert, asyncProperty, constantFrom, oneof, string } from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SearchQuery } from '#schema/document.ts'
import { searchDocuments } from './search.ts'
import { settleSearch } from './settle.ts'
import { openLibrary, person, type Library } from './test/library.ts'

let library: Library
const admin = person('admin')
beforeAll(async () => {
  library = await openLibrary()
  const { docs, hr } = library
  await library.put(
    docs,
    { title: 'Turbine overview', text: 'General words.', labels: ['machines'], versionAt: new Date('2026-03-01') },
    { title: 'Machine parts', headings: 'The turbine', text: 'The turbine Words.', type: 'blogpost' },
    { title: 'Notes', text: `${'filler words '.repeat(30)} a turbine is here ${'and more '.repeat(30)}` },
    { title: 'Loud notes', text: 'turbine '.repeat(60) },
    { title: 'Installing the station', text: 'How to install the water station on a roof.' },
    { title: 'Water on stations', text: 'A station needs water to install.' },
    { title: 'Codes', text: 'See LK-1042, foo_bar.baz, ops@wiki.example.com, /etc/hosts.d/x, v2.4.1 and read/write.' },
    { title: 'Straße nach Łódź', text: 'Der Fußgänger im Café, naïve Übergänge' },
    { title: '東京都の案内', text: '東京都庁へようこそ。大阪も見る。' },
    { title: 'دليل', text: 'مَرْحَبًا بالعالم' },
    { title: '<b>Bold & "quoted"</b>', text: 'markup <script>alert(1)</script> & more' },
    { title: 'How to', text: 'nothing else' },
    { title: 'Archived', text: 'mothballed', status: 'archived' },
    { title: 'Draft', text: 'mothballed', status: 'draft' },
  )
  await library.put(hr, { title: 'Salaries', text: 'secret turbine figures', labels: ['Machines'] })
})
afterAll(() => library[Symbol.asyncDispose]())

const search = (q: string, more: Partial<SearchQuery> = {}, actor = admin) =>
  searchDocuments(library, actor, { q, limit: 50, ...more })
const titles = async (q: string, more: Partial<SearchQuery> = {}, actor = admin) =>
  (await search(q, more, actor)).items.map((hit) => hit.document.title)

test('a title counts more than a heading, a heading more than the text, however often it says the word', async () => {
  const found = await titles('turbine', { space: 'DOCS' })
  expect(found).toHaveLength(4)
  expect(found[0]).toBe('Turbine overview')
  expect(found.indexOf('Machine parts')).toBeLessThan(found.indexOf('Notes'))
})

test.each([
  ['"water station"', ['Installing the station']],
  ['water station', ['Water on stations', 'Installing the station']],
  ['station -roof', ['Water on stations']],
  ['station -"water station"', ['Water on stations']],
  ['roof or mothballed', ['Archived', 'Installing the station']],
  ['LK-1042', ['Codes']],
  ['lk 1042', ['Codes']],
  ['1042', ['Codes']],
  ['foo_bar.baz', ['Codes']],
  ['ops@wiki.example.com', ['Codes']],
  ['wiki.example.com', ['Codes']],
  ['/etc/hosts.d/x', ['Codes']],
  ['v2.4.1', ['Codes']],
  ['write', ['Codes']],
  ['installation', ['Water on stations', 'Installing the station']],
  ['strasse lodz', ['Straße nach Łódź']],
  ['STRASSE', ['Straße nach Łódź']],
  ['cafe naive ubergange', ['Straße nach Łódź']],
  ['café', ['Straße nach Łódź']],
  ['東京', ['東京都の案内']],
  ['京都庁', ['東京都の案内']],
  ['阪', ['東京都の案内']],
  ['مرحبا', ['دليل']],
  ['script', ['<b>Bold & "quoted"</b>']],
])('%s finds %j', async (q, expected) => {
  expect((await titles(q)).toSorted()).toEqual(expected.toSorted())
})

test.each([
  ['instaling the staton', 'Installing the station'],
  ['turbin overvew', 'Turbine overview'],
  ['lodsz strasse', 'Straße nach Łódź'],
])('%s, misspelled, leads to the title %s', async (q, title) => {
  const result = await search(q)
  expect(result.suggestion).toBe(title)
  expect(result.items[0]?.document.title).toBe(title)
})

test('a query of stop words alone looks for them in titles', async () => {
  expect(await titles('how to')).toContain('How to')
  expect(await titles('the')).toContain('Installing the station')
})

test('filters narrow by space, label, type and time, and together', async () => {
  expect(await titles('turbine', { space: 'hr' })).toEqual(['Salaries'])
  expect((await titles('turbine', { label: 'machines' })).toSorted()).toEqual(['Salaries', 'Turbine overview'])
  expect(await titles('turbine', { type: 'blogpost' })).toEqual(['Machine parts'])
  expect(await titles('turbine', { updatedAfter: '2026-02-01T00:00:00Z' })).toEqual(['Turbine overview'])
  expect(await titles('turbine', { label: 'machines', type: 'blogpost' })).toEqual([])
  expect(await titles('turbine', { space: 'NOWHERE' })).toEqual([])
  expect(await titles('turbine', { label: "it's \\ odd" })).toEqual([])
})

test('a reader sees hits, counts and suggestions of his spaces alone', async () => {
  const reader = person('member', [[library.docs.id, 'reader']])
  const stranger = person('member')
  const many = person('member', [
    [library.docs.id, 'reader'],
    ...Array.from({ length: 80 }, (): [string, 'reader'] => [crypto.randomUUID(), 'reader']),
  ])
  for (const actor of [reader, many]) {
    expect(await search('turbine', {}, actor)).toMatchObject({ total: 4 })
    expect(await titles('turbine', {}, actor)).not.toContain('Salaries')
    expect(await search('turbine', { space: 'HR' }, actor)).toMatchObject({ total: 0, suggestion: null })
    expect(await search('sallaries', {}, actor)).toMatchObject({ total: 0, suggestion: null })
  }
  expect(await search('turbine', {}, stranger)).toMatchObject({ total: 0, items: [], suggestion: null })
  expect((await search('sallaries')).suggestion).toBe('Salaries')
})

test('archived documents are found, drafts are not', async () => {
  expect(await titles('mothballed')).toEqual(['Archived'])
})

test('an excerpt shows the place, marks what matches and escapes everything else', async () => {
  const [hit] = (await search('scripts')).items
  expect(hit?.excerpt).toBe('markup &lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt; &amp; more')
  const excerpt = async (q: string, title: string) =>
    (await search(q)).items.find((item) => item.document.title === title)?.excerpt
  expect(await excerpt('turbines', 'Notes')).toMatch(/^….*a <mark>turbine<\/mark> is here.*…$/)
  expect(await excerpt('LK-1042', 'Codes')).toContain('<mark>LK-1042</mark>')
  expect(await excerpt('ubergange', 'Straße nach Łódź')).toContain('<mark>Übergänge</mark>')
  expect(await excerpt('大阪', '東京都の案内')).toContain('<mark>大阪</mark>も')
})

test('a phrase does not run from the title into the text', async () => {
  expect((await search('"overview general"')).suggestion).toBe('Turbine overview')
  expect(await search('"general words"')).toMatchObject({ total: 1, suggestion: null })
})

test('a walk by cursor meets each hit once, in order, also when scores are equal', async () => {
  const pages = Array.from({ length: 130 }, (_, index) => ({ title: `Walk ${index}`, text: 'walking stick' }))
  await library.put(library.docs, ...pages)
  const seen: { id: string; score: number }[] = []
  let cursor: string | undefined
  do {
    const page = await search('stick', { limit: 20, ...(cursor === undefined ? {} : { cursor }) })
    expect(page.total).toBe(130)
    seen.push(...page.items.map((hit) => ({ id: hit.document.id, score: hit.score })))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  expect(new Set(seen.map((hit) => hit.id)).size).toBe(130)
  expect(seen).toHaveLength(130)
  expect(seen.map((hit) => hit.score)).toEqual(seen.map((hit) => hit.score).toSorted((a, b) => b - a))
})

test('a total beyond the cap says so, and the best title still stands first', async () => {
  const page = (index: number) => ({ title: `Page ${index}`, text: 'ubiquitous' })
  for (let batch = 0; batch < 5; batch++)
    await library.put(library.hr, ...Array.from({ length: 250 }, (_, index) => page(batch * 250 + index)))
  await library.put(library.hr, { title: 'Ubiquitous', text: 'nothing' })
  await settleSearch(library.db)
  const result = await search('ubiquitous', { limit: 1 })
  expect(result).toMatchObject({ total: 1000, totalIsCapped: true })
  expect(result.items[0]?.document.title).toBe('Ubiquitous')
})

test('a strange cursor is refused with a problem', async () => {
  for (const key of [[1], ['x', 'y'], [0.5, '------------------------------------'], [1, "'; select 1"]])
    await expect(
      search('turbine', { cursor: Buffer.from(JSON.stringify(key)).toString('base64url') }),
    ).rejects.toMatchObject({ status: 400, code: 'bad-cursor' })
})

test('no query text fails', async () => {
  const pieces = constantFrom(
    ..."' \" \\ & | ! : * ( ) < > <-> - -- or OR and \0 \ud800 % _ 東 京都 é a's :* ''' ' \\' $1 turbine the".split(
      ' ',
    ),
    ' ',
  )
  const hostile = oneof(
    string({ unit: 'binary', maxLength: 60 }),
    array(pieces, { maxLength: 30 }).map((all) => all.join('')),
    array(pieces, { maxLength: 30 }).map((all) => all.join(' ')),
    string({ unit: 'grapheme', maxLength: 500 }),
  )
  await assert(
    asyncProperty(hostile, async (q) => {
      const result = await search(q, { limit: 3 })
      expect(result.total).toBeGreaterThanOrEqual(result.items.length)
      for (const { excerpt } of result.items) expect(excerpt.replaceAll(/<\/?mark>/g, '')).not.toMatch(/[<>]/)
    }),
    { numRuns: 300 },
  )
})
