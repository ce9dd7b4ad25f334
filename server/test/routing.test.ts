import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Definition, EventType, Trigger } from '#schema/workflow.ts'
import { startTestApp, type TestApp } from './app.ts'
import { makeWorld, type World } from './credential-world.ts'
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

const BODY = {
  type: '${event.type}',
  page: '${page.title}',
  version: '${page.version}',
  labels: '${page.labels}',
  changed: '${changed}',
  from: '${status.from}',
  to: '${status.to}',
  step: '${transition.name}',
  says: '${transition.comment}',
  user: '${user.name}',
  credential: '${credential.name}',
  daysLeft: '${credential.daysLeft}',
  sync: '${sync.code}',
  space: '${space.key}',
}

function telling(on: Trigger['on'], more: Partial<Trigger> & { more?: Partial<Definition> } = {}): Definition {
  const { more: parts, ...trigger } = more
  const hook = { id: 'hook', type: 'webhook' as const, url: 'https://crm.example.com/${event.type}', body: BODY }
  return { name: 'Tell', ...parts, triggers: [{ id: 'tell', on, do: [hook], ...trigger }] }
}

async function bodies(): Promise<Record<string, unknown>[]> {
  return (await draftsOf(server.app)).map(({ body }) => JSON.parse(body ?? 'null'))
}

test.each<[EventType, Record<string, unknown>, Record<string, unknown>]>([
  ['page.created', {}, {}],
  ['page.updated', { changed: ['title', 'body'] }, { changed: ['title', 'body'] }],
  ['page.moved', { changed: ['parent'] }, { changed: ['parent'] }],
  ['page.deleted', {}, {}],
  ['page.labelled', { changed: ['labels'] }, { changed: ['labels'], labels: ['public'] }],
  [
    'status.changed',
    { from: 'draft', to: 'approved', transition: 'Approve', comment: 'Fine' },
    { from: 'draft', to: 'approved', step: 'Approve', says: 'Fine', changed: ['status'] },
  ],
  [
    'page.approved',
    { from: 'draft', to: 'approved', transition: 'Approve', comment: null },
    { from: 'draft', to: 'approved', step: 'Approve', says: null },
  ],
  [
    'page.rejected',
    { from: 'draft', to: 'approved', transition: 'Approve', comment: 'Typo' },
    { step: 'Approve', says: 'Typo' },
  ],
  ['page.expired', { status: 'approved' }, { from: null, to: null }],
])('%s fires and carries its facts', async (type, payload, wanted) => {
  const { app } = server
  await insertWorkflow(app, { space: world.docs, ownerId: world.dora.id }, telling(type))
  const page = await insertPage(app, world.docs.id, { version: 7, labels: ['public'] })
  const isStep = ['status.changed', 'page.approved', 'page.rejected'].includes(type)
  await happenTo(app, page, type, { payload, ...(isStep ? { actorId: world.mia.id } : {}) })
  expect(await route(app)).toBe(1)
  expect(await bodies()).toMatchObject([
    { type, page: 'Reset a password', version: 7, space: 'DOCS', user: isStep ? 'mia' : 'dora', ...wanted },
  ])
  expect(await draftsOf(app)).toMatchObject([
    {
      url: `https://crm.example.com/${type}`,
      method: 'POST',
      action_id: 'hook',
      signing: 'v1',
      space_id: world.docs.id,
      run_as: isStep ? world.mia.id : world.dora.id,
      headers: { 'content-type': 'application/json' },
    },
  ])
  expect(await runsOf(app)).toMatchObject([{ trigger: 'tell', event: type, status: 'done' }])
  expect(await route(app)).toBe(0)
})

