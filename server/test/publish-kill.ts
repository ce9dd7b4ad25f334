import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as after } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { startSimulator } from '#simulator/start.ts'
import { openClient, signIn, type Answer, type Client } from './client.ts'
import { openTestDatabase, type TestDatabase } from './database.ts'
import { connect, listPageEvents, storedTruth, untilOver, wantedTruth } from './sync-site.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
const owner = { email: 'owner@lockkeeper.example', password: 'a long enough password' }
/** Of each request to the site: a publish takes some of them one after the other, and is met in the middle of any. */
const LATENCY_MS = 25
/** A publish takes about so long, the time for its transaction included. */
const LIFE_MS = 450

/**
 * Kills the real process again and again in the middle of an edit and of a new page, at random moments, and starts it anew.
 * After each, whoever sent sends the same again, as a person would who never heard the answer. In the end nothing is lost
 * and nothing is there twice: there, here, and among the events.
 */
export async function killInMidPublish(kills: number): Promise<Moments> {
  await using opening = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'lockkeeper-publish-'))
  opening.defer(() => rm(dir, { recursive: true, force: true }))
  const database = opening.use(await openTestDatabase())
  const simulator = opening.use(await startSimulator({ pages: 4, spaces: 1, latencyMs: LATENCY_MS }))
  let child: ChildProcess | undefined
  opening.defer(async () => {
    if (child !== undefined) await kill(child)
  })
  const env = {
    PATH: process.env['PATH'],
    DATABASE_URL: database.url,
    LOCKKEEPER_PORT: '0',
    LOCKKEEPER_DATA_DIR: join(dir, 'store'),
    LOCKKEEPER_CONFIG_DIR: join(dir, 'config'),
    LOCKKEEPER_ROOT_KEY: randomBytes(32).toString('base64'),
    LOCKKEEPER_LOG_LEVEL: 'fatal',
    LOCKKEEPER_ADMIN_EMAIL: owner.email,
    LOCKKEEPER_ADMIN_PASSWORD: owner.password,
    LOCKKEEPER_EGRESS_ALLOW: new URL(simulator.url).host,
    LOCKKEEPER_CONFLUENCE_GATEWAY: simulator.url,
  }
  let started = await start(env)
  child = started.child
  const first = await signIn(openClient(started.url), owner.email, owner.password)
  const integrationId = await connect(first, simulator)
  await untilOver(first, integrationId)
  const { key } = await openKey(first)
  const me = () => openClient(started.url).withHeaders({ authorization: `Bearer ${key}` })
  const space = simulator.control.truth().spaces[0]?.key ?? ''
  const page = await me().post('/documents', { space, title: 'Counted', storage: body(0) })
  expect(page).toMatchObject({ status: 201 })
  const id = idOf(page)
  let version = 1
  const moments: Moments = { 'before it was noted': 0, 'while it was open': 0, 'after it was stored': 0 }

  for (let round = 1; round <= kills; round += 1) {
    const edit = { version, storage: body(round), message: `round ${round}` }
    const draft = { space, title: `Made in round ${round}`, storage: body(round) }
    const sent = round % 2 === 0 ? me().put(`/documents/${id}`, edit) : me().post('/documents', draft)
    sent.catch(() => {})
    await after(Math.random() * LIFE_MS)
    await kill(started.child)
    await sent.catch(() => {})
    moments[await momentOf(database.db, round)] += 1
    started = await start(env)
    child = started.child
    // The same again: it either never arrived and is done now, or it did and nothing more is.
    const again = await untilAnswered(() =>
      round % 2 === 0 ? me().put(`/documents/${id}`, edit) : me().post('/documents', draft),
    )
    if (round % 2 === 0) expect(again).toMatchObject({ status: 200, body: { id, version: version + 1 } })
    else expect([201, 409], JSON.stringify(again.body)).toContain(again.status)
    if (round % 2 === 0) version += 1
  }

  expect(await me().post(`/integrations/${integrationId}/sync`, { mode: 'sweep' })).toMatchObject({ status: 202 })
  await untilOver(me(), integrationId)
  expect(await storedTruth(database.db)).toEqual(wantedTruth(simulator))
  const made = simulator.control.truth().nodes.filter((node) => node.title.startsWith('Made in round'))
  expect(made.map((node) => node.title).toSorted()).toEqual(
    Array.from({ length: Math.ceil(kills / 2) }, (_, at) => `Made in round ${at * 2 + 1}`).toSorted(),
  )
  const events = await listPageEvents(database.db)
  expect(events.filter((event) => event.startsWith('page.created'))).toHaveLength(made.length + 1)
  expect(events.filter((event) => event.startsWith('page.updated'))).toHaveLength(version - 1)
  const nameless = await database.db
    .selectFrom('events')
    .select('id')
    .where('type', 'like', 'page.%')
    .where('actor_id', 'is', null)
    .execute()
  expect(nameless).toEqual([])
  return moments
}

/** Where in a publish the kills fell. */
type Moments = Record<'before it was noted' | 'while it was open' | 'after it was stored', number>

async function momentOf(db: TestDatabase['db'], round: number): Promise<keyof Moments> {
  const rows = await db
    .selectFrom('publishes')
    .select(['state', 'title', 'message'])
    .where((eb) => eb.or([eb('title', '=', `Made in round ${round}`), eb('message', '=', `round ${round}`)]))
    .execute()
  if (rows.length === 0) return 'before it was noted'
  return rows.some((row) => row.state === 'sent') ? 'while it was open' : 'after it was stored'
}

const body = (round: number) => `<p>Count ${round}.</p>`

async function openKey(admin: Client): Promise<{ key: string }> {
  const { body: made } = await admin.post('/api-keys', { name: 'sender' })
  if (typeof made === 'object' && made !== null && 'key' in made && typeof made.key === 'string')
    return { key: made.key }
  throw new Error('no key was made')
}

function idOf({ body: answered }: Answer): string {
  if (typeof answered === 'object' && answered !== null && 'id' in answered) return String(answered.id)
  throw new Error('no id was answered')
}

async function untilAnswered(ask: () => Promise<Answer>): Promise<Answer> {
  const until = Date.now() + 30_000
  for (;;) {
    const answer = await ask()
    // What was sent by the killed process may be on its way still.
    if ((answer.status !== 502 && answer.status !== 503) || Date.now() > until) return answer
    await after(100)
  }
}

async function start(env: Record<string, string | undefined>): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /running at (\S+)/.exec(line)?.[1]
    if (url !== undefined) return { child, url }
  }
  throw new Error('it did not start')
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
