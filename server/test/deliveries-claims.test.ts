/** Who sends what, when several could: claims, leases, stops, and receivers that stand in nobody's way. */
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { claim, type Claimed } from '#server/deliveries/claim.ts'
import { transact } from '#server/db/transact.ts'
import { startDispatcher, type Dispatcher } from '#server/deliveries/dispatch.ts'
import { finish, type Finished } from '#server/deliveries/finish.ts'
import { OPEN_AFTER } from '#server/deliveries/receivers.ts'
import { requeue } from '#server/deliveries/replay.ts'
import { newId } from '#server/platform/ids.ts'
import { startTestApp, type TestApp } from './app.ts'
import { attemptsOf, closeBreakers, countsOf, deliveryOf, draftTo, nudge, queue, until } from './delivering.ts'

/** One far side under many addresses, each of which is a receiver of its own. */
type Far = {
  port: number
  asked: { host: string; id: string }[]
  reply: (response: ServerResponse, host: string) => void
}

const PATIENCE = { timeout: 30_000, interval: 15 }
const far: Far = { port: 0, asked: [], reply: (response) => response.end() }
const http = createServer((request, response) => {
  request.resume()
  const host = request.headers.host?.split(':')[0] ?? ''
  far.asked.push({ host, id: String(request.headers['webhook-id']) })
  far.reply(response, host)
})
let server: TestApp
let aheadMs = 0
const running: Dispatcher[] = []

beforeAll(async () => {
  http.listen(0, '0.0.0.0')
  await once(http, 'listening')
  const address = http.address()
  far.port = address !== null && typeof address !== 'string' ? address.port : 0
  // No worker: the tests start and stop the dispatchers themselves.
  server = await startTestApp({
    config: { roles: ['api'], egressAllow: '127.0.0.0/8' },
    lent: { clock: { now: () => new Date(Date.now() + aheadMs) } },
  })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  http.closeAllConnections()
  http.close()
})
beforeEach(async () => {
  far.asked.length = 0
  far.reply = (response) => response.end()
  await closeBreakers(server.app)
  await server.app.db.deleteFrom('deliveries').execute()
})
afterEach(async () => {
  http.closeAllConnections()
  await Promise.all(running.splice(0).map((one) => one[Symbol.asyncDispose]()))
})

function start(app = server.app): Dispatcher {
  const dispatcher = startDispatcher(app)
  running.push(dispatcher)
  return dispatcher
}

const urlOf = (receiver = 1) => `http://127.0.0.${receiver}:${far.port}/`
const drafts = (count: number, receiver?: number) =>
  Array.from({ length: count }, () => draftTo(urlOf(receiver), { timeoutMs: 60_000 }))
const claimed = () => server.app.db.selectFrom('deliveries').select('id').where('claimed_by', 'is not', null).execute()

test('two dispatchers share the work, and never have one delivery in their hands at the same time', async () => {
  const { app } = server
  const open = new Set<string>()
  const doubled: string[] = []
  far.reply = (response) => {
    const { id } = far.asked.at(-1) ?? { id: '' }
    if (open.has(id)) doubled.push(id)
    open.add(id)
    setTimeout(() => {
      open.delete(id)
      response.end()
    }, 3)
  }
  const ids = await queue(app, ...drafts(300, 1), ...drafts(100, 2))
  const sent = [0, 0]
  for (const index of [0, 1]) {
    start({ ...app, fetch: (url, init) => ((sent[index] = (sent[index] ?? 0) + 1), app.fetch(url, init)) })
  }
  await expect.poll(() => countsOf(app), PATIENCE).toEqual({ sent: 400 })
  expect(doubled).toEqual([])
  expect(far.asked.map(({ id }) => id).sort()).toEqual(ids.sort())
  expect(Math.min(...sent)).toBeGreaterThan(0)
  expect(await claimed()).toEqual([])
})

test('what a killed process had claimed is left alone while its lease lasts, then sent by another', async () => {
  const { app } = server
  const [id = ''] = await queue(app, ...drafts(1))
  const setLease = (seconds: number) =>
    sql`update deliveries set claimed_by = ${newId()}, claimed_until = now() + ${seconds} * interval '1 second'`.execute(
      app.db,
    )
  await setLease(30)
  const [beside = ''] = await queue(app, ...drafts(1))
  start()
  await until(app, beside, ({ status }) => status === 'sent')
  expect(await deliveryOf(app, id)).toMatchObject({ status: 'queued', attempts: 0 })
  await setLease(-1)
  await nudge(app)
  expect(await until(app, id, ({ status }) => status === 'sent')).toMatchObject({ attempts: 1 })
})

