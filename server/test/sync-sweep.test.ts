import { expect, test } from 'vitest'
import { listPageEvents, pagesOf, startSyncSite, storedTruth, wantedTruth, type SyncSite } from './sync-site.ts'

const small = { pages: 300, spaces: 3, blogPosts: 6 }

function spacesOf(site: SyncSite): [string, string] {
  const [first, second] = site.simulator.control.truth().spaces
  return [first?.key ?? '', second?.key ?? '']
}

test('I5, I6: a sweep brings what no version tells: moves, archiving, labels, the trash, names of spaces, new spaces', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  const [space, other] = spacesOf(site)
  const pages = pagesOf(site.simulator, space)
  const [parent = '', moved = '', archived = '', labelled = '', emigrated = '', trashed = '', purged = ''] = [
    pages[0],
    ...pages.slice(-6),
  ]
  control.movePage(moved, { parentId: parent })
  control.archivePage(archived)
  control.addLabel(labelled, 'rather-new')
  control.movePage(emigrated, { space: other })
  control.trashPage(trashed)
  control.purgePage(purged)
  control.renameSpace(space, { name: 'Another name' })
  control.createSpace({ key: 'BRANDNEW', name: 'Brand new' })
  control.createPage({ space: 'BRANDNEW', title: 'Home of the new', storage: '<p>here</p>' })
  const run = await site.sync('sweep')
  expect(run).toMatchObject({ status: 'succeeded', counts: { deleted: 2 } })
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  expect(JSON.stringify((await site.admin.get('/spaces?limit=100')).body)).toContain('Another name')
  const news = [
    `page.deleted ${purged}`,
    `page.deleted ${trashed}`,
    `page.labelled ${labelled}`,
    `page.moved ${emigrated}`,
    `page.moved ${moved}`,
  ].toSorted()
  expect((await listPageEvents(site.db)).toSorted()).toEqual(news)
  for (const mode of ['sweep', 'full', 'incremental'] as const) {
    expect(await site.sync(mode)).toMatchObject({ status: 'succeeded', counts: { created: 0, updated: 0, deleted: 0 } })
  }
  expect((await listPageEvents(site.db)).toSorted()).toEqual(news)
  control.restorePage(trashed)
  control.removeLabel(labelled, 'rather-new')
  await site.sync('sweep')
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  expect((await listPageEvents(site.db)).slice(news.length).toSorted()).toEqual(
    [`page.created ${trashed}`, `page.labelled ${labelled}`].toSorted(),
  )
})

test('a sweep with nothing changed asks once for 250 pages, and once for the blog posts of all spaces', async () => {
  await using site = await startSyncSite({ simulator: { pages: 1500, spaces: 2, blogPosts: 12 } })
  site.simulator.control.clearRequests()
  await site.sync('sweep')
  const { counts } = site.simulator.requests
  expect(counts['GET /wiki/api/v2/pages']).toBeLessThanOrEqual(1500 / 250 + 2)
  expect(counts['GET /wiki/api/v2/pages/{id}']).toBeUndefined()
  expect(counts['GET /wiki/api/v2/blogposts']).toBe(1)
})

/** A new blog post in each space and one gone; returns the ids of those. */
function changePosts({ simulator: { control } }: SyncSite): string[] {
  const { nodes, spaces } = control.truth()
  return spaces.map(({ key }) => {
    control.createPage({ space: key, title: 'Written lately', kind: 'blogpost' })
    const purged = nodes.find((node) => node.kind === 'blogpost' && node.space === key)?.id ?? ''
    control.purgePage(purged)
    return purged
  })
}

test('a sweep brings and hides blog posts of every space', async () => {
  await using site = await startSyncSite({ simulator: small })
  const purged = changePosts(site)
  expect(await site.sync('sweep')).toMatchObject({ status: 'succeeded', counts: { created: 3, deleted: 3 } })
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  expect((await listPageEvents(site.db)).filter((event) => event.startsWith('page.deleted')).toSorted()).toEqual(
    purged.map((id) => `page.deleted ${id}`).toSorted(),
  )
})