test('a schedule, an expiring credential and a failed sync fire and carry their facts', async () => {
  const { app } = server
  const owner = { ownerId: world.admin.id }
  const id = await insertWorkflow(app, owner, telling(['schedule', 'credential.expiring', 'sync.failed']))
  await insertWorkflow(app, owner, telling('schedule', { id: 'another' }))
  await happen(app, {
    type: 'schedule',
    subjectId: id,
    payload: { workflowId: id, triggerId: 'tell', at: '2026-01-01' },
  })
  await happen(app, {
    type: 'credential.expiring',
    payload: { credentialId: id, name: 'Bot', expiresAt: '2026-03-01T00:00:00.000Z', daysLeft: 7 },
  })
  await happen(app, { type: 'sync.failed', payload: { integrationId: id, runId: id, code: 'key-rejected' } })
  await route(app)
  expect(await bodies()).toMatchObject([
    { type: 'schedule', page: null },
    { type: 'credential.expiring', credential: 'Bot', daysLeft: 7 },
    { type: 'sync.failed', sync: 'key-rejected', credential: null },
  ])
})

test('a condition decides, and so does what the workflow is about', async () => {
  const { app } = server
  const owner = { space: world.docs, ownerId: world.dora.id }
  const onlyTitles = {
    all: [{ field: 'changed' as const, is: 'title' }, { not: { field: 'label' as const, is: 'secret' } }],
  }
  await insertWorkflow(app, owner, telling('page.updated', { id: 'titles', if: onlyTitles }))
  await insertWorkflow(
    app,
    owner,
    telling('page.updated', { id: 'posts', more: { appliesTo: { types: ['blogpost'] } } }),
  )
  const root = await insertPage(app, world.docs.id, { title: 'Handbook' })
  const inTree = { if: { field: 'tree' as const, is: root.id } }
  await insertWorkflow(app, owner, telling('page.updated', { id: 'tree', ...inTree }))
  const page = await insertPage(app, world.docs.id)
  const secret = await insertPage(app, world.docs.id, { labels: ['secret'] })
  await happenTo(app, page, 'page.updated', { payload: { changed: ['title'] } })
  await happenTo(app, page, 'page.updated', { payload: { changed: ['body'] } })
  await happenTo(app, secret, 'page.updated', { payload: { changed: ['title'] } })
  await happenTo(app, root, 'page.updated', { payload: { changed: ['body'] } })
  expect(await route(app)).toBe(4)
  expect((await runsOf(app)).map(({ trigger }) => trigger)).toEqual(['titles', 'tree'])
})

test('a space’s workflow never hears of another space, a global one hears of all, a disabled one of nothing', async () => {
  const { app } = server
  const docs = await insertWorkflow(app, { space: world.docs, ownerId: world.dora.id }, telling('page.created'))
  const global = await insertWorkflow(app, { ownerId: world.admin.id }, telling('page.created'))
  await insertWorkflow(app, { ownerId: world.admin.id, enabled: false }, telling('page.created'))
  for (const space of [world.docs, world.other])
    await happenTo(app, await insertPage(app, space.id), 'page.created', {})
  await route(app)
  const runs = await app.db.selectFrom('workflow_runs').select(['workflow_id', 'space_id']).orderBy('id').execute()
  expect(runs).toEqual([
    { workflow_id: docs, space_id: world.docs.id },
    { workflow_id: global, space_id: world.docs.id },
    { workflow_id: global, space_id: world.other.id },
  ])
})

test('a page that has left the space since is none of its workflows’ any more', async () => {
  const { app } = server
  await insertWorkflow(app, { space: world.docs, ownerId: world.dora.id }, telling(['page.updated', 'page.deleted']))
  const global = await insertWorkflow(app, { ownerId: world.admin.id }, telling('page.updated'))
  const page = await insertPage(app, world.docs.id)
  await happenTo(app, page, 'page.updated')
  await app.db
    .updateTable('documents')
    .set({ space_id: world.other.id, title: 'Only for the others' })
    .where('id', '=', page.id)
    .execute()
  await route(app)
  expect((await runsOf(app)).map(({ workflow }) => workflow)).toEqual([global])
  expect(await draftsOf(app)).toMatchObject([{ space_id: world.other.id }])
})

