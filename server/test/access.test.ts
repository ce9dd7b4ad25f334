import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { pageOf } from '#schema/common.ts'
import { startTestApp, type TestApp } from './app.ts'
import { signIn } from './client.ts'
import { asAdmin, idOf, newPerson, PASSWORD, withNewKey, type Signed } from './people.ts'

let server: TestApp
let admin: Signed
let member: Signed
beforeAll(async () => {
  server = await startTestApp()
  admin = await asAdmin(server)
  member = await newPerson(server, admin.client, 'mia')
})
afterAll(() => server[Symbol.asyncDispose]())

const ID = '01890000-0000-7000-8000-000000000000'
const adminOnly: [string, string, unknown?][] = [
  ['GET', '/users'],
  ['POST', '/users', { name: 'x', email: 'x@lockkeeper.example', password: PASSWORD }],
  ['PATCH', `/users/${ID}`, { name: 'x' }],
  ['DELETE', `/users/${ID}`],
  ['GET', '/groups'],
  ['POST', '/groups', { name: 'x' }],
  ['PATCH', `/groups/${ID}`, { name: 'x' }],
  ['DELETE', `/groups/${ID}`],
  ['POST', '/spaces', { key: 'X', name: 'x' }],
  ['GET', '/audit'],
  ['GET', '/audit/verify'],
  ['GET', '/audit/export'],
  ['GET', '/system'],
  ['POST', '/system/egress/check', { url: 'https://example.com/' }],
]
const personal: [string, string, unknown?][] = [
  ['GET', '/me'],
  ['GET', '/api-keys'],
  ['POST', '/api-keys', { name: 'x' }],
  ['DELETE', `/api-keys/${ID}`],
  ['GET', '/spaces'],
  ['GET', '/spaces/X'],
  ['PATCH', '/spaces/X', { name: 'x' }],
  ['DELETE', '/spaces/X'],
  ['GET', '/spaces/X/members'],
  ['PUT', '/spaces/X/members', { members: [] }],
  ['DELETE', '/sessions/current'],
  ['GET', '/openapi.json'],
]

test.each([...adminOnly, ...personal])('signed out, %s %s answers 401', async (method, path, body) => {
  const answer = await server.client.send(method, path, { body })
  expect(answer).toMatchObject({ status: 401, body: { code: 'signed-out', status: 401, title: 'Unauthorized' } })
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
})

test.each(adminOnly)('for a member, %s %s answers 403', async (method, path, body) => {
  expect(await member.client.send(method, path, { body })).toMatchObject({ status: 403, body: { code: 'forbidden' } })
})

describe('signing in', () => {
  test('an unknown address and a wrong password are told in the same words', async () => {
    const unknown = await server.client.post('/sessions', { email: 'nobody@lockkeeper.example', password: PASSWORD })
    const wrong = await server.client.post('/sessions', { email: member.email, password: 'not the password' })
    expect(unknown).toMatchObject({ status: 401, body: { code: 'wrong-sign-in' } })
    expect(wrong.body).toEqual(unknown.body)
  })

  test('a cookie with another signature, or none of ours, is nobody', async () => {
    const cookie =
      'lockkeeper.session_token=abcdefghijklmnopqrstuvwxyz012345.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D'
    expect((await server.client.withHeaders({ cookie }).get('/me')).status).toBe(401)
  })

  test('the address is read without regard to case', async () => {
    const client = await signIn(server.client, member.email.toUpperCase(), PASSWORD)
    expect((await client.get('/me')).body).toMatchObject({ user: { id: member.id } })
  })

  test('signing out ends that session and clears the cookie', async () => {
    const client = await signIn(server.client, member.email, PASSWORD)
    const answer = await client.delete('/sessions/current')
    expect(answer.status).toBe(204)
    expect(answer.headers.get('set-cookie')).toMatch(/^lockkeeper\.session_token=; Max-Age=0/)
    expect((await client.get('/me')).status).toBe(401)
    expect((await member.client.get('/me')).status).toBe(200)
  })

  test('too many wrong passwords stop even the right one for a while, for this person only', async () => {
    const victim = await newPerson(server, admin.client, 'victor')
    const tries = Array.from({ length: 12 }, () =>
      server.client.post('/sessions', { email: victim.email, password: 'guess after guess' }),
    )
    const statuses = (await Promise.all(tries)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 401)).toHaveLength(8)
    const right = await server.client.post('/sessions', { email: victim.email, password: PASSWORD })
    expect(right).toMatchObject({ status: 429, body: { code: 'too-many-attempts' } })
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(60)
    expect((await server.client.post('/sessions', { email: member.email, password: PASSWORD })).status).toBe(201)
    expect((await victim.client.get('/me')).status).toBe(200)
  })
})

