import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pageOf } from '#schema/common.ts'
import { Credential } from '#schema/credential.ts'
import { deleteConnectionCredential } from '#server/credentials/connection.ts'
import { transact } from '#server/db/transact.ts'
import { startTestApp, type TestApp } from './app.ts'
import type { Client } from './client.ts'
import { jsonReply, startLoopback, type Loopback } from './loopback.ts'
import { asAdmin } from './people.ts'
import { makeConnection, makeCredential, makeWorld, SECRET, UNKNOWN, type World } from './credential-world.ts'

let site: Loopback
let server: TestApp
let world: World
beforeAll(async () => {
  site = await startLoopback(jsonReply(200, {}))
  server = await startTestApp({ config: { egressAllow: site.host } })
  world = await makeWorld(server, await asAdmin(server))
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await site[Symbol.asyncDispose]()
})

type Endpoint = [method: string, path: string, body?: (id: string) => unknown]

const own = () => `https://${site.host}/me`
const ONE: [
  endpoint: Endpoint,
  ...expected: [
    out: number,
    none: number,
    use: number,
    view: number,
    edit: number,
    administrate: number,
    readKey: number,
  ],
][] = [
  // signed out, no permission, use, view, edit, administrate, read-only key of an admin
  [['GET', ''], 401, 404, 404, 200, 200, 200, 200],
  [['PATCH', '', () => ({ version: 2, name: `New ${Math.random()}` })], 401, 404, 404, 403, 200, 200, 403],
  [['DELETE', ''], 401, 404, 404, 403, 403, 204, 403],
  [['GET', '/versions'], 401, 404, 404, 200, 200, 200, 200],
  [['POST', '/versions/2/restore', () => ({ version: 2 })], 401, 404, 404, 403, 200, 200, 403],
  [['GET', '/grants'], 401, 404, 404, 403, 403, 200, 200],
  [['PUT', '/grants', () => ({ version: 2, grants: keptGrants })], 401, 404, 404, 403, 403, 200, 403],
  [['GET', '/access?user=MIA'], 401, 404, 404, 403, 403, 200, 200],
  [['PUT', '/domains', () => ({ version: 2, domains: [site.host] })], 401, 404, 404, 403, 403, 200, 403],
  [['POST', '/domains/check', () => ({ url: own() })], 401, 404, 404, 200, 200, 200, 200],
  [['GET', '/usage'], 401, 404, 404, 200, 200, 200, 200],
  [['POST', '/test', () => ({ url: `http://${site.host}/me` })], 401, 404, 404, 200, 200, 200, 403],
]
/** What a cell's credential was given, so that whoever sets it again keeps his level. */
let keptGrants: { principal: string; level: string }[] = []

const LEVELS = ['use', 'view', 'edit', 'administrate'] as const
const COLUMNS = ['out', 'none', ...LEVELS, 'readKey'] as const
type Column = (typeof COLUMNS)[number]

type Role = { name: string; column: Column; client(): Client; grants(): Record<string, string> }

function role(
  name: string,
  column: Column,
  client: () => Client,
  grants: () => Record<string, string> = () => ({}),
): Role {
  return { name, column, client, grants }
}

/** Roles that are the same in both kinds of scope. */
const everywhere: Role[] = [
  role(
    'signed out',
    'out',
    () => server.client,
    () => ({ everyone: 'administrate' }),
  ),
  role(
    'a member of the scope without permissions',
    'none',
    () => world.mia.client,
    () => ({ [`user:${world.otto.id}`]: 'administrate' }),
  ),
  ...LEVELS.flatMap((level) => [
    role(
      `${level} by name`,
      level,
      () => world.mia.client,
      () => ({ [`user:${world.mia.id}`]: level }),
    ),
    role(
      `${level} by a group`,
      level,
      () => world.mia.client,
      () => ({ [`group:${world.groupId}`]: level }),
    ),
    role(
      `${level} by everyone`,
      level,
      () => world.mia.client,
      () => ({ everyone: level }),
    ),
  ]),
  role(
    'edit by name and view by everyone',
    'edit',
    () => world.mia.client,
    () => ({
      [`user:${world.mia.id}`]: 'edit',
      everyone: 'view',
    }),
  ),
  role('a platform admin', 'administrate', () => world.admin.client),
  role("a platform admin's read-only key", 'readKey', () => world.readOnly),
]
const inGlobal: Role[] = [
  role('an admin of a space', 'none', () => world.dora.client),
  role(
    'somebody in no space, view by everyone',
    'view',
    () => world.stranger.client,
    () => ({ everyone: 'view' }),
  ),
]
const inSpace: Role[] = [
  role('an admin of the space', 'administrate', () => world.dora.client),
  role('an admin of another space', 'none', () => world.olga.client),
  role(
    'an admin of another space, by everyone',
    'none',
    () => world.olga.client,
    () => ({ everyone: 'administrate' }),
  ),
  role(
    'a reader of another space, by name',
    'none',
    () => world.otto.client,
    () => ({
      [`user:${world.otto.id}`]: 'administrate',
    }),
  ),
  role(
    'somebody in no space, by a group',
    'none',
    () => world.stranger.client,
    () => ({
      [`group:${world.groupId}`]: 'administrate',
    }),
  ),
]

