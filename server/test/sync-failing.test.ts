import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { IntegrationHealth } from '#schema/sync-health.ts'
import { purgeHidden } from '#server/integrations/purge.ts'
import { tick } from '#server/integrations/schedule.ts'
import { pagesOf, startSyncSite, storedTruth, untilOver, wantedTruth, type SyncSite } from './sync-site.ts'

const small = { pages: 60, spaces: 2, blogPosts: 2 }
const never = new AbortController().signal

async function countEvents(site: SyncSite, type: string): Promise<number> {
  return (await site.db.selectFrom('events').select('id').where('type', '=', type).execute()).length
}

async function healthOf(site: SyncSite): Promise<IntegrationHealth> {
  return IntegrationHealth.parse((await site.admin.get(`/integrations/${site.integrationId}/health`)).body)
}

test('that runs fail is told once, and that they succeed again once', async () => {
  await using site = await startSyncSite({ simulator: small })
  expect(await healthOf(site)).toMatchObject({ state: 'ok', failures: [], lastSuccessAt: expect.any(String) })
  const { control } = site.simulator
  control.setFault({ kind: 'login-page', match: { path: 'pages' } })
  for (const _ of [1, 2]) expect(await site.sync('incremental')).toMatchObject({ status: 'failed' })
  expect([await countEvents(site, 'sync.failed'), await countEvents(site, 'sync.recovered')]).toEqual([1, 0])
  expect(await healthOf(site)).toMatchObject({ state: 'failing', failures: [{ code: 'login-page', runs: 2 }] })
  control.clearFaults()
  for (const _ of [1, 2]) await site.sync('incremental')
  expect([await countEvents(site, 'sync.failed'), await countEvents(site, 'sync.recovered')]).toEqual([1, 1])
  expect(await healthOf(site)).toMatchObject({ state: 'ok' })
})

test('a space that a sweep could not read keeps it failing until a sweep reads it, whatever runs between', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  const id = control.truth().spaces[0]?.id
  control.setFault({
    kind: 'status',
    status: 403,
    match: { path: `pages\\?space-id=${id}&status=current%2Carchived&limit` },
  })
  expect(await site.sync('sweep')).toMatchObject({ status: 'failed', error: { code: 'incomplete' } })
  control.clearFaults()
  await site.sync('incremental')
  expect(await healthOf(site)).toMatchObject({ state: 'failing' })
  await site.sync('sweep')
  expect(await healthOf(site)).toMatchObject({ state: 'ok', lastSweepAt: expect.any(String) })
  expect([await countEvents(site, 'sync.failed'), await countEvents(site, 'sync.recovered')]).toEqual([1, 1])
})

test('R6: waiting for limits ends the run at its budget, and the next one goes on where it was', async () => {
  await using site = await startSyncSite({ simulator: { pages: 600, spaces: 1, blogPosts: 0 } })
  const { control } = site.simulator
  const path = `/integrations/${site.integrationId}`
  await site.admin.patch(path, { settings: { manners: { waitMinutes: 1 } } })
  control.setFault({ kind: '429', retryAfter: '100', match: { path: 'pages\\?.*cursor=', afterRequests: 1 } })
  expect(await site.sync('full')).toMatchObject({ status: 'failed', error: { code: 'rate-limit-budget' } })
  control.clearFaults()
  // Else the time that Confluence named would hold for the next run, too.
  await site.admin.patch(path, { settings: { manners: { waitMinutes: 1, concurrency: 5 } } })
  control.clearRequests()
  expect(await site.sync('full')).toMatchObject({ status: 'succeeded' })
  const listed = site.simulator.requests.recent.filter((entry) => /v2\/pages\?.*body-format=storage/.test(entry.path))
  expect(listed).toHaveLength(1)
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  const { traffic, limit, failures } = await healthOf(site)
  expect(traffic).toMatchObject(expect.arrayContaining([expect.objectContaining({ endpoint: 'GET /api/v2/pages' })]))
  expect(traffic.reduce((sum, line) => sum + line.limited, 0)).toBeGreaterThan(0)
  expect(limit).toMatchObject({ limit: 40000, remaining: 0 })
  expect(failures).toMatchObject([{ code: 'rate-limit-budget' }])
})

test('scheduled runs wait for the hours that an admin chose; one that a person waits for does not', async () => {
  await using site = await startSyncSite({ simulator: small })
  const hour = new Date().getUTCHours()
  const window = { from: (hour + 2) % 24, to: (hour + 3) % 24, timeZone: 'UTC' }
  const path = `/integrations/${site.integrationId}`
  expect(await site.admin.patch(path, { settings: { manners: { window } } })).toMatchObject({ status: 200 })
  const runs = async () => (await site.db.selectFrom('sync_runs').select('id').execute()).length
  const look = async () => {
    await sql`update integrations set next_sync_at = now() - interval '1 second'`.execute(site.db)
    await tick(site.server.app)
    return runs()
  }
  const before = await runs()
  expect(await look()).toBe(before)
  const { nextRunAt } = await healthOf(site)
  expect(new Date(nextRunAt ?? '').getUTCHours()).toBe(window.from)
  await sql`insert into sync_asked (integration_id, external_id, type) values (${site.integrationId}, '1', 'page')`.execute(
    site.db,
  )
  expect(await look()).toBe(before + 1)
  await site.lastRun()
})

