import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startEmbedded } from '#server/db/embedded.ts'
import { openLog } from '#server/platform/log.ts'
import { startSimulator } from '#simulator/start.ts'
import { startTestApp } from './app.ts'
import { asAdmin } from './people.ts'
import { connect, listPageEvents, storedTruth, untilOver, wantedTruth } from './sync-site.ts'

const log = openLog('silent')
let dataDir: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lockkeeper-sync-outage-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

test('the database goes away in the middle of a first import: when it is back, the same run goes on to its end', async () => {
  const first = await startEmbedded({ dataDir, log })
  await using simulator = await startSimulator({ pages: 1500, spaces: 4, latencyMs: 80 })
  const config = { databaseUrl: first.url, egressAllow: new URL(simulator.url).host, confluenceGateway: simulator.url }
  await using server = await startTestApp({ config, lent: { log } })
  const { client: admin } = await asAdmin(server)
  const integrationId = await connect(admin, simulator)
  const countStored = () =>
    server.app.db
      .selectFrom('documents')
      .select('id')
      .execute()
      .then((rows) => rows.length)
  await expect.poll(countStored, { timeout: 30_000, interval: 20 }).toBeGreaterThan(200)
  await first[Symbol.asyncDispose]()
  expect(await server.client.get('/ready')).toMatchObject({ status: 503 })
  await using again = await startEmbedded({ dataDir, log })
  expect(again.url).toBe(first.url)
  const run = await untilOver(admin, integrationId)
  expect(run).toMatchObject({ mode: 'full', status: 'succeeded', error: null })
  expect(await storedTruth(server.app.db)).toEqual(wantedTruth(simulator))
  expect(await listPageEvents(server.app.db)).toEqual([])
  expect(await server.app.db.selectFrom('sync_runs').select('id').execute()).toHaveLength(1)
}, 120_000)
