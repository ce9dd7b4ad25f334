/** Every event is routed just once, whatever happens meanwhile. */
import { randomInt } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { transact } from '#server/db/transact.ts'
import { emit } from '#server/events/emit.ts'
import { startTestApp, type TestApp } from './app.ts'
import { makeWorld, type World } from './credential-world.ts'
import { startKillable } from './killable.ts'
import { asAdmin } from './people.ts'
import { clear, draftsOf, happen, happenTo, insertPage, insertWorkflow, route, runsOf } from './routing.ts'

let server: TestApp
let world: World

beforeAll(async () => {
  // No worker: what is routed is routed by the test.
  server = await startTestApp({ config: { roles: ['api'] } })
  world = await makeWorld(server, await asAdmin(server))
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(() => clear(server.app))

const hook = { id: 'hook', type: 'webhook' as const, url: 'https://crm.example.com/${page.id}', body: '${event.id}' }

async function makeWorkflows(): Promise<void> {
  const owner = { space: world.docs, ownerId: world.dora.id }
  await insertWorkflow(server.app, owner, { name: 'Tell', triggers: [{ id: 'tell', on: 'page.updated', do: [hook] }] })
  await insertWorkflow(server.app, owner, {
    name: 'Publish',
    statuses: [{ id: 'draft', name: 'Draft' }],
    triggers: [{ id: 'entered', on: 'status.changed', do: [hook] }],
  })
}

/** So many pages, each updated once. */
async function updateMany(count: number): Promise<void> {
  const { db } = server.app
  await sql`
    insert into documents (id, space_id, external_id, type, status, title, title_folded, version, storage, markdown,
      body_text, content_hash)
    select gen_random_uuid(), ${world.docs.id}, n, 'page', 'current', 'Page ' || n, 'page ' || n, 1, '', '', '', ''
    from generate_series(1, ${count}::integer) as n`.execute(db)
  await sql`
    insert into events (id, type, dedupe_key, space_id, subject_id, payload)
    select gen_random_uuid(), 'page.updated', 'updated:' || id, space_id, id, '{"changed": ["body"]}' from documents`.execute(
    db,
  )
}

/** One run and one delivery for each event, and none without the other. */
async function expectOnceEach(updates: number): Promise<void> {
  const { rows } = await sql<Record<string, number>>`
    select (select count(*) from events where routed_at is null) as waiting,
      (select count(*) from events where type = 'page.updated') as updates,
      (select count(*) from events where type = 'status.changed') as changes,
      (select count(*) from page_statuses) as standings,
      (select count(*) from workflow_runs) as runs,
      (select count(distinct event_id) from workflow_runs where status = 'done') as done,
      (select count(*) from deliveries) as deliveries,
      (select count(distinct (event_id, run_id)) from deliveries d where exists
        (select from workflow_runs r where r.id = d.run_id and r.event_id = d.event_id)) as matched`.execute(
    server.app.db,
  )
  const all = updates * 2
  expect(rows).toEqual([
    { waiting: 0, updates, changes: updates, standings: updates, runs: all, done: all, deliveries: all, matched: all },
  ])
}

test('10,000 events at once', { timeout: 120_000 }, async () => {
  await makeWorkflows()
  await updateMany(10_000)
  // Their pages came into a workflow, and this is an event of its own.
  expect(await route(server.app)).toBe(20_000)
  await expectOnceEach(10_000)
})

test('four routers at once share the events', { timeout: 60_000 }, async () => {
  await makeWorkflows()
  await updateMany(3_000)
  const shares = await Promise.all([1, 2, 3, 4].map(() => route(server.app)))
  const rest = await route(server.app)
  expect(shares.reduce((sum, share) => sum + share, rest)).toBe(6_000)
  await expectOnceEach(3_000)
})

test('processes killed while they route lose nothing and double nothing', { timeout: 120_000 }, async () => {
  await makeWorkflows()
  await updateMany(4_000)
  const environment = { DATABASE_URL: server.app.config.databaseUrl }
  for (let round = 0; round < 4; round += 1) {
    const children = [
      await startKillable('routing-child.ts', environment),
      await startKillable('routing-child.ts', environment),
    ]
    await Promise.all(children.map((child) => child.killAfter(randomInt(10, 250))))
  }
  await route(server.app)
  await expectOnceEach(4_000)
})

test('what is rolled back never happened', async () => {
  const { app } = server
  await makeWorkflows()
  const page = await insertPage(app, world.docs.id)
  const undone = transact(app.db, async (tx) => {
    const about = { spaceId: page.spaceId, subjectId: page.id }
    await emit(tx, { type: 'page.updated', dedupeKey: 'undone', ...about, payload: {} })
    throw new Error('undone')
  })
  await expect(undone).rejects.toThrow('undone')
  expect(await route(app)).toBe(0)
  expect([await runsOf(app), await draftsOf(app)]).toEqual([[], []])
})

test('an event that breaks the router ends as a failed run, and keeps no other', async () => {
  const { app } = server
  const dated = { ...hook, url: 'https://crm.example.com/', body: '${credential.expiresAt}' }
  const owner = { ownerId: world.admin.id }
  const triggers = [{ id: 'dated', on: 'credential.expiring' as const, do: [dated] }]
  await insertWorkflow(app, owner, { name: 'Breaks', triggers })
  await insertWorkflow(app, owner, {
    name: 'Goes on',
    triggers: [{ id: 'on', on: 'credential.expiring', do: [{ ...hook, url: 'https://crm.example.com/' }] }],
  })
  await makeWorkflows()
  const page = await insertPage(app, world.docs.id)
  await happenTo(app, page, 'page.updated')
  await happen(app, { type: 'credential.expiring', payload: { name: 'Bot', expiresAt: 'never', daysLeft: 7 } })
  await happenTo(app, page, 'page.updated')
  await happen(app, { type: 'credential.expiring', payload: { name: 7 } })
  await route(app)
  expect((await runsOf(app)).map(({ trigger, status }) => `${trigger} ${status}`).sort()).toEqual([
    '- failed',
    '- failed',
    'dated failed',
    'entered done',
    'on done',
    'tell done',
    'tell done',
  ])
  const details = new Set((await runsOf(app)).map(({ detail }) => detail?.slice(0, 40)))
  expect(details).toEqual(
    new Set([undefined, 'A fault in Lockkeeper kept this from bei', 'A fault in Lockkeeper: what was noted of']),
  )
  expect(await draftsOf(app)).toHaveLength(4)
  expect(await route(app)).toBe(0)
})

test('a definition that another version wrote fails its runs and says so', async () => {
  const { app } = server
  await makeWorkflows()
  await sql`update workflows set definition = '{"name": 7}', version = version + 1 where name = 'Tell'`.execute(app.db)
  await happenTo(app, await insertPage(app, world.docs.id), 'page.updated')
  await route(app)
  expect(await runsOf(app)).toMatchObject([
    { trigger: '-', status: 'failed', detail: expect.stringContaining('another version of Lockkeeper') },
    { trigger: 'entered', status: 'done' },
  ])
})
