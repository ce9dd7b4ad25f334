import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pageOf } from '#schema/common.ts'
import { RegeneratePreview, Regenerated, ScopeKey, ScopeState } from '#schema/credential.ts'
import { setReferences } from '#server/credentials/references.ts'
import { transact } from '#server/db/transact.ts'
import { newId } from '#server/platform/ids.ts'
import { startTestApp, type TestApp } from './app.ts'
import type { Client } from './client.ts'
import { asAdmin, idOf, newPerson, withNewKey, type Signed } from './people.ts'
import { makeSpace, putCredentials } from './sealed-rows.ts'

const ScopePage = pageOf(ScopeState)
let server: TestApp
let admin: Signed
let owner: Signed
let reader: Signed
let stranger: Signed
let spaceId: string

beforeAll(async () => {
  server = await startTestApp()
  admin = await asAdmin(server)
  owner = await newPerson(server, admin.client, 'owner')
  reader = await newPerson(server, admin.client, 'reader')
  stranger = await newPerson(server, admin.client, 'stranger')
  spaceId = await makeSpace(admin.client, 'DOCS', { [owner.id]: 'admin', [reader.id]: 'reader' })
  await makeSpace(admin.client, 'OTHER', { [stranger.id]: 'admin' })
})
afterAll(() => server[Symbol.asyncDispose]())

const keyOf = (scope: string) => `/scopes/${encodeURIComponent(scope)}/key`
const read = async (client: Client, scope: string) =>
  ScopeState.parse((await client.get(`/scopes/${encodeURIComponent(scope)}`)).body)

describe('who may', () => {
  const ways: [string, (client: Client, scope: string) => Promise<{ status: number; body: unknown }>][] = [
    ['generate', (client, scope) => client.post(keyOf(scope))],
    ['rotate', (client, scope) => client.post(`${keyOf(scope)}/rotate`)],
    ['preview a re-generation', (client, scope) => client.get(`${keyOf(scope)}/regenerate`)],
    ['re-generate', (client, scope) => client.post(`${keyOf(scope)}/regenerate`, { confirm: scope })],
  ]

  test.each(ways)('%s: admins of the scope alone', async (_what, call) => {
    expect(await call(server.client, 'global')).toMatchObject({ status: 401 })
    for (const person of [owner, reader, stranger]) {
      expect(await call(person.client, 'global')).toMatchObject({ status: 403 })
      expect(await call(person.client, 'integrations')).toMatchObject({ status: 404 })
      expect(await call(person.client, 'space:NONE')).toMatchObject({ status: 404 })
    }
    expect(await call(reader.client, 'space:DOCS')).toMatchObject({ status: 403 })
    expect(await call(stranger.client, 'space:DOCS')).toMatchObject({ status: 404 })
    const readsOnly = await withNewKey(server, owner.client, { name: newId(), scopes: ['read'] })
    expect(await call(readsOnly, 'space:DOCS')).toMatchObject({ status: 403, body: { code: 'read-only-key' } })
  })

  test('without a key there is nothing to rotate or re-generate', async () => {
    for (const [what, call] of ways.slice(1)) {
      if (what.startsWith('preview')) continue
      expect(await call(owner.client, 'space:DOCS')).toMatchObject({ status: 409, body: { code: 'no-key' } })
    }
  })
})

test('everybody sees global and his spaces that have a key; admins of a scope also those without', async () => {
  const scopesOf = async (client: Client) => {
    const { body } = await client.get('/scopes')
    return ScopePage.parse(body).items.map(({ scope, mayAdministrate }) => [scope, mayAdministrate])
  }
  expect((await server.client.get('/scopes')).status).toBe(401)
  expect(await scopesOf(reader.client)).toEqual([['global', false]])
  expect(await scopesOf(owner.client)).toEqual([
    ['global', false],
    ['space:DOCS', true],
  ])
  expect(await scopesOf(admin.client)).toEqual([
    ['global', true],
    ['integrations', true],
    ['space:DOCS', true],
    ['space:OTHER', true],
  ])
  expect((await stranger.client.get('/scopes/space:DOCS')).status).toBe(404)
  expect((await reader.client.get('/scopes/integrations')).status).toBe(404)
  expect(await read(reader.client, 'global')).toMatchObject({ key: null, credentials: 0, mayAdministrate: false })
})

