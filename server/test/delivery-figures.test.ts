import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { DeliveryFigures } from '#schema/delivery.ts'
import { SystemState } from '#schema/system.ts'
import { alertDead } from '#server/deliveries/alert.ts'
import { compactFigures, countAttempts, type CountedAttempt } from '#server/deliveries/count-attempts.ts'
import { transact } from '#server/db/transact.ts'
import { newId } from '#server/platform/ids.ts'
import { startTestApp, type TestApp } from './app.ts'
import type { Client } from './client.ts'
import { makeWorld, type World } from './credential-world.ts'
import { addDelivery, RECEIVER } from './delivery-rows.ts'
import { asAdmin, type Signed } from './people.ts'
import { toldTo } from './reminding.ts'

const HOUR_MS = 3_600_000

let server: TestApp
let world: World
const now = { value: new Date('2026-06-01T12:34:56.000Z') }
beforeAll(async () => {
  server = await startTestApp({ config: { roles: ['api'] }, lent: { clock: { now: () => now.value } } })
  world = await makeWorld(server, await asAdmin(server))
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  const { db } = server.app
  for (const table of ['deliveries', 'delivery_figures', 'delivery_alerts', 'receivers', 'notifications'] as const)
    await db.deleteFrom(table).execute()
})

const [workflowId, otherId] = [newId(), newId()]

function count(attempts: Partial<CountedAttempt>[]): Promise<void> {
  const whole = attempts.map((attempt) => ({
    at: now.value,
    workflowId,
    spaceId: world.docs.id,
    isSent: true,
    totalMs: 20,
    ...attempt,
  }))
  return transact(server.app.db, (tx) => countAttempts(tx, whole))
}

async function figuresOf(client: Client, query = ''): Promise<DeliveryFigures> {
  const answer = await client.get(`/deliveries/figures${query}`)
  expect(answer.status).toBe(200)
  return DeliveryFigures.parse(answer.body)
}

const sumOf = ({ steps }: DeliveryFigures) =>
  steps.reduce((sum, { sent, failed }) => [sum[0] + sent, sum[1] + failed] as const, [0, 0] as readonly [
    number,
    number,
  ])

test('figures add up over time, workflows and spaces, however they are asked for', async () => {
  const made: Partial<CountedAttempt>[] = []
  for (let n = 0; n < 300; n += 1)
    made.push({
      at: new Date(now.value.getTime() - n * 11 * 60_000),
      isSent: n % 5 !== 0,
      workflowId: n % 2 === 0 ? workflowId : otherId,
      spaceId: [world.docs.id, world.other.id, null][n % 3] ?? null,
    })
  for (let n = 0; n < made.length; n += 7) await count(made.slice(n, n + 7))
  const within = (hours: number, keep: (one: Partial<CountedAttempt>) => boolean = () => true) => {
    const since = Math.floor((now.value.getTime() - hours * HOUR_MS) / 60_000) * 60_000
    const all = made.filter((one) => keep(one) && (one.at ?? now.value).getTime() >= since)
    return [all.filter(({ isSent }) => isSent).length, all.filter(({ isSent }) => isSent === false).length]
  }
  const { admin, dora } = world
  const total = [240, 60]
  expect(sumOf(await figuresOf(admin.client, '?hours=720'))).toEqual(total)
  const ofDocs = within(720, ({ spaceId }) => spaceId === world.docs.id)
  expect(sumOf(await figuresOf(dora.client, '?hours=720'))).toEqual(ofDocs)
  expect(sumOf(await figuresOf(admin.client, '?hours=720&space=DOCS'))).toEqual(ofDocs)
  const both = [workflowId, otherId].map((id) => figuresOf(admin.client, `?hours=720&workflow=${id}`))
  const [one, two] = (await Promise.all(both)).map(sumOf)
  expect([(one?.[0] ?? 0) + (two?.[0] ?? 0), (one?.[1] ?? 0) + (two?.[1] ?? 0)]).toEqual(total)
  const before = await figuresOf(admin.client, '?hours=100')
  await compactFigures(server.app.db, now.value)
  await compactFigures(server.app.db, now.value)
  expect(await figuresOf(admin.client, '?hours=100')).toEqual(before)
})

test('steps are equal, end with now, and have the median of what was sent', async () => {
  await count([10, 20, 30, 1000, 2000].map((totalMs) => ({ totalMs })))
  await count([{ isSent: false, totalMs: 60_000 }])
  const { since, stepSeconds, steps, counts } = await figuresOf(world.admin.client)
  expect(stepSeconds).toBe(1800)
  expect(new Date(since).getTime() % (stepSeconds * 1000)).toBe(0)
  expect(steps.map(({ at }) => Date.parse(at))).toEqual(
    steps.map((_step, n) => Date.parse(since) + n * stepSeconds * 1000),
  )
  expect(steps.at(-1)).toMatchObject({ at: '2026-06-01T12:30:00.000Z', sent: 5, failed: 1 })
  expect(steps.at(-1)?.medianMs).toBeGreaterThan(21)
  expect(steps.at(-1)?.medianMs).toBeLessThan(43)
  expect(steps.at(0)).toMatchObject({ sent: 0, failed: 0, medianMs: null })
  expect(counts.sent).toBe(5)
  expect((await figuresOf(world.admin.client, '?hours=1')).stepSeconds).toBe(300)
  for (const wrong of ['hours=0', 'hours=721', 'days=1'])
    expect((await world.admin.client.get(`/deliveries/figures?${wrong}`)).status).toBe(400)
})

