import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pageOf } from '#schema/common.ts'
import { Delivery, DeliveryDetail } from '#schema/delivery.ts'
import { newId } from '#server/platform/ids.ts'
import { startTestApp, type TestApp } from './app.ts'
import type { Client } from './client.ts'
import { makeCredential, makeWorld, UNKNOWN, type World } from './credential-world.ts'
import { addAttempt, addDelivery, RECEIVER } from './delivery-rows.ts'
import { asAdmin, newPerson, type Signed } from './people.ts'
import { insertPage } from './routing.ts'

let server: TestApp
let world: World
let eddie: Signed
beforeAll(async () => {
  server = await startTestApp({ config: { roles: ['api'] } })
  world = await makeWorld(server, await asAdmin(server))
  eddie = await newPerson(server, world.admin.client, 'eddie')
  const { mia, dora } = world
  await world.admin.client.put('/spaces/DOCS/members', {
    members: [
      { principal: `user:${mia.id}`, role: 'reader' },
      { principal: `user:${eddie.id}`, role: 'editor' },
      { principal: `user:${dora.id}`, role: 'admin' },
    ],
  })
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  await server.app.db.deleteFrom('deliveries').execute()
})

const Page = pageOf(Delivery)

async function idsAt(client: Client, path: string): Promise<string[]> {
  const answer = await client.get(path)
  expect(answer.status).toBe(200)
  return Page.parse(answer.body).items.map(({ id }) => id)
}

describe('who may', () => {
  const REPLAY = { method: 'POST', body: {} }
  const SINCE = { since: '2020-01-01T00:00:00Z' }
  const ENDPOINTS: [path: string, init: { method: string; body?: unknown }, expected: Record<string, number>][] = [
    [
      '/deliveries',
      { method: 'GET' },
      { out: 401, none: 403, reader: 403, editor: 403, own: 200, other: 200, key: 200 },
    ],
    [
      '/deliveries?space=DOCS',
      { method: 'GET' },
      { out: 401, none: 404, reader: 403, editor: 403, own: 200, other: 404, key: 200 },
    ],
    [
      '/deliveries/figures',
      { method: 'GET' },
      { out: 401, none: 403, reader: 403, editor: 403, own: 200, other: 200, key: 200 },
    ],
    [
      '/deliveries/figures?space=DOCS',
      { method: 'GET' },
      { out: 401, none: 404, reader: 403, editor: 403, own: 200, other: 404, key: 200 },
    ],
    [
      '/deliveries/ID',
      { method: 'GET' },
      { out: 401, none: 404, reader: 404, editor: 404, own: 200, other: 404, key: 200 },
    ],
    [
      '/deliveries/ID/replay',
      REPLAY,
      { out: 401, none: 404, reader: 404, editor: 404, own: 200, other: 404, key: 403 },
    ],
    [
      '/deliveries/recover',
      { method: 'POST', body: { ...SINCE, dryRun: false } },
      { out: 401, none: 403, reader: 403, editor: 403, own: 200, other: 200, key: 403 },
    ],
    [
      '/deliveries/recover',
      { method: 'POST', body: { ...SINCE, space: 'DOCS' } },
      { out: 401, none: 404, reader: 403, editor: 403, own: 200, other: 404, key: 200 },
    ],
  ]
  test.each(ENDPOINTS)('%s %j', async (path, { method, body }, expected) => {
    const { admin, stranger, mia, dora, olga, readOnly } = world
    const clients: Record<string, Client> = {
      out: server.client,
      none: stranger.client,
      reader: mia.client,
      editor: eddie.client,
      other: olga.client,
      key: readOnly,
      own: dora.client,
    }
    const answers: Record<string, number> = {}
    for (const [who, client] of Object.entries(clients)) {
      const id = await addDelivery(server.app, { spaceId: world.docs.id })
      const answer = await client.send(method, path.replace('ID', id), body === undefined ? {} : { body })
      answers[who] = answer.status
      if (who === 'other' && path === '/deliveries') expect(answer.body).toMatchObject({ items: [] })
      if (who === 'other' && path === '/deliveries/recover' && answer.status === 200)
        expect(answer.body).toMatchObject({ count: 0 })
    }
    expect(answers).toEqual(expected)
    const id = await addDelivery(server.app, { spaceId: world.docs.id })
    const whole = await admin.client.send(method, path.replace('ID', id), body === undefined ? {} : { body })
    expect(whole.status).toBe(200)
  })

  test('what is of no space is for platform admins alone, and what is not there is not found', async () => {
    const id = await addDelivery(server.app)
    expect((await world.dora.client.get(`/deliveries/${id}`)).status).toBe(404)
    expect((await world.dora.client.post(`/deliveries/${id}/replay`, {})).status).toBe(404)
    expect(await idsAt(world.dora.client, '/deliveries')).toEqual([])
    expect(await idsAt(world.admin.client, '/deliveries')).toEqual([id])
    expect((await world.admin.client.get(`/deliveries/${UNKNOWN}`)).status).toBe(404)
    expect((await world.admin.client.get('/deliveries/no-id')).status).toBe(400)
  })
})

