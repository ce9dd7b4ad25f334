import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { WorkflowDetail } from '#schema/workflow-api.ts'
import { startTestApp, type TestApp } from './app.ts'
import { makeCredential, makeWorld, UNKNOWN, type World } from './credential-world.ts'
import { asAdmin, newPerson } from './people.ts'
import { makeWorkflow, publishing, putPage, refusalOf } from './workflow-scene.ts'

let server: TestApp
let world: World
beforeAll(async () => {
  server = await startTestApp()
  world = await makeWorld(server, await asAdmin(server))
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  await server.app.db.deleteFrom('workflows').execute()
  await server.app.db.deleteFrom('documents').execute()
})

describe('who may', () => {
  const scoped = (label: string) =>
    [
      ['GET', `/scopes/${label}/workflows`, undefined],
      ['POST', `/scopes/${label}/workflows`, { definition: publishing() }],
      ['POST', `/scopes/${label}/workflows/check`, { definition: publishing() }],
    ] as const
  const ofOne = (id: string) =>
    [
      ['GET', `/workflows/${id}`, undefined],
      ['PUT', `/workflows/${id}`, { definition: publishing(), enabled: true, version: 1 }],
      ['DELETE', `/workflows/${id}`, undefined],
      ['POST', `/workflows/${id}/copy`, { scope: 'space:DOCS', name: 'Copy' }],
      ['GET', `/workflows/${id}/versions`, undefined],
      ['GET', `/workflows/${id}/versions/1`, undefined],
      ['POST', `/workflows/${id}/actions/tell-1/signing-secret`, undefined],
    ] as const

  test('nobody who is signed out', async () => {
    const { id } = await makeWorkflow(world.dora.client, 'space:DOCS')
    const all = [
      ...scoped('global'),
      ...scoped('space:DOCS'),
      ...ofOne(id),
      ['GET', '/workflows/schema', undefined] as const,
    ]
    for (const [method, path, body] of all)
      expect((await server.client.send(method, path, { body })).status, `${method} ${path}`).toBe(401)
  })

  test('in a space its admins: its other people are refused, others do not find it', async () => {
    const { id } = await makeWorkflow(world.dora.client, 'space:DOCS')
    for (const [method, path, body] of [...scoped('space:DOCS'), ...ofOne(id)]) {
      expect((await world.mia.client.send(method, path, { body })).status, `mia ${method} ${path}`).toBe(403)
      expect((await world.olga.client.send(method, path, { body })).status, `olga ${method} ${path}`).toBe(404)
      expect((await world.stranger.client.send(method, path, { body })).status, `stranger ${method} ${path}`).toBe(404)
    }
    expect((await world.dora.client.get(`/workflows/${id}`)).status).toBe(200)
    expect((await world.admin.client.get(`/workflows/${id}`)).status).toBe(200)
  })

  test('globally platform admins; who administers a space may read and copy, and no more', async () => {
    const { id } = await makeWorkflow(world.admin.client, 'global')
    for (const [method, path, body] of [...scoped('global'), ...ofOne(id)])
      expect((await world.mia.client.send(method, path, { body })).status, `mia ${method} ${path}`).toBe(403)
    const { client } = world.olga
    for (const path of ['/scopes/global/workflows', `/workflows/${id}`, `/workflows/${id}/versions`])
      expect((await client.get(path)).status, path).toBe(200)
    const change = { definition: publishing(), enabled: true, version: 1 }
    expect((await client.put(`/workflows/${id}`, change)).status).toBe(403)
    expect((await client.delete(`/workflows/${id}`)).status).toBe(403)
    expect((await client.post(`/workflows/${id}/copy`, { scope: 'global', name: 'Mine' })).status).toBe(403)
    expect((await client.post(`/workflows/${id}/copy`, { scope: 'space:DOCS' })).status).toBe(404)
    expect((await client.post(`/workflows/${id}/copy`, { scope: 'space:OTHER' })).status).toBe(201)
  })

  test('with a key that may only read: reading', async () => {
    const { id } = await makeWorkflow(world.admin.client, 'global')
    expect((await world.readOnly.get(`/workflows/${id}`)).status).toBe(200)
    expect((await world.readOnly.get('/scopes/global/workflows')).status).toBe(200)
    expect(refusalOf(await world.readOnly.delete(`/workflows/${id}`)).code).toBe('read-only-key')
    const made = await world.readOnly.post('/scopes/global/workflows', { definition: publishing({ name: 'Two' }) })
    expect(refusalOf(made).code).toBe('read-only-key')
  })

  test('what is not there is not found, and integrations have no workflows', async () => {
    for (const [method, path, body] of ofOne(UNKNOWN))
      expect((await world.admin.client.send(method, path, { body })).status, `${method} ${path}`).toBe(404)
    for (const label of ['integrations', 'space:NONE'])
      for (const [method, path, body] of scoped(label))
        expect((await world.admin.client.send(method, path, { body })).status, `${method} ${path}`).toBe(404)
  })
})

