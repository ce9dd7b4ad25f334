import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openConnectionFetch } from '#server/credentials/use.ts'
import { system } from '#server/platform/actor.ts'
import type { TestApp } from './app.ts'
import { startScene, type Scene } from './credential-scene.ts'
import {
  auditOf,
  changeRow,
  makeConnection,
  openAs,
  PURPOSE,
  rowOf,
  SECRET,
  UNKNOWN,
  type World,
} from './credential-world.ts'
import { jsonReply, startLoopback, type Loopback } from './loopback.ts'

const MINUTE = 60_000

let scene: Scene
let site: Loopback
/** Not open to calls. */
let closed: Loopback
let server: TestApp
let world: World
let makeOne: Scene['makeOne']
beforeAll(async () => {
  scene = await startScene()
  ;({ site, server, world, makeOne } = scene)
  closed = await startLoopback(jsonReply(200, {}))
})
afterAll(async () => {
  await scene[Symbol.asyncDispose]()
  await closed[Symbol.asyncDispose]()
})
beforeEach(() => scene.reset())

const refusals = (id: string) => auditOf(server.app, id, 'credential.use.refused')

const uses = (id: string) => auditOf(server.app, id, 'credential.used')

/** Nothing was sent, and the refusal is in the record with its rule. */
async function expectRefused(
  id: string,
  attempt: Promise<unknown>,
  expected: { status: number; code: string; rule: string; host?: string },
) {
  const { rule, host, ...problem } = expected
  await expect(attempt).rejects.toMatchObject({ name: 'Problem', ...problem })
  expect(site.asked).toEqual([])
  expect((await refusals(id)).at(-1)).toMatchObject({
    detail: { rule, ...(host === undefined ? {} : { host }), purpose: PURPOSE },
  })
  expect(await uses(id)).toEqual([])
}

