/**
 * A hundred receivers under a steady load, one of which goes dead in every other round: the others must not feel it. Each
 * event's time is from before it is written until its receiver has the request: routing, the queue and sending are in it.
 */
import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import type { Trigger } from '#schema/workflow.ts'
import { system } from '#server/platform/actor.ts'
import { newId } from '#server/platform/ids.ts'
import { createWorkflow } from '#server/workflows/define.ts'
import { startTestApp, type TestApp } from './app.ts'
import { makeCredential, makeWorld, SECRET } from './credential-world.ts'
import { closeBreakers, nudge } from './delivering.ts'
import { asAdmin } from './people.ts'
import { happenTo, insertPage, type StoredPage } from './routing.ts'

const GOOD = 99
const DEAD = GOOD
const TRIGGERS_OF_A_WORKFLOW = 50
const ROUND_MS = 3_000
/** Many short rounds: what else the machine does weighs on both kinds alike. */
const PAIRS = 15
/** Events a second for all that are well together, and for the dead one. */
const GOOD_RATE = 40
const DEAD_RATE = 4
/** So many that no trigger runs twenty times for one page within ten minutes. */
const PAGES = 150
const MOST_RATIO = 1.2
const NOISE_MS = 5
const TIMEOUT_SECONDS = 1

/** How it is dead, and what its attempts then end with. */
const WAYS = [
  ['hangs', 'timeout'],
  ['refuses connections', 'connect-refused'],
  ['answers 503', 'status-503'],
] as const
type Way = (typeof WAYS)[number][0]

let server: TestApp
let pages: StoredPage[]
let deadOrigin = ''
const receivers: Server[] = []
const hanging = new Set<ServerResponse>()
/** By the key that an event carries. */
const written = new Map<string, number>()
const received = new Map<string, number>()
const strange: string[] = []
let way: Way | 'is well' = 'is well'

beforeAll(async () => {
  for (let index = 0; index <= GOOD; index += 1) receivers.push(await listen(index))
  const hosts = receivers.map((receiver) => `127.0.0.1:${portOf(receiver)}`)
  deadOrigin = `http://${hosts[DEAD] ?? ''}`
  server = await startTestApp({ config: { egressAllow: hosts.join(',') } })
  const { app } = server
  const world = await makeWorld(server, await asAdmin(server))
  const grants = { [`user:${world.dora.id}`]: 'use' }
  const credentialId = await makeCredential(app, 'global', { domains: hosts, allowHttp: true, grants })
  const triggers = hosts.map((host, index): Trigger => {
    const to = { url: `http://${host}/`, timeoutSeconds: TIMEOUT_SECONDS, body: { key: '${transition.comment}' } }
    return {
      id: `tell-${index}`,
      on: 'status.changed',
      if: { field: 'status.to', is: `r${index}` },
      do: [{ type: 'authenticated-webhook', credentialId, ...to }],
    }
  })
  for (let from = 0; from < triggers.length; from += TRIGGERS_OF_A_WORKFLOW) {
    const definition = { name: `From ${from}`, triggers: triggers.slice(from, from + TRIGGERS_OF_A_WORKFLOW) }
    await createWorkflow(app, system, 'space:DOCS', { definition, enabled: true, owner: world.dora.id })
  }
  pages = await Promise.all(Array.from({ length: PAGES }, () => insertPage(app, world.docs.id)))
}, 120_000)

afterAll(async () => {
  await server[Symbol.asyncDispose]()
  for (const receiver of receivers) {
    receiver.closeAllConnections()
    receiver.close()
  }
}, 60_000)

async function listen(index: number): Promise<Server> {
  const receiver = createServer((request, response) => {
    const at = performance.now()
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (index === DEAD && way !== 'is well') {
        if (way === 'hangs') hanging.add(response)
        else response.writeHead(503).end()
        return
      }
      const { key } = z.object({ key: z.string() }).parse(JSON.parse(Buffer.concat(chunks).toString()))
      if (request.headers.authorization !== `Bearer ${SECRET}`) strange.push(`${key} came without its header`)
      if (!received.has(key)) received.set(key, at)
      response.end('ok')
    })
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  return receiver
}

function portOf(receiver: Server): number {
  return z.object({ port: z.number() }).parse(receiver.address()).port
}

let happened = 0