describe('the list', () => {
  test('is narrowed by status, workflow, run, space, receiver and time', async () => {
    const { app } = server
    const [workflowId, runId] = [newId(), newId()]
    const old = await addDelivery(app, { status: 'sent', workflowId, at: new Date('2026-01-01T00:00:00Z') })
    const ids = {
      queued: await addDelivery(app, { status: 'queued', runId }),
      sent: await addDelivery(app, { status: 'sent', workflowId }),
      failed: await addDelivery(app, { status: 'failed', origin: 'https://away.example', spaceId: world.docs.id }),
      dead: await addDelivery(app, { status: 'dead', workflowId, spaceId: world.other.id }),
    }
    const { client } = world.admin
    expect(await idsAt(client, '/deliveries')).toEqual([ids.dead, ids.failed, ids.sent, ids.queued, old])
    for (const [status, id] of Object.entries(ids))
      expect(await idsAt(client, `/deliveries?status=${status}`)).toEqual(status === 'sent' ? [id, old] : [id])
    expect(await idsAt(client, `/deliveries?workflow=${workflowId}`)).toEqual([ids.dead, ids.sent, old])
    expect(await idsAt(client, `/deliveries?workflow=${workflowId}&status=dead`)).toEqual([ids.dead])
    expect(await idsAt(client, `/deliveries?run=${runId}`)).toEqual([ids.queued])
    expect(await idsAt(client, '/deliveries?space=docs')).toEqual([ids.failed])
    expect(
      await idsAt(client, `/deliveries?status=failed&receiver=${encodeURIComponent('https://away.example')}`),
    ).toEqual([ids.failed])
    expect(await idsAt(client, `/deliveries?since=2026-01-02T00:00:00Z&workflow=${workflowId}`)).toEqual([
      ids.dead,
      ids.sent,
    ])
    for (const wrong of [
      'receiver=x',
      'status=sent&receiver=x',
      'status=lost',
      'since=today',
      'cursor=x',
      'colour=red',
    ])
      expect((await client.get(`/deliveries?${wrong}`)).status).toBe(400)
  })

  test('an admin of several spaces sees those of all of them, newest first, page by page', async () => {
    const { app } = server
    const eva = await newPerson(server, world.admin.client, 'eva')
    const spaceIds: string[] = []
    for (const key of ['E1', 'E2', 'E3']) {
      const { body } = await world.admin.client.post('/spaces', { key, name: key })
      spaceIds.push(Delivery.pick({ id: true }).parse(body).id)
      await world.admin.client.put(`/spaces/${key}/members`, {
        members: [{ principal: `user:${eva.id}`, role: key === 'E3' ? 'editor' : 'admin' }],
      })
    }
    const made: string[] = []
    for (let n = 0; n < 12; n += 1) made.push(await addDelivery(app, { spaceId: spaceIds[n % 3] ?? null }))
    const mine = made.filter((_id, n) => n % 3 !== 2).toReversed()
    expect(await idsAt(eva.client, '/deliveries')).toEqual(mine)
    expect(await idsAt(eva.client, '/deliveries?status=dead&limit=3')).toEqual(mine.slice(0, 3))
    const { items, nextCursor } = Page.parse((await eva.client.get('/deliveries?limit=3')).body)
    expect(items.map(({ id }) => id)).toEqual(mine.slice(0, 3))
    expect(await idsAt(eva.client, `/deliveries?limit=3&cursor=${nextCursor ?? ''}`)).toEqual(mine.slice(3, 6))
    const workflowId = newId()
    const shared: string[] = []
    for (const spaceId of spaceIds) shared.push(await addDelivery(app, { spaceId, workflowId, status: 'sent' }))
    const visible = [shared[1], shared[0]]
    expect(await idsAt(eva.client, `/deliveries?workflow=${workflowId}`)).toEqual(visible)
    expect(await idsAt(eva.client, '/deliveries?status=sent')).toEqual(visible)
    expect(await idsAt(eva.client, '/deliveries?space=E1&since=2026-01-01T00:00:00Z&limit=1')).toEqual([shared[0]])
  })

  test('pages stay what they are while others come in', async () => {
    const { app } = server
    const made: string[] = []
    for (let n = 0; n < 10; n += 1) made.unshift(await addDelivery(app))
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const path: string = `/deliveries?limit=4${cursor === '' ? '' : `&cursor=${cursor}`}`
      const page = Page.parse((await world.admin.client.get(path)).body)
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
      await addDelivery(app)
    }
    expect(seen).toEqual(made)
  })
})

