import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pageOf } from '#schema/common.ts'
import { Credential } from '#schema/credential.ts'
import { setReferences } from '#server/credentials/references.ts'
import { transact } from '#server/db/transact.ts'
import { newId } from '#server/platform/ids.ts'
import { startTestApp, type TestApp } from './app.ts'
import { auditedActions, bearer, makeCredential, namesAt, openedSecret, rowOf, SECRET } from './making-credentials.ts'
import { asAdmin, newPerson, withNewKey, type Signed } from './people.ts'
import { makeSpace } from './sealed-rows.ts'

let server: TestApp
let admin: Signed
let owner: Signed
let reader: Signed
let stranger: Signed

beforeAll(async () => {
  server = await startTestApp()
  admin = await asAdmin(server)
  owner = await newPerson(server, admin.client, 'owner')
  reader = await newPerson(server, admin.client, 'reader')
  stranger = await newPerson(server, admin.client, 'stranger')
  await makeSpace(admin.client, 'DOCS', { [owner.id]: 'admin', [reader.id]: 'reader' })
  await makeSpace(admin.client, 'BARE', { [owner.id]: 'admin' })
  for (const scope of ['global', 'space:DOCS'])
    expect(await admin.client.post(`/scopes/${scope}/key`)).toMatchObject({ status: 201 })
})
afterAll(() => server[Symbol.asyncDispose]())

const UNKNOWN = newId()
const GLOBAL = '/scopes/global/credentials'
const DOCS = '/scopes/space:DOCS/credentials'

async function grant(id: string, principal: string, level: string): Promise<void> {
  await server.app.db.insertInto('credential_grants').values({ credential_id: id, principal, level }).execute()
}

describe('who may', () => {
  test('make one: admins of the scope, with a key that may write', async () => {
    const readsOnly = await withNewKey(server, owner.client, { name: 'reads', scopes: ['read'] })
    expect(await server.client.post(DOCS, bearer('x'))).toMatchObject({ status: 401 })
    expect(await stranger.client.post(DOCS, bearer('x'))).toMatchObject({ status: 404 })
    expect(await reader.client.post(DOCS, bearer('x'))).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    expect(await readsOnly.post(DOCS, bearer('x'))).toMatchObject({ status: 403, body: { code: 'read-only-key' } })
    for (const { client } of [owner, reader, stranger])
      expect(await client.post(GLOBAL, bearer('x'))).toMatchObject({ status: 403 })
    expect(await makeCredential(owner.client, bearer("the owner's"), 'space:DOCS')).toMatchObject({
      scope: 'space:DOCS',
      level: 'administrate',
      createdBy: { id: owner.id, name: 'owner' },
    })
  })

  test('nobody, in the scope of integrations: only admins learn that it is there', async () => {
    const path = '/scopes/integrations/credentials'
    for (const call of [() => owner.client.get(path), () => owner.client.post(path, bearer('x'))])
      expect(await call()).toMatchObject({ status: 404 })
    for (const call of [() => admin.client.get(path), () => admin.client.post(path, bearer('x'))])
      expect(await call()).toMatchObject({ status: 409, body: { code: 'not-for-integrations' } })
    const id = newId()
    const row = { id, scope: 'integrations', name: 'wiki', name_key: 'wiki', kind: 'basic', domains: ['wiki.example'] }
    await server.app.db.insertInto('credentials').values(row).execute()
    expect(await admin.client.get(`/credentials/${id}`)).toMatchObject({ status: 404 })
    expect(await admin.client.patch(`/credentials/${id}`, { version: 1 })).toMatchObject({ status: 404 })
    expect(await admin.client.delete(`/credentials/${id}`)).toMatchObject({ status: 404 })
    expect(await admin.client.get(`/credentials/${id}/versions`)).toMatchObject({ status: 404 })
  })

  test('read one: who was granted "view"; what is hidden and what is not there look the same', async () => {
    const { id } = await makeCredential(owner.client, bearer('seen by some'), 'space:DOCS')
    await grant(id, 'everyone', 'use')
    await grant(id, `user:${stranger.id}`, 'administrate')
    const hidden = await reader.client.get(`/credentials/${id}`)
    const absent = await reader.client.get(`/credentials/${UNKNOWN}`)
    expect([hidden.status, absent.status]).toEqual([404, 404])
    expect(JSON.stringify(hidden.body)).toBe(JSON.stringify(absent.body).replace(UNKNOWN, id))
    expect(await stranger.client.get(`/credentials/${id}`)).toMatchObject({ status: 404 })
    await grant(id, `user:${reader.id}`, 'view')
    expect(await reader.client.get(`/credentials/${id}`)).toMatchObject({ status: 200, body: { level: 'view' } })
    expect(await reader.client.patch(`/credentials/${id}`, { version: 1, name: 'x' })).toMatchObject({ status: 403 })
    expect(await reader.client.delete(`/credentials/${id}`)).toMatchObject({ status: 403 })
  })
})

