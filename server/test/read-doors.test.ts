import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { withNewKey } from './people.ts'
import { startReadingWorld, type Reader, type ReadingWorld } from './reading-world.ts'
import type { Client } from './client.ts'

/** ann is an admin of the space here, which lets her do everything with what she may read; but `middle` is restricted to bea. */
let world: ReadingWorld
let ids: Record<'top' | 'middle' | 'leaf', string>
let workflowId: string

beforeAll(async () => {
  world = await startReadingWorld({
    before: ({ control }) => {
      const secret = control.truth().nodes.find((node) => node.title === 'Quarrelsome capybara')?.id ?? ''
      control.setRestriction(secret, { read: { users: [], groups: ['bots', 'chiefs'] } })
      control.addAttachment(secret, { name: 'zeppelin.txt', content: 'A zeppelin lands.' })
      control.addComment(secret, { kind: 'footer', storage: '<p>The yacht is late.</p>' })
    },
  })
  const { ann, key, site } = world
  const members = [{ principal: `user:${ann.id}`, role: 'admin' }]
  await site.admin.put(`/spaces/${key}/members`, { members })
  ids = {
    top: await world.idOf(world.top),
    middle: await world.idOf(world.middle),
    leaf: await world.idOf(world.leaf),
  }
  const definition = {
    name: 'Publish',
    statuses: [
      { id: 'draft', name: 'Draft' },
      { id: 'done', name: 'Done' },
    ],
    initial: 'draft',
    transitions: [{ from: 'draft', to: 'done', name: 'Finish', who: ['space:reader'], approvals: { minimum: 1 } }],
    triggers: [
      {
        id: 'tell',
        on: 'page.updated',
        do: [{ type: 'webhook', id: 'hook', url: 'https://crm.example.com/${page.title}', method: 'POST' }],
      },
    ],
  }
  const { status, body } = await site.admin.post(`/scopes/space:${key}/workflows`, { definition, enabled: true })
  expect(status, JSON.stringify(body)).toBe(201)
  workflowId =
    z.object({ workflow: z.object({ id: z.string() }).optional(), id: z.string().optional() }).parse(body).id ?? ''
})
afterAll(() => world[Symbol.asyncDispose]())

const Found = z.looseObject({
  items: z.array(z.looseObject({ document: z.looseObject({ title: z.string() }) })),
  total: z.number(),
  suggestion: z.string().nullable(),
})

async function search(client: Client, q: string) {
  const { status, body } = await client.get(`/search?q=${encodeURIComponent(q)}`)
  expect(status).toBe(200)
  return Found.parse(body)
}

/** Everything that is said to her, as one text. */
async function said(client: Client, path: string): Promise<string> {
  const { body } = await client.get(path)
  return JSON.stringify(body)
}

