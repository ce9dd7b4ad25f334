import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ensureSigningSecrets, renewSigningSecret } from '#server/credentials/signing.ts'
import { transact } from '#server/db/transact.ts'
import type { DeliveryDraft } from '#server/deliveries/draft.ts'
import { RETRY_DELAYS_MS } from '#server/deliveries/retry.ts'
import { newId } from '#server/platform/ids.ts'
import { SECRET } from './credential-world.ts'
import { startScene, type Scene } from './credential-scene.ts'
import { attemptsOf, closeBreakers, deliveryOf, draftTo, nudge, queue, until } from './delivering.ts'
import { startLoopback, type Reply } from './loopback.ts'

let scene: Scene
beforeAll(async () => {
  scene = await startScene()
})
afterAll(() => scene[Symbol.asyncDispose]())
beforeEach(async () => {
  scene.reset()
  await closeBreakers(scene.server.app)
})

const status = (code: number, headers: Record<string, string> = {}): Reply => {
  return (response) => void response.writeHead(code, headers).end('so it is')
}

async function send(more: Partial<DeliveryDraft> = {}, path = '/hook') {
  const { app } = scene.server
  const [id = ''] = await queue(app, draftTo(`${scene.site.url}${path}`, more))
  return until(app, id, ({ attempts }) => attempts > 0)
}

/** The next attempt of a delivery, after the clock has moved to it. */
async function again({ id, attempts, next_at }: Awaited<ReturnType<typeof deliveryOf>>) {
  const { app } = scene.server
  scene.aheadMs = Math.max(scene.aheadMs, (next_at?.getTime() ?? 0) - Date.now() + 1)
  await closeBreakers(app)
  await nudge(app)
  return until(app, id, (delivery) => delivery.attempts > attempts)
}

/** Milliseconds from the last attempt to the next one. */
async function waitOf(delivery: Awaited<ReturnType<typeof deliveryOf>>): Promise<number> {
  const log = await attemptsOf(scene.server.app, delivery.id)
  return (delivery.next_at?.getTime() ?? NaN) - (log.at(-1)?.at.getTime() ?? NaN)
}

test('a delivery is sent as it was drafted, under its own id, and the attempt is in the log', async () => {
  const headers = { 'X-Source': 'lockkeeper', 'Content-Type': 'application/vnd.test+json', 'webhook-id': 'another' }
  const delivery = await send({ method: 'PUT', headers, body: '{"a":"ü"}' }, '/hook?x=%C3%BC')
  expect(delivery).toMatchObject({
    status: 'sent',
    attempts: 1,
    tries: 1,
    code: 'sent',
    next_at: null,
    claimed_by: null,
  })
  expect(delivery.finished_at).not.toBeNull()
  const [asked] = scene.site.asked
  expect(asked).toMatchObject({ method: 'PUT', url: '/hook?x=%C3%BC', body: '{"a":"ü"}' })
  const sent = { 'x-source': 'lockkeeper', 'content-type': 'application/vnd.test+json', 'webhook-id': delivery.id }
  expect(asked?.headers).toMatchObject({ ...sent, 'user-agent': 'Lockkeeper' })
  expect(Math.abs(Number(asked?.headers['webhook-timestamp']) * 1000 - Date.now())).toBeLessThan(60_000)
  const [attempt, ...others] = await attemptsOf(scene.server.app, delivery.id)
  expect(others).toEqual([])
  expect(attempt).toMatchObject({
    number: 1,
    code: 'sent',
    status: 200,
    address: '127.0.0.1',
    request: { method: 'PUT', url: `${scene.site.url}/hook?x=%C3%BC`, headers: sent },
    answer: { body: '{}', isCut: false, headers: { 'content-type': 'application/json' } },
  })
  const { timing } = attempt ?? {}
  expect(timing).toMatchObject({ dnsMs: null, tlsMs: null })
  expect(timing).toHaveProperty('firstByteMs', expect.any(Number))
  expect(timing).toHaveProperty('totalMs', expect.any(Number))
})

test('without a body no kind of content is told', async () => {
  await send({ method: 'GET', body: null })
  expect(scene.site.asked[0]?.headers).not.toHaveProperty('content-type')
})

test('the signature is one that the official library verifies, also with the secret before the present one', async () => {
  const { app } = scene.server
  const workflow = { id: newId(), name: 'Publish' }
  const [made] = await transact(app.db, (tx) =>
    ensureSigningSecrets(app, tx, workflow.id, [{ actionId: 'tell', signing: 'both' }]),
  )
  const renewed = await transact(app.db, (tx) => renewSigningSecret(app, tx, workflow.id, 'tell', 'both'))
  const delivery = await send({ workflow, signing: 'both' })
  const { body = '', headers = {} } = scene.site.asked[0] ?? {}
  const given = {
    'webhook-id': String(headers['webhook-id']),
    'webhook-timestamp': String(headers['webhook-timestamp']),
    'webhook-signature': String(headers['webhook-signature']),
  }
  for (const { secret } of [made ?? { secret: '' }, renewed])
    expect(new Webhook(secret ?? '').verify(body, given)).toEqual({ title: 'Reset a password' })
  const tampered = () => new Webhook(renewed.secret ?? '').verify(`${body} `, given)
  expect(tampered).toThrow('No matching signature')
  expect(given['webhook-signature']).toMatch(/^v1,\S+ v1a,\S+ v1,\S+ v1a,\S+$/)
  const [attempt] = await attemptsOf(app, delivery.id)
  expect(attempt?.request).toMatchObject({ headers: { 'webhook-signature': '[signature]' } })
})

test('nothing is sent unsigned: a delivery whose signing secret is not there is given up', async () => {
  expect(await send({ signing: 'v1' })).toMatchObject({ status: 'dead', code: 'no-signing-secret' })
  expect(scene.site.asked).toEqual([])
})

