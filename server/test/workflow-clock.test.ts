import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sql } from 'kysely'
import { expireStatuses, lookAtClock, startSchedules } from '#server/workflows/clock.ts'
import { nextDue } from '#server/workflows/cron.ts'
import type { StatusWorkflow } from '#server/workflows/statuses.ts'
import { startTestApp } from './app.ts'
import {
  addWorkflow,
  changeWorkflow,
  eventsOf,
  putPages,
  standings,
  startStatusWorld,
  statusOf,
  takeStep,
  touch,
  type StatusWorld,
} from './status-world.ts'

const HOUR_MS = 3_600_000
const { signal } = new AbortController()

let world: StatusWorld
beforeAll(async () => {
  world = await startStatusWorld()
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  world.now.value = new Date('2026-06-01T12:00:00.000Z')
  await world.server.app.db.deleteFrom('workflows').execute()
})

function expiring(onExpiry?: string, label = 'all') {
  const live = { id: 'live', name: 'Live', expiresAfter: 'PT2H', ...(onExpiry === undefined ? {} : { onExpiry }) }
  return {
    appliesTo: { labels: [label] },
    statuses: [live, { id: 'stale', name: 'Stale' }],
    transitions: [{ from: 'live', to: 'live', name: 'Renew' }],
  }
}

function later(hours: number): void {
  world.now.value = new Date(world.now.value.getTime() + hours * HOUR_MS)
}

const typesOf = async (id: string) => (await eventsOf(world, id)).map(({ type }) => type)

test('a status that expires is told once and moves the page where it is to go', async () => {
  const [id = ''] = await putPages(world, [{ labels: ['goes'] }])
  const workflow = await addWorkflow(world, expiring('stale', 'goes'))
  later(1.999)
  await expireStatuses(world.server.app, signal)
  expect(await typesOf(id)).toEqual([])
  expect(await statusOf(world.rita, id, workflow)).toMatchObject({
    expiresAt: '2026-06-01T14:00:00.000Z',
    isOverdue: false,
  })
  later(0.001)
  await expireStatuses(world.server.app, signal)
  await expireStatuses(world.server.app, signal)
  expect(await eventsOf(world, id)).toMatchObject([
    { type: 'page.expired', actor_id: null, payload: { documentId: id, workflowId: workflow.id, status: 'live' } },
    { type: 'status.changed', payload: { from: 'live', to: 'stale', reason: 'expiry', transition: null } },
  ])
  expect(await statusOf(world.rita, id, workflow)).toMatchObject({
    status: { id: 'stale' },
    expiresAt: null,
    history: [{ reason: 'expiry', by: { id: 'system' } }, {}],
  })
})

test('without a place to go the page stays and is overdue, until somebody renews it', async () => {
  const [id = ''] = await putPages(world, [{ labels: ['stays'] }])
  const workflow = await addWorkflow(world, expiring(undefined, 'stays'))
  later(50)
  await expireStatuses(world.server.app, signal)
  later(50)
  await expireStatuses(world.server.app, signal)
  expect(await typesOf(id)).toEqual(['page.expired'])
  expect(await statusOf(world.rita, id, workflow)).toMatchObject({ status: { id: 'live' }, isOverdue: true })
  expect(await takeStep(world.ed.client, id, workflow, { to: 'live' })).toMatchObject({ body: { isOverdue: false } })
  later(3)
  await expireStatuses(world.server.app, signal)
  expect(await typesOf(id)).toEqual(['page.expired', 'status.changed', 'page.expired'])
})

test('a changed time that is over already is told once; one that begins anew counts again', async () => {
  const [id = ''] = await putPages(world, [{ labels: ['changes'] }])
  const given = expiring(undefined, 'changes')
  const workflow = await addWorkflow(world, given)
  const lasting = (expiresAfter: string) => ({ ...given, statuses: [{ id: 'live', name: 'Live', expiresAfter }] })
  later(3)
  await expireStatuses(world.server.app, signal)
  await changeWorkflow(world, workflow, lasting('PT1H'))
  await expireStatuses(world.server.app, signal)
  expect(await typesOf(id)).toEqual(['page.expired'])
  await changeWorkflow(world, workflow, lasting('PT4H'))
  await expireStatuses(world.server.app, signal)
  expect(await statusOf(world.rita, id, workflow)).toMatchObject({ isOverdue: false })
  later(2)
  await expireStatuses(world.server.app, signal)
  expect(await typesOf(id)).toEqual(['page.expired', 'page.expired'])
})

test('of a disabled workflow nothing expires; it is made up when it is on again', async () => {
  const [id = ''] = await putPages(world, [{ labels: ['off'] }])
  const given = expiring('stale', 'off')
  const workflow = await changeWorkflow(world, await addWorkflow(world, given), given, { enabled: false })
  later(5)
  await expireStatuses(world.server.app, signal)
  expect(await typesOf(id)).toEqual([])
  await changeWorkflow(world, workflow, given)
  await expireStatuses(world.server.app, signal)
  expect(await typesOf(id)).toEqual(['page.expired', 'status.changed'])
})

