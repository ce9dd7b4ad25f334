import { sql } from 'kysely'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { boot } from '#server/boot.ts'
import { tick } from '#server/integrations/schedule.ts'
import { openLog } from '#server/platform/log.ts'
import { startSyncSite, storedTruth, untilOver, wantedTruth, type SyncSite } from './sync-site.ts'

const patient = { timeout: 30_000 }
const slow = { pages: 900, spaces: 3, blogPosts: 6, attachments: 0 }

async function jobsOf(site: SyncSite): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from jobs.job where name = 'integrations.sync'`.execute(site.db)
  return Number(rows[0]?.count)
}

test('while a run is under way a second one is refused, with the first one’s id', async () => {
  await using site = await startSyncSite({ simulator: slow })
  site.simulator.control.setLatency(200)
  const path = `/integrations/${site.integrationId}/sync`
  const first = await site.admin.post(path, { mode: 'sweep' })
  expect(first.status).toBe(202)
  const second = await site.admin.post(path, { mode: 'incremental' })
  expect(second).toMatchObject({ status: 409, body: { code: 'sync-running' } })
  await site.lastRun()
})

test('two processes on one database carry a run out once, and never take up one that is alive', async () => {
  await using site = await startSyncSite({ simulator: slow })
  await using second = await boot({ ...site.server.app.config, port: 0 }, { log: openLog('fatal') })
  const { control } = site.simulator
  control.setLatency(150)
  control.clearRequests()
  const running = site.sync('full')
  await expect.poll(() => site.simulator.requests.total, patient).toBeGreaterThan(0)
  await sql`update sync_runs set queued_at = queued_at - interval '1 minute' where status = 'running'`.execute(site.db)
  const jobs = await jobsOf(site)
  for (let look = 0; look < 3; look += 1) await Promise.all([tick(site.server.app), tick(second.app)])
  expect(await jobsOf(site)).toBe(jobs)
  const run = await running
  expect(run).toMatchObject({ status: 'succeeded', counts: { created: 0, updated: 0 } })
  expect(site.simulator.requests.total).toBe(run.counts.requests)
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
})

test('a run whose job was lost is taken up once', async () => {
  await using site = await startSyncSite({ simulator: { pages: 50, spaces: 1 } })
  const id = '0199aaaa-0000-7000-8000-000000000001'
  await sql`insert into sync_runs (id, integration_id, mode, counts, requested_by, queued_at)
    select ${id}, integration_id, 'sweep', counts, requested_by, now() - interval '1 minute' from sync_runs limit 1`.execute(
    site.db,
  )
  await Promise.all([tick(site.server.app), tick(site.server.app)])
  expect(await untilOver(site.admin, site.integrationId, id)).toMatchObject({ id, status: 'succeeded', mode: 'sweep' })
})

test('deleting the integration in mid-sync stops the run and leaves nothing behind, without complaints', async () => {
  const lines: string[] = []
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
  await using site = await startSyncSite({ simulator: slow, lent: { log } })
  const { control } = site.simulator
  for (const node of control.truth().nodes)
    if (node.kind === 'page' && node.status === 'current') control.editPage(node.id, { message: 'again' })
  control.setLatency(60)
  control.clearRequests()
  expect((await site.admin.post(`/integrations/${site.integrationId}/sync`, { mode: 'full' })).status).toBe(202)
  await expect.poll(() => site.simulator.requests.counts['GET /wiki/api/v2/pages'] ?? 0, patient).toBeGreaterThan(1)
  expect((await site.admin.delete(`/integrations/${site.integrationId}`)).status).toBe(204)
  await expect
    .poll(
      async () =>
        (
          await sql`select 1 from pg_locks where locktype = 'advisory' and objsubid = 1 and granted
      and database = (select oid from pg_database where datname = current_database())`.execute(site.db)
        ).rows.length,
      patient,
    )
    .toBe(0)
  for (const table of [
    'documents',
    'document_search',
    'sync_runs',
    'sync_walks',
    'sync_watermarks',
    'spaces',
    'credentials',
  ] as const) {
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(site.db)
    expect(rows, table).toEqual([])
  }
  expect(lines).toEqual([])
})
