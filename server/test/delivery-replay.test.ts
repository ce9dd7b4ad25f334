import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Delivery, DeliveryDetail, DeliveryRecovered } from '#schema/delivery.ts'
import { enqueueDeliveries } from '#server/deliveries/enqueue.ts'
import { transact } from '#server/db/transact.ts'
import { newId } from '#server/platform/ids.ts'
import { startTestApp, type TestApp } from './app.ts'
import { makeWorld, type World } from './credential-world.ts'
import { addAttempt, addDelivery, deliveryRow } from './delivery-rows.ts'
import { inTurn, startLoopback } from './loopback.ts'
import { asAdmin } from './people.ts'

let server: TestApp
let world: World
beforeAll(async () => {
  server = await startTestApp({ config: { roles: ['api'] } })
  world = await makeWorld(server, await asAdmin(server))
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  await server.app.db.deleteFrom('deliveries').execute()
})

const lastAudit = (action: string) =>
  server.app.db
    .selectFrom('audit')
    .select(['actor', 'target', 'detail'])
    .where('action', '=', action)
    .orderBy('seq', 'desc')
    .executeTakeFirst()

describe('a replay', () => {
  test.each(['dead', 'sent', 'failed'] as const)('of one that is %s queues it under its id', async (status) => {
    const { app } = server
    const { dora, docs } = world
    const id = await addDelivery(app, { status, spaceId: docs.id, attempts: 10, detail: 'crm.example answered 503.' })
    await addAttempt(app, id, { number: 10 })
    const { status: answered, body } = await dora.client.post(`/deliveries/${id}/replay`, { reason: 'The CRM is back' })
    expect([answered, body]).toMatchObject([200, { id, status: 'queued', attempts: 10, finishedAt: null, code: null }])
    const row = await deliveryRow(app, id)
    expect(row).toMatchObject({ status: 'queued', attempts: 10, tries: 0, finished_at: null })
    expect(row.next_at?.getTime()).toBeLessThanOrEqual(Date.now())
    const { log } = DeliveryDetail.parse((await dora.client.get(`/deliveries/${id}`)).body)
    expect(log).toHaveLength(1)
    expect(await lastAudit('delivery.replayed')).toEqual({
      actor: dora.id,
      target: `delivery:${id}`,
      detail: { workflow: 'Publish', receiver: 'https://crm.example', before: status, reason: 'The CRM is back' },
    })
  })

  test('of one that waits already is refused and changes nothing', async () => {
    const id = await addDelivery(server.app, { status: 'queued' })
    const before = await deliveryRow(server.app, id)
    const answer = await world.admin.client.post(`/deliveries/${id}/replay`, {})
    expect(answer).toMatchObject({ status: 409, body: { code: 'already-queued' } })
    expect(await deliveryRow(server.app, id)).toEqual(before)
  })

  test('leaves one that is being sent at this moment to whoever sends it', async () => {
    const { app } = server
    const id = await addDelivery(app, { status: 'failed' })
    const claimer = newId()
    await app.db
      .updateTable('deliveries')
      .set({ claimed_by: claimer, claimed_until: sql`now() + interval '30 seconds'` })
      .where('id', '=', id)
      .execute()
    expect((await world.admin.client.post(`/deliveries/${id}/replay`, {})).status).toBe(200)
    expect(await deliveryRow(app, id)).toMatchObject({ status: 'queued', claimed_by: claimer })
  })

  test('reaches the receiver under the same id, and its attempt goes on counting', async () => {
    await using sink = await startLoopback(
      inTurn(
        (response) => void response.writeHead(410).end('Gone'),
        (response) => void response.writeHead(204).end(),
      ),
    )
    await using sender = await startTestApp({ config: { egressAllow: sink.host } })
    const admin = await asAdmin(sender)
    const id = newId()
    await transact(sender.app.db, (tx) =>
      enqueueDeliveries(tx, [
        {
          id,
          runId: newId(),
          actionId: 'tell',
          eventId: null,
          workflow: { id: newId(), name: 'Publish' },
          scope: 'global',
          document: null,
          spaceId: null,
          credentialId: null,
          runAs: null,
          method: 'POST',
          url: `${sink.url}/hook`,
          headers: {},
          body: '{}',
          timeoutMs: 5_000,
          signing: null,
        },
      ]),
    )
    const statusOf = async () => Delivery.parse((await admin.client.get(`/deliveries/${id}`)).body).status
    await expect.poll(statusOf, { timeout: 20_000 }).toBe('dead')
    expect((await admin.client.post(`/deliveries/${id}/replay`, {})).status).toBe(200)
    await expect.poll(statusOf, { timeout: 20_000 }).toBe('sent')
    expect(sink.asked.map(({ headers }) => headers['webhook-id'])).toEqual([id, id])
    const { log, attempts } = DeliveryDetail.parse((await admin.client.get(`/deliveries/${id}`)).body)
    expect([attempts, log.map(({ number, code }) => [number, code])]).toEqual([
      2,
      [
        [1, 'gone'],
        [2, 'sent'],
      ],
    ])
    const { body } = await admin.client.get('/deliveries/figures')
    expect(body).toMatchObject({ counts: { queued: 0, failed: 0, dead: 0, sent: 1 } })
    expect((await admin.client.get('/notifications')).body).toMatchObject({ items: [{ kind: 'delivery-dead' }] })
  })
})

