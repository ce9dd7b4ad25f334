import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './app.ts'
import type { Client } from './client.ts'
import { makeCredential, makeWorld, SECRET, type World } from './credential-world.ts'
import { asAdmin, newPerson, type Signed } from './people.ts'

let server: TestApp
let world: World
/** Readers of DOCS who may use, or view, one credential of DOCS and one of global. */
let user: Signed
let viewer: Signed
beforeAll(async () => {
  server = await startTestApp()
  world = await makeWorld(server, await asAdmin(server))
  user = await newPerson(server, world.admin.client, 'user')
  viewer = await newPerson(server, world.admin.client, 'viewer')
  const readers = [world.mia, user, viewer].map(({ id }) => ({ principal: `user:${id}`, role: 'reader' }))
  const members = [...readers, { principal: `user:${world.dora.id}`, role: 'admin' }]
  await world.admin.client.put('/spaces/DOCS/members', { members })
  for (const label of ['global', 'space:DOCS'])
    await makeCredential(server.app, label, { grants: { [`user:${user.id}`]: 'use', [`user:${viewer.id}`]: 'view' } })
})
afterAll(() => server[Symbol.asyncDispose]())

const SCOPES: [method: string, path: string, body: unknown, ...expected: (number | number[])[]][] = [
  // signed out; in the scope without permissions, with use, with view; an outsider; another space's admin; its own admin; a
  // platform admin; his read-only key
  ['GET', '', undefined, 401, 200, 200, 200, 404, 404, 200, 200, 200],
  ['GET', '/credentials', undefined, 401, 200, 200, 200, 404, 404, 200, 200, 200],
  ['POST', '/credentials', 'draft', 401, 403, 403, 403, 404, 404, 201, 201, 403],
  ['POST', '/domains/check', { domains: ['a.example.com'] }, 401, 403, 403, 200, 404, 404, 200, 200, 200],
  ['POST', '/key', undefined, 401, 403, 403, 403, 404, 404, 409, 409, 403],
  ['POST', '/key/rotate', undefined, 401, 403, 403, 403, 404, 404, [202, 409], [202, 409], 403],
  ['GET', '/key/regenerate', undefined, 401, 403, 403, 403, 404, 404, 200, 200, 403],
  ['POST', '/key/regenerate', { confirm: 'no' }, 401, 403, 403, 403, 404, 404, 422, 422, 403],
  ['POST', '/export', { passphrase: 'a phrase for a file' }, 401, 403, 403, 403, 404, 404, 200, 200, 403],
  ['POST', '/import', { passphrase: 'a phrase', file: 'AAAA' }, 401, 403, 403, 403, 404, 404, 422, 422, 403],
]

describe.each(SCOPES)('%s /scopes/{scope}%s', (method, path, body, ...expected) => {
  const asked = async (client: Client, label: string) => {
    const draft = {
      name: `Draft ${Math.random()}`,
      kind: 'bearer',
      bearer: { token: SECRET },
      domains: ['a.example.com'],
    }
    const sent = body === 'draft' ? draft : body
    const { status } = await client.send(method, `/scopes/${label}${path}`, sent === undefined ? {} : { body: sent })
    return status
  }
  const oneOf = (index: number): number[] => [expected[index] ?? 0].flat()

  test.each<[name: string, index: number, client: () => Client]>([
    ['signed out', 0, () => server.client],
    ['a reader without permissions', 1, () => world.mia.client],
    ['a reader with use', 2, () => user.client],
    ['a reader with view', 3, () => viewer.client],
    ['somebody in no space', 4, () => world.stranger.client],
    ['a reader of another space', 4, () => world.otto.client],
    ['an admin of another space', 5, () => world.olga.client],
    ['an admin of the space', 6, () => world.dora.client],
    ['a platform admin', 7, () => world.admin.client],
    ["a platform admin's read-only key", 8, () => world.readOnly],
  ])('space:DOCS, %s', async (_name, index, client) => {
    expect(oneOf(index)).toContain(await asked(client(), 'space:DOCS'))
  })

  test.each<[name: string, index: number, client: () => Client]>([
    ['signed out', 0, () => server.client],
    ['somebody without permissions', 1, () => world.stranger.client],
    ['somebody with use', 2, () => user.client],
    ['somebody with view', 3, () => viewer.client],
    ['an admin of a space', 1, () => world.dora.client],
    ['a platform admin', 7, () => world.admin.client],
    ["a platform admin's read-only key", 8, () => world.readOnly],
  ])('global, %s', async (_name, index, client) => {
    expect(oneOf(index)).toContain(await asked(client(), 'global'))
  })

  test('a scope that is none, and integrations for all but admins, are not found', async () => {
    const labels = ['space:NOWHERE', 'integrations', 'space:', `space:${world.docs.id}`]
    for (const label of labels) {
      const status = await asked(world.dora.client, label)
      expect([400, 404], label).toContain(status)
    }
  })
})
