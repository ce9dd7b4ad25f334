/** What ends a loop, and actions that concern people here. */
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newId } from '#server/platform/ids.ts'
import { startTestApp, type TestApp } from './app.ts'
import { makeWorld, type World } from './credential-world.ts'
import { asAdmin } from './people.ts'
import { clear, draftsOf, happenTo, insertPage, insertWorkflow, route, runsOf } from './routing.ts'

let server: TestApp
let world: World

beforeAll(async () => {
  // No worker: what is routed is routed by the test.
  server = await startTestApp({ config: { roles: ['api'] } })
  world = await makeWorld(server, await asAdmin(server))
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(() => clear(server.app))

const hook = { id: 'hook', type: 'webhook' as const, url: 'https://crm.example.com/' }

test('a status that sets another, which sets the first again, stops and says why', async () => {
  const { app } = server
  const set = (id: string, from: string, to: string) => ({
    id,
    on: 'status.changed' as const,
    if: { field: 'status.to' as const, is: from },
    do: [{ id: `set-${id}`, type: 'set-status' as const, status: to }],
  })
  await insertWorkflow(
    app,
    { space: world.docs, ownerId: world.dora.id },
    {
      name: 'Circle',
      statuses: [
        { id: 'a', name: 'A' },
        { id: 'b', name: 'B' },
      ],
      triggers: [set('forth', 'a', 'b'), set('back', 'b', 'a')],
    },
  )
  await happenTo(app, await insertPage(app, world.docs.id), 'page.created')
  await route(app)
  const runs = await runsOf(app)
  expect(runs.map(({ status }) => status)).toEqual([...Array.from({ length: 8 }, () => 'done'), 'stopped'])
  expect(runs.at(-1)).toMatchObject({ detail: expect.stringContaining('workflows trigger one another in a circle') })
  const [last] = await app.db.selectFrom('workflow_runs').select('actions').orderBy('id', 'desc').limit(1).execute()
  expect(last?.actions).toMatchObject([{ status: 'skipped' }])
})

test('a trigger that runs too often for one page is stopped for it, not for others', async () => {
  const { app } = server
  const owner = { space: world.docs, ownerId: world.dora.id }
  await insertWorkflow(app, owner, { name: 'Tell', triggers: [{ id: 'tell', on: 'page.labelled', do: [hook] }] })
  const [busy, other] = [await insertPage(app, world.docs.id), await insertPage(app, world.docs.id)]
  for (let count = 0; count < 15; count += 1) await happenTo(app, busy, 'page.labelled')
  await route(app)
  for (let count = 0; count < 15; count += 1) await happenTo(app, busy, 'page.labelled')
  await happenTo(app, other, 'page.labelled')
  await route(app)
  const runs = await runsOf(app)
  const stopped = runs.filter(({ status }) => status === 'stopped')
  expect([runs.length, stopped.length]).toEqual([31, 10])
  expect(stopped[0]?.detail).toContain('ran 20 times for this page within 10 minutes')
  expect(await draftsOf(app)).toHaveLength(21)
  // Later it may again.
  await sql`update workflow_runs set at = at - interval '11 minutes'`.execute(app.db)
  await happenTo(app, busy, 'page.labelled')
  await route(app)
  expect((await runsOf(app)).at(-1)).toMatchObject({ status: 'done' })
})

test('people are told and made responsible, if they can see the page', async () => {
  const { app } = server
  const { dora, mia, stranger, groupId, docs } = world
  await insertWorkflow(
    app,
    { space: docs, ownerId: dora.id },
    {
      name: 'Review',
      statuses: [{ id: 'draft', name: 'Draft' }],
      triggers: [
        {
          id: 'review',
          on: 'page.created',
          do: [
            { id: 'who', type: 'assign', to: `user:${mia.id}` },
            { id: 'not', type: 'assign', to: `user:${stranger.id}` },
            {
              id: 'all',
              type: 'notify',
              to: ['assignee', 'owner', `group:${groupId}`, 'space:admin'],
              text: 'Look at ${page.title}',
              mail: true,
            },
            { id: 'none', type: 'notify', to: [`user:${stranger.id}`], text: 'No' },
          ],
        },
      ],
    },
  )
  const page = await insertPage(app, docs.id)
  await happenTo(app, page, 'page.created')
  await route(app)
  const [run] = await app.db.selectFrom('workflow_runs').select(['status', 'actions']).execute()
  expect(run).toMatchObject({
    status: 'failed',
    actions: [
      { id: 'who', status: 'done' },
      { id: 'not', status: 'failed', detail: expect.stringContaining('cannot see the page') },
      { id: 'all', status: 'done', detail: '2 people were told in the app; this server has no mail server set.' },
      { id: 'none', status: 'failed' },
    ],
  })
  const standing = await app.db.selectFrom('page_statuses').select('assignee_id').executeTakeFirst()
  expect(standing).toEqual({ assignee_id: mia.id })
  const told = await app.db.selectFrom('notifications').select(['user_id', 'text', 'link']).orderBy('id').execute()
  expect(told.filter(({ user_id }) => user_id === mia.id)).toHaveLength(2)
  expect(told.filter(({ user_id }) => user_id === dora.id)).toMatchObject([
    { text: 'Look at Reset a password', link: `/documents/${page.id}` },
  ])
  expect(told).toHaveLength(3)
})

test('a deleted page’s workflows still know where it stood; a page that left the space leaves its workflows', async () => {
  const { app } = server
  const told = { ...hook, body: { stood: '${page.status}' } }
  const statuses = [{ id: 'draft', name: 'Draft' }]
  const triggers = [
    { id: 'gone', on: 'page.deleted' as const, if: { field: 'status' as const, is: 'draft' }, do: [told] },
  ]
  await insertWorkflow(app, { space: world.docs, ownerId: world.dora.id }, { name: 'Docs', statuses, triggers })
  const [gone, leaving] = [await insertPage(app, world.docs.id), await insertPage(app, world.docs.id)]
  for (const page of [gone, leaving]) await happenTo(app, page, 'page.created')
  await route(app)
  await app.db.updateTable('documents').set({ deleted_at: new Date() }).where('id', '=', gone.id).execute()
  await happenTo(app, gone, 'page.deleted')
  await app.db.updateTable('documents').set({ space_id: world.other.id }).where('id', '=', leaving.id).execute()
  await happenTo(app, { ...leaving, spaceId: world.other.id }, 'page.moved')
  await route(app)
  expect(await draftsOf(app)).toMatchObject([{ body: '{"stood":"draft"}' }])
  expect(await app.db.selectFrom('page_statuses').selectAll().execute()).toEqual([])
})

test('a body that grows too large, and a part of the address that is empty, fail with a sentence; other actions go on', async () => {
  const { app } = server
  const large = { ...hook, id: 'large', text: '${page.title}'.repeat(1000) }
  const empty = { ...hook, id: 'empty', url: 'https://crm.example.com/${page.author}/x' }
  const headers = { ...hook, id: 'headers', headers: { 'X-Title': '${page.title}', 'X-None': '${page.author}' } }
  await insertWorkflow(
    app,
    { space: world.docs, ownerId: world.dora.id },
    {
      name: 'Limits',
      triggers: [{ id: 'tell', on: 'page.created', do: [large, empty, headers] }],
    },
  )
  const title = `Über ${'x'.repeat(400)}\r\nX-Evil: 1`
  await happenTo(app, await insertPage(app, world.docs.id, { id: newId(), title }), 'page.created')
  await route(app)
  const [run] = await app.db.selectFrom('workflow_runs').select(['status', 'actions']).execute()
  expect(run).toMatchObject({
    status: 'failed',
    actions: [
      { id: 'large', status: 'failed', detail: expect.stringContaining('at most 262144 are sent') },
      { id: 'empty', status: 'failed', detail: expect.stringContaining('${page.author} is empty') },
      { id: 'headers', status: 'done' },
    ],
  })
  const [sent] = await draftsOf(app)
  expect(sent?.headers).toEqual({ 'X-Title': `%C3%9Cber ${'x'.repeat(400)}%0D%0AX-Evil: 1` })
})