test('what fails is tried again by the schedule under the same id, then given up', async () => {
  scene.site.reply = status(404)
  let delivery = await send()
  for (const [index, delay] of RETRY_DELAYS_MS.entries()) {
    expect(delivery).toMatchObject({ status: 'failed', attempts: index + 1, code: 'status-404', finished_at: null })
    const wait = await waitOf(delivery)
    expect(wait).toBeGreaterThanOrEqual(delay * 0.9)
    expect(wait).toBeLessThan(delay * 1.1 + 60_000)
    delivery = await again(delivery)
  }
  expect(delivery).toMatchObject({ status: 'dead', attempts: 10, tries: 10, code: 'status-404', next_at: null })
  const { asked } = scene.site
  expect(new Set(asked.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([delivery.id]))
  expect(new Set(asked.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(10)
  expect((await attemptsOf(scene.server.app, delivery.id)).map(({ number }) => number)).toEqual(
    Array.from({ length: 10 }, (_, index) => index + 1),
  )
  const told = scene.server.app.db.selectFrom('notifications').select('title').where('kind', '=', 'delivery-dead')
  expect((await told.execute()).length).toBeGreaterThan(0)
})

test('a retry waits until it is due, and no longer', async () => {
  scene.site.reply = status(500)
  const failed = await send()
  await nudge(scene.server.app)
  scene.site.reply = status(200)
  const sent = await again(failed)
  expect(sent).toMatchObject({ status: 'sent', attempts: 2 })
  expect(scene.site.asked).toHaveLength(2)
})

test('a receiver that says when gets its retry then: in seconds or as a date, within a day', async () => {
  scene.site.reply = status(429, { 'retry-after': '7200' })
  expect(Math.round((await waitOf(await send())) / 60_000)).toBe(120)
  await closeBreakers(scene.server.app)
  const date = new Date(scene.server.app.clock.now().getTime() + 3 * 3_600_000).toUTCString()
  scene.site.reply = status(503, { 'retry-after': date })
  expect(Math.round((await waitOf(await send())) / 60_000)).toBe(180)
  await closeBreakers(scene.server.app)
  scene.site.reply = status(503, { 'retry-after': '99999999' })
  expect(Math.round((await waitOf(await send())) / 60_000)).toBe(24 * 60)
})

test('410 ends a delivery at once', async () => {
  scene.site.reply = status(410)
  expect(await send()).toMatchObject({ status: 'dead', attempts: 1, code: 'gone' })
})

test('a redirect is a failure; where it points to is asked nothing, with or without a credential', async () => {
  await using second = await startLoopback(status(200))
  const { docs, mia } = scene.world
  const custom = { kind: 'custom', bearer: undefined, custom: { header: 'X-Api-Key', value: SECRET } }
  const credentialId = await scene.makeOne('space:DOCS', { ...custom, domains: [scene.site.host, second.host] })
  for (const code of [301, 302, 303, 307, 308]) {
    scene.site.reply = status(code, { location: `${second.url}/elsewhere` })
    expect(await send()).toMatchObject({ status: 'failed', code: 'redirect' })
    const authorised = await send({ credentialId, scope: docs.scope, runAs: { id: mia.id, name: 'mia' } })
    expect(authorised).toMatchObject({ status: 'failed', code: 'redirect' })
  }
  expect(scene.site.asked).toHaveLength(10)
  expect(scene.site.asked.filter(({ headers }) => headers['x-api-key'] === SECRET)).toHaveLength(5)
  expect(second.asked).toEqual([])
})

test('the secret stands neither in the log of the request nor of the answer, however the receiver repeats it', async () => {
  const { docs, mia } = scene.world
  const credentialId = await scene.makeOne()
  scene.site.reply = (response, { headers }) => {
    const { authorization = '' } = headers
    const encoded = Buffer.from(SECRET).toString('base64')
    response.writeHead(500, { 'x-echo': String(authorization) })
    response.end(JSON.stringify({ authorization, encoded, url: encodeURIComponent(`${SECRET}/`) }))
  }
  const delivery = await send({
    credentialId,
    scope: docs.scope,
    runAs: { id: mia.id, name: 'mia' },
    headers: { 'X-Copy': SECRET },
  })
  expect(scene.site.asked[0]?.headers).toMatchObject({ authorization: `Bearer ${SECRET}`, 'x-copy': SECRET })
  const [attempt] = await attemptsOf(scene.server.app, delivery.id)
  expect(attempt?.request).toMatchObject({ headers: { authorization: '[secret]', 'x-copy': '[secret]' } })
  expect(attempt?.answer).toMatchObject({ headers: { 'x-echo': 'Bearer [secret]' } })
  const logged = JSON.stringify(attempt)
  for (const form of [SECRET, Buffer.from(SECRET).toString('base64'), SECRET.slice(3, -3)])
    expect(logged).not.toContain(form)
})

test('of an answer the first 16 KB are kept, as text that can be stored', async () => {
  const odd = Buffer.concat([Buffer.from('a\u0000b'), Buffer.from([0xff, 0xed, 0xa0, 0x80]), Buffer.alloc(40_000, 'x')])
  scene.site.reply = (response) => void response.writeHead(200, { 'x-odd': 'é' }).end(odd)
  const delivery = await send()
  expect(delivery).toMatchObject({ status: 'sent' })
  const [attempt] = await attemptsOf(scene.server.app, delivery.id)
  expect(attempt?.answer).toMatchObject({ isCut: true, body: expect.stringMatching(/^a\uFFFDb\uFFFD+x+$/) })
  expect(JSON.stringify(attempt?.answer).length).toBeLessThan(17_000)
})