describe('a use is refused', () => {
  test('without the permission, as if there were no such credential', async () => {
    const id = await makeOne('space:DOCS', { grants: {} })
    await expectRefused(id, openAs(world, world.mia, id), { status: 404, code: 'not-found', rule: 'permission' })
    const group = await makeOne('space:DOCS', { grants: { [`group:${world.groupId}`]: 'use' } })
    await expectRefused(group, openAs(world, world.stranger, group), {
      status: 404,
      code: 'not-found',
      rule: 'permission',
    })
  })

  test('for what is of another space, whoever asks', async () => {
    const id = await makeOne('space:OTHER')
    await expectRefused(id, openAs(world, world.mia, id), { status: 404, code: 'not-found', rule: 'scope' })
    await expectRefused(id, openAs(world, world.admin, id), { status: 403, code: 'wrong-scope', rule: 'scope' })
    await expectRefused(id, openAs(world, world.olga, id), { status: 403, code: 'wrong-scope', rule: 'scope' })
  })

  test('of a space’s credential by what is global', async () => {
    const id = await makeOne()
    const opening = openAs(world, world.mia, id, { from: 'global' })
    await expectRefused(id, opening, { status: 403, code: 'wrong-scope', rule: 'scope' })
  })

  test('but not of a global one by a space or globally', async () => {
    const id = await makeOne('global')
    for (const from of ['global', world.docs.scope]) {
      const fetch = await openAs(world, world.mia, id, { from })
      expect((await fetch(site.url)).status).toBe(200)
    }
  })

  test('of an integration’s, by anybody but the integration', async () => {
    const id = await makeConnection(server.app)
    for (const who of [world.admin, system])
      for (const from of ['global', 'integrations', world.docs.scope])
        await expectRefused(id, openAs(world, who, id, { from }), { status: 404, code: 'not-found', rule: 'scope' })
    const other = await makeOne('global')
    await expect(openConnectionFetch(server.app, other, { id: UNKNOWN, name: 'Handbook' })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  test('to the system itself', async () => {
    const id = await makeOne('global')
    await expectRefused(id, openAs(world, system, id), { status: 403, code: 'no-person', rule: 'person' })
  })

  test('when it was deleted, never was, or the id is none; a global one of its name does not step in', async () => {
    const name = 'The same name'
    await makeOne('global', { name })
    const id = await makeOne('space:DOCS', { name })
    await world.dora.client.delete(`/credentials/${id}`)
    for (const gone of [id, UNKNOWN, name, "'; drop table credentials; --", ''])
      await expectRefused(gone, openAs(world, world.mia, gone), { status: 404, code: 'not-found', rule: 'exists' })
  })

  test('after its expiry only where that blocks', async () => {
    const expiresAt = new Date(server.app.clock.now().getTime() + MINUTE).toISOString()
    const warns = await makeOne('space:DOCS', { expiresAt })
    const blocks = await makeOne('space:DOCS', { expiresAt, expiryPolicy: 'block' })
    const stillOpen = await openAs(world, world.mia, blocks)
    scene.aheadMs += MINUTE
    const expired = { status: 409, code: 'credential-expired', rule: 'expiry' }
    await expectRefused(blocks, stillOpen(site.url), expired)
    await expectRefused(blocks, openAs(world, world.mia, blocks), expired)
    expect((await (await openAs(world, world.mia, warns))(site.url)).status).toBe(200)
  })

  test.each<[name: string, url: () => string, rule: string, code: string]>([
    ['a host that is not listed', () => 'https://other.example.com/', 'domain', 'domain-not-allowed'],
    ['the listed host at another port', () => 'http://127.0.0.1/', 'domain', 'domain-not-allowed'],
    ['no URL at all', () => 'hello', 'domain', 'domain-not-allowed'],
  ])('to %s', async (_name, url, rule, code) => {
    const id = await makeOne()
    const fetch = await openAs(world, world.mia, id)
    await expectRefused(id, fetch(url()), { status: 422, code, rule })
  })

  test('over http where https is meant', async () => {
    const id = await makeOne('space:DOCS', { allowHttp: false })
    const fetch = await openAs(world, world.mia, id)
    await expectRefused(id, fetch(site.url), { status: 422, code: 'domain-not-allowed', rule: 'http', host: site.host })
  })

  test('by the guard, although the domains allow it', async () => {
    const id = await makeOne('space:DOCS', { domains: [closed.host, '169.254.169.254'] })
    const fetch = await openAs(world, world.mia, id)
    await expect(fetch(closed.url)).rejects.toMatchObject({ status: 422, code: 'egress-private' })
    await expect(fetch('http://169.254.169.254/')).rejects.toMatchObject({ code: 'egress-metadata' })
    expect(closed.asked).toEqual([])
    expect(await refusals(id)).toMatchObject([
      { detail: { rule: 'egress-private', host: closed.host } },
      { detail: { rule: 'egress-metadata', host: '169.254.169.254' } },
    ])
  })

  test('with a header that only the client of HTTP may write', async () => {
    const id = await makeOne()
    const fetch = await openAs(world, world.mia, id)
    for (const headers of [
      { Host: 'evil.example' },
      { 'Transfer-Encoding': 'chunked' },
      { 'proxy-authorization': 'x' },
    ])
      await expect(fetch(site.url, { headers })).rejects.toMatchObject({ code: 'egress-request' })
    expect(site.asked).toEqual([])
  })

  test('when its secret cannot be opened, which then shows; a new value heals it', async () => {
    const id = await makeOne()
    const { sealed } = await rowOf(server.app, id)
    await changeRow(server.app, id, { sealed: sealed?.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) ?? null })
    await expectRefused(id, openAs(world, world.mia, id), { status: 409, code: 'needs-re-entry', rule: 'secret' })
    expect((await world.dora.client.get(`/credentials/${id}`)).body).toMatchObject({ state: 'needs-re-entry' })
    const again = { version: 1, bearer: { token: SECRET } }
    expect((await world.dora.client.patch(`/credentials/${id}`, again)).body).toMatchObject({ state: 'ok' })
    expect((await (await openAs(world, world.mia, id))(site.url)).status).toBe(200)
  })

  test('no longer once the secret can be opened again', async () => {
    const id = await makeOne()
    await changeRow(server.app, id, { unreadable_at: new Date() })
    await openAs(world, world.mia, id)
    expect(await rowOf(server.app, id)).toMatchObject({ unreadable_at: null })
  })
})
