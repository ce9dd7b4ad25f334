import { expect, test } from 'vitest'
import { listPageEvents, startSyncSite, storedTruth, wantedTruth, type SyncSite } from './sync-site.ts'

const many = { pages: 1000, spaces: 12, blogPosts: 12 }

async function spacesWithDocuments(site: SyncSite): Promise<string[]> {
  return [...new Set((await storedTruth(site.db)).map((node) => node.space))].toSorted()
}

test('only the chosen spaces stay; one that is no longer chosen is hidden without news, and comes back without', async () => {
  await using site = await startSyncSite({ simulator: { ...many, spaces: 4 } })
  const [first = '', second = ''] = site.simulator.control.truth().spaces.map((space) => space.key)
  const choose = (spaces: 'all' | string[]) =>
    site.admin.patch(`/integrations/${site.integrationId}`, { settings: { spaces } })
  expect((await choose([first, second])).status).toBe(200)
  await site.lastRun()
  await site.sync('sweep')
  expect(await spacesWithDocuments(site)).toEqual([first, second].toSorted())
  await choose([first])
  await site.lastRun()
  await site.sync('sweep')
  expect(await spacesWithDocuments(site)).toEqual([first])
  await choose('all')
  await site.lastRun()
  await site.sync('sweep')
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  expect(await listPageEvents(site.db)).toEqual([])
})

test('D4: a space that the key no longer sees is hidden, and is back when it sees it again', async () => {
  await using site = await startSyncSite({ simulator: many })
  const { control } = site.simulator
  const before = await storedTruth(site.db)
  const keys = control.truth().spaces.map((space) => space.key)
  control.setSpaces(site.simulator.users[0]?.email ?? '', keys.slice(0, -1))
  expect(await site.sync('sweep')).toMatchObject({ status: 'succeeded' })
  expect(await spacesWithDocuments(site)).toEqual(keys.slice(0, -1).toSorted())
  control.setSpaces(site.simulator.users[0]?.email ?? '', null)
  await site.sync('sweep')
  expect(await storedTruth(site.db)).toEqual(before)
  expect(await listPageEvents(site.db)).toEqual([])
})

test('D4: when a fifth of everything is out of sight, or all of it, nothing is hidden and the run says so', async () => {
  await using site = await startSyncSite({ simulator: many })
  const { control } = site.simulator
  const before = await storedTruth(site.db)
  const keys = control.truth().spaces.map((space) => space.key)
  control.setSpaces(site.simulator.users[0]?.email ?? '', keys.slice(0, 4))
  const run = await site.sync('sweep')
  expect((await site.skipped(run)).map((item) => item.spaceKey ?? '').toSorted()).toEqual(keys.slice(4).toSorted())
  expect(await storedTruth(site.db)).toEqual(before)
  control.setSpaces(site.simulator.users[0]?.email ?? '', [])
  expect(await site.sync('sweep')).toMatchObject({ status: 'failed', error: { code: 'no-space-visible' } })
  expect(await storedTruth(site.db)).toEqual(before)
})
