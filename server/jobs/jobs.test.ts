import { setTimeout as after } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { transact } from '#server/db/transact.ts'
import { newId } from '#server/platform/ids.ts'
import { openLog } from '#server/platform/log.ts'
import { openTestDatabase, type TestDatabase } from '#server/test/database.ts'
import { enqueue, openJobs, workJobs, type Handlers, type Jobs } from './jobs.ts'

const log = openLog('silent')
let database: TestDatabase
const opened: Jobs[] = []

beforeEach(async () => {
  database = await openTestDatabase()
})
afterEach(async () => {
  for (const jobs of opened.splice(0)) await jobs[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

async function worker(handlers: Handlers): Promise<Jobs> {
  const jobs = await openJobs({ connectionString: database.url }, log, { supervise: true })
  opened.push(jobs)
  await workJobs(jobs, handlers)
  return jobs
}

const add = (jobs: Jobs, runId: string) =>
  transact(database.db, (tx) => enqueue(jobs, tx, 'integrations.sync', { runId }))

test('a job exists exactly when its transaction commits, and is then done once by one of several workers', async () => {
  const done: string[] = []
  const handlers: Handlers = { 'integrations.sync': async ({ runId }) => void done.push(runId) }
  const jobs = await worker(handlers)
  await worker(handlers)
  const undone = transact(database.db, async (tx) => {
    await enqueue(jobs, tx, 'integrations.sync', { runId: newId() })
    throw new Error('rolled back')
  })
  await expect(undone).rejects.toThrow('rolled back')
  const ids = Array.from({ length: 5 }, newId)
  for (const id of ids) await add(jobs, id)
  await expect.poll(() => done.length, { timeout: 20_000 }).toBe(5)
  expect(done.sort()).toEqual(ids.sort())
})

test('a job that fails is tried again', async () => {
  let tries = 0
  const jobs = await worker({
    'integrations.sync': async () => {
      tries += 1
      if (tries === 1) throw new Error('the far side is away')
    },
  })
  await add(jobs, newId())
  await expect.poll(() => tries, { timeout: 30_000 }).toBe(2)
})

test('stopping tells running jobs, waits for them, and leaves them to the next start', async () => {
  const saved: string[] = []
  const started = Promise.withResolvers<void>()
  const jobs = await worker({
    'integrations.sync': async ({ runId }, signal) => {
      started.resolve()
      await after(60_000, undefined, { signal }).catch(() => {})
      saved.push(runId)
      signal.throwIfAborted()
    },
  })
  const runId = newId()
  await add(jobs, runId)
  await started.promise
  await opened.pop()?.[Symbol.asyncDispose]()
  expect(saved).toEqual([runId])
  const done: string[] = []
  await worker({ 'integrations.sync': async (payload) => void done.push(payload.runId) })
  await expect.poll(() => done, { timeout: 30_000 }).toEqual([runId])
})

test('a payload that is not the queue’s is refused before it is stored', async () => {
  const jobs = await worker({})
  await expect(add(jobs, 'no id')).rejects.toThrow()
})
