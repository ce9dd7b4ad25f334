import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { removeOld } from '#server/deliveries/retention.ts'
import { newId } from '#server/platform/ids.ts'
import { readConfig } from '#server/config.ts'
import { startTestApp, type TestApp } from './app.ts'
import { addAttempt, addDelivery } from './delivery-rows.ts'

const DAY_MS = 86_400_000

let server: TestApp
beforeAll(async () => {
  server = await startTestApp({ config: { roles: ['api'], logRetentionDays: 10 } })
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  for (const table of ['deliveries', 'delivery_attempts', 'workflow_runs', 'events'] as const)
    await server.app.db.deleteFrom(table).execute()
})

const ago = (days: number) => new Date(Date.now() - days * DAY_MS)
/** An id of that time. */
const idOf = (at: Date) =>
  `${at
    .getTime()
    .toString(16)
    .padStart(12, '0')
    .replace(/^(.{8})/, '$1-')}${newId().slice(13)}`
const look = () => removeOld(server.app, new AbortController().signal)
const idsIn = async (table: 'deliveries' | 'workflow_runs' | 'events') =>
  (await server.app.db.selectFrom(table).select('id').execute()).map(({ id }) => id).sort()

test('deliveries that are over for long enough go with their attempts; open ones never', async () => {
  const { app } = server
  const add = async (days: number, status: 'queued' | 'sent' | 'failed' | 'dead', endedDays = days) => {
    const id = await addDelivery(app, { id: idOf(ago(days)), status, at: ago(days) })
    await addAttempt(app, id)
    if (endedDays !== days)
      await app.db
        .updateTable('deliveries')
        .set({ finished_at: ago(endedDays) })
        .where('id', '=', id)
        .execute()
    return id
  }
  const kept = [
    await add(40, 'queued'),
    await add(40, 'failed'),
    await add(40, 'sent', 9),
    await add(40, 'dead', 1),
    await add(9, 'sent'),
    await add(9, 'dead'),
  ]
  for (let n = 0; n < 5; n += 1) await add(11 + n, n % 2 === 0 ? 'sent' : 'dead')
  expect(await look()).toEqual({ deliveries: 5, runs: 0, events: 0 })
  expect(await idsIn('deliveries')).toEqual(kept.toSorted())
  const attempts = await app.db.selectFrom('delivery_attempts').select('delivery_id').execute()
  expect(attempts.map((row) => row.delivery_id).sort()).toEqual(kept.toSorted())
  expect(await look()).toEqual({ deliveries: 0, runs: 0, events: 0 })
})

test('runs go when they are old and over, and none of their deliveries is left', async () => {
  const { app } = server
  const addRun = async (days: number, status: string) => {
    const id = idOf(ago(days))
    const ids = { id, workflow_id: newId(), event_id: newId() }
    const rest = { workflow_version: 1, trigger_id: 't', event_type: 'page.updated', at: ago(days), status }
    await app.db
      .insertInto('workflow_runs')
      .values({ ...ids, ...rest })
      .execute()
    return id
  }
  const kept = [await addRun(9, 'done'), await addRun(40, 'working'), await addRun(40, 'done')]
  await addDelivery(app, { runId: kept[2] ?? '', status: 'failed', id: idOf(ago(40)), at: ago(40) })
  await addRun(11, 'done')
  await addRun(40, 'failed')
  await addRun(40, 'stopped')
  const last = await addRun(40, 'done')
  await addDelivery(app, { runId: last, status: 'sent', id: idOf(ago(39)), at: ago(39) })
  expect(await look()).toEqual({ deliveries: 1, runs: 4, events: 0 })
  expect(await idsIn('workflow_runs')).toEqual(kept.toSorted())
})

test('events stay thirty days at least, and until workflows have looked at them', async () => {
  const { app } = server
  const addEvent = async (days: number, isRouted = true) => {
    const id = idOf(ago(days))
    await app.db
      .insertInto('events')
      .values({
        id,
        type: 'page.updated',
        dedupe_key: id,
        payload: '{}',
        at: ago(days),
        routed_at: isRouted ? ago(days) : null,
      })
      .execute()
    return id
  }
  const kept = [await addEvent(29), await addEvent(11), await addEvent(90, false)]
  await addEvent(31)
  await addEvent(90)
  expect(await look()).toEqual({ deliveries: 0, runs: 0, events: 2 })
  expect(await idsIn('events')).toEqual(kept.toSorted())
})

test('very many go in batches, beside another process that does the same', async () => {
  const { app } = server
  await sql`
    insert into events (id, type, dedupe_key, payload, at, routed_at)
    select ('017f22e2' || substr(gen_random_uuid()::text, 9))::uuid, 'x', n::text, '{}', now() - interval '80 days', now()
    from generate_series(1, 4500) n`.execute(app.db)
  const both = await Promise.all([look(), look()])
  expect(both.map(({ events }) => events).reduce((a, b) => a + b)).toBe(4500)
  expect(await idsIn('events')).toEqual([])
})

test('how long is kept is a setting, thirty days unless it is set', () => {
  expect(readConfig({}).logRetentionDays).toBe(30)
  expect(readConfig({ LOCKKEEPER_LOG_RETENTION_DAYS: '365' }).logRetentionDays).toBe(365)
  for (const wrong of ['0', '-1', '1.5', 'never', '4000'])
    expect(() => readConfig({ LOCKKEEPER_LOG_RETENTION_DAYS: wrong })).toThrow(/LOCKKEEPER_LOG_RETENTION_DAYS/)
})
