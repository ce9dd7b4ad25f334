import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { pageOf } from '#schema/common.ts'
import { CatalogEntry, Integration } from '#schema/integration.ts'
import {
  connect,
  draftOf,
  EMAIL,
  KEY,
  READ_SCOPES,
  refusal,
  SCOPED,
  SCOPED_KEY,
  startConnecting,
  type Connecting,
} from './connecting.ts'
import { idOf, newPerson, withNewKey } from './people.ts'
import { jsonReply, pageReply, redirectReply } from './loopback.ts'

let all: Connecting
beforeAll(async () => {
  all = await startConnecting()
})
afterAll(() => all[Symbol.asyncDispose]())
beforeEach(() => {
  all.simulator.control.clearFaults()
  all.simulator.control.setScopes(SCOPED, READ_SCOPES)
  all.simulator.control.setSpaces(EMAIL, null)
})

const create = (over?: Parameters<typeof draftOf>[1]) => all.admin.client.post('/integrations', draftOf(all, over))
const scoped = { settings: { username: SCOPED }, secret: { apiKey: SCOPED_KEY } }

describe('who may connect', () => {
  const ID = '01890000-0000-7000-8000-000000000000'
  const routes: [string, string, unknown?][] = [
    ['GET', '/integrations'],
    ['POST', '/integrations', {}],
    ['GET', `/integrations/${ID}`],
    ['PATCH', `/integrations/${ID}`, {}],
    ['DELETE', `/integrations/${ID}`],
    ['POST', `/integrations/${ID}/test`],
    ['POST', `/integrations/${ID}/sync`, { mode: 'full' }],
    ['GET', `/integrations/${ID}/runs`],
    ['GET', `/integrations/${ID}/runs/${ID}`],
    ['GET', `/integrations/${ID}/runs/${ID}/skipped`],
    ['GET', `/integrations/${ID}/runs/${ID}/events`],
  ]
  const bodyOf = (path: string, body: unknown) => ({ body: path === '/integrations' && body ? draftOf(all) : body })

  test.each([...routes, ['GET', '/catalog'] as [string, string]])(
    'signed out: %s %s is 401',
    async (method, path, body) => {
      refusal(await all.server.client.send(method, path, bodyOf(path, body)), 401, 'signed-out')
    },
  )

  test('a member may not, and learns nothing of what exists', async () => {
    const member = await newPerson(all.server, all.admin.client, 'mel')
    for (const [method, path, body] of routes)
      refusal(await member.client.send(method, path, bodyOf(path, body)), 403, 'forbidden')
  })

  test('a key that may only read sees integrations and changes none', async () => {
    const reader = await withNewKey(all.server, all.admin.client, { name: 'reader', scopes: ['read'] })
    expect((await reader.get('/integrations')).status).toBe(200)
    for (const [method, path, body] of routes.filter(([method]) => method !== 'GET'))
      refusal(await reader.send(method, path, bodyOf(path, body)), 403, 'read-only-key')
  })
})

test('the catalogue has Confluence with its capability and the fields of its form, and is searched', async () => {
  const Catalog = z.object({ items: z.array(CatalogEntry) })
  const find = async (q: string) => Catalog.parse((await all.admin.client.get(`/catalog${q}`)).body).items
  const [entry, ...others] = await find('')
  expect(others).toEqual([])
  expect(entry?.capabilities.map((capability) => capability.id)).toEqual(['content-management'])
  expect(entry?.fields.map((field) => field.name)).toEqual(
    expect.arrayContaining(['settings.username', 'secret.apiKey', 'settings.url', 'apiKeyExpiresAt']),
  )
  expect(await find('?q=CONFLU')).toEqual([entry])
  expect(await find('?q=content%20man')).toEqual([entry])
  expect(await find('?q=jira')).toEqual([])
})