test('the list of scopes goes on where its page ended', async () => {
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const { body } = await admin.client.get(`/scopes?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`)
    const page = ScopePage.parse(body)
    seen.push(...page.items.map(({ scope }) => scope))
    cursor = page.nextCursor
  }
  expect(seen).toEqual(['global', 'integrations', 'space:DOCS', 'space:OTHER'])
  expect((await admin.client.get('/scopes?cursor=x')).status).toBe(400)
})

test('a key is generated once, shown by its fingerprint, date and maker, and recorded', async () => {
  const made = await owner.client.post(keyOf('space:DOCS'))
  expect(made).toMatchObject({
    status: 201,
    body: { version: 1, rotation: null, createdBy: { id: owner.id, name: 'owner' } },
  })
  const key = ScopeKey.parse(made.body)
  expect(key.fingerprint).toMatch(/^([0-9a-f]{4}-){3}[0-9a-f]{4}$/)
  expect(await owner.client.post(keyOf('space:DOCS'))).toMatchObject({ status: 409, body: { code: 'has-key' } })
  expect((await read(reader.client, 'space:DOCS')).key).toEqual(key)
  const { body } = await admin.client.get('/audit?target=scope:space:DOCS&action=scope-key.generated')
  expect(body).toMatchObject({
    items: [{ actor: owner.id, detail: { version: 1, fingerprint: key.fingerprint } }],
  })
  const rows = await server.app.db
    .selectFrom('scope_keys')
    .select(['space_id'])
    .where('scope', '=', `space:${spaceId}`)
    .execute()
  expect(rows).toEqual([{ space_id: spaceId }])
})

test('who makes two at once makes one', async () => {
  await makeSpace(admin.client, 'TWICE', {})
  const both = await Promise.all([admin.client.post(keyOf('space:TWICE')), admin.client.post(keyOf('space:TWICE'))])
  expect(new Set(both.map(({ status }) => status))).toEqual(new Set([201, 409]))
})

test('that somebody read the settings of a scope is recorded', async () => {
  await read(reader.client, 'space:DOCS')
  const { body } = await admin.client.get(
    `/audit?target=scope:space:DOCS&action=scope.settings.read&actor=${reader.id}`,
  )
  expect(body).toMatchObject({ items: [{ action: 'scope.settings.read' }] })
})