test('many processes that look at once expire each page once, more than fit one transaction', async () => {
  const pages = Array.from({ length: 250 }, () => ({ labels: ['many'] }))
  const ids = [...(await putPages(world, pages)), ...(await putPages(world, pages)), ...(await putPages(world, pages))]
  const workflow = await addWorkflow(world, expiring('stale', 'many'))
  const { databaseUrl, rootKey } = world.server.app.config
  await using second = await startTestApp({
    config: { databaseUrl, rootKey, roles: ['api'] },
    lent: { clock: world.server.app.clock },
  })
  later(3)
  const apps = [world.server.app, second.app, world.server.app, second.app]
  await Promise.all([
    ...apps.map((app) => lookAtClock(app, signal)),
    touch(world, [workflow], ids.slice(0, 100), { edited: true }),
    touch(world, [workflow], ids.slice(200, 300).toReversed(), { moved: true }),
  ])
  await lookAtClock(second.app, signal)
  expect(new Set(Object.values(await standings(world, workflow)))).toEqual(new Set(['stale']))
  const { rows } = await sql<{ type: string; events: number; pages: number }>`
    select type, count(*) as events, count(distinct subject_id) as pages from events
    where subject_id = any(${ids}::uuid[]) group by type order by type`.execute(world.server.app.db)
  expect(rows).toEqual([
    { type: 'page.expired', events: 750, pages: 750 },
    { type: 'status.changed', events: 750, pages: 750 },
  ])
})

/** A workflow with this schedule, next due at `next`. */
async function addSchedule(cron: string, timezone: string, next: string): Promise<StatusWorkflow> {
  const trigger = { id: 'tick', on: 'schedule', cron, timezone, do: [{ type: 'comment', text: 'hello' }] }
  const workflow = await addWorkflow(world, { statuses: [], transitions: [], triggers: [trigger] })
  await world.server.app.db
    .insertInto('workflow_schedules')
    .values({ workflow_id: workflow.id, trigger_id: 'tick', next_at: new Date(next) })
    .execute()
  return workflow
}

async function nextAt(workflow: StatusWorkflow): Promise<string | undefined> {
  const row = await world.server.app.db
    .selectFrom('workflow_schedules')
    .select('next_at')
    .where('workflow_id', '=', workflow.id)
    .executeTakeFirst()
  return row?.next_at.toISOString()
}

test('a schedule that is due is told once, and missed times are made up by one', async () => {
  const workflow = await addSchedule('0 9 * * *', 'Europe/Berlin', '2026-06-02T07:00:00.000Z')
  world.now.value = new Date('2026-06-02T06:59:59.999Z')
  await startSchedules(world.server.app, signal)
  expect(await eventsOf(world, workflow.id)).toEqual([])
  world.now.value = new Date('2026-06-02T07:00:00.000Z')
  await Promise.all([1, 2, 3, 4].map(() => startSchedules(world.server.app, signal)))
  const first = { workflowId: workflow.id, triggerId: 'tick', at: '2026-06-02T07:00:00.000Z' }
  expect(await eventsOf(world, workflow.id)).toMatchObject([{ type: 'schedule', actor_id: null, payload: first }])
  expect(await nextAt(workflow)).toBe('2026-06-03T07:00:00.000Z')
  // Winter time came while nobody looked.
  world.now.value = new Date('2026-10-26T12:00:00.000Z')
  await startSchedules(world.server.app, signal)
  expect(await eventsOf(world, workflow.id)).toMatchObject([{}, { payload: { at: '2026-06-03T07:00:00.000Z' } }])
  expect(await nextAt(workflow)).toBe('2026-10-27T08:00:00.000Z')
})

test('a schedule of a disabled workflow waits; one whose trigger is gone ends', async () => {
  const workflow = await addSchedule('*/5 * * * *', 'UTC', '2026-06-01T12:05:00.000Z')
  later(1)
  const enable = (enabled: boolean) =>
    world.server.app.db.updateTable('workflows').set({ enabled }).where('id', '=', workflow.id).execute()
  await enable(false)
  await startSchedules(world.server.app, signal)
  expect(await eventsOf(world, workflow.id)).toEqual([])
  await enable(true)
  await startSchedules(world.server.app, signal)
  expect(await eventsOf(world, workflow.id)).toHaveLength(1)
  expect(await nextAt(workflow)).toBe('2026-06-01T13:05:00.000Z')
  await changeWorkflow(world, workflow, { statuses: [], transitions: [], triggers: [] })
  later(1)
  await startSchedules(world.server.app, signal)
  expect(await eventsOf(world, workflow.id)).toHaveLength(1)
  expect(await nextAt(workflow)).toBeUndefined()
})

test.each([
  ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-29T01:30:00.000Z'],
  ['30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00.000Z'],
  ['30 2 * * *', 'Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-26T01:30:00.000Z'],
  ['0 9 * * 1-5', 'America/St_Johns', '2026-06-05T12:00:00Z', '2026-06-08T11:30:00.000Z'],
  ['0 0 29 2 *', undefined, '2026-06-05T12:00:00Z', '2028-02-29T00:00:00.000Z'],
])('%s in %s after %s is due at %s', (cron, timezone, after, due) => {
  expect(nextDue(cron, timezone, new Date(after))?.toISOString()).toBe(due)
})

test.each([
  ['* * * * * *', undefined, /five fields/],
  ['', undefined, /five fields/],
  ['H * * * *', undefined, /H is not taken/],
  ['61 * * * *', undefined, /0-59/],
  ['0 9 * * *', 'Nowhere/City', /Nowhere\/City is no time zone/],
])('%s in %s is refused', (cron, timezone, says) => {
  expect(() => nextDue(cron, timezone, new Date())).toThrow(says)
})
