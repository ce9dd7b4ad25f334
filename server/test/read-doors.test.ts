import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { AttachmentPage } from '#schema/document-parts.ts'
import type { Client } from './client.ts'
import { withNewKey } from './people.ts'
import type { Reader } from './reading-world.ts'
import { startShutWorld, type ShutWorld } from './shut-world.ts'
import { makeWorkflow } from './workflow-scene.ts'

let world: ShutWorld
let ids: ShutWorld['ids']
let workflowId: string
/** By page: a file that is kept here, so that nothing but the lock keeps her from it. */
const files = new Map<string, string>()

beforeAll(async () => {
  world = await startShutWorld({
    files: true,
    before: (control, shut) => {
      for (const id of Object.values(shut)) {
        control.addAttachment(id, { name: 'zeppelin.txt', content: 'A zeppelin lands.' })
        control.addComment(id, { kind: 'footer', storage: '<p>The yacht is late.</p>' })
      }
    },
  })
  ids = world.ids
  const { bea, key, site } = world
  for (const id of [ids.middle, ids.leaf]) {
    const { items } = AttachmentPage.parse((await bea.client.get(`/documents/${id}/attachments`)).body)
    files.set(id, items[0]?.id ?? '')
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
  workflowId = (await makeWorkflow(site.admin, `space:${key}`, definition, { enabled: true })).id
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

  test('has a file that who may read it gets', async () => {
    for (const [id, file] of files)
      await expect
        .poll(() => world.bea.client.get(`/documents/${id}/attachments/${file}/file`), { timeout: 60_000 })
        .toMatchObject({ status: 200, body: 'A zeppelin lands.' })
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
    ['GET', '/attachments/{file}/file'],
    ['GET', '/comments'],
    ['GET', '/access'],
    ['GET', '/workflows'],
    ['POST', '/transition', { to: 'done' }],
    ['PUT', '', { title: 'Mine now', markdown: 'x', version: 1 }],
    ['DELETE', ''],
    ['POST', '/move', { parentId: null }],
    ['PUT', '/labels', { labels: ['mine'] }],
  ] as const)('is "not found" at %s /documents/{id}%s', async (method, path, body?: object) => {
    for (const id of [ids.middle, ids.leaf]) {
      const url = `/documents/${id}${path.replace('{file}', files.get(id) ?? '')}`
      const sent = path === '/transition' ? { workflowId, ...body } : body
      const answer = await world.ann.client.send(method, url, { body: sent })
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
    const listed = async (reader: Reader) => {
      const { items } = z
        .object({ items: z.array(z.object({ key: z.string(), documents: z.number() })) })
        .parse((await reader.client.get('/spaces')).body)
      return items.find((space) => space.key === key)?.documents
    }
    expect(await listed(ann)).toBe(await count(ann))
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
