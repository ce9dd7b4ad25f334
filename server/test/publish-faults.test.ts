import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newId } from '#server/platform/ids.ts'
import { auditOf, eventsOf, sentTo, startPublishSite, type PublishSite } from './publish-site.ts'

let site: PublishSite
beforeAll(async () => {
  site = await startPublishSite()
})
afterAll(() => site[Symbol.asyncDispose]())
beforeEach(() => site.simulator.control.clearFaults())

const there = (externalId: string) => site.simulator.control.page(externalId)
const put = (id: string, change: Record<string, unknown>) => site.editor.client.put(`/documents/${id}`, change)
const lose = (method: string, path: string, kind: 'cut' | 'cut-mid-body' | 'truncated-json' = 'cut') =>
  site.simulator.control.setFault({ kind, match: { method, path, times: 1 } })
const refuse = (method: string, path: string, status = 503) =>
  site.simulator.control.setFault({ kind: 'status', status, match: { method, path, times: 1 } })
const titled = (title: string) => site.simulator.control.truth().nodes.filter((node) => node.title === title)
const stateOf = async (documentId: string) =>
  (
    await site.db
      .selectFrom('publishes')
      .select('state')
      .where('document_id', '=', documentId)
      .orderBy('sent_at')
      .execute()
  ).map((row) => row.state)

test.each(['cut', 'cut-mid-body', 'truncated-json'] as const)(
  'W9: an edit whose answer is lost (%s) arrived once, and is told once',
  async (kind) => {
    const page = await site.newPage()
    site.simulator.control.clearRequests()
    lose('PUT', `pages/${page.externalId}`, kind)
    const answer = await put(page.id, { version: 1, storage: `<p>${kind}</p>` })
    expect(answer).toMatchObject({ status: 200, body: { version: 2 } })
    expect(sentTo(site, 'PUT')).toBe(1)
    expect(there(page.externalId)).toMatchObject({ version: 2, storage: `<p>${kind}</p>` })
    expect(await stateOf(page.id)).toEqual(['arrived'])
    await site.sync('incremental')
    expect((await eventsOf(site, page.id)).map(({ type, actorId }) => [type, actorId])).toEqual([
      ['page.created', null],
      ['page.updated', site.editor.id],
    ])
    expect(await auditOf(site, `document:${page.id}`)).toHaveLength(1)
  },
)

test('W9: an edit that never arrived is sent once more after it was looked for, and no version is made twice', async () => {
  const page = await site.newPage()
  site.simulator.control.clearRequests()
  refuse('PUT', `pages/${page.externalId}`)
  expect(await put(page.id, { version: 1, storage: '<p>At last.</p>' })).toMatchObject({ status: 200 })
  expect(sentTo(site, 'PUT')).toBe(2)
  expect(there(page.externalId)).toMatchObject({ version: 2, storage: '<p>At last.</p>' })
})

test('W9: while it cannot be looked for, nobody is told that it arrived or not; the next sync settles it in the editor’s name', async () => {
  const page = await site.newPage()
  lose('PUT', `pages/${page.externalId}`)
  site.simulator.control.setFault({
    kind: 'status',
    status: 403,
    match: { method: 'GET', path: `pages/${page.externalId}`, afterRequests: 2 },
  })
  const answer = await put(page.id, { version: 1, storage: '<p>Who knows?</p>' })
  expect(answer).toMatchObject({ status: 502, body: { code: 'outcome-unknown' } })
  expect(await stateOf(page.id)).toEqual(['sent'])
  expect(await site.read(page.id)).toMatchObject({ version: 1 })
  site.simulator.control.clearFaults()
  await site.sync('incremental')
  expect(await site.read(page.id)).toMatchObject({ version: 2 })
  expect(await stateOf(page.id)).toEqual(['arrived'])
  expect((await eventsOf(site, page.id)).at(-1)).toMatchObject({ type: 'page.updated', actorId: site.editor.id })
  expect(await auditOf(site, `document:${page.id}`)).toEqual([`document.edited ${site.editor.id}`])
}, 60_000)

test('the same edit sent again by who never heard the answer changes nothing more', async () => {
  const page = await site.newPage({ storage: '<p>One.</p><p>Two.</p>' })
  const change = { version: 1, storage: '<p>One!</p><p>Two.</p>' }
  expect(await put(page.id, change)).toMatchObject({ status: 200, body: { version: 2 } })
  expect(await put(page.id, change)).toMatchObject({ status: 200, body: { version: 2 } })
  expect(there(page.externalId).version).toBe(2)
})

test('W9: somebody else’s version in the place of a lost one is not taken for it', async () => {
  const page = await site.newPage({ storage: '<p>One.</p><p>Two.</p><p>Three.</p>' })
  site.simulator.control.clearRequests()
  refuse('PUT', `pages/${page.externalId}`)
  const answering = put(page.id, { version: 1, storage: '<p>One!</p><p>Two.</p><p>Three.</p>' })
  await expect.poll(() => sentTo(site, 'PUT'), { interval: 5 }).toBeGreaterThan(0)
  site.simulator.control.editPage(page.externalId, { storage: '<p>One.</p><p>Two.</p><p>Three?</p>' })
  expect(await answering).toMatchObject({ status: 200, body: { version: 3 } })
  expect(there(page.externalId).storage).toBe('<p>One!</p><p>Two.</p><p>Three?</p>')
})

