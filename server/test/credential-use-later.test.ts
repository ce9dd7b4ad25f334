import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openCredentialFetch } from '#server/credentials/use.ts'
import type { TestApp } from './app.ts'
import { startScene, type Scene } from './credential-scene.ts'
import { actorOf, auditOf, openAs, PURPOSE, type World } from './credential-world.ts'
import type { Loopback } from './loopback.ts'
import { newPerson } from './people.ts'

/** Longer than permissions and limits are relied on. */
const LATER = 5_000

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

describe('what was opened before notices, soon,', () => {
  /** Works now; then `happen`, and five seconds later it does not. */
  async function expectNoticed(id: string, happen: () => Promise<unknown>, rule: string, who = world.mia) {
    const fetch = await openAs(world, who, id)
    expect((await fetch(site.url)).status).toBe(200)
    await happen()
    expect((await fetch(site.url)).status).toBe(200)
    scene.aheadMs += LATER
    const before = site.asked.length
    await expect(fetch(site.url)).rejects.toMatchObject({ name: 'Problem' })
    expect(site.asked).toHaveLength(before)
    expect(await refusals(id)).toMatchObject([{ detail: { rule } }])
  }

  test('that its permission was taken away', async () => {
    const id = await makeOne()
    const happen = () => world.dora.client.put(`/credentials/${id}/grants`, { grants: [], version: 1 })
    await expectNoticed(id, happen, 'permission')
  })

  test('that the person left the group or the space', async () => {
    const id = await makeOne('global', { grants: { [`group:${world.groupId}`]: 'use' } })
    const happen = () => world.admin.client.patch(`/groups/${world.groupId}`, { members: [world.stranger.id] })
    await expectNoticed(id, happen, 'permission')
  })

  test('that the person was disabled', async () => {
    const ida = await newPerson(server, world.admin.client, 'ida')
    const id = await makeOne('global', { grants: { everyone: 'use' } })
    const happen = () => world.admin.client.patch(`/users/${ida.id}`, { disabled: true })
    await expectNoticed(id, happen, 'person', ida)
  })

  test('that the domains became fewer', async () => {
    const id = await makeOne('space:DOCS', { domains: [site.host, 'a.example.com'] })
    const happen = () => world.dora.client.put(`/credentials/${id}/domains`, { domains: ['a.example.com'], version: 1 })
    await expectNoticed(id, happen, 'domain')
  })

  test('that it was deleted', async () => {
    const id = await makeOne()
    await expectNoticed(id, () => world.dora.client.delete(`/credentials/${id}`), 'exists')
  })

  test('that the value was renewed, and sends the new one', async () => {
    const id = await makeOne()
    const fetch = await openAs(world, world.mia, id)
    await world.dora.client.patch(`/credentials/${id}`, { version: 1, bearer: { token: 'the-renewed-token' } })
    scene.aheadMs += LATER
    await Promise.all([fetch(site.url), fetch(site.url)])
    expect(site.asked.map(({ headers }) => headers['authorization'])).toEqual(
      Array.from({ length: 2 }, () => 'Bearer the-renewed-token'),
    )
  })

  test('nothing of a rotation: it is used throughout', async () => {
    const ids = await Promise.all(Array.from({ length: 30 }, () => makeOne('space:OTHER', { grants: {} })))
    const actor = await actorOf(server.app, world.olga)
    const state = async () => (await world.olga.client.get('/scopes/space:OTHER')).body
    const open = (credentialId: string) =>
      openCredentialFetch(server.app, { actor, credentialId, from: world.other.scope, purpose: PURPOSE })
    const answer = await world.olga.client.post('/scopes/space:OTHER/key/rotate')
    expect(answer.status).toBe(202)
    for (;;) {
      for (const id of ids) await open(id)
      const body = await state()
      if (JSON.stringify(body).includes('"rotation":null')) break
    }
    for (const id of ids) expect(await refusals(id)).toEqual([])
  })
})
