import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { HiddenDocumentPage } from '#schema/sync-health.ts'
import { purgeHidden } from '#server/integrations/purge.ts'
import { startDataCenterSite } from './data-center-site.ts'
import { EMAIL, listPageEvents, pagesOf, startSyncSite, storedTruth, wantedTruth, type SyncSite } from './sync-site.ts'

const small = { pages: 60, spaces: 2, blogPosts: 4 }
const never = new AbortController().signal
const BY_ID = 'GET /wiki/api/v2/pages/{id}'

type Stored = Pick<SyncSite, 'db' | 'server'>

/** What is hidden, as if it had been for so many days. */
async function letPass(site: Stored, days: number): Promise<void> {
  await sql`update documents set deleted_at = now() - make_interval(days => ${days}::int)
    where deleted_at is not null`.execute(site.db)
}

async function hiddenOf(site: Stored): Promise<Record<string, string | null>> {
  const rows = await site.db
    .selectFrom('documents')
    .select(['external_id', 'deleted_reason'])
    .where('deleted_at', 'is not', null)
    .execute()
  return Object.fromEntries(rows.map((row) => [row.external_id, row.deleted_reason]))
}

async function idOf(site: Stored, externalId: string): Promise<string> {
  const row = await site.db
    .selectFrom('documents')
    .select('id')
    .where('external_id', '=', externalId)
    .executeTakeFirstOrThrow()
  return row.id
}

async function purgedEvents(site: SyncSite): Promise<string[]> {
  return (await listPageEvents(site.db)).filter((event) => event.startsWith('page.purged')).toSorted()
}

function purge(site: Stored): Promise<number> {
  return purgeHidden(site.server.app, never)
}

/** Thrown away, met by a sweep, and its quarantine over. */
async function throwAway(site: SyncSite, ids: readonly string[]): Promise<void> {
  for (const id of ids) site.simulator.control.trashPage(id)
  await site.sync('sweep')
  expect(await hiddenOf(site)).toEqual(Object.fromEntries(ids.map((id) => [id, 'trashed'])))
  await letPass(site, 31)
}

function spaceKeys(site: SyncSite): string[] {
  return site.simulator.control.truth().spaces.map((space) => space.key)
}

test('D5: a page, a post and a folder that lie in the trash still are purged, each told once, however many workers look', async () => {
  let folder = ''
  await using site = await startSyncSite({
    simulator: small,
    before({ control }) {
      const space = control.truth().spaces[0]?.key ?? ''
      folder = control.createPage({ space, kind: 'folder', title: 'Drawer' }).id
      control.createPage({ space, title: 'In the drawer', parentId: folder })
    },
  })
  const post = site.simulator.control.truth().nodes.find((node) => node.kind === 'blogpost')?.id ?? ''
  const page = pagesOf(site.simulator, spaceKeys(site)[0] ?? '').at(-1) ?? ''
  await throwAway(site, [page, post, folder])
  site.simulator.control.clearRequests()
  const counts = await Promise.all([purge(site), purge(site)])
  expect(counts[0] + counts[1]).toBe(3)
  // The page, and the post that is no page.
  expect(site.simulator.requests.counts[BY_ID]).toBe(2)
  expect(await hiddenOf(site)).toEqual({})
  expect(await purgedEvents(site)).toEqual([page, post, folder].map((id) => `page.purged ${id}`).toSorted())
  const audit = await site.db.selectFrom('audit').select('detail').where('action', '=', 'documents.purged').execute()
  expect(audit).toEqual([{ detail: { documents: 3 } }])
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
})

test('D5: a page that was restored before any run saw it is not purged, and is the same document with the next run', async () => {
  await using site = await startSyncSite({ simulator: small })
  const page = pagesOf(site.simulator, spaceKeys(site)[0] ?? '').at(-1) ?? ''
  const id = await idOf(site, page)
  await throwAway(site, [page])
  site.simulator.control.restorePage(page)
  expect(await purge(site)).toBe(0)
  expect(await hiddenOf(site)).toEqual({ [page]: 'lost-access' })
  await site.sync('incremental')
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  expect(await idOf(site, page)).toBe(id)
  expect(await purgedEvents(site)).toEqual([])
})

test('D4: a restored page that is hidden from the key, and one that was purged, answer alike: both stay, out of sight', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  const [secret = '', purged = '', trashed = ''] = pagesOf(site.simulator, spaceKeys(site)[0] ?? '').slice(-3)
  const id = await idOf(site, secret)
  await throwAway(site, [secret, purged, trashed])
  control.restorePage(secret)
  control.setRestriction(secret, { read: { users: ['somebody-else'], groups: [] } })
  control.purgePage(purged)
  expect(await purge(site)).toBe(1)
  expect(await hiddenOf(site)).toEqual({ [secret]: 'lost-access', [purged]: 'lost-access' })
  expect(await purgedEvents(site)).toEqual([`page.purged ${trashed}`])
  control.clearRequests()
  expect(await purge(site)).toBe(0)
  expect(site.simulator.requests.counts[BY_ID]).toBeUndefined()
  control.setRestriction(secret, null)
  await site.sync('sweep')
  expect(await hiddenOf(site)).toEqual({ [purged]: 'lost-access' })
  expect(await idOf(site, secret)).toBe(id)
})