async function tell(receiver: number): Promise<string> {
  const key = newId()
  happened += 1
  const page = pages[happened % PAGES]
  if (page === undefined) throw new Error('there are no pages')
  written.set(key, performance.now())
  const step = { workflowId: newId(), from: 'r', to: `r${receiver}`, transition: 'Go', comment: key }
  await happenTo(server.app, page, 'status.changed', { payload: step })
  return key
}

/** Writes events evenly, however long each takes; answers their keys once they are written. */
async function load(rate: number, receiverOf: (index: number) => number): Promise<string[]> {
  const begun = performance.now()
  const all: Promise<string>[] = []
  for (let index = 0; index < (rate * ROUND_MS) / 1000; index += 1) {
    const wait = begun + (index * 1000) / rate - performance.now()
    if (wait > 0) await pause(wait)
    all.push(tell(receiverOf(index)))
  }
  return Promise.all(all)
}

/** One round; how long each of those that are well took, in milliseconds. */
async function round(now: typeof way): Promise<number[]> {
  await goOver(now)
  const [good] = await Promise.all([load(GOOD_RATE, (index) => index % GOOD), load(DEAD_RATE, () => DEAD)])
  await expect.poll(() => good.every((key) => received.has(key)), { timeout: 60_000, interval: 50 }).toBe(true)
  await recover()
  return good.map((key) => (received.get(key) ?? NaN) - (written.get(key) ?? NaN))
}

async function goOver(now: typeof way): Promise<void> {
  way = now
  const dead = receivers[DEAD]
  if (now !== 'refuses connections' || dead === undefined) return
  dead.close()
  dead.closeAllConnections()
  await once(dead, 'close')
}

/** The dead one is well again, and has got what waited for it, so that every round begins with nothing to do. */
async function recover(): Promise<void> {
  way = 'is well'
  const dead = receivers[DEAD]
  if (dead?.listening === false) {
    dead.listen(Number(new URL(deadOrigin).port), '127.0.0.1')
    await once(dead, 'listening')
  }
  for (const response of hanging) response.destroy()
  hanging.clear()
  const { app } = server
  const mend = async () => {
    await closeBreakers(app)
    await sql`update deliveries set next_at = now() where status in ('queued', 'failed') and claimed_by is null`.execute(
      app.db,
    )
    await nudge(app)
    const open = await app.db
      .selectFrom('deliveries')
      .select('id')
      .where('status', 'in', ['queued', 'failed'])
      .execute()
    return open.length
  }
  await expect.poll(mend, { timeout: 60_000, interval: 250 }).toBe(0)
  await closeBreakers(app)
}

function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.ceil(sorted.length * part) - 1] ?? NaN
}

test.each(WAYS)('beside one that %s, 99 others are served as ever', { timeout: 600_000 }, async (dead, code) => {
  await round('is well')
  const without: number[][] = []
  const beside: number[][] = []
  for (let pair = 0; pair < PAIRS; pair += 1) {
    // Whoever comes second in one pair comes first in the next, so that a machine that slows down counts for both.
    const order = pair % 2 === 0 ? (['is well', dead] as const) : ([dead, 'is well'] as const)
    for (const now of order) (now === dead ? beside : without).push(await round(now))
  }
  const [usual, troubled] = [medianRound(without, 0.95), medianRound(beside, 0.95)]
  console.log(`beside one that ${dead}: p95 ${shown(beside, 0.95)}, without it ${shown(without, 0.95)};`)
  console.log(`  p50 ${shown(beside, 0.5)}, without it ${shown(without, 0.5)}`)
  const { db } = server.app
  const failed = await db.selectFrom('delivery_attempts').select('code').where('code', '=', code).execute()
  expect(failed.length).toBeGreaterThanOrEqual(PAIRS)
  expect(strange).toEqual([])
  expect(await db.selectFrom('deliveries').select('id').where('status', '<>', 'sent').execute()).toEqual([])
  expect(await db.selectFrom('workflow_runs').select('id').where('status', '<>', 'done').execute()).toEqual([])
  expect(troubled).toBeLessThanOrEqual(usual * MOST_RATIO + NOISE_MS)
})

/** Of the percentiles of all rounds the one in the middle. */
function medianRound(rounds: readonly number[][], part: number): number {
  return percentile(
    rounds.map((times) => percentile(times, part)),
    0.5,
  )
}

function shown(rounds: readonly number[][], part: number): string {
  const each = rounds.map((times) => percentile(times, part))
  const [low, high] = [Math.min(...each), Math.max(...each)]
  return `${medianRound(rounds, part).toFixed(1)} ms (${low.toFixed(1)} to ${high.toFixed(1)})`
}
