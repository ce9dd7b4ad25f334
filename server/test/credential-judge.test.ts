import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { TestApp } from './app.ts'
import { startScene, type Scene } from './credential-scene.ts'
import { auditOf, openAs, SECRET, type World } from './credential-world.ts'
import type { Loopback } from './loopback.ts'
import { newPerson } from './people.ts'

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

describe('judging an opened fetch again', () => {
  test.each([
    [
      'its permission taken away',
      'permission',
      (id: string) => world.dora.client.put(`/credentials/${id}/grants`, { grants: [], version: 1 }),
    ],
    ['it deleted', 'exists', (id: string) => world.dora.client.delete(`/credentials/${id}`)],
    [
      'it expired',
      'expiry',
      (id: string) =>
        world.dora.client.patch(`/credentials/${id}`, {
          version: 1,
          expiresAt: new Date(Date.now() - 60_000).toISOString(),
          expiryPolicy: 'block',
        }),
    ],
  ])('finds %s at once, and nothing is sent from then on', async (_what, rule, happen) => {
    const id = await makeOne()
    const fetch = await openAs(world, world.mia, id)
    await fetch.judge()
    expect((await fetch(site.url)).status).toBe(200)
    expect(await happen(id)).toMatchObject({ status: expect.toSatisfy((status: number) => status < 300) })
    await expect(fetch.judge()).rejects.toMatchObject({ name: 'Problem' })
    await expect(fetch(site.url)).rejects.toMatchObject({ name: 'Problem' })
    expect(site.asked).toHaveLength(1)
    expect(await refusals(id)).toMatchObject([{ actor: world.mia.id, detail: { rule } }])
  })

  test('finds fewer domains at once', async () => {
    const id = await makeOne('space:DOCS', { domains: [site.host, 'a.example.com'] })
    const fetch = await openAs(world, world.mia, id)
    await world.dora.client.put(`/credentials/${id}/domains`, { domains: ['a.example.com'], version: 1 })
    await fetch.judge()
    await expect(fetch(site.url)).rejects.toMatchObject({ code: 'domain-not-allowed' })
    expect(site.asked).toEqual([])
  })

  test('finds that the person was disabled, and that he is back', async () => {
    const ida = await newPerson(server, world.admin.client, 'ida')
    const id = await makeOne('global', { grants: { everyone: 'use' } })
    const fetch = await openAs(world, ida, id)
    await world.admin.client.patch(`/users/${ida.id}`, { disabled: true })
    await Promise.all([1, 2, 3].map(() => expect(fetch.judge()).rejects.toMatchObject({ code: 'person-gone' })))
    await world.admin.client.patch(`/users/${ida.id}`, { disabled: false })
    await Promise.all([fetch.judge(), fetch.judge()])
    expect((await fetch(site.url)).status).toBe(200)
  })

  test('sends the renewed value from then on, and masks the former one too', async () => {
    const id = await makeOne()
    const fetch = await openAs(world, world.mia, id)
    await world.dora.client.patch(`/credentials/${id}`, { version: 1, bearer: { token: 'the-renewed-token' } })
    await fetch.judge()
    await fetch(site.url)
    expect(site.asked[0]?.headers['authorization']).toBe('Bearer the-renewed-token')
    expect(fetch.mask(`${SECRET}, the-renewed-token; ${encodeURIComponent(`"${SECRET}"`)}`)).toBe(
      '[secret], [secret]; %22[secret]%22',
    )
  })
})