test('what a run skipped is asked for again on demand, once', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  const [page = ''] = pagesOf(site.simulator, control.truth().spaces[0]?.key ?? '')
  const run = await site.lastRun()
  await site.db
    .insertInto('sync_skipped')
    .values({
      id: run.id,
      run_id: run.id,
      external_id: page,
      type: 'page',
      title: 'Odd',
      space_key: null,
      reason: 'odd',
    })
    .execute()
  await site.db.deleteFrom('documents').where('external_id', '=', page).execute()
  await sql`insert into sync_asked (integration_id, external_id, type) values (${site.integrationId}, 'unknown', 'page'),
    (${site.integrationId}, '999999999', 'folder')`.execute(site.db)
  expect(await healthOf(site)).toMatchObject({ skipped: [{ reason: 'odd', items: 1, runId: run.id }] })
  const path = `/integrations/${site.integrationId}/runs/${run.id}/skipped/retry`
  const answer = await site.admin.post(path, {})
  expect(answer).toMatchObject({ status: 202, body: { mode: 'incremental' } })
  const { id } = z.object({ id: z.string() }).parse(answer.body)
  expect(await untilOver(site.admin, site.integrationId, id)).toMatchObject({
    status: 'succeeded',
    counts: { created: 1 },
  })
  expect(await site.db.selectFrom('sync_asked').selectAll().execute()).toEqual([])
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  expect(await site.skipped(run)).toMatchObject([{ retriedAt: expect.any(String) }])
  expect(await site.admin.post(path, {})).toMatchObject({ status: 409, body: { code: 'nothing-to-retry' } })
})

test('the clock purges what stayed in the trash for its days while sweeps succeed, and nothing that lives or is only out of sight', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { app } = site.server
  const { control } = site.simulator
  const pages = pagesOf(site.simulator, control.truth().spaces[0]?.key ?? '')
  const [old = '', young = '', alive = '', lost = '', chosen = ''] = pages.slice(-5)
  for (const id of [old, young]) control.trashPage(id)
  await site.sync('sweep')
  const hide = (id: string, reason: string, days: number) =>
    sql`
    update documents set deleted_at = now() - make_interval(days => ${days}::int), deleted_reason = ${reason}
    where external_id = ${id}`.execute(site.db)
  await hide(old, 'trashed', 31)
  await hide(young, 'trashed', 29)
  await hide(alive, 'trashed', 400)
  await hide(lost, 'lost-access', 400)
  await hide(chosen, 'unselected', 400)
  const runAt = (age: string) => sql`update sync_runs set finished_at = now() - ${age}::interval`.execute(site.db)
  await runAt('25 hours')
  expect(await purgeHidden(app, never)).toBe(0)
  await runAt('1 hour')
  expect(await purgeHidden(app, never)).toBe(1)
  const left = await site.db.selectFrom('documents').select('external_id').where('deleted_at', 'is not', null).execute()
  expect(new Set(left.map((row) => row.external_id))).toEqual(new Set([young, alive, lost, chosen]))
  expect(await countEvents(site, 'page.purged')).toBe(1)
  const audit = await site.db.selectFrom('audit').select('detail').where('action', '=', 'documents.purged').execute()
  expect(audit).toMatchObject([{ detail: { documents: 1 } }])
})

test('D4: a page that Confluence hides from the key answers as a purged one: it is never purged, and is back when it is shown', async () => {
  await using site = await startSyncSite({ simulator: small })
  const { control } = site.simulator
  const before = await storedTruth(site.db)
  const secret = pagesOf(site.simulator, control.truth().spaces[0]?.key ?? '').at(-1) ?? ''
  control.setRestriction(secret, { read: { users: ['somebody-else'], groups: [] } })
  await site.sync('sweep')
  const hidden = () =>
    site.db
      .selectFrom('documents')
      .select(['external_id', 'deleted_reason'])
      .where('deleted_at', 'is not', null)
      .execute()
  expect(await hidden()).toEqual([{ external_id: secret, deleted_reason: 'lost-access' }])
  await sql`update documents set deleted_at = now() - interval '400 days' where deleted_at is not null`.execute(site.db)
  expect(await purgeHidden(site.server.app, never)).toBe(0)
  control.setRestriction(secret, null)
  await site.sync('sweep')
  expect(await storedTruth(site.db)).toEqual(before)
})

test('of more pages than are asked for singly, those that are in no trash are asked for too', async () => {
  await using site = await startSyncSite({ simulator: { pages: 640, spaces: 1, blogPosts: 0 } })
  const { control } = site.simulator
  const gone = pagesOf(site.simulator, control.truth().spaces[0]?.key ?? '').slice(-110)
  for (const id of gone.slice(0, 10)) control.trashPage(id)
  for (const id of gone.slice(10)) control.purgePage(id)
  control.clearRequests()
  await site.sync('sweep')
  expect(site.simulator.requests.counts['GET /wiki/api/v2/pages/{id}']).toBe(100)
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
})