describe('re-generating', () => {
  test('shows what breaks, demands the typed scope, and destroys this scope alone', async () => {
    await admin.client.post(keyOf('global'))
    const kept = await putCredentials(server.app, 'global', null, 2)
    const [first, second] = await putCredentials(server.app, `space:${spaceId}`, spaceId, 2)
    if (first === undefined || second === undefined) throw new Error('nothing was put')
    const references = [
      { kind: 'workflow', id: newId(), name: 'Publish', spaceId },
      { kind: 'integration', id: newId(), name: 'Hidden from owners', spaceId: null },
    ] as const
    for (const reference of references) await transact(server.app.db, (tx) => setReferences(tx, reference, [first.id]))

    const preview = RegeneratePreview.parse((await owner.client.get(`${keyOf('space:DOCS')}/regenerate`)).body)
    expect(preview.hiddenUses).toBe(1)
    expect(preview.credentials).toEqual([
      {
        id: first.id,
        name: first.name,
        usedBy: [{ kind: 'workflow', id: references[0].id, name: 'Publish', space: 'DOCS' }],
        hidden: 1,
      },
      { id: second.id, name: second.name, usedBy: [], hidden: 0 },
    ])
    const all = RegeneratePreview.parse((await admin.client.get(`${keyOf('space:DOCS')}/regenerate`)).body)
    expect(all.credentials[0]?.usedBy.map(({ name }) => name)).toEqual(['Hidden from owners', 'Publish'])

    const before = (await read(owner.client, 'space:DOCS')).key
    for (const confirm of ['', 'DOCS', 'space:docs', ' space:DOCS'])
      expect(await owner.client.post(`${keyOf('space:DOCS')}/regenerate`, { confirm })).toMatchObject({
        status: 422,
        body: { code: 'not-confirmed' },
      })
    expect((await read(owner.client, 'space:DOCS')).credentials).toBe(2)

    const answer = await owner.client.post(`${keyOf('space:DOCS')}/regenerate`, { confirm: 'space:DOCS' })
    const { destroyed, key } = Regenerated.parse(answer.body)
    expect(destroyed).toEqual({ credentials: [first, second].map(({ id, name }) => ({ id, name })), keyVersion: 1 })
    expect(key.version).toBe(2)
    expect(key.fingerprint).not.toBe(before?.fingerprint)
    expect(await read(owner.client, 'space:DOCS')).toMatchObject({ credentials: 0, key: { version: 2 } })
    const left = await server.app.db.selectFrom('credentials').select('id').orderBy('id').execute()
    expect(left.map(({ id }) => id)).toEqual(kept.map(({ id }) => id).sort())
    const keys = await server.app.db
      .selectFrom('scope_keys')
      .select(['state', 'sealed'])
      .where('space_id', '=', spaceId)
      .where('version', '=', 1)
      .execute()
    expect(keys).toEqual([{ state: 'destroyed', sealed: null }])
    const references2 = await server.app.db
      .selectFrom('credential_references')
      .select('name')
      .where('credential_id', '=', first.id)
      .execute()
    expect(references2).toHaveLength(2)
    const { body } = await admin.client.get('/audit?target=scope:space:DOCS&action=scope-key.regenerated')
    expect(JSON.stringify(body)).toContain(first.name)
  })

  test('one that is created meanwhile is destroyed, or lives under the new key', async () => {
    await makeSpace(admin.client, 'RACE', {})
    await admin.client.post(keyOf('space:RACE'))
    const draft = (name: string) => ({
      name,
      kind: 'bearer',
      bearer: { token: 'a-token' },
      domains: ['api.example.com'],
    })
    const create = (name: string) => admin.client.post('/scopes/space:RACE/credentials', draft(name))
    const destroyed = new Set<string>()
    const created: string[] = []
    for (let round = 0; round < 8; round += 1) {
      const [regenerated, ...made] = await Promise.all([
        admin.client.post(`${keyOf('space:RACE')}/regenerate`, { confirm: 'space:RACE' }),
        ...[1, 2, 3].map((n) => create(`${round} ${n}`)),
      ])
      for (const { id } of Regenerated.parse(regenerated.body).destroyed.credentials) destroyed.add(id)
      for (const { status, body } of made) {
        expect(status, JSON.stringify(body)).toBe(201)
        created.push(idOf(body))
      }
    }
    const active = (await read(admin.client, 'space:RACE')).key?.version
    for (const id of created) {
      const row = await server.app.db
        .selectFrom('credentials')
        .select('key_version')
        .where('id', '=', id)
        .executeTakeFirst()
      expect(row === undefined ? destroyed.has(id) : row.key_version === active && !destroyed.has(id), id).toBe(true)
    }
  })

  test('never touches integrations', async () => {
    for (const answer of [
      await admin.client.post(keyOf('integrations')),
      await admin.client.get(`${keyOf('integrations')}/regenerate`),
      await admin.client.post(`${keyOf('integrations')}/regenerate`, { confirm: 'integrations' }),
    ])
      expect(answer).toMatchObject({ status: 409, body: { code: 'not-for-integrations' } })
  })
})

test('of the credentials of a scope those are counted that one may see', async () => {
  const id = await makeSpace(admin.client, 'SEEN', { [owner.id]: 'admin', [reader.id]: 'reader' })
  await owner.client.post(keyOf('space:SEEN'))
  const puts = await putCredentials(server.app, `space:${id}`, id, 4)
  const principals = [`user:${reader.id}`, 'everyone', `user:${reader.id}`, `user:${stranger.id}`]
  const rows = puts.map((put, index) => ({
    credential_id: put.id,
    principal: principals[index] ?? '',
    level: ['view', 'edit', 'use', 'view'][index] ?? '',
  }))
  await server.app.db.insertInto('credential_grants').values(rows).execute()
  expect((await read(reader.client, 'space:SEEN')).credentials).toBe(2)
  expect((await read(owner.client, 'space:SEEN')).credentials).toBe(4)
})

test('a space that is deleted takes its key and its credentials along', async () => {
  const id = await makeSpace(admin.client, 'GONE', {})
  await admin.client.post(keyOf('space:GONE'))
  await putCredentials(server.app, `space:${id}`, id, 1)
  expect((await admin.client.delete('/spaces/GONE')).status).toBe(204)
  for (const table of ['scope_keys', 'credentials'] as const)
    expect(await server.app.db.selectFrom(table).select('id').where('space_id', '=', id).execute()).toEqual([])
})
