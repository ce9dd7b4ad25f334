import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startSimulator, type Simulator } from '#simulator/start.ts'
import { openClient, signIn, type Client } from './client.ts'
import { openTestDatabase, type TestDatabase } from './database.ts'
import { killInMidSync } from './sync-kill.ts'
import { connect, listPageEvents, storedTruth, untilOver, wantedTruth } from './sync-site.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
const owner = { email: 'owner@lockkeeper.example', password: 'a long enough password' }
const PAGES = 6000
const KILLS = 6
/** Of each of the four spaces' walks and the blog posts': the page that is being written, and the one read ahead. */
const LOST_PER_KILL = 10
/** Spaces, count, labels, what is labelled (250 a request): asked again at each start. */
const ASKED_PER_START = 20

let dir: string
let database: TestDatabase
let simulator: Simulator
const children: ChildProcess[] = []

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lockkeeper-kill-'))
  database = await openTestDatabase()
  simulator = await startSimulator({ pages: PAGES, spaces: 4, blogPosts: 20, latencyMs: 120 })
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await simulator[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

const rootKey = randomBytes(32).toString('base64')

/** The real process on the test's database; resolves when it listens. */
async function start(): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: database.url,
      LOCKKEEPER_PORT: '0',
      LOCKKEEPER_DATA_DIR: join(dir, 'store'),
      LOCKKEEPER_CONFIG_DIR: join(dir, 'config'),
      LOCKKEEPER_ROOT_KEY: rootKey,
      LOCKKEEPER_LOG_LEVEL: 'error',
      LOCKKEEPER_ADMIN_EMAIL: owner.email,
      LOCKKEEPER_ADMIN_PASSWORD: owner.password,
      LOCKKEEPER_EGRESS_ALLOW: new URL(simulator.url).host,
      LOCKKEEPER_CONFLUENCE_GATEWAY: simulator.url,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /running at (\S+)/.exec(line)?.[1]
    if (url !== undefined) return { child, url }
  }
  throw new Error('it did not start')
}

async function begin(): Promise<{ child: ChildProcess; admin: Client; integrationId: string }> {
  const { child, url } = await start()
  const admin = await signIn(openClient(url), owner.email, owner.password)
  return { child, admin, integrationId: await connect(admin, simulator) }
}

function countStored(): Promise<number> {
  return database.db
    .selectFrom('documents')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
    .then((row) => row.count)
}

test(`killed ${KILLS} times at any moment, a first import goes on each time where it stood and doubles nothing`, async () => {
  let { child, integrationId } = await begin()
  let url = ''
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const goal = Math.min(PAGES - 500, (await countStored()) + 1 + Math.floor(Math.random() * 900))
    await expect.poll(countStored, { timeout: 60_000, interval: 20 }).toBeGreaterThanOrEqual(goal)
    child.kill('SIGKILL')
    await once(child, 'exit')
    ;({ child, url } = await start())
  }
  const admin = await signIn(openClient(url), owner.email, owner.password)
  expect(await untilOver(admin, integrationId)).toMatchObject({ status: 'succeeded', mode: 'full', error: null })
  const { body } = await admin.get(`/integrations/${integrationId}/runs`)
  expect(body).toMatchObject({ items: [{ progress: { done: PAGES + 20 } }] })
  expect(await storedTruth(database.db)).toEqual(wantedTruth(simulator))
  expect(await listPageEvents(database.db)).toEqual([])
  const needed = PAGES / 250 + simulator.control.truth().spaces.length + 1
  const { counts } = simulator.requests
  const asked = (counts['GET /wiki/api/v2/pages'] ?? 0) + (counts['GET /wiki/api/v2/blogposts'] ?? 0)
  expect(asked).toBeLessThanOrEqual(needed + KILLS * (LOST_PER_KILL + 1))
  const folders = counts['GET /wiki/api/v2/folders/{id}'] ?? 0
  expect(simulator.requests.total - folders).toBeLessThanOrEqual(asked + (KILLS + 1) * ASKED_PER_START + 10)
}, 180_000)

test('asked to stop in mid-sync it ends in order, and the next start goes on', async () => {
  const { child, integrationId } = await begin()
  await expect.poll(countStored, { timeout: 60_000, interval: 20 }).toBeGreaterThan(500)
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
  const stored = await countStored()
  expect(stored).toBeLessThan(PAGES)
  const before = simulator.requests.total
  const again = await start()
  const admin = await signIn(openClient(again.url), owner.email, owner.password)
  expect(await untilOver(admin, integrationId)).toMatchObject({ status: 'succeeded', mode: 'full' })
  expect(simulator.requests.counts['GET /wiki/api/v2/pages']).toBeLessThanOrEqual(PAGES / 250 + 4 + LOST_PER_KILL)
  expect(simulator.requests.total).toBeGreaterThan(before)
  expect(await storedTruth(database.db)).toEqual(wantedTruth(simulator))
}, 180_000)

test('killed in the middle of imports, incremental runs and sweeps while the site changes, nothing is lost', async () => {
  const { killed } = await killInMidSync(KILLS)
  expect(Object.values(killed).reduce((sum, count) => sum + count, 0)).toBe(KILLS)
}, 300_000)

test('killed in mid-sync with a Data Center nothing is lost either', async () => {
  const { killed } = await killInMidSync(2, 'dc')
  expect(Object.values(killed).reduce((sum, count) => sum + count, 0)).toBe(2)
}, 300_000)
