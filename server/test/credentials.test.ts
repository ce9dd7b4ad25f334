import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { pageOf } from '#schema/common.ts'
import { Credential } from '#schema/credential.ts'
import { transact } from '#server/db/transact.ts'
import { ensureScopeKey } from '#server/vault/vault.ts'
import { startTestApp, type TestApp } from './app.ts'
import type { Client } from './client.ts'
import { asAdmin, idOf, newPerson, type Signed } from './people.ts'

let server: TestApp
let admin: Signed
let mia: Signed
let spaceId: string
beforeAll(async () => {
  server = await startTestApp()
  admin = await asAdmin(server)
  mia = await newPerson(server, admin.client, 'mia')
  spaceId = idOf((await admin.client.post('/spaces', { key: 'DOCS', name: 'Docs' })).body)
  await withKey('global')
  await withKey(`space:${spaceId}`)
})
afterAll(() => server[Symbol.asyncDispose]())

async function withKey(scope: string): Promise<void> {
  await transact(server.app.db, (tx) => ensureScopeKey(server.app, tx, scope, 'system'))
}

const SECRET = 'kL9-very-secret-value'
const UNKNOWN = '01890000-0000-7000-8000-000000000000'

function bearer(name: string, more: Record<string, unknown> = {}) {
  return { name, kind: 'bearer', bearer: { token: SECRET }, domains: ['api.example.com'], ...more }
}

async function make(client: Client, input: Record<string, unknown>, scope = 'global'): Promise<Credential> {
  const answer = await client.post(`/scopes/${scope}/credentials`, input)
  expect(answer).toMatchObject({ status: 201 })
  return Credential.parse(answer.body)
}

async function grant(id: string, principal: string, level: string): Promise<void> {
  await sql`insert into credential_grants (credential_id, principal, level) values (${id}, ${principal}, ${level})`.execute(
    server.app.db,
  )
}

async function names(client: Client, path: string): Promise<string[]> {
  const { body } = await client.get(path)
  return pageOf(Credential)
    .parse(body)
    .items.map(({ name }) => name)
}

function rowOf(id: string) {
  return server.app.db.selectFrom('credentials').selectAll().where('id', '=', id).executeTakeFirst()
}

describe('making one', () => {
  test('all of it comes back but the secret', async () => {
    const made = await make(admin.client, {
      name: 'Jira bot',
      kind: 'basic',
      basic: { username: 'bot', password: SECRET },
      domains: ['https://api.example.com/', '*.bücher.example', 'api.example.com'],
      expiresAt: '2999-01-01T00:00:00Z',
      expiryPolicy: 'block',
      remind: [mia.id],
    })
    expect(made).toMatchObject({
      scope: 'global',
      name: 'Jira bot',
      kind: 'basic',
      username: 'bot',
      header: null,
      domains: [
        { entry: 'api.example.com', unicode: 'api.example.com' },
        { entry: '*.xn--bcher-kva.example', unicode: '*.bücher.example' },
      ],
      allowHttp: false,
      expiryPolicy: 'block',
      remind: [{ id: mia.id, name: 'mia' }],
      state: 'ok',
      level: 'administrate',
      version: 1,
      createdBy: { id: admin.id },
      lastUsedAt: null,
    })
    expect(made.notes).toEqual([expect.stringContaining('Shortened'), expect.stringContaining('ASCII')])
    const read = await admin.client.get(`/credentials/${made.id}`)
    const { notes: _, ...stored } = made
    expect(read).toMatchObject({ status: 200, body: stored })
    expect(JSON.stringify([read, made])).not.toContain(SECRET)
    const row = await rowOf(made.id)
    expect(row).toMatchObject({ key_version: 1, sealed_version: 1 })
    expect(JSON.stringify(row)).not.toContain(SECRET)
  })
})

describe('deleting one', () => {
  test('it is gone, and the audit says who did it', async () => {
    const { id } = await make(admin.client, bearer('short-lived'))
    expect(await admin.client.delete(`/credentials/${id}`)).toMatchObject({ status: 204 })
    expect(await admin.client.get(`/credentials/${id}`)).toMatchObject({ status: 404 })
    const { body } = await admin.client.get(`/audit?target=credential:${id}`)
    const { items } = z.object({ items: z.array(z.object({ action: z.string() })) }).parse(body)
    expect(items.map(({ action }) => action)).toEqual(['credential.deleted', 'credential.created'])
    expect(JSON.stringify(body)).not.toContain(SECRET)
  })
})

describe('the list', () => {
  test('by name, only what the caller may view', async () => {
    const made = await Promise.all(
      ['zeta', 'Alpha', 'beta'].map((name) => make(admin.client, bearer(name), 'space:DOCS')),
    )
    expect(await names(admin.client, '/scopes/space:DOCS/credentials')).toEqual(['Alpha', 'beta', 'zeta'])
    expect(await mia.client.get('/scopes/space:DOCS/credentials')).toMatchObject({ status: 404 })
    await admin.client.put('/spaces/DOCS/members', { members: [{ principal: `user:${mia.id}`, role: 'reader' }] })
    expect(await names(mia.client, '/scopes/space:DOCS/credentials')).toEqual([])
    await grant(made[0]?.id ?? '', 'everyone', 'view')
    await grant(made[0]?.id ?? '', `user:${mia.id}`, 'use')
    await grant(made[1]?.id ?? '', `user:${mia.id}`, 'use')
    expect(await names(mia.client, '/scopes/space:DOCS/credentials')).toEqual(['zeta'])
    expect(await names(admin.client, '/scopes/space:DOCS/credentials?q=ET')).toEqual(['beta', 'zeta'])
  })

  test('unknown ids are not found', async () => {
    expect(await admin.client.get(`/credentials/${UNKNOWN}`)).toMatchObject({ status: 404 })
  })
})

describe('changing one', () => {
  test('a new name and a new secret make a version each', async () => {
    const { id } = await make(admin.client, bearer('to change'))
    const before = await rowOf(id)
    const renamed = await admin.client.patch(`/credentials/${id}`, { version: 1, name: 'changed' })
    expect(renamed).toMatchObject({ status: 200, body: { name: 'changed', version: 2 } })
    expect((await rowOf(id))?.sealed).toBe(before?.sealed)
    const secret = await admin.client.patch(`/credentials/${id}`, { version: 2, bearer: { token: 'another' } })
    expect(secret).toMatchObject({ status: 200, body: { version: 3 } })
    expect(await rowOf(id)).toMatchObject({ sealed_version: 3 })
    expect((await rowOf(id))?.sealed).not.toBe(before?.sealed)
  })
})