describe('making one', () => {
  test('answers it with ids for actions and the signing secrets, which are in no later answer', async () => {
    const made = await makeWorkflow(world.dora.client, 'space:DOCS', publishing(), { enabled: true })
    expect(made).toMatchObject({
      scope: 'space:DOCS',
      name: 'Publish',
      enabled: true,
      version: 1,
      owner: { id: world.dora.id, name: 'dora' },
      statuses: 3,
      triggers: 1,
      pages: 0,
      original: null,
      warnings: [],
      lastRunAt: null,
    })
    const actionId = made.definition.triggers?.[0]?.do[0]?.id
    expect(actionId).toMatch(/^webhook-[a-z0-9]{6}$/)
    expect(made.signing).toEqual([
      { actionId, signing: 'v1', secret: expect.stringMatching(/^whsec_/), publicKey: null, formerUntil: null },
    ])
    const { body } = await world.dora.client.get(`/workflows/${made.id}`)
    const { signing: _signing, ...rest } = made
    expect(body).toEqual(rest)
    const saved = await server.app.db.selectFrom('workflows').selectAll().where('id', '=', made.id).executeTakeFirst()
    expect(saved).toMatchObject({ events: ['status.changed'], scope: world.docs.scope, space_id: world.docs.id })
  })

  test('keeps the order of fields, so that what is exported reads as it was written', async () => {
    const body = { zebra: 1, a: { y: [], b: '' }, '10': true }
    const triggers = [{ id: 't', on: 'page.updated', do: [{ type: 'webhook', url: 'https://api.example.com/', body }] }]
    const { id } = await makeWorkflow(world.dora.client, 'space:DOCS', { name: 'Tell', triggers })
    const { definition } = WorkflowDetail.parse((await world.dora.client.get(`/workflows/${id}`)).body)
    const action = z.object({ body: z.unknown() }).parse(definition.triggers?.[0]?.do[0])
    expect(JSON.stringify(action.body)).toBe(JSON.stringify(body))
    const again = await makeWorkflow(world.olga.client, 'space:OTHER', definition)
    expect(again.definition).toEqual(definition)
  })

  test('takes the pages it applies to, and notes schedules and credentials', async () => {
    await putPage(server.app, world.docs.id, { labels: ['public'] })
    await putPage(server.app, world.docs.id)
    await putPage(server.app, world.other.id, { labels: ['public'] })
    const credentialId = await makeCredential(server.app, 'space:DOCS')
    const definition = publishing({ appliesTo: { labels: ['public'] } }, credentialId)
    definition.triggers?.push({
      id: 'nightly',
      on: 'schedule',
      cron: '0 3 * * *',
      timezone: 'Europe/Berlin',
      do: [{ type: 'notify', to: ['owner'], text: 'Good night' }],
    })
    const made = await makeWorkflow(world.dora.client, 'space:DOCS', definition, { enabled: true })
    expect(made.pages).toBe(1)
    const usage = await world.dora.client.get(`/credentials/${credentialId}/usage`)
    expect(usage.body).toMatchObject({ usedBy: [{ kind: 'workflow', id: made.id, name: 'Publish', space: 'DOCS' }] })
    const schedules = await server.app.db.selectFrom('workflow_schedules').selectAll().execute()
    expect(schedules).toMatchObject([{ workflow_id: made.id, trigger_id: 'nightly', next_at: expect.any(Date) }])
  })

  test('names are unique in a scope, however they are written', async () => {
    await makeWorkflow(world.dora.client, 'space:DOCS')
    const twice = await world.dora.client.post('/scopes/space:DOCS/workflows', {
      definition: publishing({ name: 'pUBLISH' }),
    })
    expect(refusalOf(twice)).toMatchObject({ status: 409, code: 'name-taken', errors: [{ path: 'name' }] })
    await makeWorkflow(world.olga.client, 'space:OTHER')
    await makeWorkflow(world.admin.client, 'global')
  })

  test('a space admin may own it himself, a platform admin gives it to anybody who may sign in', async () => {
    const definition = publishing()
    const other = await world.dora.client.post('/scopes/space:DOCS/workflows', { definition, owner: world.mia.id })
    expect(refusalOf(other)).toMatchObject({ status: 403, code: 'forbidden' })
    const gone = await newPerson(server, world.admin.client, 'gone')
    await world.admin.client.patch(`/users/${gone.id}`, { disabled: true })
    for (const owner of [gone.id, UNKNOWN]) {
      const answer = await world.admin.client.post('/scopes/space:DOCS/workflows', { definition, owner })
      expect(refusalOf(answer)).toMatchObject({ status: 422, code: 'bad-owner', errors: [{ path: 'owner' }] })
    }
    const made = await makeWorkflow(world.admin.client, 'space:DOCS', definition, { owner: world.mia.id })
    expect(made.owner).toEqual({ id: world.mia.id, name: 'mia' })
    const change = { definition: made.definition, enabled: false, version: 1, owner: world.dora.id }
    const taken = await world.dora.client.put(`/workflows/${made.id}`, change)
    expect(taken.body).toMatchObject({ owner: { id: world.dora.id }, version: 2 })
  })
})

