import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { tick } from '#server/integrations/schedule.ts'
import { startSyncSite, storedTruth, untilOver, wantedTruth, EMAIL, pagesOf, type SyncSite } from './sync-site.ts'

const patient = { timeout: 30_000 }
const small = { pages: 300, spaces: 3, blogPosts: 6 }

async function stateOf(site: SyncSite): Promise<unknown> {
  return (await site.admin.get(`/integrations/${site.integrationId}`)).body
}

async function countEvents(site: SyncSite, type: string): Promise<number> {
  return (await site.db.selectFrom('events').select('id').where('type', '=', type).execute()).length
}

/** Makes the next scheduled run due and looks. */
async function lookAtSchedule(site: SyncSite): Promise<number> {
  await sql`update integrations set next_sync_at = now() - interval '1 second'`.execute(site.db)
  await tick(site.server.app)
  return (await site.db.selectFrom('sync_runs').select('id').execute()).length
}

test('a key that is revoked during a sync stops it and all scheduled ones until it is renewed', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  control.setLatency(100)
  const running = site.sync('full')
  await expect.poll(() => site.simulator.requests.inFlight, patient).toBeGreaterThan(0)
  control.revokeKey(EMAIL)
  expect(await running).toMatchObject({ status: 'failed', error: { code: 'key-rejected' } })
  expect(await stateOf(site)).toMatchObject({ state: 'key-rejected', stateDetail: expect.stringContaining('API key') })
  expect(await countEvents(site, 'sync.failed')).toBe(1)
  expect(await lookAtSchedule(site)).toBe(2)
  control.setLatency(0)
  control.setKey(EMAIL, 'ATATT-renewed')
  const renewed = await site.admin.patch(`/integrations/${site.integrationId}`, { secret: { apiKey: 'ATATT-renewed' } })
  expect(renewed).toMatchObject({ status: 200, body: { state: 'connected' } })
  expect(await lookAtSchedule(site)).toBe(3)
  expect(await site.lastRun()).toMatchObject({ status: 'succeeded' })
})

test('R1: a storm of refusals is waited out as told, and cut connections are tried again', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  control.clearRequests()
  control.setFault({ kind: '429', retryAfter: '1', match: { times: 6 } })
  control.setFault({ kind: 'cut', match: { path: 'pages', times: 1 } })
  control.setFault({ kind: 'cut-mid-body', match: { path: 'blogposts', times: 1 } })
  expect(await site.sync('full')).toMatchObject({ status: 'succeeded' })
  const refused = site.simulator.requests.recent.filter((entry) => entry.status === 429)
  expect(refused.length).toBe(6)
  expect(site.simulator.requests.total).toBeLessThan(6 + 2 + 40)
}, 120_000)

test('R4: a sign-in page in the middle ends the run with its name, and the next one goes through', async () => {
  await using site = await startSyncSite({ simulator: small })
  site.simulator.control.setFault({ kind: 'login-page', match: { path: 'pages', afterRequests: 1 } })
  expect(await site.sync('full')).toMatchObject({ status: 'failed', error: { code: 'login-page' } })
  expect(await stateOf(site)).toMatchObject({ state: 'unreachable' })
  site.simulator.control.clearFaults()
  expect(await site.sync('incremental')).toMatchObject({ status: 'succeeded' })
  expect(await stateOf(site)).toMatchObject({ state: 'connected', stateDetail: null })
})

test('C4, C16: nonsense, five megabytes and endless nesting are stored as they came, and everything else with them', async () => {
  const odd = {
    Nonsense: '<p><b>never closed</p></wrong> & < <ac:link><ri:page',
    Huge: `<p>${'a long line of words '.repeat(250_000)}</p>`,
    Deep: '<div>'.repeat(200_000),
    Characters: '<p>\u0000 \ud800 zero</p>',
  }
  await using site = await startSyncSite({
    simulator: { ...small, spaces: 1 },
    before: ({ control }) => {
      const space = control.truth().spaces[0]?.key ?? ''
      for (const [title, storage] of Object.entries(odd)) control.createPage({ space, title, storage })
    },
  })
  const run = await site.lastRun()
  expect(run).toMatchObject({ status: 'succeeded' })
  const skipped = new Set((await site.skipped(run)).map((item) => item.title))
  const stored = await storedTruth(site.db)
  expect(stored).toEqual(wantedTruth(site.simulator).filter((node) => !skipped.has(node.title)))
  for (const title of ['Nonsense', 'Huge'] as const) {
    const row = await site.db.selectFrom('documents').select('storage').where('title', '=', title).executeTakeFirst()
    expect(row?.storage === odd[title]).toBe(true)
  }
})

test('a full disk shows at the run, which stays open and goes on by itself when there is room', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  await sql`create function no_room() returns trigger language plpgsql as $$
    begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`.execute(
    site.db,
  )
  await sql`create trigger no_room before update on documents execute function no_room()`.execute(site.db)
  const [page = ''] = pagesOf(site.simulator, control.truth().spaces[0]?.key ?? '')
  control.editPage(page, { title: 'Needs room' })
  const { body } = await site.admin.post(`/integrations/${site.integrationId}/sync`, { mode: 'incremental' })
  const { id } = z.object({ id: z.string() }).parse(body)
  const read = async () => (await site.admin.get(`/integrations/${site.integrationId}/runs/${id}`)).body
  await expect.poll(read, patient).toMatchObject({ status: 'running', error: { code: 'storage-full' } })
  await sql`drop trigger no_room on documents`.execute(site.db)
  expect(await untilOver(site.admin, site.integrationId, id)).toMatchObject({ status: 'succeeded', error: null })
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
})

test('cut database connections in mid-sync leave nothing half-written, and the run goes on', async () => {
  await using site = await startSyncSite({ simulator: { pages: 1200, spaces: 4 } })
  const { control } = site.simulator
  for (const space of control.truth().spaces)
    for (const page of pagesOf(site.simulator, space.key)) control.editPage(page, { title: `Edited ${page}` })
  const running = site.sync('full')
  for (const updated of [1, 400, 800]) {
    const edited = () =>
      site.db.selectFrom('documents').select('id').where('version', '>', 1).where('title', 'like', 'Edited %').execute()
    await expect
      .poll(async () => (await edited().catch(() => [])).length, { timeout: 60_000 })
      .toBeGreaterThanOrEqual(updated)
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and application_name not like 'pgboss%'`.execute(
      site.db,
    )
  }
  expect(await running).toMatchObject({ status: 'succeeded', error: null })
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
}, 120_000)