test('a result that comes after the claim was lost is not written over what another has done', async () => {
  const { app } = server
  const answers: ServerResponse[] = []
  far.reply = (response) => void answers.push(response)
  const dispatcher = start()
  const [id = ''] = await queue(app, ...drafts(1))
  await expect.poll(() => answers.length, PATIENCE).toBe(1)
  await sql`update deliveries set claimed_by = null, claimed_until = null, status = 'dead', next_at = null, code = 'other'`.execute(
    app.db,
  )
  answers[0]?.end()
  await dispatcher[Symbol.asyncDispose]()
  expect(await deliveryOf(app, id)).toMatchObject({ status: 'dead', code: 'other', attempts: 0 })
  expect(await attemptsOf(app, id)).toEqual([])
})

test('one that is replayed while its last try is on its way begins its retries anew', async () => {
  const { app } = server
  const answers: ServerResponse[] = []
  far.reply = (response) => void answers.push(response)
  const [id = ''] = await queue(app, ...drafts(1))
  await app.db.updateTable('deliveries').set({ status: 'failed', tries: 9, attempts: 9 }).execute()
  start()
  await expect.poll(() => answers.length, PATIENCE).toBe(1)
  await transact(app.db, (tx) => requeue(app, tx, [id]))
  answers[0]?.writeHead(404).end()
  const delivery = await until(app, id, ({ attempts }) => attempts === 10)
  expect(delivery).toMatchObject({ status: 'failed', tries: 1, code: 'status-404', finished_at: null })
  expect(delivery.next_at).not.toBeNull()
})

test('a claim that ran out while its attempt was on its way is taken up by who holds it without sending it beside itself', async () => {
  const { app } = server
  const answers: ServerResponse[] = []
  far.reply = (response, host) => void (host === '127.0.0.1' ? answers.push(response) : response.end())
  start()
  const [id = ''] = await queue(app, ...drafts(1))
  await expect.poll(() => answers.length, PATIENCE).toBe(1)
  // As after a machine was asleep: its database says that the time is over before the process knows.
  await sql`update deliveries set claimed_until = now() - interval '1 minute'`.execute(app.db)
  await nudge(app)
  await expect.poll(async () => ((await deliveryOf(app, id)).claimed_until ?? 0) > new Date(), PATIENCE).toBe(true)
  // A look that was taken after that one.
  await served(2)
  answers[0]?.end()
  expect(await until(app, id, ({ status }) => status === 'sent')).toMatchObject({ attempts: 1 })
  expect(far.asked.filter((asked) => asked.id === id)).toHaveLength(1)
})

test('results of one attempt that come twice, or of one that others have counted since, keep no other result from being written', async () => {
  const { app } = server
  const claimer = newId()
  await queue(app, ...drafts(2))
  const [one, other] = await claim(app, claimer, [{ origin: new URL(urlOf()).origin, room: 2 }])
  if (one === undefined || other === undefined) throw new Error('nothing was claimed')
  await finish(app, claimer, [failed(one), failed(one)], () => false)
  expect(await attemptsOf(app, one.id)).toHaveLength(1)

  await sql`update deliveries set claimed_by = ${claimer}, claimed_until = now() + interval '30 seconds'`.execute(
    app.db,
  )
  await finish(app, claimer, [failed(one), failed(other)], () => false)
  expect(await deliveryOf(app, one.id)).toMatchObject({ status: 'failed', attempts: 1, claimed_by: claimer })
  expect(await deliveryOf(app, other.id)).toMatchObject({ status: 'failed', attempts: 1, claimed_by: null })
})

test('a stop lets what runs come to its end and gives the rest back, untouched', async () => {
  const { app } = server
  const answers: ServerResponse[] = []
  far.reply = (response) => void answers.push(response)
  await queue(app, ...drafts(40))
  const dispatcher = start()
  await expect.poll(() => answers.length, PATIENCE).toBe(5)
  const stopped = dispatcher[Symbol.asyncDispose]()
  await expect.poll(async () => (await claimed()).length, PATIENCE).toBe(5)
  for (const answer of answers) answer.end()
  await stopped
  expect(await countsOf(app)).toEqual({ sent: 5, queued: 35 })
  expect(await claimed()).toEqual([])
  expect(far.asked).toHaveLength(5)
})

