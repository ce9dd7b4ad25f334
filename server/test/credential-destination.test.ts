import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Credential } from '#schema/credential.ts'
import { startTestApp, type TestApp } from './app.ts'
import {
  auditOf,
  changeRow,
  FORMER_SECRET,
  makeCredential,
  makeWorld,
  SECRET,
  sentWhenUsed,
  type World,
} from './credential-world.ts'
import { jsonReply, redirectReply, startLoopback, type Loopback } from './loopback.ts'
import { asAdmin } from './people.ts'

let site: Loopback
let evil: Loopback
let server: TestApp
let world: World
beforeAll(async () => {
  site = await startLoopback(jsonReply(200, {}))
  evil = await startLoopback(jsonReply(200, {}))
  server = await startTestApp({ config: { egressAllow: `${site.host},${evil.host}` } })
  world = await makeWorld(server, await asAdmin(server))
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await site[Symbol.asyncDispose]()
  await evil[Symbol.asyncDispose]()
})
afterEach(() => {
  expect(evil.asked).toEqual([])
  site.reply = jsonReply(200, {})
})

describe('a stored secret cannot be led astray by', () => {
  const makeOne = (more: Record<string, unknown> = {}) =>
    makeCredential(server.app, 'global', { domains: [site.host], allowHttp: true, ...more })
  const asked = () => site.asked.length

  /** What is refused for want of the secret; the field it goes into is named, and nothing is changed. */
  async function expectSecretNeeded(
    method: 'put' | 'patch' | 'post',
    id: string,
    path: string,
    body: { version: number } & Record<string, unknown>,
    field = 'bearer.token',
  ) {
    expect(await world.admin.client[method](`/credentials/${id}${path}`, body)).toMatchObject({
      status: 422,
      body: { code: 'secret-needed', errors: [{ path: field }] },
    })
    const { body: after } = await world.admin.client.get(`/credentials/${id}`)
    expect(after).toMatchObject({ version: body.version })
  }

  test('another domain and then a test', async () => {
    const id = await makeOne()
    await expectSecretNeeded('put', id, '/domains', { domains: [site.host, evil.host], version: 1 })
    const answer = await world.admin.client.post(`/credentials/${id}/test`, { url: evil.url })
    expect(answer).toMatchObject({ status: 422, body: { code: 'domain-not-allowed' } })
    expect(answer.body).toMatchObject({
      detail: expect.stringContaining(`${evil.host} is not allowed. Allowed: ${site.host}.`),
    })
    expect(await auditOf(server.app, id, 'credential.use.refused')).toMatchObject([
      { actor: world.admin.id, detail: { rule: 'domain', host: evil.host, purpose: { kind: 'test' } } },
    ])
  })

  test('an empty secret beside the other domain', async () => {
    const id = await makeOne()
    const domains = [evil.host]
    await expectSecretNeeded('put', id, '/domains', { domains, version: 1, bearer: { token: '' } })
    await expectSecretNeeded('put', id, '/domains', { domains, version: 1, bearer: {} })
  })

  test('another domain with another secret: only that one goes there', async () => {
    const id = await makeOne()
    const change = { domains: ['other.example.com'], version: 1, bearer: { token: 'my-own-token' } }
    const { status, body } = await world.admin.client.put(`/credentials/${id}/domains`, change)
    expect({ status, version: Credential.parse(body).version }).toEqual({ status: 200, version: 2 })
    const { sent } = await sentWhenUsed(server.app, world.admin, id, 'https://other.example.com/')
    expect(sent).toMatchObject([{ headers: { authorization: 'Bearer my-own-token' } }])
    const restoring = { version: 2 }
    await expectSecretNeeded('post', id, '/versions/2/restore', restoring)
  })

  test('a wildcard, another port, an apex or http', async () => {
    const id = await makeCredential(server.app, 'global', { domains: ['api.example.com', '*.wild.example.com'] })
    const kept = ['api.example.com', '*.wild.example.com']
    for (const entry of ['*.example.com', '*.api.example.com', 'api.example.com:8443', 'wild.example.com'])
      await expectSecretNeeded('put', id, '/domains', { domains: [...kept, entry], version: 1 })
    await expectSecretNeeded('put', id, '/domains', { domains: kept, allowHttp: true, version: 1 })
    const narrowed = { domains: ['a.wild.example.com', 'api.example.com:443'], version: 1 }
    expect((await world.admin.client.put(`/credentials/${id}/domains`, narrowed)).status).toBe(200)
    await expectSecretNeeded('put', id, '/domains', { domains: kept, version: 2 })
  })

  test('another kind or header', async () => {
    const bearer = await makeOne()
    const toCustom = { version: 1, kind: 'custom', custom: { header: 'X-Leak' } }
    await expectSecretNeeded('patch', bearer, '', toCustom, 'custom.value')
    const toBasic = { version: 1, kind: 'basic', basic: { username: 'bot' } }
    await expectSecretNeeded('patch', bearer, '', toBasic, 'basic.password')
    const custom = await makeOne({
      kind: 'custom',
      bearer: undefined,
      custom: { header: 'X-Api-Key', value: SECRET },
    })
    const renamed = { version: 1, custom: { header: 'X-Other' } }
    await expectSecretNeeded('patch', custom, '', renamed, 'custom.value')
    const smuggled = { domains: [site.host], version: 1, custom: { header: 'X-Other', value: SECRET } }
    expect(await world.admin.client.put(`/credentials/${custom}/domains`, smuggled)).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'custom.header' }] },
    })
  })

  test('fields that only the domains’ own address takes', async () => {
    const id = await makeOne()
    for (const more of [{ domains: [evil.host] }, { allowHttp: true }, { sealed: 'x' }, { scope: 'global' }])
      expect((await world.admin.client.patch(`/credentials/${id}`, { version: 1, ...more })).status).toBe(400)
  })

  test('a test with a body, headers, a method or a proxy of its own', async () => {
    const id = await makeOne()
    const before = asked()
    for (const more of [
      { headers: { authorization: 'x' } },
      { headers: { host: evil.host } },
      { body: 'x' },
      { method: 'POST' },
      { proxy: evil.url },
      { domains: [evil.host] },
    ])
      expect((await world.admin.client.post(`/credentials/${id}/test`, { url: site.url, ...more })).status).toBe(400)
    expect(asked()).toBe(before)
  })

  test.each<[name: string, url: () => string]>([
    ['a user name that looks like the host', () => `http://${site.host}@${evil.host}/`],
    ['a backslash', () => `http://${evil.host}\\@${site.host}/`],
    ['the host in the path', () => `${evil.url}/${site.host}`],
    ['the host in the query', () => `${evil.url}/?to=${site.host}`],
    ['the host in the fragment', () => `${evil.url}/#${site.host}`],
    ['the host as the beginning of another', () => `http://${site.host}.evil.example/`],
    ['a line break', () => `${site.url}/\r\nhost: ${evil.host}`],
    ['a place that is filled in later', () => 'http://${host}/'],
    ['a place that was filled in', () => 'http://${host}/'.replace('${host}', evil.host)],
    ['another scheme', () => `ftp://${site.host}/`],
    ['no scheme', () => `//${site.host}/`],
    ['another spelling of another address', () => `http://2130706433:${new URL(evil.url).port}/`],
  ])('a URL with %s', async (_name, url) => {
    const id = await makeOne()
    const before = asked()
    const answer = await world.admin.client.post(`/credentials/${id}/test`, { url: url() })
    expect(answer).toMatchObject({ status: 422, body: { code: 'domain-not-allowed' } })
    expect(await auditOf(server.app, id, 'credential.use.refused')).toMatchObject([{ detail: { rule: 'domain' } }])
    expect(await auditOf(server.app, id, 'credential.used')).toEqual([])
    expect(asked()).toBe(before)
  })

  test('a redirect: it is told, not followed and not quoted', async () => {
    const id = await makeOne()
    site.reply = redirectReply(`${evil.url}/take?it=now`)
    const answer = await world.admin.client.post(`/credentials/${id}/test`, { url: `${site.url}/hook` })
    expect(answer).toMatchObject({ status: 200, body: { ok: false, status: 302, host: site.host } })
    expect(JSON.stringify(answer.body)).not.toContain(evil.host)
  })

  test('http where only https was allowed', async () => {
    const id = await makeCredential(server.app, 'global', { domains: [site.host] })
    const before = asked()
    const answer = await world.admin.client.post(`/credentials/${id}/test`, { url: site.url })
    expect(answer).toMatchObject({ status: 422, body: { code: 'domain-not-allowed' } })
    expect(await auditOf(server.app, id, 'credential.use.refused')).toMatchObject([{ detail: { rule: 'http' } }])
    expect(asked()).toBe(before)
  })

  test('a former value after the domains became wider', async () => {
    const id = await makeOne({ former: true })
    const wider = { domains: [site.host, 'wider.example.com'], version: 2, bearer: { token: SECRET } }
    expect((await world.admin.client.put(`/credentials/${id}/domains`, wider)).status).toBe(200)
    await expectSecretNeeded('post', id, '/versions/3/restore', { version: 3 })
    const back = { domains: [site.host], version: 3 }
    expect((await world.admin.client.put(`/credentials/${id}/domains`, back)).status).toBe(200)
    expect((await world.admin.client.post(`/credentials/${id}/versions/3/restore`, { version: 4 })).status).toBe(200)
    const { sent } = await sentWhenUsed(server.app, world.admin, id, `${site.url}/`)
    expect(sent).toMatchObject([{ headers: { authorization: `Bearer ${SECRET}` } }])
    expect(JSON.stringify(sent)).not.toContain(FORMER_SECRET)
  })

  test.each([
    ['the domains', { domains: ['evil.example.com'] }],
    ['a wider domain beside the old one', { domains: ['api.example.com', 'evil.example.com'] }],
    ['http', { allow_http: true }],
    ['the kind', { kind: 'custom', header: 'x-api-key' }],
    ['the header', { header: 'x-other' }],
  ] as [string, Parameters<typeof changeRow>[2]][])(
    'a row in which somebody changed %s past Lockkeeper',
    async (_what, columns) => {
      const id = await makeCredential(server.app, 'global')
      await changeRow(server.app, id, columns)
      const host = columns.domains === undefined ? 'api.example.com' : 'evil.example.com'
      const { sent, outcome } = await sentWhenUsed(
        server.app,
        world.admin,
        id,
        `${columns.allow_http === true ? 'http' : 'https'}://${host}/`,
      )
      expect(sent).toEqual([])
      expect(outcome).toMatchObject({ code: 'needs-re-entry' })
      expect((await world.admin.client.get(`/credentials/${id}`)).body).toMatchObject({ state: 'needs-re-entry' })
    },
  )

  test('a sealed value that was copied to another row, scope or version', async () => {
    const secret = await makeOne()
    const trap = await makeCredential(server.app, 'global', { domains: [evil.host], allowHttp: true })
    const elsewhere = await makeCredential(server.app, 'space:DOCS', { domains: [evil.host], allowHttp: true })
    for (const id of [trap, elsewhere]) {
      await sql`update credentials set sealed = s.sealed, sealed_version = s.sealed_version, key_version = s.key_version
        from credentials s where credentials.id = ${id} and s.id = ${secret}`.execute(server.app.db)
      const answer = await world.admin.client.post(`/credentials/${id}/test`, { url: evil.url })
      expect(answer).toMatchObject({ status: 409, body: { code: 'needs-re-entry' } })
      expect((await world.admin.client.get(`/credentials/${id}`)).body).toMatchObject({ state: 'needs-re-entry' })
      expect(await auditOf(server.app, id, 'credential.use.refused')).toMatchObject([{ detail: { rule: 'secret' } }])
    }
    await sql`update credentials set scope = ${world.docs.scope}, space_id = ${world.docs.id} where id = ${secret}`.execute(
      server.app.db,
    )
    expect(await world.admin.client.post(`/credentials/${secret}/test`, { url: site.url })).toMatchObject({
      status: 409,
    })
  })
})
