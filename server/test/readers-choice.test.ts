import { afterAll, beforeAll, expect, test } from 'vitest'
import { startReadingWorld, type Reader, type ReadingWorld } from './reading-world.ts'

let world: ReadingWorld
beforeAll(async () => {
  world = await startReadingWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

async function status(reader: Reader, externalId: string): Promise<number> {
  return (await reader.client.get(`/documents/${await world.idOf(externalId)}`)).status
}

test('to let Confluence decide shuts all that is not known yet, at once, and the next sweep opens it', async () => {
  const { ann, key, site, top } = world
  const patch = (readers: string) => site.admin.patch(`/integrations/${site.integrationId}`, { settings: { readers } })
  world.control.setRestriction(top, { read: { users: [world.bea.accountId], groups: ['bots'] } })
  await site.sync('sweep')
  expect(await status(ann, top)).toBe(404)
  expect((await patch('members')).status).toBe(200)
  expect(await status(ann, top)).toBe(404)
  await site.admin.put(`/spaces/${key}/members`, { members: [{ principal: `user:${ann.id}`, role: 'reader' }] })
  expect(await status(ann, top)).toBe(200)
  expect((await patch('confluence')).status).toBe(200)
  await site.lastRun()
  expect(await status(ann, top)).toBe(404)
  expect(await status(ann, world.other)).toBe(200)
  await site.admin.put(`/spaces/${key}/members`, { members: [] })
})