test('a stop does not wait for receivers that never answer, and costs them no attempt', async () => {
  const { app } = server
  far.reply = () => {}
  await queue(app, ...drafts(3))
  const dispatcher = start()
  await expect.poll(() => far.asked.length, PATIENCE).toBe(3)
  await dispatcher[Symbol.asyncDispose]()
  expect(await countsOf(app)).toEqual({ queued: 3 })
  expect(await claimed()).toEqual([])
  const left = await app.db.selectFrom('deliveries').select('attempts').where('attempts', '>', 0).execute()
  expect(left).toEqual([])
})

test('beside one that never answers, twenty others are served', async () => {
  const { app } = server
  far.reply = (response, host) => void (host === '127.0.0.99' || response.end())
  await queue(app, ...drafts(60, 99))
  start()
  await expect.poll(() => far.asked.length, PATIENCE).toBe(5)
  await queue(app, ...Array.from({ length: 20 }, (_, index) => drafts(15, index + 1)).flat())
  await expect.poll(() => countsOf(app), PATIENCE).toEqual({ queued: 60, sent: 300 })
  expect(far.asked.filter(({ host }) => host === '127.0.0.99')).toHaveLength(5)
})

test('beside so many that never answer that nothing more may run, another one is served', async () => {
  const { app } = server
  far.reply = (response, host) => void (host === '127.0.0.1' && response.end())
  await queue(app, ...Array.from({ length: 80 }, (_, index) => drafts(20, index + 100)).flat())
  start()
  await expect.poll(() => far.asked.length, PATIENCE).toBeGreaterThanOrEqual(200)
  await queue(app, ...drafts(30, 1))
  await expect.poll(() => countsOf(app), PATIENCE).toEqual({ queued: 1600, sent: 30 })
})

test('a receiver that fails is left alone; waiting costs no attempt; one probe finds out whether it is back', async () => {
  const { app } = server
  far.reply = (response) => void response.writeHead(503).end()
  await queue(app, ...drafts(60))
  start()
  await expect.poll(() => receiver().then((row) => row?.opened_at != null), PATIENCE).toBe(true)
  await expect.poll(async () => (await claimed()).length, PATIENCE).toBe(0)
  const failed = far.asked.length
  expect(failed).toBeGreaterThanOrEqual(OPEN_AFTER)
  expect(failed).toBeLessThan(30)
  // A look that was taken after the nudge has served the other receiver.
  await served(2)
  expect(far.asked.filter(({ host }) => host === '127.0.0.1')).toHaveLength(failed)
  expect(await waitingUntried()).toBe(60 - failed)

  aheadMs += 30_000
  await nudge(app)
  await expect.poll(() => receiver().then((row) => row?.failures), PATIENCE).toBe(OPEN_AFTER + 1)
  await served(2)
  expect(far.asked.filter(({ host }) => host === '127.0.0.1')).toHaveLength(failed + 1)

  far.reply = (response) => response.end()
  aheadMs += 60_000
  await nudge(app)
  await expect.poll(waitingUntried, PATIENCE).toBe(0)
  await expect.poll(() => receiver().then((row) => row && [row.opened_at, row.failures]), PATIENCE).toEqual([null, 0])
}, 90_000)

const receiver = () =>
  server.app.db.selectFrom('receivers').selectAll().where('origin', '=', new URL(urlOf()).origin).executeTakeFirst()

async function served(other: number): Promise<void> {
  const reply = far.reply
  far.reply = (response, host) => (host === '127.0.0.1' ? reply(response, host) : void response.end())
  const [id = ''] = await queue(server.app, ...drafts(1, other))
  await until(server.app, id, ({ status }) => status === 'sent')
  far.reply = reply
}

async function waitingUntried(): Promise<number> {
  const rows = await server.app.db
    .selectFrom('deliveries')
    .select('id')
    .where('attempts', '=', 0)
    .where('origin', '=', new URL(urlOf()).origin)
    .execute()
  return rows.length
}

function failed(delivery: Claimed): Finished {
  const timing = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, totalMs: 1 }
  const request = { method: 'POST', url: delivery.url, headers: {} }
  const about = { code: 'status-503', detail: null, status: 503, address: null, timing, request, answer: null }
  return {
    ...about,
    delivery,
    at: new Date(),
    verdict: 'failed',
    receiver: 'answered',
    retryAfterMs: undefined,
    isProbe: false,
  }
}