describe('users', () => {
  test('an address is taken once, whatever its case', async () => {
    const twin = { name: 'Twin', email: member.email.toUpperCase(), password: PASSWORD }
    expect(await admin.client.post('/users', twin)).toMatchObject({ status: 409, body: { code: 'email-taken' } })
  })

  test('a list is cut into pages that together name everybody once', async () => {
    await newPerson(server, admin.client, 'paula')
    const seen: unknown[] = []
    let cursor = ''
    do {
      const { body } = await admin.client.get(`/users?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
      const page = pageOf(z.object({ id: z.string() })).parse(body)
      expect(page.items.length).toBeLessThanOrEqual(2)
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor ?? ''
    } while (cursor !== '')
    const rows = await server.app.db.selectFrom('users').select('id').execute()
    expect(seen).toHaveLength(rows.length)
    expect(new Set(seen)).toEqual(new Set(rows.map(({ id }) => id)))
  })

  test('a member reads himself and nobody else, and changes neither names nor roles', async () => {
    expect((await member.client.get(`/users/${member.id}`)).status).toBe(200)
    expect((await member.client.get(`/users/${admin.id}`)).status).toBe(403)
    expect((await member.client.patch(`/users/${member.id}`, { name: 'Mia M.' })).status).toBe(403)
    expect((await admin.client.patch(`/users/${member.id}`, { name: 'Mia M.' })).body).toMatchObject({ name: 'Mia M.' })
    expect((await member.client.patch(`/users/${member.id}`, { role: 'admin' })).status).toBe(403)
    expect((await member.client.patch(`/users/${admin.id}`, { name: 'x' })).status).toBe(403)
  })

  test('a new password needs the current one, ends the old sessions and works', async () => {
    const person = await newPerson(server, admin.client, 'petra')
    const password = 'an entirely new password'
    expect((await person.client.patch(`/users/${person.id}`, { password })).status).toBe(403)
    const change = { password, currentPassword: PASSWORD }
    expect((await person.client.patch(`/users/${person.id}`, change)).status).toBe(200)
    expect((await person.client.get('/me')).status).toBe(401)
    expect((await server.client.post('/sessions', { email: person.email, password: PASSWORD })).status).toBe(401)
    expect((await server.client.post('/sessions', { email: person.email, password })).status).toBe(201)
  })

  test('disabling ends sessions and keys at once, and enabling revives neither', async () => {
    const person = await newPerson(server, admin.client, 'dora')
    const byKey = await withNewKey(server, person.client, { name: 'mine' })
    expect((await byKey.get('/me')).status).toBe(200)
    expect((await admin.client.patch(`/users/${person.id}`, { disabled: true })).body).toMatchObject({ disabled: true })
    expect((await person.client.get('/me')).status).toBe(401)
    expect((await byKey.get('/me')).status).toBe(401)
    const refused = await server.client.post('/sessions', { email: person.email, password: PASSWORD })
    expect(refused).toMatchObject({ status: 401, body: { code: 'wrong-sign-in' } })
    await admin.client.patch(`/users/${person.id}`, { disabled: false })
    expect((await person.client.get('/me')).status).toBe(401)
    expect((await byKey.get('/me')).status).toBe(401)
    expect((await server.client.post('/sessions', { email: person.email, password: PASSWORD })).status).toBe(201)
  })

  test('deleting ends everything of the person', async () => {
    const person = await newPerson(server, admin.client, 'gone')
    expect((await admin.client.delete(`/users/${person.id}`)).status).toBe(204)
    expect((await person.client.get('/me')).status).toBe(401)
    expect((await admin.client.get(`/users/${person.id}`)).status).toBe(404)
  })

  test('the last admin stays one: two who remove each other at one moment leave one', async () => {
    const second = await newPerson(server, admin.client, 'second', 'admin')
    const answers = await Promise.all([
      admin.client.patch(`/users/${second.id}`, { role: 'member' }),
      second.client.patch(`/users/${admin.id}`, { disabled: true }),
    ])
    const left = await server.app.db
      .selectFrom('users')
      .select('id')
      .where('role', '=', 'admin')
      .where('disabled', '=', false)
      .execute()
    expect(left).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const last = left[0]?.id === admin.id ? admin : second
    for (const answer of [
      await last.client.patch(`/users/${last.id}`, { role: 'member' }),
      await last.client.patch(`/users/${last.id}`, { disabled: true }),
      await last.client.delete(`/users/${last.id}`),
    ])
      expect(answer).toMatchObject({ status: 409, body: { code: 'last-admin' } })
    admin = last
  })
})

describe('groups', () => {
  test('are made, changed and deleted; a name is taken once; members must exist', async () => {
    const made = await admin.client.post('/groups', { name: 'Authors', members: [member.id, member.id] })
    expect(made).toMatchObject({ status: 201, body: { name: 'Authors', members: [member.id] } })
    const path = `/groups/${idOf(made.body)}`
    expect((await admin.client.post('/groups', { name: 'authors' })).status).toBe(409)
    const bad = await admin.client.patch(path, { members: [member.id, ID] })
    expect(bad).toMatchObject({ status: 400, body: { code: 'bad-member', errors: [{ path: 'members.1' }] } })
    expect((await admin.client.get(path)).body).toMatchObject({ members: [member.id] })
    expect((await admin.client.patch(path, { members: [] })).body).toMatchObject({ members: [], name: 'Authors' })
    expect((await admin.client.delete(path)).status).toBe(204)
    expect((await admin.client.get(path)).status).toBe(404)
  })
})
