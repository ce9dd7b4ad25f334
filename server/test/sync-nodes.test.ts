import { expect, test } from 'vitest'
import type { Simulator } from '#simulator/start.ts'
import { startSyncSite, storedTruth, wantedTruth } from './sync-site.ts'

const bare = { pages: 3, spaces: 1, blogPosts: 0 }
const folderReads = 'GET /wiki/api/v2/folders/{id}'
const refused = {
  kind: 'status',
  status: 400,
  match: { path: 'content/search\\?cql=type%20in%20\\(page%2Cfolder' },
} as const

/** So many folders at the top of a space, each with a page in it; `levels` folders in one another each. */
function addFolders(simulator: Simulator, folders: number, levels = 1): string[] {
  const { control } = simulator
  const space = control.truth().spaces[0]?.key ?? ''
  return Array.from({ length: folders }, (_, index) => {
    let parentId: string | undefined
    for (let level = 0; level < levels; level += 1) {
      const place = parentId === undefined ? {} : { parentId }
      parentId = control.createPage({ space, kind: 'folder', title: `Drawer ${index}.${level}`, ...place }).id
    }
    control.createPage({ space, title: `Sheet ${index}`, ...(parentId === undefined ? {} : { parentId }) })
    return parentId ?? ''
  })
}

test('forty folders cost no more requests than four, in every kind of run', async () => {
  const requests: number[][] = []
  for (const folders of [4, 40]) {
    await using site = await startSyncSite({
      simulator: bare,
      before: (simulator) => void addFolders(simulator, folders),
    })
    expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
    const runs = [await site.lastRun(), await site.sync('sweep'), await site.sync('full')]
    expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
    requests.push(runs.map((run) => run.counts.requests))
    expect(site.simulator.requests.counts[folderReads]).toBeUndefined()
    expect(site.simulator.requests.counts['POST /wiki/api/v2/content/convert-ids-to-types']).toBe(3)
  }
  expect(requests[1]).toEqual(requests[0])
  expect(requests[0]).toEqual([12, 10, 13])
})

test.each([
  ['finds no folders yet', (simulator: Simulator) => simulator.control.setSearchLag(3_600_000)],
  ['refuses the type', (simulator: Simulator) => simulator.control.setFault(refused)],
  ['fails as a whole', (simulator: Simulator) => simulator.control.setFault({ ...refused, status: 404 })],
  [
    'answers with no list',
    (simulator: Simulator) => simulator.control.setFault({ ...refused, kind: 'error-envelope' }),
  ],
] as const)('where the search %s, folders in folders are asked for singly', async (_, spoil) => {
  await using site = await startSyncSite({
    simulator: bare,
    before: (simulator) => {
      addFolders(simulator, 3, 3)
      spoil(simulator)
    },
  })
  expect(await site.lastRun()).toMatchObject({ status: 'succeeded' })
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  expect(site.simulator.requests.counts[folderReads]).toBe(9)
})

test('folders in folders come level by level, three in one search', async () => {
  await using site = await startSyncSite({ simulator: bare, before: (simulator) => void addFolders(simulator, 3, 3) })
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  expect(site.simulator.requests.counts[folderReads]).toBeUndefined()
})

test('a folder’s new name and place, and that it is gone, come with a sweep', async () => {
  await using site = await startSyncSite({ simulator: bare, before: (simulator) => void addFolders(simulator, 5) })
  const { control } = site.simulator
  const [renamed = '', moved = '', target = '', purged = ''] = wantedTruth(site.simulator)
    .filter((node) => node.kind === 'folder')
    .map((node) => node.id)
  control.editPage(renamed, { title: 'Another drawer' })
  control.movePage(moved, { parentId: target })
  control.purgePage(purged)
  expect(await site.sync('sweep')).toMatchObject({ status: 'succeeded', counts: { deleted: 1 } })
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  expect(site.simulator.requests.counts[folderReads]).toBeUndefined()
})

test('where the search refuses folders, their names and places come with a full run', async () => {
  await using site = await startSyncSite({ simulator: bare, before: (simulator) => void addFolders(simulator, 5) })
  const { control } = site.simulator
  const [renamed = '', moved = '', target = ''] = wantedTruth(site.simulator)
    .filter((node) => node.kind === 'folder')
    .map((node) => node.id)
  const before = await storedTruth(site.db)
  control.editPage(renamed, { title: 'Another drawer' })
  control.movePage(moved, { parentId: target })
  control.setFault(refused)
  expect(await site.sync('sweep')).toMatchObject({ status: 'succeeded' })
  expect(await storedTruth(site.db)).toEqual(before)
  expect(await site.sync('full')).toMatchObject({ status: 'succeeded' })
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
})

test('one or two folders are asked for singly, in sweeps too', async () => {
  await using site = await startSyncSite({ simulator: bare, before: (simulator) => void addFolders(simulator, 2) })
  const folder = wantedTruth(site.simulator).find((node) => node.kind === 'folder')?.id ?? ''
  site.simulator.control.editPage(folder, { title: 'Another drawer' })
  site.simulator.control.clearRequests()
  await site.sync('sweep')
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  expect(site.simulator.requests.counts[folderReads]).toBe(2)
})
