import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Definition } from '#schema/workflow.ts'
import { startTestApp, type TestApp } from './app.ts'
import { makeConnection, makeCredential, makeWorld, UNKNOWN, type World } from './credential-world.ts'
import type { Client } from './client.ts'
import { asAdmin } from './people.ts'
import { check } from './workflow-cases.ts'
import { makeWorkflow, publishing } from './workflow-scene.ts'

let server: TestApp
let world: World
beforeAll(async () => {
  server = await startTestApp()
  world = await makeWorld(server, await asAdmin(server))
})
afterAll(() => server[Symbol.asyncDispose]())

const AT = 'triggers.0.do.0'

/** A webhook with this credential; `more`: its other fields. */
function sending(credentialId: string, more: object = {}, definition: Partial<Definition> = {}): object {
  const action = { type: 'authenticated-webhook', credentialId, url: 'https://api.example.com/', ...more }
  return { name: 'Send', triggers: [{ id: 't', on: 'page.updated', do: [action] }], ...definition }
}

async function faultsOf(client: Client, definition: object, label = 'space:DOCS'): Promise<[string, string][]> {
  return (await check(client, definition, label)).errors.map(({ path, message }) => [path, message])
}

async function warningsOf(client: Client, definition: object, label = 'space:DOCS'): Promise<[string, string][]> {
  const { errors, warnings } = await check(client, definition, label)
  expect(errors).toEqual([])
  return warnings.map(({ path, message }) => [path, message])
}

test('a space’s own credentials may be picked by its admins, and by nobody in another space', async () => {
  const id = await makeCredential(server.app, 'space:DOCS')
  expect(await faultsOf(world.dora.client, sending(id))).toEqual([])
  expect(await faultsOf(world.admin.client, sending(id))).toEqual([])
  const unseen = await faultsOf(world.olga.client, sending(id), 'space:OTHER')
  expect(unseen).toEqual(await faultsOf(world.olga.client, sending(UNKNOWN), 'space:OTHER'))
  expect(unseen).toEqual([[`${AT}.credentialId`, expect.stringContaining('no such credential')]])
  const [elsewhere] = await faultsOf(world.admin.client, sending(id), 'space:OTHER')
  expect(elsewhere?.[1]).toContain('belongs to another space')
  const [globally] = await faultsOf(world.admin.client, sending(id), 'global')
  expect(globally?.[1]).toContain('may not be used globally')
})

test('nor with grants for the other space’s people', async () => {
  const id = await makeCredential(server.app, 'space:DOCS', {
    grants: { [`user:${world.olga.id}`]: 'administrate', everyone: 'edit' },
  })
  const [fault] = await faultsOf(world.olga.client, sending(id), 'space:OTHER')
  expect(fault?.[1]).toContain('no such credential')
  const saved = await world.olga.client.post('/scopes/space:OTHER/workflows', { definition: sending(id) })
  expect(saved.status).toBe(422)
  expect(JSON.stringify(saved.body)).not.toContain('Bot')
})

test.each([
  ['nothing', undefined, false],
  ['use', 'use', false],
  ['view', 'view', true],
  ['edit', 'edit', true],
])('a global one with the permission %s', async (_what, level, mayPick) => {
  const grants: Record<string, string> = level === undefined ? {} : { [`user:${world.dora.id}`]: level }
  const id = await makeCredential(server.app, 'global', { grants })
  expect((await faultsOf(world.dora.client, sending(id))).length === 0).toBe(mayPick)
  const saved = await world.dora.client.post('/scopes/space:DOCS/workflows', {
    definition: { ...sending(id), name: `With ${level}` },
  })
  expect(saved.status).toBe(mayPick ? 201 : 422)
})

test('one of an integration is there for nobody', async () => {
  const id = await makeConnection(server.app)
  for (const label of ['global', 'space:DOCS'])
    expect(await faultsOf(world.admin.client, sending(id), label)).toMatchObject([
      [`${AT}.credentialId`, expect.any(String)],
    ])
})

test.each([
  ['https://api.example.com/x', undefined],
  ['https://api.example.com/${page.id}?q=${page.title}', undefined],
  ['https://api.example.com:8443/', 'is not allowed'],
  ['https://evil.example.com/', 'Allowed: api.example.com'],
  ['https://api.example.com.evil.example/', 'is not allowed'],
  ['http://api.example.com/', 'clear text'],
])('%s is judged by the domains of the credential', async (url, message) => {
  const id = await makeCredential(server.app, 'space:DOCS')
  const faults = await faultsOf(world.dora.client, sending(id, { url }))
  expect(faults).toEqual(message === undefined ? [] : [[`${AT}.url`, expect.stringContaining(message)]])
})

test('the credential’s header is its own, and so is Authorization', async () => {
  const bearer = await makeCredential(server.app, 'space:DOCS')
  const custom = await makeCredential(server.app, 'space:DOCS', {
    kind: 'custom',
    bearer: undefined,
    custom: { header: 'X-Crm-Key', value: 'k' },
  })
  for (const [id, name] of [
    [bearer, 'authorization'],
    [custom, 'x-CRM-key'],
    [custom, 'Authorization'],
  ] as const) {
    const faults = await faultsOf(world.dora.client, sending(id, { headers: { [name]: 'x' } }))
    expect(faults).toEqual([[`${AT}.headers.${name}`, expect.any(String)]])
  }
  expect(await faultsOf(world.dora.client, sending(bearer, { headers: { 'X-Crm-Key': 'x' } }))).toEqual([])
})

test('a warning tells that the owner lacks the permission, or is gone', async () => {
  const id = await makeCredential(server.app, 'space:DOCS')
  const mine = await makeWorkflow(world.admin.client, 'space:DOCS', sending(id, {}, { name: 'Owned' }), {
    owner: world.mia.id,
  })
  expect(mine.warnings).toEqual([
    { path: `${AT}.credentialId`, message: expect.stringContaining('mia, the owner of this workflow, lacks') },
  ])
  await server.app.db
    .insertInto('credential_grants')
    .values({ credential_id: id, principal: `group:${world.groupId}`, level: 'use' })
    .execute()
  expect((await world.dora.client.get(`/workflows/${mine.id}`)).body).toMatchObject({ warnings: [] })
  await server.app.db.updateTable('workflows').set({ owner_id: null }).where('id', '=', mine.id).execute()
  expect((await world.dora.client.get(`/workflows/${mine.id}`)).body).toMatchObject({
    owner: null,
    warnings: [{ message: expect.stringContaining('deleted or disabled') }],
  })
})

test('a warning tells that not everybody who may take a step may use it', async () => {
  const id = await makeCredential(server.app, 'space:DOCS')
  const [people] = await warningsOf(world.dora.client, publishing({}, id))
  expect(people).toEqual([`${AT}.credentialId`, expect.stringContaining('(space:editor)')])
  const all = await makeCredential(server.app, 'space:DOCS', { grants: { everyone: 'use' } })
  expect(await warningsOf(world.dora.client, publishing({}, all))).toEqual([])
})

test('a warning tells that it is expired and blocked', async () => {
  const expired = { expiresAt: '2020-01-01T00:00:00Z', expiryPolicy: 'block' }
  const id = await makeCredential(server.app, 'space:DOCS', expired)
  const warnings = await warningsOf(world.dora.client, sending(id))
  expect(warnings).toEqual([[`${AT}.credentialId`, expect.stringContaining('expired on 2020-01-01')]])
})
