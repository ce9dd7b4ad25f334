import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openConnectionFetch, openCredentialFetch } from '#server/credentials/use.ts'
import type { EgressFetch } from '#server/egress/fetch.ts'
import { Upstream } from '#server/platform/problem.ts'
import type { TestApp } from './app.ts'
import { startScene, type Scene } from './credential-scene.ts'
import {
  actorOf,
  auditOf,
  makeConnection,
  openAs,
  PURPOSE,
  rowOf,
  SECRET,
  UNKNOWN,
  type World,
} from './credential-world.ts'
import type { Loopback } from './loopback.ts'

const MINUTE = 60_000

let scene: Scene
let site: Loopback
let server: TestApp
let world: World
let makeOne: Scene['makeOne']
beforeAll(async () => {
  scene = await startScene()
  ;({ site, server, world, makeOne } = scene)
})
afterAll(async () => {
  await scene[Symbol.asyncDispose]()
})
beforeEach(() => scene.reset())

const refusals = (id: string) => auditOf(server.app, id, 'credential.use.refused')

const uses = (id: string) => auditOf(server.app, id, 'credential.used')

describe('a use', () => {
  test.each([
    ['bearer', { bearer: { token: SECRET } }, 'authorization', `Bearer ${SECRET}`],
    ['basic', { bearer: undefined, basic: { username: 'bücher', password: SECRET } }, 'authorization', basic()],
    ['custom', { bearer: undefined, custom: { header: 'X-Api-Key', value: SECRET } }, 'x-api-key', SECRET],
  ])('of a %s credential puts it on the request', async (kind, fields, header, value) => {
    const id = await makeOne('space:DOCS', { kind, ...fields })
    const fetch = await openAs(world, world.mia, id)
    const response = await fetch(`${site.url}/hook`, { method: 'POST', body: 'hello', headers: { 'x-source': 'us' } })
    expect(response.status).toBe(200)
    expect(site.asked).toMatchObject([{ method: 'POST', url: '/hook', body: 'hello' }])
    expect(site.asked[0]?.headers).toMatchObject({ [header]: value, 'x-source': 'us' })
  })

  function basic(): string {
    return `Basic ${Buffer.from(`bücher:${SECRET}`).toString('base64')}`
  }

  test('is audited with who, where and what for, and is the last one', async () => {
    const id = await makeOne()
    const fetch = await openAs(world, world.mia, id)
    await fetch(site.url)
    expect(await uses(id)).toEqual([
      { actor: world.mia.id, action: 'credential.used', detail: { host: site.host, purpose: PURPOSE } },
    ])
    expect(await rowOf(server.app, id)).toMatchObject({
      last_used_host: site.host,
      last_used_by: 'workflow Publish',
      last_used_at: expect.any(Date),
      version: 1,
    })
  })

  test('is in the record before anything is sent, and does not happen when it cannot be written', async () => {
    const id = await makeOne()
    const fetch = await openAs(world, world.mia, id)
    await sql`create function refuse_audit() returns trigger language plpgsql as $$ begin raise 'full'; end $$`.execute(
      server.app.db,
    )
    await sql`create trigger full_audit before insert on audit execute function refuse_audit()`.execute(server.app.db)
    await expect(fetch(site.url)).rejects.toThrow('full')
    await expect(fetch('https://elsewhere.example.com/')).rejects.toThrow('full')
    await sql`drop trigger full_audit on audit`.execute(server.app.db)
    expect(site.asked).toEqual([])
    await fetch(site.url)
    expect(site.asked).toHaveLength(1)
    expect(await uses(id)).toHaveLength(1)
  })

  test('many times through one opened fetch is one row for each host, and one for each kind of refusal', async () => {
    const id = await makeOne('space:DOCS', { domains: ['a.example.com', 'b.example.com'] })
    let sent = 0
    const fetchNothing: EgressFetch = async () => {
      sent += 1
      throw new Upstream('nowhere', 'recorded', 'nothing is dialled here')
    }
    const actor = await actorOf(server.app, world.mia)
    const app = { ...server.app, fetch: fetchNothing }
    const fetch = await openCredentialFetch(app, { actor, credentialId: id, from: world.docs.scope, purpose: PURPOSE })
    const one = (host: string) => fetch(`https://${host}/`).catch((error: unknown) => error)
    for (let request = 0; request < 10_000; request += 1)
      await Promise.all([one('a.example.com'), one('b.example.com'), one('c.example.com'), one('c.example.com')])
    expect(sent).toBe(20_000)
    const hosts = (await uses(id)).map(({ detail }) => JSON.stringify(detail)).toSorted()
    expect(hosts).toEqual([
      expect.stringContaining('"host":"a.example.com"'),
      expect.stringContaining('"host":"b.example.com"'),
    ])
    expect(await refusals(id)).toMatchObject([{ detail: { rule: 'domain', host: 'c.example.com' } }])
  })

  test('writes "last used" once a minute', async () => {
    const id = await makeOne()
    const fetch = await openAs(world, world.mia, id)
    await fetch(site.url)
    const first = (await rowOf(server.app, id)).last_used_at
    scene.aheadMs += MINUTE / 2
    await fetch(site.url)
    expect((await rowOf(server.app, id)).last_used_at).toEqual(first)
    scene.aheadMs += MINUTE / 2
    await fetch(site.url)
    expect((await rowOf(server.app, id)).last_used_at).not.toEqual(first)
    expect(await uses(id)).toHaveLength(1)
  })

  test('does not wait for whoever is changing the row', async () => {
    const id = await makeOne()
    const fetch = await openAs(world, world.mia, id)
    await server.app.db.transaction().execute(async (tx) => {
      await sql`select from credentials where id = ${id} for update`.execute(tx)
      expect((await fetch(site.url)).status).toBe(200)
    })
    expect(await uses(id)).toHaveLength(1)
  })

  test('lets no header of the caller override or double the credential’s own', async () => {
    const id = await makeOne()
    const custom = { kind: 'custom', bearer: undefined, custom: { header: 'X-Api-Key', value: SECRET } }
    const withCustom = await makeOne('space:DOCS', custom)
    const sent: Record<string, string>[] = []
    const app: TestApp['app'] = {
      ...server.app,
      fetch: async (url, init) => {
        sent.push({ ...init?.headers })
        return server.app.fetch(url, init)
      },
    }
    const actor = await actorOf(server.app, world.mia)
    const headers = { Authorization: 'a', AUTHORIZATION: 'b', authorization: 'c', 'x-api-key': 'd', 'X-API-KEY': 'e' }
    for (const credentialId of [id, withCustom]) {
      const fetch = await openCredentialFetch(app, { actor, credentialId, from: world.docs.scope, purpose: PURPOSE })
      await fetch(site.url, { headers: { ...headers, accept: 'text/plain' } })
    }
    const named = (name: string, index: number) =>
      Object.entries(sent[index] ?? {}).filter(([header]) => header.toLowerCase() === name)
    expect(named('authorization', 0)).toEqual([['authorization', `Bearer ${SECRET}`]])
    expect(named('x-api-key', 1)).toEqual([['X-Api-Key', SECRET]])
    expect(site.asked[0]?.headers).toMatchObject({ authorization: `Bearer ${SECRET}`, accept: 'text/plain' })
    expect(site.asked[1]?.headers['x-api-key']).toBe(SECRET)
  })
})

test('an integration uses its key in the name of the system, audited', async () => {
  const id = await makeConnection(server.app, site.host)
  const fetch = await openConnectionFetch(server.app, id, { id: UNKNOWN, name: 'Handbook' })
  await fetch(site.url)
  expect(site.asked[0]?.headers['authorization']).toMatch(/^Basic /)
  const by = { kind: 'integration', id: UNKNOWN, name: 'Handbook' }
  expect(await uses(id)).toEqual([
    { actor: 'system', action: 'credential.used', detail: { host: site.host, purpose: by } },
  ])
  expect(await rowOf(server.app, id)).toMatchObject({ last_used_by: 'integration Handbook' })
})
