import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbedded } from '#server/db/embedded.ts'
import { migrate } from '#server/db/migrate.ts'
import { openDb } from '#server/db/open.ts'
import { openJobs } from '#server/jobs/jobs.ts'
import { openLog } from '#server/platform/log.ts'
import { databaseUrl, onServer, TEMPLATE } from './database.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    serverUrl: string
  }
}

/** One real PostgreSQL for the whole run: the one at TEST_DATABASE_URL, else an embedded one; migrated once into a template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL']
  const server = given === undefined ? await startOwn() : { url: given, stop: async () => {} }
  await makeTemplate(server.url)
  project.provide('serverUrl', server.url)
  return server.stop
}

/** Nothing here outlives the run, so nothing waits for the disk. */
const TEST_SETTINGS = { max_connections: '200', fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

async function startOwn() {
  const dir = await mkdtemp(join(tmpdir(), 'lockkeeper-test-'))
  const server = await startEmbedded({ dataDir: dir, log: openLog('warn'), settings: TEST_SETTINGS })
  return {
    url: server.url,
    async stop() {
      await server[Symbol.asyncDispose]()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

async function makeTemplate(serverUrl: string): Promise<void> {
  await onServer(serverUrl, `drop database if exists ${TEMPLATE} with (force)`)
  await onServer(serverUrl, `create database ${TEMPLATE}`)
  const connectionString = databaseUrl(serverUrl, TEMPLATE)
  const db = openDb({ connectionString, max: 1 }, () => {})
  await migrate(db)
  await db.destroy()
  const jobs = await openJobs({ connectionString }, openLog('warn'), { supervise: false })
  await jobs[Symbol.asyncDispose]()
}