test.each([
  [
    'message',
    { storage: '<p>One!</p><p>Two.</p><p>Three.</p>', message: 'typo' },
    { storage: '<p>One.</p><p>Two.</p><p>Three?</p>', message: 'typo' },
    { storage: '<p>One!</p><p>Two.</p><p>Three?</p>' },
  ],
  [
    'body',
    { title: 'Gates of the lake' },
    { storage: '<p>One.</p><p>Two.</p><p>Three.</p>' },
    { title: 'Gates of the lake', storage: '<p>One.</p><p>Two.</p><p>Three.</p>' },
  ],
])('another edit with the same %s in the place of a lost one is not taken for it', async (_, mine, theirs, both) => {
  const page = await site.newPage({ storage: '<p>One.</p><p>Two.</p><p>Three.</p>' })
  site.simulator.control.clearRequests()
  refuse('PUT', `pages/${page.externalId}`)
  const answering = put(page.id, { version: 1, ...mine })
  await expect.poll(() => sentTo(site, 'PUT'), { interval: 5 }).toBeGreaterThan(0)
  site.simulator.control.editPage(page.externalId, theirs)
  expect(await answering).toMatchObject({ status: 200, body: { version: 3 } })
  expect(there(page.externalId)).toMatchObject({ ...both, version: 3 })
})

test('a new page whose answer is lost is there once', async () => {
  lose('POST', '/pages')
  const title = `New ${newId()}`
  const answer = await site.editor.client.post('/documents', { space: site.space, title, storage: '<p>Hello.</p>' })
  expect(answer).toMatchObject({ status: 201, body: { title, version: 1 } })
  expect(titled(title)).toHaveLength(1)
})

test('a new blog post that is not to be seen is not sent again: nothing would keep a second one away', async () => {
  site.simulator.control.clearRequests()
  refuse('POST', '/blogposts')
  const title = `Post ${newId()}`
  const draft = { space: site.space, type: 'blogpost', title, storage: '<p>Hello.</p>' }
  expect(await site.editor.client.post('/documents', draft)).toMatchObject({
    status: 502,
    body: { code: 'outcome-unknown' },
  })
  expect(sentTo(site, 'POST')).toBe(1)
  lose('POST', '/blogposts')
  const other = { ...draft, title: `${title} 2` }
  expect(await site.editor.client.post('/documents', other)).toMatchObject({ status: 201 })
  expect(titled(other.title)).toHaveLength(1)
})

test('moves, labels, deletion and restoring arrive once too when their answers are lost', async () => {
  const [page, parent] = [await site.newPage(), await site.newPage()]
  lose('PUT', '/move/')
  expect(await site.editor.client.post(`/documents/${page.id}/move`, { parentId: parent.id })).toMatchObject({
    status: 200,
    body: { parentId: parent.id },
  })
  lose('POST', '/label')
  expect(await site.editor.client.put(`/documents/${page.id}/labels`, { labels: ['wet'] })).toMatchObject({
    status: 200,
    body: { labels: ['wet'] },
  })
  lose('DELETE', `/pages/${page.externalId}`)
  expect(await site.editor.client.delete(`/documents/${page.id}`)).toMatchObject({ status: 204 })
  lose('PUT', `/pages/${page.externalId}`)
  expect(await site.editor.client.post(`/documents/${page.id}/restore`)).toMatchObject({ status: 200 })
  await site.sync('sweep')
  expect((await eventsOf(site, page.id)).map(({ type, actorId }) => [type, actorId])).toEqual([
    ['page.created', null],
    ...['page.moved', 'page.labelled', 'page.deleted', 'page.created'].map((type) => [type, site.editor.id]),
  ])
}, 60_000)

test('a connection that was never made, and a refusal, are told as such and leave nothing open', async () => {
  const page = await site.newPage()
  site.simulator.control.setFault({ kind: '429', match: { method: 'PUT', times: 1 }, retryAfter: '7' })
  const answer = await put(page.id, { version: 1, title: 'x' })
  expect(answer).toMatchObject({ status: 502, body: { code: 'rate-limited', retryAfterSeconds: 7 } })
  expect(await stateOf(page.id)).toEqual(['refused'])
  refuse('PUT', `pages/${page.externalId}`, 403)
  expect(await put(page.id, { version: 1, title: 'x' })).toMatchObject({
    status: 422,
    body: { code: 'source-forbids' },
  })
})

test('labels of which some are taken off and then a limit is met are not told as refused, and are set', async () => {
  const page = await site.newPage({ labels: ['one', 'two'] })
  const { control } = site.simulator
  control.setFault({
    kind: '429',
    retryAfter: '1',
    match: { method: 'DELETE', path: 'label', afterRequests: 1, times: 1 },
  })
  const answer = await site.editor.client.put(`/documents/${page.id}/labels`, { labels: ['three'] })
  expect(answer).toMatchObject({ status: 200 })
  expect(there(page.externalId).labels).toEqual(['three'])
  expect(await stateOf(page.id)).toEqual(['arrived'])
})

test('a move after which the page cannot be read is not told as refused', async () => {
  const [first, page, parent] = [await site.newPage(), await site.newPage(), await site.newPage()]
  const { control, requests } = site.simulator
  const move = (id: string) => site.editor.client.post(`/documents/${id}/move`, { parentId: parent.id })
  control.clearRequests()
  expect(await move(first.id)).toMatchObject({ status: 200 })
  const sent = requests.recent.findIndex(({ method }) => method === 'PUT')
  const looks = requests.recent.slice(0, sent).filter(({ path }) => path.includes(`pages/${first.externalId}`))
  const match = { method: 'GET', path: `pages/${page.externalId}`, afterRequests: looks.length }
  control.setFault({ kind: '429', retryAfter: '90', match })
  expect(await move(page.id)).toMatchObject({ status: 502, body: { code: 'outcome-unknown' } })
  expect(there(page.externalId).parentId).toBe(parent.externalId)
  expect(await stateOf(page.id)).toEqual(['sent'])
})