describe('making one', () => {
  test('all of it comes back but the secret', async () => {
    const made = await makeCredential(admin.client, {
      name: '  Jira bot ',
      kind: 'basic',
      basic: { username: 'bot', password: SECRET },
      domains: ['https://api.example.com/', '*.bücher.example', 'API.example.com', '[::1]:8443'],
      expiresAt: '2999-01-01T01:00:00+01:00',
      expiryPolicy: 'block',
      remind: [reader.id, reader.id],
    })
    const { id, notes, ...rest } = made
    expect(rest).toEqual({
      scope: 'global',
      name: 'Jira bot',
      kind: 'basic',
      username: 'bot',
      header: null,
      domains: [
        { entry: 'api.example.com', unicode: 'api.example.com' },
        { entry: '*.xn--bcher-kva.example', unicode: '*.bücher.example' },
        { entry: '[::1]:8443', unicode: '[::1]:8443' },
      ],
      allowHttp: false,
      expiresAt: '2999-01-01T00:00:00.000Z',
      expiryPolicy: 'block',
      remind: [{ id: reader.id, name: 'reader' }],
      state: 'ok',
      stateDetail: null,
      level: 'administrate',
      version: 1,
      createdAt: expect.any(String),
      createdBy: { id: admin.id, name: 'admin' },
      updatedAt: rest.createdAt,
      updatedBy: { id: admin.id, name: 'admin' },
      lastUsedAt: null,
      lastUsedHost: null,
      lastUsedBy: null,
    })
    expect(notes).toEqual([expect.stringContaining('Shortened'), expect.stringContaining('ASCII')])
    expect((await admin.client.get(`/credentials/${id}`)).body).toEqual({ id, ...rest })
    expect(await openedSecret(server.app, id)).toBe(SECRET)
    const row = await rowOf(server.app, id)
    expect(row).toMatchObject({ key_version: 1, sealed_version: 1 })
    const audit = await admin.client.get(`/audit?target=credential:${id}`)
    expect(JSON.stringify([row, made, audit.body])).not.toContain(SECRET)
    expect(await auditedActions(admin.client, `credential:${id}`)).toEqual(['credential.created'])
  })

  test('what was pasted with a token is taken off, and said', async () => {
    const made = await makeCredential(admin.client, bearer('pasted', { bearer: { token: ` bearer ${SECRET}\n` } }))
    expect(made.notes).toEqual([expect.stringContaining('White space'), expect.stringContaining('"Bearer"')])
    expect(await openedSecret(server.app, made.id)).toBe(SECRET)
  })

  test('every fault is told with its path, and no fault repeats the secret', async () => {
    const answer = await admin.client.post(GLOBAL, {
      name: 'faulty',
      kind: 'custom',
      custom: { header: 'Host', value: `${SECRET}\n` },
      domains: ['good.example.com', '*.com', 'https://api.example.com/v1'],
      remind: [reader.id, UNKNOWN],
    })
    const paths = ['custom.header', 'custom.value', 'domains.1', 'domains.2', 'remind.1']
    const errors = paths.map((path) => ({ path, message: expect.any(String) }))
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request', errors } })
    expect(JSON.stringify(answer.body)).not.toContain(SECRET)
    expect(await namesAt(admin.client, `${GLOBAL}?q=faulty`)).toEqual([])
  })

  test.each([
    ['no domain', { domains: [] }, 'domains'],
    ['no fields of its kind', { bearer: undefined }, 'kind'],
    ['no secret', { bearer: { token: '' } }, 'bearer.token'],
    ['an unknown field', { secret: SECRET }, 'secret'],
    ['a date that is none', { expiresAt: 'tomorrow' }, 'expiresAt'],
  ])('%s is refused', async (_what, more, path) => {
    const answer = await admin.client.post(GLOBAL, bearer('refused', more))
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path }] } })
    expect(JSON.stringify(answer.body)).not.toContain(SECRET)
  })

  test('without a key of the scope it says to generate the token', async () => {
    const answer = await owner.client.post('/scopes/space:BARE/credentials', bearer('too early'))
    expect(answer).toMatchObject({ status: 409, body: { code: 'no-key', detail: expect.stringContaining('generate') } })
  })

  test('a name is taken in every spelling of it, in its scope alone', async () => {
    await makeCredential(admin.client, bearer('Straße № 5'))
    for (const name of ['straße № 5', 'STRASSE № 5', 'Straße No 5', ' Straße № 5 ']) {
      const answer = await admin.client.post(GLOBAL, bearer(name))
      expect(answer).toMatchObject({ status: 409, body: { code: 'name-taken', errors: [{ path: 'name' }] } })
    }
    await makeCredential(admin.client, bearer('Straße № 5'), 'space:DOCS')
  })

  test('of several who take one name at once, one gets it', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => admin.client.post(GLOBAL, bearer('wanted'))))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(4)
  })
})

