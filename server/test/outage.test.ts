import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startEmbedded } from '#server/db/embedded.ts'
import { openJobs, workJobs, enqueue } from '#server/jobs/jobs.ts'
import { transact } from '#server/db/transact.ts'
import { openLog } from '#server/platform/log.ts'
import { newId } from '#server/platform/ids.ts'
import { startTestApp } from './app.ts'
import { asAdmin } from './people.ts'

const log = openLog('silent')
let dataDir: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lockkeeper-outage-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

test('while the database is away the server says so and lives; when it is back everything works again', async () => {
  const first = await startEmbedded({ dataDir, log })
  await using server = await startTestApp({ config: { databaseUrl: first.url, roles: ['api'] } })
  const { app } = server
  const done: string[] = []
  await using jobs = await openJobs({ connectionString: first.url }, log, { supervise: true })
  await workJobs(jobs, { 'integrations.sync': async ({ runId }) => void done.push(runId) })
  const admin = await asAdmin(server)
  expect(await server.client.get('/ready')).toMatchObject({ status: 200, body: { ready: true } })
  await first[Symbol.asyncDispose]()
  expect(await server.client.get('/ready')).toMatchObject({ status: 503, body: { ready: false } })
  expect(await server.client.get('/health')).toMatchObject({ status: 200 })
  expect(await admin.client.get('/spaces')).toMatchObject({ status: 503, body: { code: 'database-unavailable' } })
  expect(await server.client.post('/sessions', server.admin)).toMatchObject({ status: 503 })
  await expect(
    transact(app.db, (tx) => enqueue(app.jobs, tx, 'integrations.sync', { runId: newId() })),
  ).rejects.toThrow()
  await using again = await startEmbedded({ dataDir, log })
  expect(again.url).toBe(first.url)
  expect(await server.client.get('/ready')).toMatchObject({ status: 200, body: { ready: true } })
  expect(await admin.client.get('/spaces')).toMatchObject({ status: 200 })
  const runId = newId()
  await transact(app.db, (tx) => enqueue(app.jobs, tx, 'integrations.sync', { runId }))
  await expect.poll(() => done, { timeout: 30_000 }).toEqual([runId])
})
