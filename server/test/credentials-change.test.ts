import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pageOf } from '#schema/common.ts'
import { CredentialVersion } from '#schema/credential.ts'
import { newId } from '#server/platform/ids.ts'
import { startTestApp, type TestApp } from './app.ts'
import type { Client } from './client.ts'
import { auditedActions, bearer, makeCredential, namesAt, openedSecret, rowOf, SECRET } from './making-credentials.ts'
import { asAdmin, newPerson, type Signed } from './people.ts'

let server: TestApp
let admin: Signed
let editor: Signed

beforeAll(async () => {
  server = await startTestApp()
  admin = await asAdmin(server)
  editor = await newPerson(server, admin.client, 'editor')
  await admin.client.post('/scopes/global/key')
})
afterAll(() => server[Symbol.asyncDispose]())

const basic = { kind: 'basic', bearer: undefined, basic: { username: 'bot', password: SECRET } }
const custom = { kind: 'custom', bearer: undefined, custom: { header: 'X-Key', value: SECRET } }

/** A credential that the editor may edit. */
async function make(name: string, more: Record<string, unknown> = {}): Promise<string> {
  const { id } = await makeCredential(admin.client, bearer(name, more))
  const grant = { credential_id: id, principal: `user:${editor.id}`, level: 'edit' }
  await server.app.db.insertInto('credential_grants').values(grant).execute()
  return id
}

function change(id: string, body: Record<string, unknown>, client: Client = editor.client) {
  return client.patch(`/credentials/${id}`, body)
}

function restore(id: string, before: number, version: number) {
  return editor.client.post(`/credentials/${id}/versions/${before}/restore`, { version })
}

async function versionsOf(id: string): Promise<CredentialVersion[]> {
  const { body } = await editor.client.get(`/credentials/${id}/versions`)
  return pageOf(CredentialVersion).parse(body).items
}

describe('changing one', () => {
  test('what is left out, and an empty secret, stay', async () => {
    const id = await make('kept', basic)
    const before = await rowOf(server.app, id)
    const expiresAt = '2999-01-01T00:00:00.000Z'
    const changed = await change(id, { version: 1, basic: { username: 'robot', password: '' }, expiresAt })
    expect(changed).toMatchObject({
      status: 200,
      body: { version: 2, username: 'robot', expiresAt, updatedBy: { id: editor.id, name: 'editor' } },
    })
    expect(await rowOf(server.app, id)).toMatchObject({ sealed: before.sealed, sealed_version: 1, name: 'kept' })
    const cleared = await change(id, { version: 2, expiresAt: null, remind: [editor.id], expiryPolicy: 'block' })
    expect(cleared.body).toMatchObject({ expiresAt: null, remind: [{ name: 'editor' }], expiryPolicy: 'block' })
    expect((await versionsOf(id)).map(({ version, fields, by }) => [version, fields, by.name])).toEqual([
      [3, ['expiresAt', 'expiryPolicy', 'remind'], 'editor'],
      [2, ['username', 'expiresAt'], 'editor'],
      [1, ['created'], 'admin'],
    ])
    const { body } = await admin.client.get(`/audit?target=credential:${id}&action=credential.changed`)
    expect(body).toMatchObject({
      items: [{ detail: { version: 3 } }, { detail: { fields: ['username', 'expiresAt'] } }],
    })
  })

  test('what changes nothing makes no version', async () => {
    const id = await make('same')
    const answer = await change(id, { version: 1, name: 'same', kind: 'bearer', bearer: {}, expiresAt: null })
    expect(answer).toMatchObject({ status: 200, body: { version: 1 } })
    expect(await auditedActions(admin.client, `credential:${id}`)).toEqual(['credential.created'])
  })

  test('a new secret overwrites, with a note of what was taken off', async () => {
    const id = await make('overwritten')
    const answer = await change(id, { version: 1, bearer: { token: 'Bearer another' } })
    expect(answer).toMatchObject({ status: 200, body: { version: 2, notes: [expect.stringContaining('Bearer')] } })
    expect(await openedSecret(server.app, id)).toBe('another')
    expect(await rowOf(server.app, id)).toMatchObject({ sealed_version: 2 })
    expect(await change(id, { version: 2, name: 'Overwritten' })).toMatchObject({ body: { name: 'Overwritten' } })
    expect(await openedSecret(server.app, id)).toBe('another')
  })

  test.each([
    ['another kind', {}, { kind: 'custom', custom: { header: 'X-Key' } }, 'custom.value'],
    ['another kind, its secret empty', {}, { kind: 'basic', basic: { username: 'a', password: '' } }, 'basic.password'],
    ['another header', custom, { custom: { header: 'X-Other' } }, 'custom.value'],
  ])('%s demands the secret', async (what, made, body, path) => {
    const id = await make(`demands: ${what}`, made)
    const answer = await change(id, { version: 1, ...body })
    expect(answer).toMatchObject({ status: 422, body: { code: 'secret-needed', errors: [{ path }] } })
    expect((await versionsOf(id)).length).toBe(1)
  })

  test('the header in another letter-case is the same header', async () => {
    const id = await make('letter-case', custom)
    const answer = await change(id, { version: 1, custom: { header: 'x-key' } })
    expect(answer).toMatchObject({ status: 200, body: { header: 'x-key', version: 2 } })
  })

  test('another kind takes its own fields and forgets the old ones', async () => {
    const id = await make('moved', basic)
    const missing = await change(id, { version: 1, kind: 'custom', custom: { value: 'v' } })
    expect(missing).toMatchObject({ status: 400, body: { errors: [{ path: 'custom.header' }] } })
    const foreign = await change(id, { version: 1, kind: 'bearer', basic: { password: SECRET } })
    expect(foreign).toMatchObject({ status: 400, body: { errors: [{ path: 'basic' }] } })
    expect(JSON.stringify(foreign.body)).not.toContain(SECRET)
    const answer = await change(id, { version: 1, kind: 'custom', custom: { header: 'X-Key', value: 'v' } })
    expect(answer).toMatchObject({ status: 200, body: { kind: 'custom', username: null, header: 'X-Key' } })
    expect((await versionsOf(id))[0]?.fields).toEqual(['kind', 'username', 'header', 'secret'])
  })

  test('a taken name is refused, its own in another spelling is not', async () => {
    await make('Taken')
    const id = await make('free')
    expect(await change(id, { version: 1, name: 'ＴＡＫＥＮ' })).toMatchObject({
      status: 409,
      body: { code: 'name-taken' },
    })
    expect(await change(id, { version: 1, name: 'FREE' })).toMatchObject({ status: 200, body: { name: 'FREE' } })
    expect(await change(id, { version: 2, remind: [newId()] })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'remind.0' }] },
    })
  })

  test('a stale change is refused with what changed since, and by whom', async () => {
    const id = await make('contested')
    await change(id, { version: 1, name: 'contested 2' })
    await change(id, { version: 2, bearer: { token: 'another' } }, admin.client)
    const answer = await change(id, { version: 1, expiryPolicy: 'block' })
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'stale', current: 3, changed: ['name', 'secret'], by: { id: admin.id, name: 'admin' } },
    })
    for (const version of [-9e15, 4, 9e15])
      expect(await change(id, { version, name: 'x' })).toMatchObject({
        status: 409,
        body: { code: 'stale', current: 3 },
      })
  })

  test('of several who change one version at once, one wins', async () => {
    const id = await make('raced')
    const names = Array.from({ length: 6 }, (_, n) => `raced by ${n}`)
    const answers = await Promise.all(
      names.map((name, n) => change(id, { version: 1, name }, n % 2 === 0 ? admin.client : editor.client)),
    )
    const won = answers.findIndex(({ status }) => status === 200)
    const lost = answers.filter(({ status }) => status === 409)
    expect(lost).toHaveLength(5)
    for (const { body } of lost) expect(body).toMatchObject({ code: 'stale', current: 2, changed: ['name'] })
    expect((await rowOf(server.app, id)).name).toBe(names[won])
    expect(await versionsOf(id)).toHaveLength(2)
  })
})