describe('the list', () => {
  test('is by name, a page at a time, narrowed to what the caller may view', async () => {
    await makeSpace(admin.client, 'LIST', { [owner.id]: 'admin', [reader.id]: 'reader' })
    await admin.client.post('/scopes/space:LIST/key')
    const path = '/scopes/space:LIST/credentials'
    const ids = new Map<string, string>()
    for (const name of ['zeta', 'Alpha', 'ésprit', 'beta', 'Beta 2'])
      ids.set(name, (await makeCredential(owner.client, bearer(name), 'space:LIST')).id)
    expect(await namesAt(owner.client, path)).toEqual(['Alpha', 'beta', 'Beta 2', 'zeta', 'ésprit'])
    expect(await namesAt(owner.client, `${path}?q=BETA`)).toEqual(['beta', 'Beta 2'])
    expect(await namesAt(owner.client, `${path}?q=%25`)).toEqual([])
    expect(await stranger.client.get(path)).toMatchObject({ status: 404 })
    expect(await namesAt(reader.client, path)).toEqual([])
    await grant(ids.get('beta') ?? '', `user:${reader.id}`, 'use')
    await grant(ids.get('zeta') ?? '', `user:${reader.id}`, 'use')
    await grant(ids.get('zeta') ?? '', 'everyone', 'view')
    await grant(ids.get('Alpha') ?? '', `user:${reader.id}`, 'edit')
    await grant(ids.get('Alpha') ?? '', 'everyone', 'view')
    const { items } = pageOf(Credential).parse((await reader.client.get(path)).body)
    expect(items.map(({ name, level }) => [name, level])).toEqual([
      ['Alpha', 'edit'],
      ['zeta', 'view'],
    ])
  })

  test('pages join without gap or repetition', async () => {
    const all = await namesAt(admin.client, `${GLOBAL}?limit=250`)
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const { body } = await admin.client.get(`${GLOBAL}?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
      const page = pageOf(Credential).parse(body)
      seen.push(...page.items.map(({ name }) => name))
      cursor = page.nextCursor
    }
    expect(seen).toEqual(all)
    expect(await admin.client.get(`${GLOBAL}?cursor=x`)).toMatchObject({ status: 400, body: { code: 'bad-cursor' } })
  })
})

test('a deleted one is gone with its secret and versions; who referred to it still does', async () => {
  const { id } = await makeCredential(admin.client, bearer('short-lived'))
  const reference = { kind: 'workflow', id: newId(), name: 'Publish', spaceId: null } as const
  await transact(server.app.db, (tx) => setReferences(tx, reference, [id]))
  expect(await admin.client.delete(`/credentials/${id}`)).toMatchObject({ status: 204 })
  for (const path of [`/credentials/${id}`, `/credentials/${id}/versions`])
    expect(await admin.client.get(path)).toMatchObject({ status: 404 })
  expect(await admin.client.delete(`/credentials/${id}`)).toMatchObject({ status: 404 })
  const references = server.app.db.selectFrom('credential_references').select('ref_id').where('credential_id', '=', id)
  expect(await references.execute()).toEqual([{ ref_id: reference.id }])
  expect(await auditedActions(admin.client, `credential:${id}`)).toEqual(['credential.deleted', 'credential.created'])
  await makeCredential(admin.client, bearer('short-lived'))
})
