import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openJudged } from './dc-site.ts'
import { basic, email, key, openDataCenter, password, type Site } from './site.ts'

const me = '/rest/api/user/current'
const Permission = z.looseObject({
  operation: z.object({ operationKey: z.string(), targetType: z.string() }),
  subject: z.record(z.string(), z.string()),
})
let site: Site

beforeEach(async () => {
  site = await openJudged()
})
afterEach(async () => site[Symbol.asyncDispose]())

it('takes a token, or name and password, and no token in the place of the password', async () => {
  expect((await site.ask(me)).json).toMatchObject({ type: 'known', username: 'demo' })
  expect((await site.ask(me, { auth: basic('demo', password) })).status).toBe(200)
  expect((await site.ask(me, { auth: basic('DEMO', password) })).headers.get('x-ausername')).toBe('demo')
  for (const pair of [basic('demo', key), basic(email, password), basic('demo', 'wrong')]) {
    const refused = await site.ask(me, { auth: pair })
    expect([refused.status, refused.headers.get('x-seraph-loginreason')]).toEqual([401, 'AUTHENTICATED_FAILED'])
    expect(refused.text).toContain('Basic Authentication Failure')
  }
})

it('refuses an unknown or revoked token in JSON, and nobody at all with 403', async () => {
  const unknown = await site.ask(me, { auth: 'Bearer nothing' })
  expect([unknown.status, unknown.json]).toEqual([
    401,
    { message: 'Client must be authenticated to access this resource.', 'status-code': 401 },
  ])
  expect((await site.ask(me, { auth: null })).status).toBe(403)
  expect((await site.ask('/rest/api/server-information', { auth: null })).status).toBe(401)
  site.control.revokeKey(email)
  expect((await site.ask(me)).status).toBe(401)
  site.control.setKey(email, 'renewed')
  expect((await site.ask(me, { auth: 'Bearer renewed' })).status).toBe(200)
  site.control.setPassword(email, 'changed')
  expect((await site.ask(me, { auth: basic('demo', 'changed') })).status).toBe(200)
})

it('may take no passwords, and servers before 7.9 know no tokens', async () => {
  site.control.setDataCenter({ passwords: false })
  expect((await site.ask(me, { auth: basic('demo', password) })).status).toBe(403)
  site.control.setDataCenter({ passwords: true, version: '7.4.1' })
  expect((await site.ask(me)).status).toBe(403)
  expect((await site.ask(me, { auth: basic('demo', password) })).status).toBe(200)
})

it('sends people to an identity provider: those without a token, or everybody', async () => {
  site.control.setDataCenter({ sso: 'no-token' })
  const away = await site.ask(me, { auth: basic('demo', password) })
  expect([away.status, away.headers.get('location')]).toEqual([302, expect.stringMatching(/^https:\/\/idp\./)])
  expect((await site.ask(me)).status).toBe(200)
  site.control.setDataCenter({ sso: 'all' })
  expect((await site.ask(me)).status).toBe(302)
})

it('shows pages of a login or of an administrator’s second sign-in in the place of answers', async () => {
  for (const [kind, title] of [
    ['login-page', 'Log In - Confluence'],
    ['websudo-page', 'Administrator Access'],
  ] as const) {
    site.control.setFault({ kind, match: { times: 1 } })
    const answer = await site.ask(me)
    expect([answer.status, answer.headers.get('content-type'), answer.text.includes(title)]).toEqual([
      200,
      'text/html;charset=UTF-8',
      true,
    ])
  }
})

it('knows no v2, nothing outside its context path, and only what its version has', async () => {
  for (const path of ['/api/v2/pages', '/wiki/api/v2/pages', '/rest/api/v2/pages'])
    expect((await site.ask(path)).status).toBe(404)
  expect((await fetch(new URL(me, site.url), { headers: { authorization: `Bearer ${key}` } })).status).toBe(404)
  site.control.setDataCenter({ version: '7.17.2' })
  for (const path of ['/rest/api/content/scan', '/rest/api/server-information', '/rest/api/space/X/permissions'])
    expect((await site.ask(path)).status).toBe(404)
  expect((await site.ask('/rest/api/content?limit=1')).status).toBe(200)
  const page = await site.ask('/login.action', { auth: null })
  expect([page.status, page.text]).toEqual([200, expect.stringContaining('"ajs-version-number" content="7.17.2"')])
})

it('may lie at the root, and may believe that it has another address', async () => {
  await using root = await openDataCenter({ dc: { contextPath: '', baseUrl: 'http://wiki.intern:8090' } })
  expect(new URL(root.url).pathname).toBe('/')
  expect((await root.ask('/rest/api/space?limit=1')).json).toMatchObject({
    _links: { base: 'http://wiki.intern:8090', context: '', next: '/rest/api/space?limit=1&start=1' },
  })
})

