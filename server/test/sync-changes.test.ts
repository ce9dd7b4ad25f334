import { expect, test } from 'vitest'
import { listPageEvents, pagesOf, startSyncSite, storedTruth, wantedTruth } from './sync-site.ts'

const MINUTE = 60_000
const patient = { timeout: 30_000 }
const small = { pages: 300, spaces: 3, blogPosts: 6 }

test('with nothing changed an incremental run asks three times and writes nothing', async () => {
  await using site = await startSyncSite({ simulator: small })
  const run = await site.sync('incremental')
  expect(run).toMatchObject({ status: 'succeeded', counts: { created: 0, updated: 0, deleted: 0 } })
  expect(run.counts.requests).toBeLessThanOrEqual(3)
  expect(await listPageEvents(site.db)).toEqual([])
})

test('I7: edits, new pages, new titles and thrown-away pages come with one event each, however often runs repeat', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  const space = control.truth().spaces[0]?.key ?? ''
  const pages = pagesOf(site.simulator, space)
  const [edited = '', titled = ''] = pages
  const trashed = pages.at(-1) ?? ''
  control.editPage(edited, { storage: '<p>Another pelican</p>' })
  control.editPage(titled, { title: 'Quite another title' })
  control.trashPage(trashed)
  const { id: created } = control.createPage({ space, title: 'A fresh page', storage: '<p>fresh</p>' })
  const { id: post } = control.createPage({ space, title: 'A fresh post', kind: 'blogpost' })
  const { id: folder } = control.createPage({ space, title: 'A fresh folder', kind: 'folder' })
  const { id: inFolder } = control.createPage({ space, title: 'In the folder', parentId: folder })
  const run = await site.sync('incremental')
  expect(run).toMatchObject({ status: 'succeeded', counts: { created: 4, updated: 2, deleted: 1 } })
  const news = [
    `page.created ${created}`,
    `page.created ${inFolder}`,
    `page.created ${post}`,
    `page.deleted ${trashed}`,
    `page.updated ${edited}`,
    `page.updated ${titled}`,
  ].toSorted()
  expect((await listPageEvents(site.db)).toSorted()).toEqual(news)
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  for (const mode of ['incremental', 'sweep', 'full', 'incremental'] as const) {
    expect(await site.sync(mode)).toMatchObject({ status: 'succeeded', counts: { created: 0, updated: 0, deleted: 0 } })
  }
  expect((await listPageEvents(site.db)).toSorted()).toEqual(news)
})

test('D5: blog posts in the trash go with the next incremental run, as pages do, and come back with a sweep', async () => {
  await using site = await startSyncSite({ simulator: { ...small, blogPosts: 300 } })
  const { control } = site.simulator
  const stored = site.db.selectFrom('documents').select('external_id').where('type', '=', 'blogpost')
  const posts = (await stored.orderBy('version_at').execute()).map((row) => row.external_id)
  // The list of the newest 250 does not show both, their trash does.
  const trashed = [posts[0] ?? '', posts.at(-1) ?? '']
  for (const post of trashed) control.trashPage(post)
  expect(await site.sync('incremental')).toMatchObject({ status: 'succeeded', counts: { deleted: 1, requests: 3 } })
  const edited = posts[1] ?? ''
  control.editPage(edited, { storage: '<p>News.</p>' })
  expect(await site.sync('incremental')).toMatchObject({ status: 'succeeded', counts: { deleted: 1, updated: 1 } })
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  expect((await listPageEvents(site.db)).toSorted()).toEqual(
    [...trashed.map((id) => `page.deleted ${id}`), `page.updated ${edited}`].toSorted(),
  )
  for (const post of trashed) control.restorePage(post)
  await site.sync('sweep')
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
})

test('where one list shows all blog posts, it shows their trash, and nothing more is asked', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  const isPost = (node: { kind: string; status: string }) => node.kind === 'blogpost' && node.status === 'current'
  const trashed = control.truth().nodes.find(isPost)?.id ?? ''
  control.trashPage(trashed)
  expect(await site.sync('incremental')).toMatchObject({ counts: { deleted: 1, requests: 3 } })
  expect(await listPageEvents(site.db)).toEqual([`page.deleted ${trashed}`])
  const { id: post } = control.createPage({
    space: control.truth().spaces[0]?.key ?? '',
    title: 'Fresh',
    kind: 'blogpost',
  })
  expect(await site.sync('incremental')).toMatchObject({ counts: { created: 1, deleted: 0 } })
  expect(await site.sync('incremental')).toMatchObject({ counts: { created: 0, requests: 3 } })
  control.trashPage(post)
  expect(await site.sync('incremental')).toMatchObject({ counts: { deleted: 1, requests: 3 } })
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
})