function send(client: Client, [method, path, body]: Endpoint, id: string) {
  const address = `/credentials/${id}${path.replace('MIA', world.mia.id)}`
  return client.send(method, address, body === undefined ? {} : { body: body(id) })
}

const NAMED = ONE.map(([endpoint, ...expected]) => ({ name: `${endpoint[0]} ${endpoint[1]}`, endpoint, expected }))

describe.each([
  ['global', [...everywhere, ...inGlobal]],
  ['space:DOCS', [...everywhere, ...inSpace]],
] as const)('one credential of %s', (label, roles) => {
  // One for each role, made anew after it was changed.
  const unchanged = new Map<Role, string>()
  afterAll(async () => {
    for (const id of unchanged.values()) await removeRow(id)
  })

  async function credentialOf(one: Role): Promise<string> {
    return (
      unchanged.get(one) ??
      makeCredential(server.app, label, {
        grants: one.grants(),
        domains: ['api.example.com', site.host],
        allowHttp: true,
        former: true,
      })
    )
  }

  describe.each(NAMED)('$name', ({ endpoint, expected }) => {
    test.each(roles)('$name', async (one) => {
      const id = await credentialOf(one)
      keptGrants = Object.entries(one.grants()).map(([principal, level]) => ({ principal, level }))
      const answer = await send(one.client(), endpoint, id)
      expect(answer).toMatchObject({ status: expected[COLUMNS.indexOf(one.column)] })
      expect(JSON.stringify(answer.body)).not.toContain(SECRET)
      if (answer.status >= 300 || endpoint[0] === 'GET') unchanged.set(one, id)
      else {
        unchanged.delete(one)
        await removeRow(id)
      }
    })
  })
})

async function removeRow(id: string): Promise<void> {
  await server.app.db.deleteFrom('credentials').where('id', '=', id).execute()
}

describe('foreign ids', () => {
  test.each(NAMED)('$name: another space’s, an integration’s and nobody’s are not found', async ({ endpoint }) => {
    keptGrants = []
    const foreign = await makeCredential(server.app, 'space:OTHER', { former: true })
    const connection = await makeConnection(server.app)
    for (const id of [foreign, connection, UNKNOWN])
      expect(await send(world.dora.client, endpoint, id)).toMatchObject({ status: 404, body: { code: 'not-found' } })
    for (const id of [connection, UNKNOWN])
      expect(await send(world.admin.client, endpoint, id)).toMatchObject({ status: 404, body: { code: 'not-found' } })
    expect((await send(world.admin.client, endpoint, 'no-id')).status).toBe(400)
    await transact(server.app.db, (tx) => deleteConnectionCredential(tx, connection))
  })

  test('a foreign credential answers just as one that is not there', async () => {
    const foreign = await makeCredential(server.app, 'space:OTHER')
    const [there, nowhere] = [
      await world.dora.client.get(`/credentials/${foreign}`),
      await world.dora.client.get(`/credentials/${UNKNOWN}`),
    ]
    const text = (body: unknown, id: string) => JSON.stringify(body).replaceAll(id, 'ID')
    expect(text(there.body, foreign)).toBe(text(nowhere.body, UNKNOWN))
  })

  test('a global credential of the same name never stands in for one of a space', async () => {
    const name = 'One name in three places'
    await makeCredential(server.app, 'global', { name, grants: { everyone: 'view' } })
    const ours = await makeCredential(server.app, 'space:DOCS', { name, grants: { everyone: 'view' } })
    await makeCredential(server.app, 'space:OTHER', { name, grants: { everyone: 'view' } })
    const listed = async () => {
      const { body } = await world.mia.client.get(`/scopes/space:DOCS/credentials?q=${encodeURIComponent(name)}`)
      return pageOf(Credential)
        .parse(body)
        .items.map(({ id }) => id)
    }
    expect(await listed()).toEqual([ours])
    await world.dora.client.delete(`/credentials/${ours}`)
    expect(await listed()).toEqual([])
    expect((await world.mia.client.get(`/credentials/${ours}`)).status).toBe(404)
  })
})
