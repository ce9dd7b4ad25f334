import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from './client.ts'
import { idOf, withNewKey } from './people.ts'
import { sentTo, startPublishSite, type Page, type PublishSite } from './publish-site.ts'

let site: PublishSite
let page: Page
let proposal: string
let readKey: Client
beforeAll(async () => {
  site = await startPublishSite()
  page = await site.newPage()
  const proposed = await site.agent.put(`/documents/${page.id}`, { version: 1, storage: '<p>Proposed.</p>' })
  proposal = idOf(proposed.body)
  readKey = await withNewKey(site.server, site.editor.client, { name: 'reads', scopes: ['read'] })
  site.simulator.control.clearRequests()
})
afterAll(() => site[Symbol.asyncDispose]())

const change = { version: 1, title: 'Other' }
const writes: [string, string, () => string, unknown?][] = [
  ['edit', 'PUT', () => `/documents/${page.id}`, change],
  ['preview', 'PUT', () => `/documents/${page.id}?dryRun=true`, change],
  ['trash', 'DELETE', () => `/documents/${page.id}`],
  ['move', 'POST', () => `/documents/${page.id}/move`, { parentId: null }],
  ['restore', 'POST', () => `/documents/${page.id}/restore`],
  ['labels', 'PUT', () => `/documents/${page.id}/labels`, { labels: ['x'] }],
  ['approve', 'POST', () => `/proposals/${proposal}/approve`, {}],
  ['approval preview', 'POST', () => `/proposals/${proposal}/approve?dryRun=true`, {}],
  ['reject', 'POST', () => `/proposals/${proposal}/reject`, {}],
]
const reads: [string, string, () => string, unknown?][] = [
  ['edit view', 'GET', () => `/documents/${page.id}?as=edit`],
  ['proposal', 'GET', () => `/proposals/${proposal}`],
]

describe.each([...writes, ...reads])('%s (%s)', (_, method, path, body) => {
  test('signed out it answers 401', async () => {
    expect(await site.server.client.send(method, path(), { body })).toMatchObject({ status: 401 })
  })
  test('without a role in the space it answers 404', async () => {
    expect(await site.stranger.client.send(method, path(), { body })).toMatchObject({ status: 404 })
  })
})

describe.each(writes)('%s (%s)', (name, method, path, body) => {
  test('a reader is refused', async () => {
    // Proposals are no reader's to see, and what lies in no trash is nobody's to restore.
    const status = ['approve', 'approval preview', 'reject', 'restore'].includes(name) ? 404 : 403
    expect(await site.reader.client.send(method, path(), { body })).toMatchObject({ status })
  })
  test('an API key that only reads is refused', async () => {
    const status = name === 'restore' ? 404 : 403
    expect(await readKey.send(method, path(), { body })).toMatchObject({ status })
  })
})

test.each(['move', 'restore', 'labels', 'approve', 'approval preview', 'reject'])(
  'an API key that proposes may not %s',
  async (wanted) => {
    const [name, method, path, body] = writes.find(([one]) => one === wanted) ?? ['', 'GET', () => '/']
    const status = name === 'restore' ? 404 : 403
    expect(await site.agent.send(method, path(), { body })).toMatchObject({ status })
  },
)

test('a new document needs the role too', async () => {
  const draft = { space: site.space, title: 'Not mine', markdown: 'x' }
  for (const path of ['/documents', '/documents?dryRun=true']) {
    expect(await site.server.client.post(path, draft)).toMatchObject({ status: 401 })
    expect(await site.stranger.client.post(path, draft)).toMatchObject({ status: 404 })
    expect(await site.reader.client.post(path, draft)).toMatchObject({ status: 403 })
    expect(await readKey.post(path, draft)).toMatchObject({ status: 403 })
  }
})

test('the list of proposals is empty for who may write in no space, and 401 signed out', async () => {
  expect(await site.server.client.get('/proposals')).toMatchObject({ status: 401 })
  for (const { client } of [site.stranger, site.reader])
    expect(await client.get('/proposals')).toMatchObject({ status: 200, body: { items: [] } })
  expect(await site.editor.client.get('/proposals')).toMatchObject({ status: 200, body: { items: [{ id: proposal }] } })
})

test('nothing of all this reached Confluence', () => {
  expect(['PUT', 'POST', 'DELETE'].map((method) => sentTo(site, method))).toEqual([0, 0, 0])
  expect(site.simulator.control.page(page.externalId)).toMatchObject({ title: page.title, version: 1 })
})
