/** What an admin of a space cannot do to pages that she may not read, nor beside and below them. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { idOf } from './people.ts'
import type { Reader } from './reading-world.ts'
import { startShutWorld, type ShutWorld } from './shut-world.ts'

let world: ShutWorld
beforeAll(async () => {
  world = await startShutWorld()
  const { ann, bea, key, site } = world
  const members = [ann, bea].map(({ id }) => ({ principal: `user:${id}`, role: 'admin' }))
  expect(await site.admin.put(`/spaces/${key}/members`, { members })).toMatchObject({ status: 200 })
})
afterAll(() => world[Symbol.asyncDispose]())

const NOT_FOUND = { status: 404, body: { code: 'not-found' } }

/** All that a write could change there. */
const there = () => {
  const { nodes, attachments } = world.control.truth()
  return { nodes, attachments }
}

/** What an agent of hers sends along: it writes, or proposes alone. */
async function keyOf({ client }: Reader, scope: 'write' | 'propose'): Promise<Record<string, string>> {
  const made = await client.post('/api-keys', { name: scope, scopes: ['read', scope] })
  return { authorization: `Bearer ${z.object({ key: z.string() }).parse(made.body).key}` }
}

async function attach(reader: Reader, documentId: string) {
  const form = new FormData()
  form.set('file', new File(['A note.'], 'note.txt', { type: 'text/plain' }))
  const url = `${world.site.server.url}/api/v1/documents/${documentId}/attachments`
  const answer = await fetch(url, { method: 'POST', headers: await keyOf(reader, 'write'), body: form })
  return { status: answer.status, body: z.unknown().parse(await answer.json()) }
}

test('a file is attached by who may read the page alone', async () => {
  const { ann, bea, ids } = world
  const before = there()
  for (const id of [ids.middle, ids.leaf]) {
    const refused = await attach(ann, id)
    expect(refused).toMatchObject(NOT_FOUND)
    expect(JSON.stringify(refused.body)).not.toMatch(/capybara|Leaf/i)
  }
  expect(there()).toEqual(before)
  expect(await attach(bea, ids.leaf)).toMatchObject({ status: 201 })
  expect(await attach(ann, ids.other)).toMatchObject({ status: 201 })
})

test('nothing is moved below or beside such a page, and nothing made below it, nor previewed or proposed', async () => {
  const { ann, bea, ids, key } = world
  const before = there()
  const page = { space: key, title: 'Found it', markdown: 'x', parentId: ids.middle }
  const agent = world.site.server.client.withHeaders(await keyOf(ann, 'propose'))
  const answers = [
    await ann.client.post(`/documents/${ids.other}/move`, { parentId: ids.middle }),
    await ann.client.post(`/documents/${ids.other}/move`, { parentId: ids.top, after: ids.middle }),
    await ann.client.post('/documents', page),
    await ann.client.post('/documents?dryRun=true', page),
    await agent.post('/documents', page),
    await agent.put(`/documents/${ids.middle}`, { title: 'Found it', markdown: 'x', version: 2 }),
    await agent.delete(`/documents/${ids.middle}`),
  ]
  for (const answer of answers) {
    expect(answer).toMatchObject(NOT_FOUND)
    expect(JSON.stringify(answer.body)).not.toMatch(/capybara|Leaf/i)
  }
  expect(there()).toEqual(before)
  expect(await bea.client.post(`/documents/${ids.other}/move`, { parentId: ids.top, after: ids.middle })).toMatchObject(
    {
      status: 200,
    },
  )
  expect(await bea.client.post('/documents', page)).toMatchObject({ status: 201 })
})

test('an edit that is proposed of such a page is neither shown nor decided by who may not read it', async () => {
  const { ann, bea, ids, key } = world
  const agent = world.site.server.client.withHeaders(await keyOf(bea, 'propose'))
  const edit = { title: 'Peaceable capybara', markdown: 'x', version: 2 }
  const proposed = await agent.put(`/documents/${ids.middle}`, edit)
  expect(proposed).toMatchObject({ status: 202 })
  const id = idOf(proposed.body)
  const lists = [`/proposals`, `/proposals?space=${key}`, `/proposals?document=${ids.middle}`]
  for (const path of lists) {
    expect(await ann.client.get(path)).toMatchObject({ status: 200, body: { items: [], nextCursor: null } })
    expect(await bea.client.get(path)).toMatchObject({ body: { items: [{ id }] } })
  }
  const answers = [
    await ann.client.get(`/proposals/${id}`),
    await ann.client.post(`/proposals/${id}/approve?dryRun=true`, {}),
    await ann.client.post(`/proposals/${id}/approve`, {}),
    await ann.client.post(`/proposals/${id}/reject`, {}),
  ]
  for (const answer of answers) {
    expect(answer).toMatchObject(NOT_FOUND)
    expect(JSON.stringify(answer.body)).not.toMatch(/capybara|Leaf/i)
  }
  expect(await bea.client.post(`/proposals/${id}/reject`, {})).toMatchObject({ status: 200 })
})

test('what lies in the trash is taken out by who might read it alone', async () => {
  const { ann, bea, ids } = world
  expect(await bea.client.delete(`/documents/${ids.leaf}`)).toMatchObject({ status: 204 })
  const before = there()
  const refused = await ann.client.post(`/documents/${ids.leaf}/restore`)
  expect(refused).toMatchObject(NOT_FOUND)
  expect(JSON.stringify(refused.body)).not.toMatch(/capybara|Leaf/i)
  expect(there()).toEqual(before)
  expect(await bea.client.post(`/documents/${ids.leaf}/restore`)).toMatchObject({ status: 200 })
})
