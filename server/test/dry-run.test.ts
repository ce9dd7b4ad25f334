import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { pageOf } from '#schema/common.ts'
import { DryRunResult, WorkflowDetail, WorkflowRun } from '#schema/workflow-api.ts'
import type { Definition } from '#schema/workflow.ts'
import { SECRET, UNKNOWN } from './credential-world.ts'
import { startScene, type Scene } from './credential-scene.ts'
import { clear, happenTo, insertPage, untilQuiet, type StoredPage } from './routing.ts'

const RunPage = pageOf(WorkflowRun)

let scene: Scene
let page: StoredPage

beforeAll(async () => {
  scene = await startScene()
})
afterAll(() => scene[Symbol.asyncDispose]())
beforeEach(async () => {
  await clear(scene.server.app)
  await sql`truncate attempts`.execute(scene.server.app.db)
  scene.reset()
  page = await insertPage(scene.server.app, scene.world.docs.id, { title: 'Say "hello"', labels: ['public'] })
})

function definition(credentialId: string, more: Partial<Definition> = {}): Definition {
  return {
    name: 'Publish',
    statuses: [
      { id: 'draft', name: 'Draft' },
      { id: 'approved', name: 'Approved' },
    ],
    onEdit: 'draft',
    transitions: [{ from: 'draft', to: 'approved', name: 'Approve' }],
    triggers: [
      {
        id: 'tell',
        on: 'status.changed',
        if: { all: [{ field: 'status.to', is: 'approved' }] },
        do: [
          {
            id: 'crm',
            type: 'authenticated-webhook',
            credentialId,
            url: `${scene.site.url}/pages/\${page.id}?title=\${page.title}`,
            method: 'PUT',
            headers: { 'X-Source': 'lockkeeper ${page.title}' },
            body: {
              title: '${page.title}',
              version: '${page.version}',
              by: '${user.name}',
              step: '${transition.name}',
            },
          },
          { id: 'team', type: 'notify', to: ['space:admin'], text: '${page.title} is out' },
        ],
      },
      { id: 'deleted', on: 'page.deleted', do: [{ id: 'gone', type: 'webhook', url: `${scene.site.url}/gone` }] },
    ],
    ...more,
  }
}

async function create(given: Definition): Promise<string> {
  const { dora } = scene.world
  const answer = await dora.client.post('/scopes/space:DOCS/workflows', { definition: given, enabled: true })
  expect(answer).toMatchObject({ status: 201 })
  return WorkflowDetail.parse(answer.body).id
}

/** How many rows each table holds that a run would write to. */
async function counts(): Promise<unknown> {
  const tables = [
    'events',
    'workflow_runs',
    'deliveries',
    'notifications',
    'page_statuses',
    'page_status_changes',
    'audit',
    'workflows',
  ]
  const { rows } =
    await sql`select ${sql.join(tables.map((name) => sql`(select count(*) from ${sql.table(name)}) as ${sql.ref(name)}`))}`.execute(
      scene.server.app.db,
    )
  return rows
}

const APPROVAL = { event: 'status.changed', status: { from: 'draft', to: 'approved' }, comment: 'Fine' }

test('only who administrates a workflow sees what it did, tries it out or sends of it', async () => {
  const { world, makeOne, server } = scene
  const id = await create(definition(await makeOne()))
  const asked = { documentId: page.id, ...APPROVAL }
  const ask = [
    (client: typeof server.client) => client.get(`/workflows/${id}/runs`),
    (client: typeof server.client) => client.post(`/workflows/${id}/dry-run`, asked),
    (client: typeof server.client) => client.post(`/workflows/${id}/actions/crm/test`, {}),
    (client: typeof server.client) =>
      client.post('/scopes/space:DOCS/workflows/dry-run', { ...asked, definition: definition(UNKNOWN) }),
  ]
  for (const one of ask) {
    expect(await one(server.client)).toMatchObject({ status: 401 })
    expect(await one(world.mia.client)).toMatchObject({ status: 403 })
    expect(await one(world.olga.client)).toMatchObject({ status: 404 })
    expect(await one(world.dora.client)).toMatchObject({ status: 200 })
  }
  expect(await world.dora.client.post(`/workflows/${UNKNOWN}/dry-run`, asked)).toMatchObject({ status: 404 })
  const elsewhere = await insertPage(server.app, world.other.id)
  const foreign = await world.dora.client.post(`/workflows/${id}/dry-run`, { ...asked, documentId: elsewhere.id })
  expect(foreign).toMatchObject({ status: 404 })
})