describe('a page that a person may not read', () => {
  test('is there for who may', async () => {
    expect((await world.bea.client.get(`/documents/${ids.middle}`)).status).toBe(200)
    expect((await search(world.bea.client, 'capybara')).items).toHaveLength(1)
    expect((await search(world.bea.client, 'xylophones')).total).toBe(2)
  })

  test.each([
    ['GET', ''],
    ['GET', '?as=storage'],
    ['GET', '?as=html'],
    ['GET', '?as=edit'],
    ['GET', '/versions'],
    ['GET', '/versions/1'],
    ['GET', '/versions/2/diff?against=1'],
    ['GET', '/attachments'],
    ['GET', '/attachments/01890000-0000-7000-8000-000000000000/file'],
    ['GET', '/comments'],
    ['GET', '/access'],
    ['GET', '/workflows'],
    ['POST', '/transition', { workflowId: '01890000-0000-7000-8000-000000000000', to: 'done' }],
    ['PUT', '', { title: 'Mine now', markdown: 'x', version: 1 }],
    ['DELETE', ''],
    ['POST', '/move', { parentId: null }],
    ['PUT', '/labels', { labels: ['mine'] }],
  ] as const)('is "not found" at %s /documents/{id}%s', async (method, path, body?: object) => {
    for (const id of [ids.middle, ids.leaf]) {
      const url = `/documents/${id}${path}`
      const { ann } = world
      const answer =
        method === 'GET'
          ? await ann.client.get(url)
          : await (method === 'POST'
              ? ann.client.post(url, body)
              : method === 'PUT'
                ? ann.client.put(url, body)
                : ann.client.delete(url))
      expect(answer).toMatchObject({ status: 404, body: { code: 'not-found' } })
      expect(JSON.stringify(answer.body)).not.toMatch(/capybara|Leaf/i)
    }
  })

  test('is in no list and no tree, and its parent shows no children', async () => {
    const { ann, key } = world
    expect(await said(ann.client, `/documents?space=${key}&limit=250`)).not.toMatch(/capybara|Leaf of/)
    expect(await said(ann.client, `/documents?parent=${ids.top}`)).toBe('{"items":[],"nextCursor":null}')
    expect((await ann.client.get(`/documents?parent=${ids.middle}`)).status).toBe(404)
    expect((await ann.client.get(`/documents/${ids.top}`)).body).toMatchObject({ hasChildren: false })
    expect((await world.bea.client.get(`/documents/${ids.top}`)).body).toMatchObject({ hasChildren: true })
    expect((await world.bea.client.get(`/documents/${ids.leaf}`)).body).toMatchObject({
      ancestors: expect.arrayContaining([{ id: ids.middle, title: 'Quarrelsome capybara' }]),
    })
  })

  test.each([
    'capybara',
    '"quarrelsome capybara"',
    'xylophones',
    'capibara',
    'quarelsome',
    'the',
    'zeppelin',
    'yacht',
    'leaf plan capybara',
  ])('is not found by searching for %s: no hit, no total, no suggestion, no excerpt', async (q) => {
    const mine = await search(world.ann.client, q)
    expect(JSON.stringify(mine)).not.toMatch(/capybara|Leaf of|xylophone|zeppelin|yacht/i)
    expect(mine.total).toBe(mine.items.length)
  })

  test('is not counted', async () => {
    const { ann, bea, key } = world
    const count = async (reader: Reader) =>
      z.object({ documents: z.number() }).parse((await reader.client.get(`/spaces/${key}`)).body).documents
    expect(await count(ann)).toBe((await count(bea)) - 2)
    expect(await count(ann)).toBe(
      z.object({ items: z.array(z.unknown()) }).parse((await ann.client.get(`/documents?space=${key}&limit=250`)).body)
        .items.length,
    )
  })

  test('is in no report of a workflow, in nobody’s approvals, in no dry run', async () => {
    const { ann, bea, key } = world
    for (const path of [`/spaces/${key}/report`, `/approvals?limit=100`, `/workflows/${workflowId}/runs`])
      expect(await said(ann.client, path)).not.toMatch(/capybara|Leaf of/)
    const pages = `/spaces/${key}/report/pages?workflow=${workflowId}&limit=250`
    expect(await said(ann.client, pages)).not.toMatch(/capybara|Leaf of/)
    expect(await said(bea.client, pages)).toMatch(/capybara/)
    const total = async (reader: Reader) =>
      z.object({ total: z.number() }).parse((await reader.client.get('/approvals')).body).total
    expect(await total(ann)).toBe((await total(bea)) - 2)
    const asked = { event: 'page.updated', documentId: ids.middle }
    expect((await ann.client.post(`/workflows/${workflowId}/dry-run`, asked)).status).toBe(404)
  })

  test('is hidden from her API key as from herself, as an agent would use it (A8)', async () => {
    const { ann, site } = world
    const agent = await withNewKey(site.server, ann.client, { name: 'agent', scopes: ['read'] })
    expect((await agent.get(`/documents/${ids.middle}`)).status).toBe(404)
    expect((await search(agent, 'capybara')).items).toEqual([])
    expect(await said(agent, `/documents?parent=${ids.top}`)).toBe('{"items":[],"nextCursor":null}')
  })

  test('opens everywhere the moment an admin links her to an account that may', async () => {
    const { ann, bea, site } = world
    const link = (userId: string | null) =>
      site.admin.put(`/integrations/${site.integrationId}/accounts/${bea.accountId}/link`, { userId })
    await link(ann.id)
    expect((await ann.client.get(`/documents/${ids.leaf}`)).status).toBe(200)
    expect((await search(ann.client, 'capybara')).items).toHaveLength(1)
    expect((await bea.client.get(`/documents/${ids.leaf}`)).status).toBe(404)
    await link(bea.id)
    expect((await ann.client.get(`/documents/${ids.leaf}`)).status).toBe(404)
  })
})