describe('what is shown', () => {
  test('a delivery with its receiver, its document and every attempt', async () => {
    const { app } = server
    const id = await addDelivery(app, { spaceId: world.docs.id, attempts: 2, detail: 'crm.example answered 503.' })
    await addAttempt(app, id)
    await addAttempt(app, id, { number: 2 })
    const { body } = await world.dora.client.get(`/deliveries/${id}`)
    const shown = DeliveryDetail.parse(body)
    expect(shown).toMatchObject({
      status: 'dead',
      space: 'DOCS',
      receiver: RECEIVER,
      attempts: 2,
      body: '{"title":"Hello"}',
      headers: { 'x-source': 'lockkeeper' },
      nextAt: null,
      waitsForReceiver: false,
    })
    expect(shown.log.map(({ number, status }) => [number, status])).toEqual([
      [1, 503],
      [2, 503],
    ])
    expect(shown.log[0]?.answer).toEqual({ headers: {}, body: 'Away', isCut: false })
  })

  test('what was sent of a page that was purged meanwhile is shown to platform admins alone', async () => {
    const { app } = server
    const { docs, dora, admin } = world
    const page = await insertPage(app, docs.id)
    const id = await addDelivery(app, { spaceId: docs.id, documentId: page.id })
    await addAttempt(app, id)
    const shownTo = async ({ client }: Signed) => DeliveryDetail.parse((await client.get(`/deliveries/${id}`)).body)
    const whole = { document: { id: page.id }, url: `${RECEIVER}/hooks/1`, body: '{"title":"Hello"}' }
    expect(await shownTo(dora)).toMatchObject(whole)
    await app.db.deleteFrom('documents').where('id', '=', page.id).execute()
    expect(await shownTo(dora)).toMatchObject({
      document: null,
      url: RECEIVER,
      headers: {},
      body: null,
      log: [{ request: { url: RECEIVER, headers: {} }, answer: null }],
    })
    expect(await shownTo(admin)).toMatchObject(whole)
  })

  test('only platform admins can tell a closed port from a filtered one, by code, sentence, address or time', async () => {
    const { app } = server
    const { docs, dora, admin } = world
    const shown: unknown[] = []
    for (const [code, detail] of [
      ['connect-refused', 'crm.example refused the connection.'],
      ['connect-timeout', 'crm.example did not accept a connection in time.'],
      ['unreachable', 'crm.example cannot be reached over the network.'],
    ] as const) {
      const id = await addDelivery(app, { spaceId: docs.id, code, detail })
      await addAttempt(app, id, { code, detail })
      const mine = DeliveryDetail.parse((await dora.client.get(`/deliveries/${id}`)).body)
      shown.push({ ...mine.log[0], at: '', delivery: [mine.code, mine.detail] })
      const whole = DeliveryDetail.parse((await admin.client.get(`/deliveries/${id}`)).body)
      expect(whole).toMatchObject({ code, detail, log: [{ code, detail, address: '203.0.113.7' }] })
    }
    expect(new Set(shown.map((one) => JSON.stringify(one))).size).toBe(1)
    expect(shown[0]).toMatchObject({ code: 'unreachable', address: null, timing: { totalMs: 0, connectMs: null } })
  })

  test('a credential is named to those who may view it', async () => {
    const { app } = server
    const { dora, docs, admin } = world
    const hidden = await makeCredential(app, 'global')
    const granted = await makeCredential(app, 'global', { grants: { [`user:${dora.id}`]: 'view' } })
    const own = await makeCredential(app, docs.label)
    const names: (string | null | undefined)[] = []
    for (const credentialId of [hidden, granted, own]) {
      const id = await addDelivery(app, { spaceId: docs.id, credentialId })
      const { credential } = DeliveryDetail.parse((await dora.client.get(`/deliveries/${id}`)).body)
      names.push(credential?.name)
      const whole = DeliveryDetail.parse((await admin.client.get(`/deliveries/${id}`)).body)
      expect(whole.credential?.name).toMatch(/^Bot/)
    }
    expect(names).toEqual([null, expect.stringMatching(/^Bot/), expect.stringMatching(/^Bot/)])
  })

  test('one waits for its receiver while the breaker is open, and only as long as it is open itself', async () => {
    const origin = 'https://broken.example'
    const now = server.app.clock.now()
    const open = { origin, failures: 5, opened_at: now, open_until: new Date(now.getTime() + 60_000) }
    await server.app.db.insertInto('receivers').values(open).execute()
    for (const status of ['failed', 'dead'] as const) await addDelivery(server.app, { status, origin })
    const { body } = await world.admin.client.get('/deliveries')
    expect(Page.parse(body).items.map(({ status, waitsForReceiver }) => [status, waitsForReceiver])).toEqual([
      ['dead', false],
      ['failed', true],
    ])
  })
})