test('versions come a page at a time, newest first', async () => {
  const id = await make('paged')
  for (const version of [1, 2]) await change(id, { version, name: `paged ${version}` })
  const path = `/credentials/${id}/versions?limit=2`
  const first = pageOf(CredentialVersion).parse((await editor.client.get(path)).body)
  const second = pageOf(CredentialVersion).parse((await editor.client.get(`${path}&cursor=${first.nextCursor}`)).body)
  expect([...first.items, ...second.items].map(({ version }) => version)).toEqual([3, 2, 1])
  expect(second.nextCursor).toBeNull()
  for (const key of [['x'], [9e15], [1, 2]]) {
    const cursor = Buffer.from(JSON.stringify(key)).toString('base64url')
    expect(await editor.client.get(`${path}&cursor=${cursor}`)).toMatchObject({ status: 400 })
  }
})

describe('restoring the former value', () => {
  test('puts secret, kind and fields back as a new version; of former values the latest alone is kept', async () => {
    const id = await make('restored', basic)
    await change(id, { version: 1, basic: { password: 'second' } })
    await change(id, { version: 2, kind: 'custom', custom: { header: 'X-Key', value: 'third' } })
    await change(id, { version: 3, name: 'renamed' })
    expect((await versionsOf(id)).map(({ version, restorable }) => [version, restorable])).toEqual([
      [4, false],
      [3, true],
      [2, false],
      [1, false],
    ])
    expect(await restore(id, 2, 4)).toMatchObject({ status: 409, body: { code: 'not-restorable' } })
    expect(await restore(id, 9, 4)).toMatchObject({ status: 404 })
    expect(await restore(id, 3, 3)).toMatchObject({ status: 409, body: { code: 'stale' } })
    const answer = await restore(id, 3, 4)
    const value = { kind: 'basic', username: 'bot', header: null, name: 'renamed', version: 5 }
    expect(answer).toMatchObject({ status: 200, body: value })
    expect(await openedSecret(server.app, id)).toBe('second')
    expect(await restore(id, 5, 5)).toMatchObject({ status: 200, body: { kind: 'custom', header: 'X-Key' } })
    expect(await openedSecret(server.app, id)).toBe('third')
    expect((await auditedActions(admin.client, `credential:${id}`))[0]).toBe('credential.restored')
  })

  test('each value is sealed for its own version, after a restore too', async () => {
    const id = await make('sealed apart')
    await change(id, { version: 1, bearer: { token: 'second' } })
    await restore(id, 2, 2)
    expect(await rowOf(server.app, id)).toMatchObject({ version: 3, sealed_version: 3 })
    await change(id, { version: 3, bearer: { token: 'fourth' } })
    expect(await rowOf(server.app, id)).toMatchObject({ version: 4, sealed_version: 4 })
    expect(await openedSecret(server.app, id)).toBe('fourth')
  })

  test('is refused when that secret could now go where it could not go then', async () => {
    const id = await make('led astray')
    await change(id, { version: 1, bearer: { token: 'second' } })
    const wider = { version: 2, domains: ['api.example.com', 'evil.example'], bearer: { token: 'third' } }
    expect((await admin.client.put(`/credentials/${id}/domains`, wider)).status).toBe(200)
    expect(await restore(id, 3, 3)).toMatchObject({
      status: 422,
      body: { code: 'secret-needed', errors: [{ path: 'bearer.token' }] },
    })
    expect(await openedSecret(server.app, id)).toBe('third')
  })

  test('is refused when a former key sealed it', async () => {
    const id = await make('outlived')
    await change(id, { version: 1, bearer: { token: 'second' } })
    await server.app.db
      .updateTable('credential_versions')
      .set({ former_key_version: 0 })
      .where('credential_id', '=', id)
      .where('version', '=', 2)
      .execute()
    expect((await versionsOf(id))[0]).toMatchObject({ version: 2, restorable: false })
    expect(await restore(id, 2, 2)).toMatchObject({ status: 409, body: { code: 'not-restorable' } })
  })

  test('needs the level "edit", listing versions "view"', async () => {
    const { id } = await makeCredential(admin.client, bearer('for viewers'))
    expect(await editor.client.get(`/credentials/${id}/versions`)).toMatchObject({ status: 404 })
    expect(await restore(id, 1, 1)).toMatchObject({ status: 404 })
    const grant = { credential_id: id, principal: 'everyone', level: 'view' }
    await server.app.db.insertInto('credential_grants').values(grant).execute()
    expect(await versionsOf(id)).toHaveLength(1)
    expect(await restore(id, 1, 1)).toMatchObject({ status: 403 })
  })
})