describe('a recovery', () => {
  const recover = (who: keyof Pick<World, 'admin' | 'dora' | 'olga'>, body: unknown) =>
    world[who].client.post('/deliveries/recover', body)
  const countQueued = async () =>
    (await server.app.db.selectFrom('deliveries').select('id').where('status', '=', 'queued').execute()).length

  test('counts first, then does exactly that, and leaves the rest as it was', async () => {
    const { app } = server
    const { docs, other } = world
    const since = '2026-03-01T00:00:00Z'
    const early = await addDelivery(app, { at: new Date('2026-02-28T23:59:59Z') })
    const at = new Date(since)
    for (const spaceId of [docs.id, docs.id, other.id, null]) await addDelivery(app, { spaceId, at })
    const kept = [
      early,
      await addDelivery(app, { status: 'sent', at }),
      await addDelivery(app, { status: 'failed', at }),
    ]
    const before = await Promise.all(kept.map((id) => deliveryRow(app, id)))
    expect((await recover('admin', { since })).body).toEqual({ dryRun: true, count: 4 })
    expect((await recover('dora', { since })).body).toEqual({ dryRun: true, count: 2 })
    expect((await recover('admin', { since, space: 'OTHER' })).body).toEqual({ dryRun: true, count: 1 })
    expect(await countQueued()).toBe(0)
    expect((await recover('dora', { since, dryRun: false })).body).toEqual({ dryRun: false, count: 2 })
    expect(await countQueued()).toBe(2)
    expect(await lastAudit('delivery.recovered')).toMatchObject({
      actor: world.dora.id,
      detail: { count: 2, since, status: 'dead' },
    })
    expect((await recover('admin', { since, dryRun: false })).body).toEqual({ dryRun: false, count: 2 })
    expect((await recover('admin', { since, dryRun: false })).body).toEqual({ dryRun: false, count: 0 })
    expect(await Promise.all(kept.map((id) => deliveryRow(app, id)))).toEqual(before)
  })

  test('is narrowed to a workflow, a receiver, or to those that wait for another attempt', async () => {
    const { app } = server
    const since = '2026-03-01T00:00:00Z'
    const workflowId = newId()
    await addDelivery(app, { workflowId })
    await addDelivery(app, { origin: 'https://away.example' })
    const waiting = await addDelivery(app, { status: 'failed' })
    expect((await recover('admin', { since, workflow: workflowId })).body).toMatchObject({ count: 1 })
    expect((await recover('admin', { since, receiver: 'https://away.example' })).body).toMatchObject({ count: 1 })
    expect((await recover('admin', { since, status: 'failed', dryRun: false })).body).toMatchObject({ count: 1 })
    const { status, next_at } = await deliveryRow(app, waiting)
    expect([status, (next_at?.getTime() ?? Infinity) <= Date.now()]).toEqual(['queued', true])
    expect((await recover('admin', {})).status).toBe(400)
  })

  test('of very many goes in batches, each with its record, and takes every one once', async () => {
    const { app } = server
    await sql`
      insert into deliveries (id, run_id, action_id, workflow_id, workflow_name, scope, origin, method, url, timeout_ms, status, finished_at)
      select gen_random_uuid(), gen_random_uuid(), 'a', ${newId()}::uuid, 'Publish', 'global', 'https://crm.example', 'POST',
        'https://crm.example/', 1000, 'dead', now() from generate_series(1, 12000)`.execute(app.db)
    await sql`update deliveries set id = overlay(id::text placing 'ff' from 1 for 2)::uuid`.execute(app.db)
    const since = '2026-03-01T00:00:00Z'
    expect((await recover('admin', { since })).body).toEqual({ dryRun: true, count: 12_000 })
    const both = await Promise.all([
      recover('admin', { since, dryRun: false }),
      recover('admin', { since, dryRun: false }),
    ])
    const counts = both.map(({ body }) => DeliveryRecovered.parse(body).count)
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(12_000)
    expect(await countQueued()).toBe(12_000)
  })
})
