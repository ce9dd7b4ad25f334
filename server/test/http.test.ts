import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { startTestApp, type TestApp } from './app.ts'
import { asAdmin, newPerson, type Signed } from './people.ts'

let server: TestApp
let admin: Signed
beforeAll(async () => {
  server = await startTestApp()
  admin = await asAdmin(server)
})
afterAll(() => server[Symbol.asyncDispose]())

/** A request as no fetch sends it: any Host, any body. */
function raw(
  path: string,
  headers: Record<string, string>,
  method = 'GET',
  body = '',
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${server.url}${path}`, { method, headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => (text += part))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

describe('who may ask', () => {
  test('a name that is not ours is refused, so that no page can point its own name here', async () => {
    const refused = await raw('/api/v1/status', { host: 'evil.example:7400' })
    expect(refused.status).toBe(421)
    expect(refused.text).toContain('LOCKKEEPER_PUBLIC_URL')
    expect((await raw('/', { host: 'evil.example' })).status).toBe(421)
    for (const host of ['localhost:1', '127.0.0.1', '[::1]:7400', '192.0.2.7:7400'])
      expect((await raw('/api/v1/status', { host })).status).toBe(200)
  })

  test('a probe and a key need no name', async () => {
    const { body } = await admin.client.post('/api-keys', { name: 'inner' })
    const authorization = `Bearer ${z.object({ key: z.string() }).parse(body).key}`
    expect((await raw('/api/v1/health', { host: 'lockkeeper' })).status).toBe(200)
    expect((await raw('/api/v1/me', { host: 'lockkeeper' })).status).toBe(421)
    expect((await raw('/api/v1/me', { host: 'lockkeeper', authorization })).status).toBe(200)
  })

  test.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: 'http://127.0.0.1:1' }],
  ])('a change asked for by a foreign page is refused: %j', async (headers) => {
    const answer = await admin.client.send('POST', '/groups', { headers, body: { name: 'G' } })
    expect(answer).toMatchObject({ status: 403, body: { code: 'foreign-origin' } })
    const signIn = await server.client.send('POST', '/sessions', { headers, body: server.admin })
    expect(signIn.status).toBe(403)
    expect((await admin.client.send('GET', '/me', { headers })).status).toBe(200)
  })

  test('our own pages may change things', async () => {
    const headers = { origin: server.url, 'sec-fetch-site': 'same-origin' }
    const answer = await admin.client.send('POST', '/groups', { headers, body: { name: 'Ours' } })
    expect(answer.status).toBe(201)
  })
})

describe('what is wrong is said as a problem', () => {
  const json = { 'content-type': 'application/json' }

  test.each([
    ['an unknown address', 'GET', '/api/v1/nothing', {}, '', 404, 'no-such-address'],
    ['an unknown version', 'POST', '/api/v9/users', json, '{}', 404, 'no-such-address'],
    ['another method', 'PUT', '/api/v1/sessions', json, '{}', 405, 'method-not-allowed'],
    ['broken JSON', 'POST', '/api/v1/sessions', json, '{"email":', 400, 'malformed-json'],
    ['another kind of body', 'POST', '/api/v1/sessions', { 'content-type': 'text/plain' }, 'x', 415, 'not-json'],
    ['no body', 'POST', '/api/v1/sessions', {}, '', 400, 'invalid-request'],
    ['a list for an object', 'POST', '/api/v1/sessions', json, '[]', 400, 'invalid-request'],
    ['a body too large', 'POST', '/api/v1/sessions', json, `"${'x'.repeat(1_000_001)}"`, 413, 'too-large'],
  ])('%s', async (_name, method, path, headers, body, status, code) => {
    const length = { 'content-length': String(body.length) }
    const answer = await raw(path, { ...headers, ...length }, method, body)
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.text)).toMatchObject({ type: 'about:blank', status, code })
  })

  test('a body too large that does not tell its length is cut off', async () => {
    const headers = { ...json, 'transfer-encoding': 'chunked' }
    const answer = raw('/api/v1/sessions', headers, 'POST', `"${'x'.repeat(1_000_001)}"`)
    const outcome = await answer.then(
      ({ status }) => String(status),
      (error: Error) => error.message,
    )
    expect(outcome).toMatch(/^(413|socket hang up|write EPIPE|read ECONNRESET)$/)
    expect((await server.client.get('/health')).status).toBe(200)
  })

  test.each([
    ['/users?limit=0', 'limit'],
    ['/users?limit=1000', 'limit'],
    ['/users?sort=name', 'sort'],
    ['/users/not-an-id', 'id'],
  ])('%s names the field', async (path, field) => {
    const answer = await admin.client.get(path)
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request', errors: [{ path: field }] } })
  })

  test.each(['x', 'eyJhIjoxfQ', Buffer.from('["a","not-an-id"]').toString('base64url')])(
    'the cursor %s is not one of ours',
    async (cursor) => {
      expect(await admin.client.get(`/users?cursor=${cursor}`)).toMatchObject({
        status: 400,
        body: { code: 'bad-cursor' },
      })
    },
  )

  test('names are trimmed, and text that PostgreSQL cannot hold is refused', async () => {
    const made = await admin.client.post('/groups', { name: '  Trimmed  ' })
    expect(made.body).toMatchObject({ name: 'Trimmed' })
    for (const name of ['', '   ', 'x'.repeat(101), 'a\u0000b'])
      expect(await admin.client.post('/groups', { name })).toMatchObject({
        status: 400,
        body: { errors: [{ path: 'name' }] },
      })
    expect(await admin.client.get('/spaces/%00')).toMatchObject({ status: 400, body: { code: 'unstorable-text' } })
  })
})

test('every answer forbids framing, sniffing and foreign scripts, and has an id of its own', async () => {
  const first = (await server.client.get('/status')).headers
  const second = (await server.client.get('/nothing')).headers
  for (const headers of [first, second]) {
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("frame-ancestors 'none'")
    expect(/script-src ([^;]*)/.exec(policy)?.[1]).toBe("'self'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.has('strict-transport-security')).toBe(false)
  }
  expect(first.get('x-request-id')).not.toBe(second.get('x-request-id'))
})

test('the description names every address and holds up on its own page, without a script', async () => {
  const { body } = await admin.client.get('/openapi.json')
  const description = z.object({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) }).parse(body)
  expect(description.openapi).toBe('3.1.0')
  expect(Object.keys(description.paths)).toEqual(
    expect.arrayContaining(['/setup', '/users/{id}', '/spaces/{key}/members', '/audit/export']),
  )
  expect(JSON.stringify(body)).not.toContain('$/u"')
  const page = await admin.client.get(`${server.url}/api/docs`)
  expect(page.headers.get('content-type')).toMatch(/^text\/html/)
  expect(page.body).toContain('<code>/spaces/{key}/members</code>')
  expect(page.body).not.toMatch(/<script|https?:\/\//)
  expect((await server.client.get(`${server.url}/api/docs`)).status).toBe(401)
})

test('metrics are open to this machine, count requests by route, and never name an id', async () => {
  await admin.client.get(`/users/${admin.id}`)
  const text = z.string().parse((await server.client.get(`${server.url}/metrics`)).body)
  expect(text).toMatch(
    /lockkeeper_http_request_seconds_count\{method="GET",route="\/api\/v1\/users\/:id",status="200"\} \d/,
  )
  expect(text).toContain('lockkeeper_queue_jobs{queue="integrations.sync",state="waiting"}')
  expect(text).not.toContain(admin.id)
})

test('the state of the system names versions, storage and the root key’s fingerprint', async () => {
  const member = await newPerson(server, admin.client, 'max')
  expect((await member.client.get('/system')).status).toBe(403)
  expect((await admin.client.get('/system')).body).toMatchObject({
    node: process.version,
    rootKeyFingerprint: server.app.keys.fingerprint,
    nodes: [{ roles: ['api', 'worker'] }],
  })
})

test.each([
  ['https://example.com/', [['93.184.215.14']], true, 'allowed'],
  ['https://example.com/', [['93.184.215.14', '10.0.0.1']], false, 'egress-private'],
  ['https://example.com/', [['93.184.215.14'], ['10.0.0.1']], true, 'allowed'],
  ['https://example.com/', ['ESERVFAIL'], false, 'dns-failed'],
  ['https://example.com/', [], false, 'dns-not-found'],
  ['http://169.254.169.254/', undefined, false, 'egress-metadata'],
  ['ftp://example.com/', undefined, false, 'egress-scheme'],
  ['not a url', undefined, false, 'egress-malformed'],
])('the guard is asked about %s with %j: %s, %s', async (url, addresses, allowed, code) => {
  const answer = await admin.client.post('/system/egress/check', { url, ...(addresses && { addresses }) })
  expect(answer).toMatchObject({ status: 200, body: { allowed, code } })
})

test('Lockkeeper’s own address is refused', async () => {
  const answer = await admin.client.post('/system/egress/check', { url: server.url })
  expect(answer.body).toMatchObject({ allowed: false, code: 'egress-own-address' })
})
