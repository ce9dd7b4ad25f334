import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { ensureFirstAdmin, ensureSetupToken } from '#server/access/setup.ts'
import { startTestApp, type TestApp } from './app.ts'
import { PASSWORD } from './people.ts'

let server: TestApp
beforeAll(async () => {
  server = await startTestApp({ config: { admin: undefined } })
})
afterAll(() => server[Symbol.asyncDispose]())

const person = (email: string) => ({ name: 'Ada', email, password: PASSWORD })

test('before set-up the status says so, a wrong token is refused and nothing is kept in clear', async () => {
  const token = z.string().parse(await ensureSetupToken(server.app))
  expect((await server.client.get('/status')).body).toEqual({ setUp: false, signedIn: false })
  const wrong = await server.client.post('/setup', { token: `${token}x`, ...person('ada@lockkeeper.example') })
  expect(wrong).toMatchObject({ status: 403, body: { code: 'wrong-setup-token' } })
  const kept = await server.app.db.selectFrom('deployment').selectAll().execute()
  expect(JSON.stringify(kept)).not.toContain(token)
})

test('a short password and an unknown field are told together', async () => {
  const answer = await server.client.post('/setup', {
    token: 'x',
    ...person('ada@x.example'),
    password: 'short',
    admin: 1,
  })
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({
    code: 'invalid-request',
    errors: [
      { path: 'password', message: 'Use at least 12 characters.' },
      { path: 'admin', message: 'There is no such field.' },
    ],
  })
})

test('of many who use tokens at one moment exactly one becomes the admin, and is signed in', async () => {
  const tokens = await Promise.all([1, 2, 3, 4].map(() => ensureSetupToken(server.app)))
  const answers = await Promise.all(
    tokens.map((token, index) => server.client.post('/setup', { token, ...person(`ada${index}@lockkeeper.example`) })),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(3)
  const cookie = answers.find(({ status }) => status === 201)?.headers.get('set-cookie') ?? ''
  expect(cookie).toMatch(/^lockkeeper\.session_token=.*HttpOnly; SameSite=Lax$/)
  const me = await server.client.withHeaders({ cookie: cookie.split(';')[0] ?? '' }).get('/me')
  expect(me.body).toMatchObject({ user: { role: 'admin', name: 'Ada' } })
  expect((await server.client.get('/status')).body).toEqual({ setUp: true, signedIn: false })
})

test('after set-up no token works or is made, and the operator’s admin is not made either', async () => {
  expect(await ensureSetupToken(server.app)).toBeNull()
  expect(await ensureFirstAdmin(server.app, { email: 'late@lockkeeper.example', password: PASSWORD })).toBe(false)
  const late = await server.client.post('/setup', { token: 'anything', ...person('late@lockkeeper.example') })
  expect(late).toMatchObject({ status: 409, body: { code: 'already-set-up' } })
  expect(await server.app.db.selectFrom('users').select('id').execute()).toHaveLength(1)
})