test('what befalls a status is heard by its own workflow and by automations, not by others with statuses', async () => {
  const { app } = server
  const owner = { space: world.docs, ownerId: world.dora.id }
  const statuses = { more: { statuses: [{ id: 'draft', name: 'Draft' }] } }
  const own = await insertWorkflow(app, owner, telling('status.changed', statuses))
  await insertWorkflow(app, owner, telling('status.changed', statuses))
  const automation = await insertWorkflow(app, owner, telling('status.changed'))
  const page = await insertPage(app, world.docs.id)
  await happenTo(app, page, 'status.changed', { payload: { workflowId: own, from: null, to: 'draft' } })
  await route(app)
  expect((await runsOf(app)).map(({ workflow }) => workflow)).toEqual([own, automation])
})

test('an action may set a status: what follows is one deeper, and in the name of the person whose step it was', async () => {
  const { app } = server
  const id = await insertWorkflow(
    app,
    { space: world.docs, ownerId: world.dora.id },
    {
      name: 'Publish',
      statuses: [
        { id: 'approved', name: 'Approved' },
        { id: 'published', name: 'Published' },
      ],
      triggers: [
        {
          id: 'publish',
          on: 'status.changed',
          if: { field: 'status.to', is: 'approved' },
          do: [{ id: 'set', type: 'set-status', status: 'published' }],
        },
        {
          id: 'tell',
          on: 'status.changed',
          if: { field: 'status.to', is: 'published' },
          do: [{ id: 'hook', type: 'webhook', url: 'https://crm.example.com/', body: { status: '${page.status}' } }],
        },
      ],
    },
  )
  const page = await insertPage(app, world.docs.id)
  await happenTo(app, page, 'page.created')
  await route(app)
  const moved = { workflowId: id, from: null, to: 'approved', transition: 'Approve', comment: null }
  await happenTo(app, page, 'status.changed', { payload: moved, actorId: world.mia.id })
  await route(app)
  expect((await runsOf(app)).map(({ trigger, status }) => `${trigger} ${status}`)).toEqual([
    'publish done',
    'tell done',
    'publish done',
  ])
  const changes = await app.db
    .selectFrom('page_status_changes')
    .select(['to_status', 'reason', 'by'])
    .orderBy('id')
    .execute()
  expect(changes).toMatchObject([
    { to_status: 'approved', reason: 'start' },
    { to_status: 'published', reason: 'action', by: 'system' },
  ])
  expect(await draftsOf(app)).toMatchObject([{ body: '{"status":"published"}', run_as: world.dora.id }])
  const deepest = await app.db.selectFrom('events').select(['depth']).orderBy('depth', 'desc').executeTakeFirst()
  expect(deepest?.depth).toBe(1)
})

test('a step that an edit has undone before it is looked at moves the page no further', async () => {
  const { app } = server
  const owner = { space: world.docs, ownerId: world.dora.id }
  const id = await insertWorkflow(app, owner, {
    name: 'Publish',
    onEdit: 'draft',
    statuses: ['draft', 'approved', 'published'].map((status) => ({ id: status, name: status })),
    transitions: [{ from: 'draft', to: 'approved', name: 'Approve', who: ['space:reader'] }],
    triggers: [
      {
        id: 'publish',
        on: 'status.changed',
        if: { field: 'status.to', is: 'approved' },
        do: [
          { id: 'set', type: 'set-status', status: 'published' },
          { id: 'hook', type: 'webhook', url: 'https://crm.example.com/', body: { approved: '${page.version}' } },
        ],
      },
    ],
  })
  const page = await insertPage(app, world.docs.id)
  await happenTo(app, page, 'page.created')
  await route(app)
  const step = { workflowId: id, to: 'approved', version: 1 }
  expect(await world.dora.client.post(`/documents/${page.id}/transition`, step)).toMatchObject({ status: 200 })
  await app.db.updateTable('documents').set({ version: 2 }).where('id', '=', page.id).execute()
  await happenTo(app, { ...page, version: 2 }, 'page.updated', { payload: { changed: ['body'] } })
  await route(app)
  const standings = await app.db.selectFrom('page_statuses').select(['status', 'page_version']).execute()
  expect(standings).toEqual([{ status: 'draft', page_version: 2 }])
  expect(await runsOf(app)).toMatchObject([{ trigger: 'publish', status: 'failed' }])
  expect(await bodies()).toEqual([{ approved: 1 }])
})