test('a connection that works stands first in the list, checked, with its first full run under way', async () => {
  const older = await connect(all.admin.client, draftOf(all))
  const made = await connect(all.admin.client, draftOf(all, { apiKeyExpiresAt: '2027-01-31T00:00:00Z' }))
  expect(made).toMatchObject({
    connector: 'confluence',
    capabilities: ['content-management'],
    state: 'connected',
    settings: { url: all.simulator.url, username: EMAIL, spaces: 'all', gateway: false },
    lastCheck: { ok: true },
    lastRun: { mode: 'full' },
  })
  expect(new Date(made.apiKeyExpiresAt ?? '')).toEqual(new Date('2027-01-31T00:00:00Z'))
  expect(made.lastCheck?.checks.every((check) => check.ok)).toBe(true)
  const { items } = pageOf(Integration).parse((await all.admin.client.get('/integrations')).body)
  expect(items.slice(0, 2).map((item) => item.id)).toEqual([made.id, older.id])
})

test('no key is in any answer, audit row, table or log line', async () => {
  const wrongKey = 'ATATT-a-wrong-key-555'
  const made = await create()
  const refused = await create({ secret: { apiKey: wrongKey } })
  const id = idOf(made.body)
  const answers = await Promise.all(
    ['/integrations', `/integrations/${id}`, `/integrations/${id}/runs`, '/audit?limit=250'].map((path) =>
      all.admin.client.get(path),
    ),
  )
  const { rows } = await sql`
    select row_to_json(credentials)::text as row from credentials union all select row_to_json(integrations)::text from integrations
    union all select row_to_json(sync_runs)::text from sync_runs union all select row_to_json(events)::text from events`.execute(
    all.server.app.db,
  )
  await expect.poll(() => all.logged(), { timeout: 20_000 }).toContain('sync finished')
  const seen = JSON.stringify([made, refused, answers, rows]) + all.logged()
  for (const key of [KEY, wrongKey])
    for (const form of [key, Buffer.from(`${EMAIL}:${key}`).toString('base64')]) expect(seen).not.toContain(form)
})