describe('a secret that cannot be opened', () => {
  test.each([
    ['is gone', { sealed: null }],
    ['was found unreadable', { unreadable_at: new Date() }],
    ['was sealed by a key that is gone', { key_version: 0 }],
  ])('that %s is a state; entering it again keeps everything else', async (what, broken) => {
    const id = await make(`lost: ${what}`, { expiresAt: '2020-01-01T00:00:00Z' })
    await server.app.db.updateTable('credentials').set(broken).where('id', '=', id).execute()
    const read = await editor.client.get(`/credentials/${id}`)
    expect(read.body).toMatchObject({ state: 'needs-re-entry', stateDetail: expect.stringContaining('again') })
    expect(await namesAt(editor.client, '/scopes/global/credentials?q=lost')).toContain(`lost: ${what}`)
    expect(await change(id, { version: 1, name: `found: ${what}` })).toMatchObject({
      body: { state: 'needs-re-entry' },
    })
    const entered = await change(id, { version: 2, bearer: { token: 'entered' } })
    expect(entered).toMatchObject({
      status: 200,
      body: { id, level: 'edit', version: 3, state: 'expired', domains: [{ entry: 'api.example.com' }] },
    })
    expect(await rowOf(server.app, id)).toMatchObject({ unreadable_at: null, key_version: 1 })
    expect(await openedSecret(server.app, id)).toBe('entered')
  })
})

test('what the audit cannot record is not done', async () => {
  const id = await make('unaudited')
  await change(id, { version: 1, bearer: { token: 'second' } })
  await sql`create function refuse() returns trigger language plpgsql as $$ begin raise 'the audit is full'; end $$`.execute(
    server.app.db,
  )
  await sql`create trigger refuse before insert on audit for each row execute function refuse()`.execute(server.app.db)
  try {
    const answers = [
      await admin.client.post('/scopes/global/credentials', bearer('never')),
      await change(id, { version: 2, name: 'never', bearer: { token: 'never' } }),
      await restore(id, 2, 2),
      await admin.client.delete(`/credentials/${id}`),
    ]
    expect(answers.map(({ status }) => status)).toEqual([500, 500, 500, 500])
  } finally {
    await sql`drop trigger refuse on audit`.execute(server.app.db)
  }
  expect(await namesAt(admin.client, '/scopes/global/credentials?q=never')).toEqual([])
  expect(await rowOf(server.app, id)).toMatchObject({ name: 'unaudited', version: 2 })
  expect(await openedSecret(server.app, id)).toBe('second')
  expect((await versionsOf(id)).map(({ version, restorable }) => [version, restorable])).toEqual([
    [2, true],
    [1, false],
  ])
})