it('tells space permissions to administrators alone; others get 403 or 500', async () => {
  const space = site.control.truth().spaces[0]?.key ?? ''
  const path = `/rest/api/space/${space}/permissions`
  expect((await site.ask(path)).status).toBe(403)
  site.control.setDataCenter({ permissionsForOthers: 500 })
  expect((await site.ask(path)).status).toBe(500)
  site.control.addUser({ email: 'boss@lockkeeper.example', key: 'boss', groups: ['confluence-administrators'] })
  const { json } = await site.ask(path, { auth: 'Bearer boss' })
  expect(json).toContainEqual({
    operation: { targetType: 'space', operationKey: 'read' },
    subject: { type: 'group', name: 'confluence-users' },
    spaceKey: space,
    spaceId: expect.any(Number),
  })
  expect(json).toContainEqual(
    expect.objectContaining({ subject: { type: 'user', userKey: expect.stringMatching(/^[0-9a-f]{32}$/) } }),
  )
  const { accountId } = site.control.addUser({ email: 'ann@lockkeeper.example', key: 'ann' })
  const readers = [
    { type: 'user', id: accountId },
    { type: 'group', id: 'editors' },
    { type: 'access-class', id: 'ANONYMOUS' },
  ] as const
  site.control.setSpaceReaders(space, [...readers])
  const changed = z.array(Permission).parse((await site.ask(path, { auth: 'Bearer boss' })).json)
  expect(changed.filter((one) => one.operation.operationKey === 'read').map((one) => one.subject)).toEqual([
    { type: 'user', userKey: accountId },
    { type: 'group', name: 'editors' },
    { type: 'anonymous' },
  ])
  site.control.setAccount(accountId, { active: false })
  expect((await site.ask(`/rest/api/user?key=${accountId}&expand=status`)).json).toMatchObject({
    status: 'deactivated',
  })
})

describe('the bucket of requests', () => {
  it('is told of in every answer, runs empty, and is filled by the interval', async () => {
    site.control.setDataCenter({ rateLimit: { max: 2, fill: 1, intervalSeconds: 3600 } })
    const told = async () => {
      const { status, headers } = await site.ask(me)
      const of = (name: string) => headers.get(name)
      return [status, of('x-ratelimit-remaining'), of('retry-after') === '0']
    }
    expect([await told(), await told(), await told()]).toEqual([
      [200, '1', true],
      [200, '0', false],
      [429, '0', false],
    ])
    const { headers } = await site.ask(me)
    expect(['limit', 'fillrate', 'interval-seconds'].map((name) => headers.get(`x-ratelimit-${name}`))).toEqual([
      '2',
      '1',
      '3600',
    ])
    site.control.advance(3_600_000)
    expect([await told(), await told()]).toEqual([
      [200, '0', false],
      [429, '0', false],
    ])
  })

  it('is each person’s own, and old servers say 403', async () => {
    site.control.setDataCenter({ rateLimit: { max: 1, fill: 1, intervalSeconds: 60, status: 403 } })
    site.control.addUser({ email: 'other@lockkeeper.example', key: 'other' })
    expect([(await site.ask(me)).status, (await site.ask(me)).status]).toEqual([200, 403])
    expect((await site.ask(me, { auth: 'Bearer other' })).status).toBe(200)
  })
})

it('breaks on demand as a Cloud site does', async () => {
  site.control.setFault({ kind: '429', retryAfter: '7', match: { times: 1 } })
  expect((await site.ask(me)).headers.get('retry-after')).toBe('7')
  site.control.setFault({ kind: 'status', status: 503, match: { times: 1 } })
  expect((await site.ask(me)).json).toMatchObject({ statusCode: 503 })
  site.control.setFault({ kind: 'login-redirect', match: { times: 1 } })
  expect((await site.ask(me)).headers.get('location')).toMatch(/^https:\/\/idp\./)
  site.control.setFault({ kind: 'foreign-next', match: { times: 1 } })
  expect((await site.ask('/rest/api/space?limit=1')).text).toContain('"next":"https://attacker.example/rest/api/space')
  site.control.setFault({ kind: 'cursor-expired' })
  expect((await site.ask('/rest/api/content/scan?cursor=content:false:1')).status).toBe(400)
})

it('is controlled over HTTP beside its context path', async () => {
  const answer = await fetch(new URL('/__control/setDataCenter', site.url), {
    method: 'POST',
    body: JSON.stringify([{ sso: 'all' }]),
  })
  expect(answer.status).toBe(200)
  expect((await site.ask(me)).status).toBe(302)
})