describe('a connection that does not work is refused, with what to do', () => {
  test('nobody listens there', async () => {
    const { checks, detail } = refusal(await create({ settings: { url: all.deadUrl } }), 422, 'unreachable')
    expect(checks).toEqual([{ name: 'Address', ok: false, detail }])
    expect(detail).toMatch(/refused the connection. Is it running/)
  })

  test.each([
    ['JSON with 404', jsonReply(404, {}), /not like Confluence Cloud \(404\). Check the domain/],
    ['another page', pageReply(200, '<!doctype html><h1>Our shop</h1>'), /not like Confluence Cloud \(200\)/],
  ])('it is something else: %s', async (_what, reply, sentence) => {
    all.elsewhere.reply = reply
    const { detail } = refusal(await create({ settings: { url: all.elsewhere.url } }), 422, 'not-confluence')
    expect(detail).toMatch(sentence)
  })

  test.each([
    ['a page', pageReply(200, '<!doctype html><title>Sign in</title>')],
    ['a redirect', redirectReply('https://id.example.com/login')],
  ])('a sign-in stands in front: %s', async (_what, reply) => {
    all.elsewhere.reply = reply
    const { detail } = refusal(await create({ settings: { url: all.elsewhere.url } }), 422, 'login-page')
    expect(detail).toMatch(/let the REST API through/)
  })

  test.each(['login-page', 'login-redirect'] as const)('a sign-in stands before the API alone: %s', async (kind) => {
    all.simulator.control.setFault({ kind, match: { path: '/rest/api/user/current' } })
    refusal(await create(), 422, 'login-page')
  })

  test.each([
    ['name', { settings: { username: 'nobody@sorrelby.example' } }],
    ['key', { secret: { apiKey: 'ATATT-wrong' } }],
  ])('T1: a wrong %s', async (_what, over) => {
    const { checks, detail } = refusal(await create(over), 422, 'key-rejected')
    expect(checks.map(({ name, ok }) => [name, ok])).toEqual([
      ['Address', true],
      ['Clock', true],
      ['User name and API key', false],
    ])
    expect(detail).toMatch(/not expired and not revoked; or make a new one/)
  })

  test('T1: v2 hides everything behind 404 although the key is known', async () => {
    all.simulator.control.setFault({ kind: 'status', status: 404, match: { path: '/api/v2/' } })
    const { detail } = refusal(await create(), 422, 'forbidden')
    expect(detail).toMatch(/answers 404 to this. The account needs permission/)
  })

  test.each(['read:page:confluence', 'read:space:confluence', 'read:label:confluence'])(
    'the scope %s is missing',
    async (scope) => {
      all.simulator.control.setScopes(
        SCOPED,
        READ_SCOPES.filter((one) => one !== scope),
      )
      const { detail } = refusal(await create(scoped), 422, 'missing-scope')
      expect(detail).toContain(`lacks the scope ${scope}`)
    },
  )

  test('T5: no space is visible', async () => {
    all.simulator.control.setSpaces(EMAIL, [])
    expect(refusal(await create(), 422, 'no-space').detail).toMatch(/Give it access to at least one space/)
  })

  test('a chosen space is not visible', async () => {
    const [known = ''] = all.simulator.control.truth().spaces.map((space) => space.key)
    const { detail } = refusal(await create({ settings: { spaces: [known, 'NOPE'] } }), 422, 'space-not-found')
    expect(detail).toContain('does not see NOPE.')
    await connect(all.admin.client, draftOf(all, { settings: { spaces: [known] } }))
  })

  test.each(['/_edge/tenant_info', '/rest/api/user/current', '/api/v2/pages', 'spaces.limit=25'])(
    'it is throttled at %s',
    async (path) => {
      all.simulator.control.setFault({ kind: '429', retryAfter: '7', match: { path } })
      expect(refusal(await create(), 422, 'rate-limited').detail).toMatch(/Wait 7 seconds and test again/)
    },
  )

  test.each(['/_edge/tenant_info', '/rest/api/user/current', '/rest/api/content/search'])(
    'it breaks down at %s',
    async (path) => {
      all.simulator.control.setFault({ kind: 'html-error', match: { path } })
      expect(refusal(await create(), 422, 'unreachable').detail).toMatch(/error of its own \(502\)/)
    },
  )

  test('the operator has not opened the address; nothing is dialled', async () => {
    const { checks } = refusal(await create({ settings: { url: all.unlisted.url } }), 422, 'refused')
    expect(checks).toHaveLength(1)
    expect(checks[0]?.detail).toContain('LOCKKEEPER_EGRESS_ALLOW')
    expect(all.unlisted.asked).toEqual([])
  })

  test('the key would travel unencrypted', async () => {
    const { errors } = refusal(await create({ settings: { url: 'http://wiki.example.com' } }), 422, 'insecure-address')
    expect(errors[0]).toMatchObject({ path: 'settings.url', message: expect.stringContaining('Use https') })
  })
})

test('T2: a scoped key works through the gateway by itself, and the check says so', async () => {
  const made = await connect(all.admin.client, draftOf(all, scoped))
  expect(made.settings.gateway).toBe(true)
  const check = made.lastCheck?.checks.find(({ name }) => name === 'User name and API key')
  expect(check).toMatchObject({ ok: true, detail: expect.stringMatching(/scoped key, so the gateway .* is used/) })
})

test('a wrong clock is named and stops nothing', async () => {
  all.simulator.control.advance(3_600_000)
  const made = await connect(all.admin.client, draftOf(all)).finally(() => all.simulator.control.advance(-3_600_000))
  const clock = made.lastCheck?.checks.find(({ name }) => name === 'Clock')
  expect(made.lastCheck?.ok).toBe(true)
  expect(clock).toMatchObject({ ok: false, detail: expect.stringMatching(/\d+ seconds behind Confluence's/) })
})