describe('listing', () => {
  test('goes by name, page by page', async () => {
    for (const name of ['Beta', 'alpha', 'Gamma'])
      await makeWorkflow(world.dora.client, 'space:DOCS', publishing({ name }))
    const List = z.object({ items: z.array(z.object({ name: z.string() })), nextCursor: z.string().nullable() })
    const first = List.parse((await world.dora.client.get('/scopes/space:DOCS/workflows?limit=2')).body)
    expect(first.items.map(({ name }) => name)).toEqual(['alpha', 'Beta'])
    const next = await world.dora.client.get(`/scopes/space:DOCS/workflows?limit=2&cursor=${first.nextCursor}`)
    expect(List.parse(next.body)).toMatchObject({ items: [{ name: 'Gamma' }], nextCursor: null })
    expect((await world.dora.client.get('/scopes/space:DOCS/workflows?cursor=nonsense')).status).toBe(400)
  })

  test('says what has become wrong since', async () => {
    const credentialId = await makeCredential(server.app, 'space:DOCS')
    const made = await makeWorkflow(world.dora.client, 'space:DOCS', publishing({}, credentialId), {
      owner: world.dora.id,
    })
    await world.dora.client.delete(`/credentials/${credentialId}`)
    const { body } = await world.dora.client.get('/scopes/space:DOCS/workflows')
    expect(body).toMatchObject({
      items: [
        {
          id: made.id,
          warnings: [{ path: 'triggers.0.do.0.credentialId', message: expect.stringContaining('no such') }],
        },
      ],
    })
  })
})

test('the published schema takes what is taken, and says what is not', async () => {
  const { body } = await world.mia.client.get('/workflows/schema')
  const { default: Ajv } = await import('ajv/dist/2020.js')
  const { default: addFormats } = await import('ajv-formats')
  const ajv = new Ajv.default({ strict: false })
  addFormats.default(ajv)
  const validate = ajv.compile(z.record(z.string(), z.unknown()).parse(body))
  expect(validate(publishing())).toBe(true)
  expect(validate(publishing({}, UNKNOWN))).toBe(true)
  expect(validate({ ...publishing(), statusses: [] })).toBe(false)
  expect(
    validate({ name: 'x', triggers: [{ id: 't', on: 'page.vanished', do: [{ type: 'comment', text: 'x' }] }] }),
  ).toBe(false)
})
