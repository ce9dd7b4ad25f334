import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DocumentQuery } from '#schema/document.ts'
import { transact } from '#server/db/transact.ts'
import { listDocuments } from './list.ts'
import { getDocument } from './read.ts'
import { removeDocuments } from './remove.ts'
import { openLibrary, person, type Library } from './test/library.ts'

let library: Library
const admin = person('admin')
const ids = new Map<string, string>()
beforeAll(async () => {
  library = await openLibrary()
  const put = await library.put(
    library.docs,
    { externalId: 'home', title: 'Home' },
    { externalId: 'b', title: 'Beta', parentExternalId: 'home', position: 2, labels: ['public'] },
    { externalId: 'a', title: 'Alpha', parentExternalId: 'home', position: 10 },
    { externalId: 'z', title: 'Zulu', parentExternalId: 'home' },
    { externalId: 'y', title: 'Yankee', parentExternalId: 'home' },
    {
      externalId: 'leaf',
      title: 'Leaf',
      parentExternalId: 'b',
      storage: '<p>leaf &amp; bud</p>',
      markdown: 'leaf & bud',
    },
    { externalId: 'orphan', title: 'Orphan', parentExternalId: 'not-here' },
    { externalId: 'bin', title: 'Binned', parentExternalId: 'home', status: 'trashed' },
    { externalId: 'left', title: 'Left over', parentExternalId: 'bin' },
    { externalId: 'loop-1', title: 'Loop 1', parentExternalId: 'loop-2' },
    { externalId: 'loop-2', title: 'Loop 2', parentExternalId: 'loop-1', type: 'blogpost' },
  )
  for (const { externalId, id } of put) ids.set(externalId, id)
  await library.put(library.hr, { externalId: 'pay', title: 'Pay', parentExternalId: 'home' })
})
afterAll(() => library[Symbol.asyncDispose]())

const id = (externalId: string) => ids.get(externalId) ?? ''
const list = async (query: Partial<DocumentQuery>, actor = admin) =>
  (await listDocuments(library, actor, { limit: 50, ...query })).items.map((item) => item.externalId)
const get = (externalId: string, actor = admin) => getDocument(library, actor, id(externalId), 'storage', () => '')

test('children come by position, those without one last and by title; other spaces and the bin stay out', async () => {
  expect(await list({ parent: id('home') })).toEqual(['b', 'a', 'y', 'z'])
  expect(await list({ parent: id('leaf') })).toEqual([])
  expect(await list({ parent: id('home'), status: 'trashed' })).toEqual(['bin'])
})

test('the top of a space is what has no parent there to be seen', async () => {
  expect((await list({ space: 'docs', parent: 'none' })).toSorted()).toEqual(['home', 'left', 'orphan'])
  expect(await list({ space: 'HR', parent: 'none' })).toEqual(['pay'])
  const orphan = await get('orphan')
  expect(orphan).toMatchObject({ parentId: null, hasChildren: false, ancestors: [] })
})

test('a removed parent leaves its children at the top', async () => {
  await library.put(
    library.docs,
    { externalId: 'old', title: 'Old' },
    { externalId: 'child', title: 'Child', parentExternalId: 'old' },
  )
  expect(await list({ space: 'DOCS', parent: 'none' })).toContain('old')
  await transact(library.db, (tx) => removeDocuments(tx, library.integrationId, ['old'], 'trashed'))
  const tops = await list({ space: 'DOCS', parent: 'none' })
  expect([tops.includes('old'), tops.includes('child')]).toEqual([false, true])
})

test('a document knows its path, its parent, whether it has children, and where it came from', async () => {
  const leaf = await get('leaf')
  expect(leaf.ancestors.map((one) => one.title)).toEqual(['Home', 'Beta'])
  expect(leaf).toMatchObject({
    parentId: id('b'),
    hasChildren: false,
    body: '<p>leaf &amp; bud</p>',
    integration: { name: 'Wiki' },
    space: { key: 'DOCS', name: 'Documents' },
  })
  expect(await get('b')).toMatchObject({ hasChildren: true, labels: ['public'] })
  expect((await getDocument(library, admin, id('leaf'), 'markdown', () => '')).body).toBe('leaf & bud')
  const html = await getDocument(library, admin, id('leaf'), 'html', (storage, { spaceKey, externalId }) =>
    [storage, spaceKey, externalId].join(' '),
  )
  expect(html.body).toBe('<p>leaf &amp; bud</p> DOCS leaf')
})

test('a circle of parents ends', async () => {
  expect((await get('loop-1')).ancestors.map((one) => one.title)).toEqual(['Loop 2'])
})

test('filters by space, label, type and status', async () => {
  expect(await list({ label: 'public' })).toEqual(['b'])
  expect(await list({ type: 'blogpost' })).toEqual(['loop-2'])
  expect(await list({ status: 'trashed' })).toEqual(['bin'])
  expect(await list({ space: 'nowhere' })).toEqual([])
  expect(await list({ space: 'HR' })).toEqual(['pay'])
})

test('without a role in the space there is nothing to list or read', async () => {
  const reader = person('member', [[library.hr.id, 'reader']])
  expect(await list({}, reader)).toEqual(['pay'])
  expect(await list({ space: 'DOCS' }, reader)).toEqual([])
  await expect(list({ parent: id('home') }, reader)).rejects.toMatchObject({ status: 404 })
  await expect(get('home', reader)).rejects.toMatchObject({ status: 404 })
  await expect(get('home', person('member'))).rejects.toMatchObject({ status: 404 })
})

test.each([{ parent: 'none' }, { parent: 'tree' }, {}])(
  'a walk by cursor through %j meets each once',
  async (query) => {
    const pages = Array.from({ length: 23 }, (_, index) => ({
      externalId: `w-${index}`,
      title: `Walk ${index % 3}`,
      position: index % 2 === 0 ? null : index,
      parentExternalId: 'y',
    }))
    await library.put(library.docs, ...pages)
    const asked = query.parent === 'tree' ? { parent: id('y') } : query
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await listDocuments(library, admin, {
        limit: 4,
        ...asked,
        ...(cursor === undefined ? {} : { cursor }),
      })
      seen.push(...page.items.map((item) => item.externalId))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual(await list({ ...asked, limit: 250 }))
    expect(new Set(seen).size).toBe(seen.length)
  },
)

test('a cursor of another list is refused', async () => {
  for (const key of [['x'], [1.5, 'a', 'b'], [1, 2, 3]])
    for (const parent of [undefined, 'none'])
      await expect(
        list({ parent, cursor: Buffer.from(JSON.stringify(key)).toString('base64url') }),
      ).rejects.toMatchObject({ status: 400 })
})