test('I1: two edits in one minute, one on each side of a run, both arrive', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  const [page = '', other = ''] = pagesOf(site.simulator, control.truth().spaces[0]?.key ?? '')
  control.editPage(page, { storage: '<p>first</p>' })
  await site.sync('incremental')
  control.editPage(page, { storage: '<p>second</p>' })
  control.editPage(other, { storage: '<p>late</p>', at: control.now() - MINUTE })
  await site.sync('incremental')
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  expect(await listPageEvents(site.db)).toEqual([
    `page.updated ${page}`,
    `page.updated ${page}`,
    `page.updated ${other}`,
  ])
})

test('I4: a site whose clock is hours away misses nothing', async () => {
  await using site = await startSyncSite({ simulator: { ...small, clockSkewMs: -5 * 60 * MINUTE } })
  const { control } = site.simulator
  const [page = ''] = pagesOf(site.simulator, control.truth().spaces[0]?.key ?? '')
  await site.sync('incremental')
  control.editPage(page, { storage: '<p>by another clock</p>' })
  expect(await site.sync('incremental')).toMatchObject({ counts: { updated: 1 } })
})

test('I8: a walk that breaks off leaves the watermark, and the next one brings everything', async () => {
  await using site = await startSyncSite({ simulator: { pages: 700, spaces: 2, blogPosts: 0 } })
  const { control } = site.simulator
  for (const space of control.truth().spaces)
    for (const page of pagesOf(site.simulator, space.key)) control.editPage(page, { title: `Edited ${page}` })
  const changed = wantedTruth(site.simulator)
  control.setFault({
    kind: 'status',
    status: 500,
    retryAfter: '0',
    match: { path: 'modified-date.*cursor=', afterRequests: 1 },
  })
  expect(await site.sync('incremental')).toMatchObject({ status: 'failed', error: { code: 'server-error' } })
  expect(await storedTruth(site.db)).not.toEqual(changed)
  control.clearFaults()
  control.advance(60 * MINUTE)
  expect(await site.sync('incremental')).toMatchObject({ status: 'succeeded' })
  expect(await storedTruth(site.db)).toEqual(changed)
  const events = await listPageEvents(site.db)
  expect(new Set(events).size).toBe(events.length)
})

test('I3: a page that is edited while the list is walked is met by the next run', async () => {
  await using site = await startSyncSite({ simulator: { pages: 900, spaces: 1, blogPosts: 0 } })
  const { control } = site.simulator
  const space = control.truth().spaces[0]?.key ?? ''
  const pages = pagesOf(site.simulator, space)
  for (const page of pages) control.editPage(page, { title: `Edited ${page}` })
  control.setFault({ kind: '429', match: { path: 'modified-date.*cursor=', afterRequests: 1, times: 1 } })
  const running = site.sync('incremental')
  // While the walk waits as it was told, in the middle of the list.
  await expect.poll(() => site.simulator.requests.recent.some((entry) => entry.status === 429), patient).toBe(true)
  for (const page of pages.slice(0, 40)) control.editPage(page, { title: `Edited again ${page}` })
  await running
  await site.sync('incremental')
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
})

test('an older version than the stored one changes nothing and tells nothing', async () => {
  await using site = await startSyncSite({ simulator: small })
  const [page = ''] = pagesOf(site.simulator, site.simulator.control.truth().spaces[0]?.key ?? '')
  await site.db.updateTable('documents').set({ version: 99 }).where('external_id', '=', page).execute()
  for (const mode of ['incremental', 'sweep', 'full'] as const)
    expect(await site.sync(mode)).toMatchObject({ status: 'succeeded', counts: { updated: 0 } })
  const row = await site.db.selectFrom('documents').select('version').where('external_id', '=', page).executeTakeFirst()
  expect(row?.version).toBe(99)
  expect(await listPageEvents(site.db)).toEqual([])
})
