import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EffectiveAccess } from '#schema/credential.ts'
import { startTestApp, type TestApp } from './app.ts'
import type { Client } from './client.ts'
import { addDelivery } from './delivery-rows.ts'
import { asAdmin, newPerson, type Signed } from './people.ts'
import { auditOf, makeCredential, makeWorld, UNKNOWN, type World } from './credential-world.ts'

let server: TestApp
let world: World
beforeAll(async () => {
  server = await startTestApp()
  world = await makeWorld(server, await asAdmin(server))
})
afterAll(() => server[Symbol.asyncDispose]())

describe('permissions', () => {
  const grantsOf = async (client: Client, id: string) => (await client.get(`/credentials/${id}/grants`)).body

  test('replace all that were there, count the version up and are audited with those before', async () => {
    const id = await makeCredential(server.app, 'space:DOCS', { grants: { everyone: 'use' } })
    const grants = [
      { principal: `user:${world.mia.id}`, level: 'view' },
      { principal: `group:${world.groupId}`, level: 'edit' },
    ]
    const changed = await world.dora.client.put(`/credentials/${id}/grants`, { grants, version: 1 })
    expect(changed).toMatchObject({
      status: 200,
      body: {
        version: 2,
        grants: [
          { principal: `group:${world.groupId}`, level: 'edit', name: 'Support' },
          { principal: `user:${world.mia.id}`, level: 'view', name: 'mia' },
        ],
      },
    })
    expect(await grantsOf(world.dora.client, id)).toEqual(changed.body)
    expect(await auditOf(server.app, id, 'credential.grants-changed')).toMatchObject([
      {
        actor: world.dora.id,
        detail: { scope: 'space:DOCS', version: 2, grants, before: [{ principal: 'everyone', level: 'use' }] },
      },
    ])
    expect(await auditOf(server.app, id, 'scope.settings.read')).toHaveLength(1)
    const versions = await world.dora.client.get(`/credentials/${id}/versions`)
    expect(versions.body).toMatchObject({ items: [{ version: 2, fields: ['grants'] }, { version: 1 }] })
  })

  test('given once more as they are, make no version', async () => {
    const id = await makeCredential(server.app, 'global', { grants: { everyone: 'use' } })
    const grants = [{ principal: 'everyone', level: 'use' }]
    const answer = await world.admin.client.put(`/credentials/${id}/grants`, { grants, version: 1 })
    expect(answer.body).toMatchObject({ version: 1 })
    expect(await auditOf(server.app, id, 'credential.grants-changed')).toEqual([])
  })

  test('on an old version are refused with what changed and by whom', async () => {
    const id = await makeCredential(server.app, 'space:DOCS')
    const grants = [{ principal: 'everyone', level: 'use' }]
    await world.dora.client.put(`/credentials/${id}/grants`, { grants, version: 1 })
    expect(await world.admin.client.put(`/credentials/${id}/grants`, { grants: [], version: 1 })).toMatchObject({
      status: 409,
      body: { code: 'stale', current: 2, changed: ['grants'], by: { id: world.dora.id, name: 'dora' } },
    })
  })

  test('to nobody, or twice to one, are refused together', async () => {
    const id = await makeCredential(server.app, 'global')
    const grants = [
      { principal: 'everyone', level: 'use' },
      { principal: `user:${UNKNOWN}`, level: 'use' },
      { principal: `group:${world.mia.id}`, level: 'use' },
      { principal: 'everyone', level: 'edit' },
    ]
    expect(await world.admin.client.put(`/credentials/${id}/grants`, { grants, version: 1 })).toMatchObject({
      status: 400,
      body: {
        code: 'unknown-principal',
        errors: [{ path: 'grants.1.principal' }, { path: 'grants.2.principal' }, { path: 'grants.3.principal' }],
      },
    })
  })

  test('of a person or group that is no more are neither shown nor in the way', async () => {
    const gone = await newPerson(server, world.admin.client, 'gone')
    const id = await makeCredential(server.app, 'global', { grants: { [`user:${gone.id}`]: 'edit', everyone: 'use' } })
    await world.admin.client.delete(`/users/${gone.id}`)
    const shown = await grantsOf(world.admin.client, id)
    expect(shown).toEqual({ version: 1, grants: [{ principal: 'everyone', level: 'use', name: 'Everyone' }] })
  })

  const mine = (level: string) => ({ principal: `user:${world.mia.id}`, level })
  const byGroup = (level: string) => ({ principal: `group:${world.groupId}`, level })

  test.each<[name: string, grants: () => unknown[], status: number]>([
    ['nothing', () => [], 409],
    ['himself a lower level', () => [mine('edit')], 409],
    [
      'another administrator instead of himself',
      () => [{ principal: `user:${world.dora.id}`, level: 'administrate' }],
      409,
    ],
    ['himself through a group', () => [byGroup('administrate')], 200],
    ['himself and others', () => [mine('administrate'), byGroup('use')], 200],
  ])('an administrator by grant leaves %s', async (_name, grants, status) => {
    const id = await makeCredential(server.app, 'space:DOCS', { grants: { [`user:${world.mia.id}`]: 'administrate' } })
    const answer = await world.mia.client.put(`/credentials/${id}/grants`, { grants: grants(), version: 1 })
    expect(answer.status).toBe(status)
    if (status === 409) expect(answer.body).toMatchObject({ code: 'last-administrator' })
  })

  test('may all be taken away by an admin of the scope, who keeps them in hand', async () => {
    const id = await makeCredential(server.app, 'space:DOCS', { grants: { [`user:${world.mia.id}`]: 'administrate' } })
    expect((await world.dora.client.put(`/credentials/${id}/grants`, { grants: [], version: 1 })).status).toBe(200)
    expect((await world.mia.client.get(`/credentials/${id}`)).status).toBe(404)
    expect((await world.dora.client.get(`/credentials/${id}/grants`)).status).toBe(200)
  })

  test('of two who set them at once on one version, one is told that it is stale', async () => {
    const id = await makeCredential(server.app, 'global')
    const answers = await Promise.all(
      (['use', 'view', 'edit', 'administrate'] as const).map((level) =>
        world.admin.client.put(`/credentials/${id}/grants`, { grants: [{ principal: 'everyone', level }], version: 1 }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409, 409])
  })
})

describe('effective access', () => {
  const accessOf = async (client: Client, id: string, userId: string) =>
    EffectiveAccess.parse((await client.get(`/credentials/${id}/access?user=${userId}`)).body)

  test('names the level and every reason, the strongest first', async () => {
    const id = await makeCredential(server.app, 'space:DOCS', {
      grants: { everyone: 'use', [`group:${world.groupId}`]: 'edit', [`user:${world.mia.id}`]: 'view' },
    })
    expect(await accessOf(world.dora.client, id, world.mia.id)).toEqual({
      user: { id: world.mia.id, name: 'mia' },
      level: 'edit',
      reasons: [
        { level: 'edit', because: 'group Support: edit' },
        { level: 'view', because: 'named: view' },
        { level: 'use', because: 'everyone: use' },
      ],
    })
    expect(await accessOf(world.dora.client, id, world.stranger.id)).toEqual({
      user: { id: world.stranger.id, name: 'stranger' },
      level: null,
      reasons: [
        { level: 'edit', because: 'group Support: edit, but not a member of the space' },
        { level: 'use', because: 'everyone: use, but not a member of the space' },
      ],
    })
    expect(await accessOf(world.dora.client, id, world.dora.id)).toMatchObject({
      level: 'administrate',
      reasons: [{ level: 'administrate', because: 'admin of the space' }, { because: 'everyone: use' }],
    })
    expect(await accessOf(world.dora.client, id, world.admin.id)).toMatchObject({
      level: 'administrate',
      reasons: [{ level: 'administrate', because: 'admin of Lockkeeper' }, { because: 'everyone: use' }],
    })
  })

  test('of a disabled person is none', async () => {
    const ida = await newPerson(server, world.admin.client, 'ida')
    const id = await makeCredential(server.app, 'global', { grants: { everyone: 'view' } })
    await world.admin.client.patch(`/users/${ida.id}`, { disabled: true })
    expect(await accessOf(world.admin.client, id, ida.id)).toMatchObject({
      level: null,
      reasons: [{ level: 'view', because: 'everyone: view, but the person is disabled' }],
    })
  })

  test('of nobody is not found', async () => {
    const id = await makeCredential(server.app, 'global')
    expect((await world.admin.client.get(`/credentials/${id}/access?user=${UNKNOWN}`)).status).toBe(404)
    expect((await world.admin.client.get(`/credentials/${id}/access`)).status).toBe(400)
  })
})

describe('usage', () => {
  test('shows what the viewer may see and counts the rest', async () => {
    const id = await makeCredential(server.app, 'global', { grants: { everyone: 'view' } })
    const refer = (kind: string, name: string, space_id: string | null) => ({
      credential_id: id,
      kind,
      ref_id: UNKNOWN,
      name,
      space_id,
    })
    await server.app.db
      .insertInto('credential_references')
      .values([
        refer('workflow', 'Publish', world.docs.id),
        { ...refer('workflow', 'Elsewhere', world.other.id), ref_id: world.other.id },
        refer('integration', 'Handbook', null),
      ])
      .execute()
    const usageFor = async ({ client }: Signed) => (await client.get(`/credentials/${id}/usage`)).body
    const publish = { kind: 'workflow', id: UNKNOWN, name: 'Publish', space: 'DOCS' }
    const elsewhere = { kind: 'workflow', id: world.other.id, name: 'Elsewhere', space: 'OTHER' }
    const handbook = { kind: 'integration', id: UNKNOWN, name: 'Handbook', space: null }
    expect(await usageFor(world.mia)).toMatchObject({ usedBy: [publish], hidden: 2, lastUsedAt: null })
    expect(await usageFor(world.stranger)).toMatchObject({ usedBy: [], hidden: 3 })
    expect(await usageFor(world.admin)).toMatchObject({ usedBy: [handbook, elsewhere, publish], hidden: 0 })
  })

  test('counts the deliveries that wait, by workflow, as far as the viewer may see them', async () => {
    const { app } = server
    const id = await makeCredential(app, 'global', { grants: { everyone: 'view' } })
    const one = { credentialId: id, workflowId: UNKNOWN, status: 'queued' } as const
    for (const spaceId of [world.docs.id, world.docs.id, world.other.id]) await addDelivery(app, { ...one, spaceId })
    await addDelivery(app, { ...one, status: 'failed', spaceId: world.docs.id })
    for (const status of ['sent', 'dead'] as const) await addDelivery(app, { ...one, status, spaceId: world.docs.id })
    await addDelivery(app, { credentialId: id, status: 'queued' })
    const usageFor = async ({ client }: Signed) => (await client.get(`/credentials/${id}/usage`)).body
    const deliveries = (name: string, space: string | null) => ({ kind: 'delivery', id: UNKNOWN, name, space })
    const [mine, all] = [
      deliveries('3 queued deliveries of Publish', 'DOCS'),
      deliveries('4 queued deliveries of Publish', null),
    ]
    expect(await usageFor(world.mia)).toMatchObject({ usedBy: [mine], hidden: 2 })
    expect(await usageFor(world.stranger)).toMatchObject({ usedBy: [], hidden: 2 })
    const [first, second] = [all, { kind: 'delivery', name: '1 queued delivery of Publish', space: null }]
    expect(await usageFor(world.admin)).toMatchObject({
      usedBy: expect.arrayContaining([first, expect.objectContaining(second)]),
      hidden: 0,
    })
    const preview = (await world.admin.client.get('/scopes/global/key/regenerate')).body
    expect(JSON.stringify(preview)).toContain('4 queued deliveries of Publish')
  })
})