test('a dry run shows which trigger fires and why, and sends and writes nothing', async () => {
  const { world, site, makeOne } = scene
  const id = await create(definition(await makeOne()))
  await untilQuiet(scene.server.app)
  const before = await counts()
  const { status, body } = await world.dora.client.post(`/workflows/${id}/dry-run`, {
    documentId: page.id,
    ...APPROVAL,
  })
  expect(status).toBe(200)
  expect(body).toMatchObject({
    applies: true,
    triggers: [
      {
        id: 'tell',
        fires: true,
        because: 'status.to is "approved".',
        runAs: { name: 'dora' },
        actions: [
          { id: 'crm', what: expect.stringMatching(/^Sends PUT to 127\.0\.0\.1:\d+ with “Bot/), problem: null },
          { id: 'team', what: 'Tells one person in the app: “Say "hello" is out”', request: null, problem: null },
        ],
      },
      { id: 'deleted', fires: false, because: 'It does not listen to status.changed.', actions: [] },
    ],
  })
  const other = await world.dora.client.post(`/workflows/${id}/dry-run`, {
    documentId: page.id,
    event: 'status.changed',
    status: { from: 'approved', to: 'draft' },
  })
  expect(other.body).toMatchObject({ triggers: [{ fires: false, because: 'status.to is "draft".' }, { fires: false }] })
  expect(await counts()).toEqual(before)
  expect(site.asked).toEqual([])
})

test('what a dry run shows is what is then sent, but for the secrets', async () => {
  const { world, site, makeOne, server } = scene
  const id = await create(definition(await makeOne()))
  await untilQuiet(server.app)
  const dry = await world.dora.client.post(`/workflows/${id}/dry-run`, { documentId: page.id, ...APPROVAL })
  const planned = DryRunResult.parse(dry.body).triggers[0]?.actions[0]?.request
  expect(
    await world.dora.client.post(`/documents/${page.id}/transition`, { workflowId: id, to: 'approved' }),
  ).toMatchObject({ status: 200 })
  await untilQuiet(server.app)
  const [sent] = site.asked
  expect(planned).toMatchObject({ method: sent?.method, body: sent?.body, url: `${site.url}${sent?.url}` })
  const received = { ...sent?.headers }
  expect(received).toMatchObject({
    authorization: `Bearer ${SECRET}`,
    'webhook-signature': expect.stringMatching(/^v1,/),
  })
  for (const framing of ['host', 'connection', 'content-length', 'accept-encoding', 'accept', 'transfer-encoding'])
    delete received[framing]
  expect(Object.keys(planned?.headers ?? {}).sort()).toEqual(Object.keys(received).sort())
  const own = {
    ...received,
    authorization: '[secret]',
    'webhook-signature': '[signature]',
    'webhook-id': '[id]',
    'webhook-timestamp': '[time]',
  }
  expect(planned?.headers).toEqual(own)
  expect(JSON.stringify(dry.body)).not.toContain(SECRET)
  expect(JSON.parse(sent?.body ?? '')).toEqual({ title: 'Say "hello"', version: 1, by: 'dora', step: 'Approve' })

  const { body } = await world.dora.client.get(`/workflows/${id}/runs?status=done&document=${page.id}`)
  const { items } = RunPage.parse(body)
  expect(items).toMatchObject([
    {
      triggerId: 'tell',
      event: { type: 'status.changed' },
      document: { id: page.id, title: 'Say "hello"' },
      status: 'done',
      runAs: { name: 'dora' },
      actions: [
        { id: 'crm', type: 'authenticated-webhook', status: 'done', deliveryId: sent?.headers['webhook-id'] },
        { id: 'team', type: 'notify', status: 'done', detail: 'One person was told.' },
      ],
    },
  ])
  const told = await world.dora.client.get('/notifications')
  expect(told.body).toMatchObject({
    items: [{ kind: 'workflow', title: 'Publish: Say "hello"', link: `/documents/${page.id}` }],
  })

  // In a space that the admin of this one does not see, it is not told what the page is called now.
  const moved = { space_id: world.other.id, title: 'Only for the others' }
  await server.app.db.updateTable('documents').set(moved).where('id', '=', page.id).execute()
  const after = await world.dora.client.get(`/workflows/${id}/runs?status=done`)
  expect(RunPage.parse(after.body).items).toMatchObject([{ triggerId: 'tell', document: null }])
})