test('counted by many at once nothing is lost and nobody waits crosswise', async () => {
  const ids = Array.from({ length: 5 }, newId)
  const batch = (seed: number) => ids.map((_id, n) => ({ workflowId: ids[(n * seed) % 5] ?? '', totalMs: n * seed }))
  await Promise.all(Array.from({ length: 40 }, (_, n) => count(batch((n % 4) + 1))))
  expect(sumOf(await figuresOf(world.admin.client))).toEqual([200, 0])
})

test('what is open and dead now is counted, with its receivers in order of their trouble', async () => {
  const { app } = server
  const { docs, other, admin, dora } = world
  await addDelivery(app, { status: 'queued', spaceId: docs.id })
  await addDelivery(app, { status: 'failed', spaceId: docs.id, origin: 'https://away.example', workflowId })
  await addDelivery(app, { status: 'dead', spaceId: other.id, origin: 'https://away.example' })
  await addDelivery(app, { status: 'sent', spaceId: docs.id, origin: 'https://fine.example' })
  const opened = { failures: 7, pause_ms: 800, opened_at: now.value, open_until: new Date(now.value.getTime() + 9000) }
  const over = { failures: 6, pause_ms: 400, opened_at: now.value, open_until: new Date(now.value.getTime() - 9000) }
  await app.db
    .insertInto('receivers')
    .values([
      { origin: 'https://away.example', ...opened },
      { origin: 'https://idle.example', ...over },
      { origin: 'https://fine.example' },
    ])
    .execute()
  const whole = await figuresOf(admin.client)
  expect(whole.counts).toEqual({ queued: 1, failed: 1, dead: 1, sent: 0 })
  const away = {
    receiver: 'https://away.example',
    state: 'open',
    until: '2026-06-01T12:35:05.000Z',
    failures: 7,
    pauseMs: 800,
  }
  const idle = { receiver: 'https://idle.example', state: 'probing', until: null, failures: 6, pauseMs: 400 }
  const crm = { receiver: RECEIVER, state: 'closed', until: null, failures: 0, pauseMs: 0, waiting: 1, dead: 0 }
  expect(whole.receivers).toEqual([{ ...away, waiting: 1, dead: 1 }, { ...idle, waiting: 0, dead: 0 }, crm])
  const mine = await figuresOf(dora.client)
  expect([mine.counts, mine.receivers]).toEqual([
    { queued: 1, failed: 1, dead: 0, sent: 0 },
    [{ ...away, waiting: 1, dead: 0 }, crm],
  ])
  expect((await figuresOf(admin.client, `?workflow=${workflowId}`)).receivers).toEqual([
    { ...away, waiting: 1, dead: 0 },
  ])
})

const die = (dead: { spaceId: string | null; origin?: string; name?: string }[]) =>
  transact(server.app.db, (tx) =>
    alertDead(
      server.app,
      tx,
      dead.map(({ spaceId, origin = RECEIVER, name = 'Publish' }) => ({ origin, spaceId, workflow: { name } })),
    ),
  )
const heard = async ({ client }: Signed) => (await toldTo(client)).items.map(({ title }) => title)

test('admins hear of dead deliveries once for a receiver and hour: those of the space, and platform admins', async () => {
  const { docs, other, admin, dora, mia, olga } = world
  await die([{ spaceId: docs.id }, { spaceId: docs.id, name: 'Archive' }])
  await die([{ spaceId: docs.id }])
  expect(await heard(dora)).toEqual(['Deliveries to crm.example were given up'])
  expect(await heard(admin)).toHaveLength(1)
  expect([await heard(mia), await heard(olga)]).toEqual([[], []])
  expect((await toldTo(dora.client)).items).toMatchObject([
    {
      kind: 'delivery-dead',
      text: expect.stringMatching(/^2 deliveries of "Publish", "Archive" could not be made/),
      link: '/deliveries?status=dead&receiver=https%3A%2F%2Fcrm.example&space=DOCS',
    },
  ])
  await die([{ spaceId: docs.id, origin: 'https://away.example' }, { spaceId: other.id }, { spaceId: null }])
  expect([await heard(dora), await heard(olga), await heard(admin)].map(({ length }) => length)).toEqual([2, 1, 4])
  now.value = new Date(now.value.getTime() + HOUR_MS)
  await die([{ spaceId: docs.id }])
  expect(await heard(dora)).toHaveLength(3)
})

test('many processes at once tell once, and what was rolled back was not told', async () => {
  const { docs, other, dora, admin } = world
  await expect(
    transact(server.app.db, async (tx) => {
      await alertDead(server.app, tx, [{ origin: RECEIVER, spaceId: docs.id, workflow: { name: 'Publish' } }])
      throw new Error('rolled back')
    }),
  ).rejects.toThrow('rolled back')
  const both = [{ spaceId: docs.id }, { spaceId: other.id }, { spaceId: null }]
  await Promise.all(Array.from({ length: 12 }, (_, n) => die(n % 2 === 0 ? both : both.toReversed())))
  expect(await heard(dora)).toHaveLength(1)
  expect(await heard(admin)).toHaveLength(3)
})

test('the state of the system and the metrics tell what waits, what is on its way and what died', async () => {
  const { app } = server
  await addDelivery(app, { status: 'queued' })
  const held = await addDelivery(app, { status: 'failed' })
  await sql`update deliveries set claimed_until = now() + interval '30 seconds' where id = ${held}`.execute(app.db)
  await addDelivery(app, { status: 'dead' })
  await addDelivery(app, { status: 'sent' })
  const { body } = await world.admin.client.get('/system')
  const deliveries = { name: 'deliveries', waiting: 1, active: 1, failed: 1 }
  expect(SystemState.parse(body).queue).toEqual(expect.arrayContaining([deliveries]))
  const { body: metrics } = await world.admin.client.get(`${server.url}/metrics`)
  expect(metrics).toContain('lockkeeper_queue_jobs{queue="deliveries",state="waiting"} 1')
})
