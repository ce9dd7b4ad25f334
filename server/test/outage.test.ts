import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startEmbedded } from '#server/db/embedded.ts'
import { openJobs, workJobs, enqueue } from '#server/jobs/jobs.ts'
import { transact } from '#server/db/transact.ts'
import { checkReadiness } from '#server/ops/health.ts'
import { openLog } from '#server/platform/log.ts'
import { newId } from '#server/platform/ids.ts'
import { startTestApp } from './app.ts'

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
  expect(await checkReadiness(app)).toMatchObject({ ready: true })
  await first[Symbol.asyncDispose]()
  expect(await checkReadiness(app)).toMatchObject({ ready: false })
  await expect(
    transact(app.db, (tx) => enqueue(app.jobs, tx, 'integrations.sync', { runId: newId() })),
  ).rejects.toThrow()
  await using again = await startEmbedded({ dataDir, log })
  expect(again.url).toBe(first.url)
  expect(await checkReadiness(app)).toMatchObject({ ready: true })
  const runId = newId()
  await transact(app.db, (tx) => enqueue(app.jobs, tx, 'integrations.sync', { runId }))
  await expect.poll(() => done, { timeout: 30_000 }).toEqual([runId])
})