test('where the list of all blog posts fails they are listed space by space, and only the space that fails is left alone', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  const { id, key } = control.truth().spaces[1] ?? { id: '', key: '' }
  const before = (await storedTruth(site.db)).filter((node) => node.space === key)
  changePosts(site)
  control.setFault({ kind: 'status', status: 403, match: { path: `blogposts\\?space-id=[^&]*${id}` } })
  const run = await site.sync('sweep')
  expect(run).toMatchObject({ status: 'failed', error: { code: 'incomplete' }, counts: { created: 2, deleted: 2 } })
  expect(run.progress.spaces.filter((one) => one.status === 'failed').map((one) => one.key)).toEqual([key])
  expect((await storedTruth(site.db)).filter((node) => node.space === key)).toEqual(before)
  control.clearFaults()
  control.setFault({ kind: 'status', status: 403, match: { path: 'blogposts\\?space-id=[^&]*%2C' } })
  expect(await site.sync('sweep')).toMatchObject({ status: 'succeeded', counts: { created: 1, deleted: 1 } })
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
})

test.each([
  { name: 'ends early', fault: { kind: 'early-end' } as const, path: 'pages\\?space-id', status: 'succeeded' },
  {
    name: 'fails in the middle',
    fault: { kind: 'status', status: 500, retryAfter: '0' } as const,
    path: 'cursor=',
    status: 'failed',
  },
  { name: 'repeats itself', fault: { kind: 'repeat-cursor' } as const, path: 'cursor=', status: 'failed' },
])('D1: a list that $name removes nothing', async ({ fault, path, status }) => {
  await using site = await startSyncSite({ simulator: { pages: 600, spaces: 1, blogPosts: 0 } })
  const before = await storedTruth(site.db)
  site.simulator.control.setFault({ ...fault, match: { path } })
  const run = await site.sync('sweep')
  expect(run).toMatchObject({ status, counts: { deleted: 0 } })
  if (status === 'succeeded') expect(await site.skipped(run)).toMatchObject([{ type: 'space' }])
  expect(await storedTruth(site.db)).toEqual(before)
  expect(await listPageEvents(site.db)).toEqual([])
})

test('D1: a list that lacks a few living pages removes none of them', async () => {
  await using site = await startSyncSite({ simulator: { pages: 260, spaces: 1, blogPosts: 0 } })
  const before = await storedTruth(site.db)
  site.simulator.control.setFault({ kind: 'early-end', match: { path: 'pages\\?space-id' } })
  const run = await site.sync('sweep')
  expect(run).toMatchObject({ status: 'succeeded', counts: { deleted: 0 } })
  expect(await site.skipped(run)).toEqual([])
  expect(await storedTruth(site.db)).toEqual(before)
})

test.each([403, 404, 500])('D2: a space that answers %i is left alone, and the run says which', async (code) => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  const [space, other] = spacesOf(site)
  const before = (await storedTruth(site.db)).filter((node) => node.space === space)
  control.trashPage(pagesOf(site.simulator, other).at(-1) ?? '')
  control.trashPage(pagesOf(site.simulator, space).at(-1) ?? '')
  const id = control.truth().spaces[0]?.id
  control.setFault({ kind: 'status', status: code, retryAfter: '0', match: { path: `pages\\?space-id=${id}&` } })
  const run = await site.sync('sweep')
  expect(run).toMatchObject({ status: 'failed', error: { code: 'incomplete' }, counts: { deleted: 1 } })
  expect(run.progress.spaces.map((one) => [one.key, one.status])).toEqual(
    expect.arrayContaining([
      [space, 'failed'],
      [other, 'succeeded'],
    ]),
  )
  expect(run.error?.detail).toContain(space)
  expect((await storedTruth(site.db)).filter((node) => node.space === space)).toEqual(before)
  expect((await site.admin.get(`/integrations/${site.integrationId}`)).body).toMatchObject({ state: 'connected' })
  control.clearFaults()
  expect(await site.sync('sweep')).toMatchObject({ status: 'succeeded', counts: { deleted: 1 } })
})

test('D3: when a fifth of a space is gone at once, nothing is removed and the run says so', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  const [space] = spacesOf(site)
  for (const page of pagesOf(site.simulator, space).slice(-40)) control.purgePage(page)
  const run = await site.sync('sweep')
  expect(run).toMatchObject({ status: 'succeeded', counts: { deleted: 0 } })
  expect(await site.skipped(run)).toMatchObject([{ type: 'space', spaceKey: space }])
  expect(await listPageEvents(site.db)).toEqual([])
})