test.each(['not chosen', 'out of the key’s sight'])(
  'D4: of a space that is %s nothing is purged, and a page restored there is the same document when the space is back',
  async (how) => {
    await using site = await startSyncSite({ simulator: small })
    const { control } = site.simulator
    const [kept = '', left = ''] = spaceKeys(site)
    const [restored = '', trashed = ''] = pagesOf(site.simulator, left).slice(-2)
    const id = await idOf(site, restored)
    await throwAway(site, [restored, trashed])
    const see = async (all: boolean) => {
      if (how === 'not chosen') {
        const settings = { spaces: all ? 'all' : [kept] }
        expect(await site.admin.patch(`/integrations/${site.integrationId}`, { settings })).toMatchObject({
          status: 200,
        })
        await site.lastRun()
      } else control.setSpaces(EMAIL, all ? null : [kept])
      expect(await site.sync('sweep')).toMatchObject({ status: 'succeeded' })
    }
    await see(false)
    control.restorePage(restored)
    control.clearRequests()
    expect(await purge(site)).toBe(0)
    expect(site.simulator.requests.counts[BY_ID]).toBeUndefined()
    expect(await hiddenOf(site)).toMatchObject({ [restored]: 'trashed', [trashed]: 'trashed' })
    const { body } = await site.admin.get(`/integrations/${site.integrationId}/hidden?reason=trashed`)
    expect(HiddenDocumentPage.parse(body).items.map((item) => item.purgeAt)).toEqual([null, null])
    await see(true)
    expect(await idOf(site, restored)).toBe(id)
    expect(await purge(site)).toBe(1)
    expect(await purgedEvents(site)).toEqual([`page.purged ${trashed}`])
    expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  },
)

const hour = new Date().getUTCHours()
const troubles: [string, (site: SyncSite) => unknown, (site: SyncSite) => unknown][] = [
  ['breaks down', faultOf({ kind: 'status', status: 503 }), clear],
  ['cuts the line', faultOf({ kind: 'cut' }), clear],
  ['asks to sign in', faultOf({ kind: 'login-page' }), clear],
  ['refuses for a limit', faultOf({ kind: '429', retryAfter: '1' }), clear],
  // Answered like a page that is gone.
  ['takes the key back', ({ simulator }) => simulator.control.revokeKey(EMAIL), () => undefined],
  [
    'is to be asked at other hours',
    manners({ window: { from: (hour + 2) % 24, to: (hour + 3) % 24, timeZone: 'UTC' } }),
    manners({ window: null }),
  ],
]

test.each(troubles)('while Confluence %s nothing is purged, and nothing concluded', async (what, begin, end) => {
  await using site = await startSyncSite({ simulator: small })
  const pages = pagesOf(site.simulator, spaceKeys(site)[0] ?? '').slice(-2)
  await throwAway(site, pages)
  const hidden = await hiddenOf(site)
  await begin(site)
  expect(await purge(site)).toBe(0)
  expect(await hiddenOf(site)).toEqual(hidden)
  await end(site)
  if (what !== 'takes the key back') expect(await purge(site)).toBe(2)
})

type Fault = Parameters<SyncSite['simulator']['control']['setFault']>[0]

function faultOf(fault: Fault) {
  return ({ simulator }: SyncSite) => simulator.control.setFault(fault)
}

function clear({ simulator }: SyncSite): void {
  simulator.control.clearFaults()
}

function manners(change: { window: object | null }) {
  return async ({ admin, integrationId }: SyncSite) => {
    const settings = { manners: change }
    expect(await admin.patch(`/integrations/${integrationId}`, { settings })).toMatchObject({ status: 200 })
  }
}

test('how long an integration keeps what was thrown away is its own setting', async () => {
  await using site = await startSyncSite({ simulator: small })
  const path = `/integrations/${site.integrationId}`
  const keepFor = async (quarantineDays: number) => {
    expect(await site.admin.patch(path, { settings: { quarantineDays } })).toMatchObject({ status: 200 })
  }
  const page = pagesOf(site.simulator, spaceKeys(site)[0] ?? '').at(-1) ?? ''
  await throwAway(site, [page])
  await keepFor(40)
  expect(await purge(site)).toBe(0)
  await letPass(site, 4)
  await keepFor(5)
  expect(await purge(site)).toBe(0)
  const { body } = await site.admin.get(`${path}/hidden`)
  const [item] = HiddenDocumentPage.parse(body).items
  expect(Date.parse(item?.purgeAt ?? '') - Date.parse(item?.hiddenAt ?? '')).toBe(5 * 86_400_000)
  await keepFor(3)
  expect(await purge(site)).toBe(1)
})

test('of very many a pass asks for some, and the next one for the rest', async () => {
  await using site = await startSyncSite({ simulator: { pages: 1300, spaces: 1, blogPosts: 0 } })
  await throwAway(site, pagesOf(site.simulator, spaceKeys(site)[0] ?? '').slice(-215))
  site.simulator.control.clearRequests()
  expect(await purge(site)).toBe(200)
  expect(site.simulator.requests.counts[BY_ID]).toBe(200)
  expect(await purge(site)).toBe(15)
})

test('Data Center is asked the same way', async () => {
  await using site = await startDataCenterSite({ pages: 60, spaces: 2, blogPosts: 2 })
  const id = await site.connect()
  const { control } = site.simulator
  const [trashed = '', restored = '', purged = ''] = pagesOf(
    site.simulator,
    control.truth().spaces[0]?.key ?? '',
  ).slice(-3)
  for (const page of [trashed, restored, purged]) control.trashPage(page)
  await site.sync(id, 'sweep')
  await letPass(site, 31)
  control.restorePage(restored)
  control.purgePage(purged)
  expect(await purge(site)).toBe(1)
  expect(await hiddenOf(site)).toEqual({ [restored]: 'lost-access', [purged]: 'lost-access' })
  await site.sync(id, 'incremental')
  expect(await hiddenOf(site)).toEqual({ [purged]: 'lost-access' })
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
})
