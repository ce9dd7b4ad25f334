import { afterAll, beforeAll, expect, test } from 'vitest'
import { SearchResult } from '#schema/document.ts'
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

test('what is written while members read is found once Confluence decides again', async () => {
  const { ann, site, other } = world
  const patch = (readers: string) => site.admin.patch(`/integrations/${site.integrationId}`, { settings: { readers } })
  const hits = async () => {
    const { body } = await ann.client.get('/search?q=quagga')
    return SearchResult.parse(body).items.map((hit) => hit.document.externalId)
  }
  await site.sync('sweep')
  await patch('members')
  await site.lastRun()
  world.control.editPage(other, { storage: '<p>A quagga.</p>' })
  await site.sync('incremental')
  await patch('confluence')
  await site.lastRun()
  await site.sync('sweep')
  expect(await status(ann, other)).toBe(200)
  expect(await hits()).toEqual([other])
})

test('a space that is chosen again opens no page by what was told of it before', async () => {
  const { ann, bea, key, site, top, middle, control } = world
  const others = control.truth().spaces.flatMap((space) => (space.key === key ? [] : [space.key]))
  const choose = (spaces: string[] | 'all') =>
    site.admin.patch(`/integrations/${site.integrationId}`, { settings: { spaces } })
  control.setRestriction(top, null)
  await site.sync('sweep')
  const id = await world.idOf(top)
  expect((await ann.client.get(`/documents/${id}`)).status).toBe(200)
  await choose(others)
  await site.lastRun()
  expect((await ann.client.get(`/documents/${id}`)).status).toBe(404)
  const { db } = site.server.app
  const told = db.selectFrom('document_restrictions').select('external_id').where('external_id', '=', top)
  expect(await told.execute()).toEqual([])

  control.setRestriction(top, { read: { users: [bea.accountId], groups: ['bots'] } })
  control.setFault({ kind: 'status', match: { path: 'restriction' }, status: 404 })
  await choose('all')
  await site.lastRun()
  expect((await site.sync('full')).status).toBe('succeeded')
  expect(await status(ann, top)).toBe(404)
  expect(await status(ann, middle)).toBe(404)
  expect(await status(bea, top)).toBe(404)

  control.clearFaults()
  await site.sync('sweep')
  expect(await status(bea, middle)).toBe(200)
  expect(await status(ann, middle)).toBe(404)
  control.setRestriction(top, null)
})
