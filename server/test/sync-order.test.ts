import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { pagesOf, startSyncSite, storedTruth, wantedTruth, EMAIL, type SyncSite } from './sync-site.ts'

const small = { pages: 90, spaces: 3, blogPosts: 6 }
const search = 'GET /wiki/rest/api/content/search'

function spaceKeys(site: SyncSite): string[] {
  return site.simulator.control.truth().spaces.map((space) => space.key)
}

async function watermarks(site: SyncSite): Promise<unknown[]> {
  return site.db.selectFrom('sync_watermarks').selectAll().orderBy('space_external_id').orderBy('stream').execute()
}

test.each(['UTC', 'Asia/Kathmandu', 'Pacific/Pago_Pago', 'Africa/Cairo'])(
  'I2: where the list is not in the order of change the search tells what is new, whoever’s time zone is %s',
  async (timeZone) => {
    const users = [{ email: EMAIL, key: 'ATATT-zoned', timeZone }]
    await using site = await startSyncSite({ simulator: { ...small, users } })
    const { control } = site.simulator
    const [space = ''] = spaceKeys(site)
    const [edited = '', titled = ''] = pagesOf(site.simulator, space)
    control.setFault({ kind: 'unsorted', match: { path: 'modified-date' } })
    control.editPage(edited, { storage: '<p>by search</p>' })
    control.editPage(titled, { title: 'I7: another title alone' })
    control.createPage({ space, title: 'A fresh post', kind: 'blogpost' })
    control.clearRequests()
    expect(await site.sync('incremental')).toMatchObject({ counts: { created: 1, updated: 2 } })
    expect(site.simulator.requests.counts[search]).toBe(1)
    expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
    expect(await site.sync('incremental')).toMatchObject({ counts: { created: 0, updated: 0 } })
  },
)

test('I1: two edits in one minute around the watermark arrive by the search too, whose index lags behind', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  const [page = ''] = pagesOf(site.simulator, spaceKeys(site)[0] ?? '')
  control.setFault({ kind: 'unsorted', match: { path: 'modified-date' } })
  control.setSearchLag(120_000)
  control.editPage(page, { storage: '<p>first</p>' })
  expect(await site.sync('incremental')).toMatchObject({ counts: { updated: 0 } })
  control.advance(150_000)
  control.editPage(page, { storage: '<p>second</p>' })
  control.advance(150_000)
  expect(await site.sync('incremental')).toMatchObject({ counts: { updated: 1 } })
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
})

test('where neither the order nor the search is to be had, the lists are read to their end', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  const [page = ''] = pagesOf(site.simulator, spaceKeys(site)[0] ?? '')
  control.editPage(page, { title: 'Found at the end' })
  control.setFault({ kind: 'unsorted', match: { path: 'modified-date' } })
  control.setFault({ kind: 'status', status: 400, match: { path: 'lastmodified' } })
  expect(await site.sync('incremental')).toMatchObject({ status: 'succeeded', counts: { updated: 1 } })
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
})

test('S2, D2: one bad space of many freezes itself alone, with its watermark where it was', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  const [bad, good] = control.truth().spaces
  for (const space of [bad, good])
    control.editPage(pagesOf(site.simulator, space?.key ?? '')[0] ?? '', { title: `Edited in ${space?.key}` })
  const before = await watermarks(site)
  // The site tells its time to the second.
  control.advance(5000)
  control.setFault({ kind: 'status', status: 403, match: { path: `pages\\?space-id=[^&]*${bad?.id}` } })
  const run = await site.sync('incremental')
  expect(run).toMatchObject({ status: 'failed', error: { code: 'incomplete' }, counts: { updated: 1 } })
  expect(run.progress.spaces).toMatchObject([{ key: bad?.key, status: 'failed' }])
  const after = await watermarks(site)
  const own = (marks: unknown[]) => marks.filter((mark) => JSON.stringify(mark).includes(`"${bad?.id}"`))
  expect(own(after)).toEqual(own(before))
  expect(after).not.toEqual(before)
  control.clearFaults()
  expect(await site.sync('incremental')).toMatchObject({ status: 'succeeded', counts: { updated: 1 } })
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
})

test('D7: an archived space stays readable, a renamed key changes nothing, a deleted space is hidden as out of sight', async () => {
  await using site = await startSyncSite({ simulator: { pages: 120, spaces: 12, blogPosts: 0 } })
  const { control } = site.simulator
  const [archived = '', renamed = '', deleted = ''] = spaceKeys(site)
  control.archiveSpace(archived)
  control.renameSpace(renamed, { alias: 'ALIAS' })
  expect(await site.sync('sweep')).toMatchObject({ status: 'succeeded', counts: { deleted: 0, created: 0 } })
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  control.deleteSpace(deleted)
  expect(await site.sync('sweep')).toMatchObject({ status: 'succeeded' })
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  const { rows } = await sql<{ reason: string }>`
    select distinct deleted_reason as reason from documents where deleted_at is not null`.execute(site.db)
  expect(rows).toEqual([{ reason: 'lost-access' }])
})

test('D5: one in the trash goes as trashed, a purged one as out of sight, an archived one stays as archived', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  const [trashed = '', purged = '', archived = ''] = pagesOf(site.simulator, spaceKeys(site)[0] ?? '').slice(-3)
  control.trashPage(trashed)
  control.purgePage(purged)
  control.archivePage(archived)
  await site.sync('sweep')
  const rows = await site.db
    .selectFrom('documents')
    .select(['external_id', 'deleted_reason', 'status'])
    .where('external_id', 'in', [trashed, purged, archived])
    .execute()
  expect(new Map(rows.map((row) => [row.external_id, row.deleted_reason ?? row.status]))).toEqual(
    new Map([
      [trashed, 'trashed'],
      [purged, 'lost-access'],
      [archived, 'archived'],
    ]),
  )
})
