import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './app.ts'
import { makeCredential, makeWorld, SECRET, UNKNOWN, type World } from './credential-world.ts'
import { asAdmin } from './people.ts'
import { bring, encrypt, PASSPHRASE, transfer } from './transferring.ts'

let server: TestApp
let world: World
beforeAll(async () => {
  server = await startTestApp()
  world = await makeWorld(server, await asAdmin(server))
})
afterAll(() => server[Symbol.asyncDispose]())

/** Codes and attempts of the refusals that the record has of this target, and who was refused, oldest first. */
async function refusalsOf(target: string): Promise<[code: string, attempted: string, actor: string][]> {
  const action = `${target.split(':')[0]}.refused`
  const { rows } = await sql<{ code: string; attempted: string; actor: string }>`
    select detail->>'code' as code, detail->>'attempted' as attempted, actor from audit
    where target = ${target} and action = ${action} order by seq`.execute(server.app.db)
  return rows.map(({ code, attempted, actor }) => [code, attempted, actor])
}

function makeOne(grants: Record<string, string> = {}): Promise<string> {
  return makeCredential(server.app, 'space:DOCS', { grants })
}

describe('of a credential', () => {
  test('that its secret is needed again is recorded, without it, although the change is rolled back', async () => {
    const id = await makeOne()
    const { client, id: dora } = world.dora
    const address = `/credentials/${id}`
    expect((await client.put(`${address}/domains`, { version: 1, domains: ['evil.example'] })).status).toBe(422)
    expect((await client.patch(address, { version: 1, kind: 'custom', custom: { header: 'X-Key' } })).status).toBe(422)
    expect(await refusalsOf(`credential:${id}`)).toEqual([
      ['secret-needed', 'change domains', dora],
      ['secret-needed', 'change', dora],
    ])
    expect((await client.get(address)).body).toMatchObject({ version: 1, kind: 'bearer' })
    const { rows } = await sql<{ detail: string }>`select detail::text from audit`.execute(server.app.db)
    expect(rows.map(({ detail }) => detail).join()).not.toContain(SECRET)
  })

  test('what needs a higher level is recorded', async () => {
    const id = await makeOne({ [`user:${world.mia.id}`]: 'view' })
    const { client, id: mia } = world.mia
    const address = `/credentials/${id}`
    const answers = [
      await client.patch(address, { version: 1, name: 'Mine' }),
      await client.put(`${address}/domains`, { version: 1, domains: ['evil.example'] }),
      await client.put(`${address}/grants`, { version: 1, grants: [] }),
      await client.get(`${address}/grants`),
      await client.get(`${address}/access?user=${mia}`),
      await client.post(`${address}/versions/1/restore`, { version: 1 }),
      await client.delete(address),
    ]
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403))
    const attempts = ['change', 'change domains', 'change grants', 'read grants', 'read access', 'restore', 'delete']
    expect(await refusalsOf(`credential:${id}`)).toEqual(attempts.map((attempted) => ['forbidden', attempted, mia]))
  })

  test('what a key that only reads may not do is recorded', async () => {
    const id = await makeOne()
    await world.readOnly.delete(`/credentials/${id}`)
    await world.readOnly.post(`/credentials/${id}/test`, { url: 'https://api.example.com/' })
    expect(await refusalsOf(`credential:${id}`)).toEqual([
      ['read-only-key', 'delete', world.admin.id],
      ['read-only-key', 'test', world.admin.id],
    ])
  })

  test('that its last administrator would lock himself out is recorded', async () => {
    const id = await makeOne({ [`user:${world.mia.id}`]: 'administrate' })
    const answer = await world.mia.client.put(`/credentials/${id}/grants`, { version: 1, grants: [] })
    expect(answer).toMatchObject({ status: 409, body: { code: 'last-administrator' } })
    expect(await refusalsOf(`credential:${id}`)).toEqual([['last-administrator', 'change grants', world.mia.id]])
  })

  test('what is not there for the caller, wrongly typed or stale is no refusal', async () => {
    const id = await makeOne()
    expect((await world.mia.client.delete(`/credentials/${id}`)).status).toBe(404)
    expect((await world.mia.client.delete(`/credentials/${UNKNOWN}`)).status).toBe(404)
    expect((await world.dora.client.patch(`/credentials/${id}`, { version: 9, name: 'Late' })).status).toBe(409)
    expect((await world.dora.client.patch(`/credentials/${id}`, { version: 1, name: '' })).status).toBe(400)
    expect(await refusalsOf(`credential:${id}`)).toEqual([])
    expect(await refusalsOf(`credential:${UNKNOWN}`)).toEqual([])
  })

  test('when the record cannot be written, its failure is answered', async () => {
    const id = await makeOne()
    const { db } = server.app
    await sql`create function refuse() returns trigger language plpgsql as $$ begin raise 'the audit is full'; end $$`.execute(
      db,
    )
    await sql`create trigger refuse before insert on audit for each row execute function refuse()`.execute(db)
    try {
      const widened = { version: 1, domains: ['evil.example'] }
      expect((await world.dora.client.put(`/credentials/${id}/domains`, widened)).status).toBe(500)
    } finally {
      await sql`drop trigger refuse on audit`.execute(db)
    }
  })
})

describe('of a scope', () => {
  test('what is for its admins alone is recorded once, under the scope as it is written', async () => {
    const { client, id: mia } = world.mia
    const name = 'Draft'
    const draft = { name, kind: 'bearer', bearer: { token: SECRET }, domains: ['a.example'] }
    const address = '/scopes/space:docs'
    const answers = [
      await client.post(`${address}/credentials`, draft),
      await client.post(`${address}/key`),
      await client.post(`${address}/key/rotate`),
      await client.get(`${address}/key/regenerate`),
      await client.post(`${address}/export`, { passphrase: PASSPHRASE }),
      await bring(client, 'space:docs', Buffer.from('x')),
    ]
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403))
    const attempts = ['create', 'generate key', 'rotate key', 're-generate key', 'export', 'import']
    expect(await refusalsOf('scope:space:DOCS')).toEqual(attempts.map((attempted) => ['forbidden', attempted, mia]))
  })

  test('a re-generation that is not confirmed, and a file or passphrase that does not fit, are recorded', async () => {
    const { client, id: olga } = world.olga
    const file = await encrypt(transfer([]))
    expect((await client.post('/scopes/space:OTHER/key/regenerate', { confirm: 'other' })).status).toBe(422)
    expect((await bring(client, 'space:OTHER', file, { passphrase: 'another one' })).status).toBe(422)
    expect((await bring(client, 'space:OTHER', Buffer.from('x'))).status).toBe(422)
    expect(await refusalsOf('scope:space:OTHER')).toEqual([
      ['not-confirmed', 're-generate key', olga],
      ['wrong-passphrase', 'import', olga],
      ['bad-file', 'import', olga],
    ])
  })

  test('one that is not there for the caller is no refusal', async () => {
    expect((await world.stranger.client.post('/scopes/space:DOCS/key')).status).toBe(404)
    const { rows } =
      await sql`select from audit where action = 'scope.refused' and actor = ${world.stranger.id}`.execute(
        server.app.db,
      )
    expect(rows).toEqual([])
  })
})
