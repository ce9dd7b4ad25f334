import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { startTestApp, type TestApp } from './app.ts'
import { asAdmin, idOf, newPerson, withNewKey, type Signed } from './people.ts'

let server: TestApp
let now = new Date()
let admin: Signed
let member: Signed
let other: Signed
beforeAll(async () => {
  server = await startTestApp({ lent: { clock: { now: () => now } } })
  admin = await asAdmin(server)
  member = await newPerson(server, admin.client, 'kay')
  other = await newPerson(server, admin.client, 'lee')
})
afterAll(() => server[Symbol.asyncDispose]())

test('a key is told once, kept only hashed, and acts as its owner', async () => {
  const made = await member.client.post('/api-keys', { name: 'CLI' })
  const { key, start } = z.object({ key: z.string(), start: z.string() }).parse(made.body)
  expect(made).toMatchObject({ status: 201, body: { name: 'CLI', scopes: ['read', 'write'], expiresAt: null } })
  expect(key.startsWith(start)).toBe(true)
  expect(key).toMatch(/^lk_\w{60,}$/)
  const listed = JSON.stringify((await member.client.get('/api-keys')).body)
  const stored = JSON.stringify(await server.app.db.selectFrom('api_keys').selectAll().execute())
  expect(listed).toContain('"CLI"')
  expect(listed + stored).not.toContain(key)
  const me = await server.client.withHeaders({ authorization: `Bearer ${key}` }).get('/me')
  expect(me.body).toMatchObject({ user: { id: member.id } })
})

test('a key with the scope read changes nothing', async () => {
  const client = await withNewKey(server, admin.client, { name: 'reader', scopes: ['read'] })
  expect((await client.get('/users')).status).toBe(200)
  for (const answer of [
    await client.post('/spaces', { key: 'X', name: 'X' }),
    await client.patch(`/users/${admin.id}`, { name: 'X' }),
    await client.post('/groups', { name: 'X' }),
    await client.delete(`/users/${member.id}`),
    await client.post('/api-keys', { name: 'X' }),
  ])
    expect(answer).toMatchObject({ status: 403, body: { code: 'read-only-key' } })
})

test('a key makes no key, and has no session to end', async () => {
  const client = await withNewKey(server, member.client, { name: 'writer', scopes: ['read', 'write'] })
  expect(await client.post('/api-keys', { name: 'child' })).toMatchObject({
    status: 403,
    body: { code: 'session-needed' },
  })
  expect(await client.delete('/sessions/current')).toMatchObject({ status: 400, body: { code: 'no-session' } })
})

test('an expired key is nobody, and a past expiry is refused', async () => {
  const expiresAt = new Date(now.getTime() + 3_600_000).toISOString()
  const client = await withNewKey(server, member.client, { name: 'short', expiresAt })
  expect((await client.get('/me')).status).toBe(200)
  now = new Date(now.getTime() + 3_700_000)
  expect((await client.get('/me')).status).toBe(401)
  const past = await member.client.post('/api-keys', { name: 'past', expiresAt })
  expect(past).toMatchObject({ status: 400, body: { errors: [{ path: 'expiresAt' }] } })
})

test('what was used when is kept to the minute', async () => {
  const client = await withNewKey(server, other.client, { name: 'seen' })
  const listed = async () => (await other.client.get('/api-keys')).body
  expect(await listed()).toMatchObject({ items: [{ lastUsedAt: null }] })
  await client.get('/me')
  const used = now.toISOString()
  expect(await listed()).toMatchObject({ items: [{ lastUsedAt: used }] })
  now = new Date(now.getTime() + 30_000)
  await client.get('/me')
  expect(await listed()).toMatchObject({ items: [{ lastUsedAt: used }] })
  now = new Date(now.getTime() + 31_000)
  await client.get('/me')
  expect(await listed()).toMatchObject({ items: [{ lastUsedAt: now.toISOString() }] })
})

test('a person sees and ends his own keys only; an admin ends anybody’s', async () => {
  const mine = await member.client.post('/api-keys', { name: 'mine' })
  const path = `/api-keys/${idOf(mine.body)}`
  const listed = JSON.stringify((await other.client.get('/api-keys')).body)
  expect(listed).not.toContain('"mine"')
  expect((await other.client.delete(path)).status).toBe(404)
  expect((await admin.client.delete(path)).status).toBe(204)
  expect((await member.client.delete(path)).status).toBe(404)
})

test('a wrong key is nobody, whatever the cookie beside it says', async () => {
  for (const authorization of ['Bearer lk_wrong', 'Bearer ', 'Basic YWRtaW46YWRtaW4=', `Bearer ${'x'.repeat(5000)}`])
    expect((await member.client.withHeaders({ authorization }).get('/me')).status).toBe(401)
})