test('a definition that is not saved is tried out, and what would be refused is said', async () => {
  const { world, makeOne } = scene
  const credentialId = await makeOne('space:DOCS', { domains: ['elsewhere.example'] })
  const post = (given: unknown) =>
    world.dora.client.post('/scopes/space:DOCS/workflows/dry-run', {
      documentId: page.id,
      ...APPROVAL,
      definition: given,
    })
  const refused = await post(definition(credentialId))
  expect(refused.body).toMatchObject({
    triggers: [{ actions: [{ problem: expect.stringContaining('may not be sent there') }, {}] }, {}],
  })
  const unknown = await post(definition(UNKNOWN))
  expect(unknown.body).toMatchObject({
    triggers: [{ actions: [{ problem: expect.stringContaining('no such credential') }, {}] }, {}],
  })
  expect(await post({ name: 'No', triggers: 7 })).toMatchObject({
    status: 422,
    body: { code: 'invalid-definition', errors: [{ path: 'triggers' }] },
  })
  expect(await post({ name: 'No', format: 99 })).toMatchObject({ status: 422, body: { code: 'newer-definition' } })
  const other = await post(definition(credentialId, { appliesTo: { labels: ['internal'] } }))
  expect(other.body).toMatchObject({
    applies: false,
    triggers: [{ fires: false, because: 'The workflow is not about this page.' }, {}],
  })
})

test('one webhook is sent as a test: as the caller, marked, signed, audited and not too often', async () => {
  const { world, site, makeOne, server } = scene
  const id = await create(definition(await makeOne('space:DOCS', { grants: { [`user:${world.admin.id}`]: 'use' } })))
  const test = (action: string, client = world.dora.client, body: unknown = { documentId: page.id }) =>
    client.post(`/workflows/${id}/actions/${action}/test`, body)
  const answer = await test('crm')
  expect(answer).toMatchObject({
    status: 200,
    body: { ok: true, status: 200, request: { headers: { authorization: '[secret]', 'webhook-test': 'true' } } },
  })
  expect(JSON.stringify(answer.body)).not.toContain(SECRET)
  expect(site.asked).toMatchObject([
    {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${SECRET}`,
        'webhook-test': 'true',
        'webhook-signature': expect.stringMatching(/^v1,/),
      },
    },
  ])
  expect(JSON.parse(site.asked[0]?.body ?? '')).toMatchObject({ title: 'Say "hello"', by: 'dora' })
  site.reply = (response) => void response.writeHead(503).end()
  // Without a page: with examples.
  expect(await test('crm', world.dora.client, {})).toMatchObject({ body: { ok: false, status: 503 } })
  expect(await test('team')).toMatchObject({ status: 422, body: { code: 'not-a-webhook' } })
  expect(await test('nothing')).toMatchObject({ status: 404 })
  for (let left = 8; left > 0; left -= 1) expect(await test('gone')).toMatchObject({ status: 200 })
  expect(await test('gone')).toMatchObject({ status: 429 })
  const audit = await server.app.db
    .selectFrom('audit')
    .select(['actor_name', 'detail'])
    .where('action', '=', 'workflow.tested')
    .where('target', '=', `workflow:${id}`)
    .orderBy('seq')
    .execute()
  expect(audit).toHaveLength(10)
  expect(audit[0]).toMatchObject({ actor_name: 'dora', detail: { action: 'crm', ok: true, status: 200 } })
})

test('runs are listed in pages, newest first, by status', async () => {
  const { world, server } = scene
  const id = await create({
    name: 'Note',
    triggers: [{ id: 'note', on: 'page.deleted', do: [{ type: 'notify', to: ['owner'], text: 'Gone' }] }],
  })
  for (const title of ['one', 'two', 'three']) {
    const other = await insertPage(server.app, world.docs.id, { title })
    await happenTo(server.app, other, 'page.deleted')
  }
  await untilQuiet(server.app)
  const read = async (query: string) =>
    RunPage.parse((await world.dora.client.get(`/workflows/${id}/runs${query}`)).body)
  const first = await read('?limit=2')
  expect(first.items.map(({ document }) => document?.title)).toEqual(['three', 'two'])
  const rest = await read(`?limit=2&cursor=${first.nextCursor}`)
  expect([rest.items.map(({ document }) => document?.title), rest.nextCursor]).toEqual([['one'], null])
  expect((await read('?status=failed')).items).toHaveLength(0)
  expect(await world.dora.client.get(`/workflows/${id}/runs?cursor=nonsense`)).toMatchObject({ status: 400 })
})
