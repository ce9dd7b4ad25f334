import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { startDataCenterSite, TOKEN, type DataCenterSite } from './data-center-site.ts'
import { idOf } from './people.ts'
import { pagesOf, storedTruth, wantedTruth } from './sync-site.ts'

let site: DataCenterSite
let integration = ''
let space = ''
beforeAll(async () => {
  site = await startDataCenterSite({ pages: 30, spaces: 1, attachments: 4, comments: 6 })
  integration = await site.connect()
  space = site.simulator.control.truth().spaces[0]?.key ?? ''
})
afterAll(() => site[Symbol.asyncDispose]())

const Document = z.object({ id: z.string(), externalId: z.string(), title: z.string(), version: z.number() })
async function read(externalId: string) {
  const { id } = await site.db
    .selectFrom('documents')
    .select('id')
    .where('external_id', '=', externalId)
    .executeTakeFirstOrThrow()
  return Document.parse((await site.admin.get(`/documents/${id}`)).body)
}
const page = (at: number) => read(pagesOf(site.simulator, space)[at] ?? '')
const there = (externalId: string) => site.simulator.control.page(externalId)

/** What was published is not news for a sync. */
async function expectQuiet(): Promise<void> {
  for (const mode of ['incremental', 'sweep'] as const)
    expect((await site.sync(integration, mode)).counts).toMatchObject({ created: 0, updated: 0, deleted: 0 })
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
}

test('a page is made with labels, changed, and conflicts when somebody was faster', async () => {
  const parent = await page(0)
  const made = await site.admin.post('/documents', {
    space,
    title: 'Made here',
    parentId: parent.id,
    markdown: 'A **first** line.',
    labels: ['plan'],
  })
  expect(made).toMatchObject({ status: 201, body: { version: 1, parentId: parent.id, labels: ['plan'] } })
  const id = idOf(made.body)
  const { externalId } = Document.parse(made.body)
  expect(there(externalId)).toMatchObject({ title: 'Made here', parentId: parent.externalId, labels: ['plan'] })
  const change = { version: 1, title: 'Changed here', storage: '<p>Another line.</p>', message: 'because' }
  expect(await site.admin.put(`/documents/${id}`, change)).toMatchObject({ status: 200, body: { version: 2 } })
  expect(there(externalId)).toMatchObject({ title: 'Changed here', storage: '<p>Another line.</p>', version: 2 })
  site.simulator.control.editPage(externalId, { storage: '<p>Theirs.</p>' })
  const late = await site.admin.put(`/documents/${id}`, { version: 2, storage: '<p>Ours.</p>' })
  expect(late).toMatchObject({ status: 409, body: { code: 'conflict' } })
  await site.sync(integration, 'incremental')
  await expectQuiet()
})

test('W5: that an edit is minor, and its message, arrive there and stay here', async () => {
  const { id, externalId, version } = await page(5)
  const changed = { number: version + 1, message: 'a comma', minorEdit: true }
  const change = { version, storage: '<p>A comma, more.</p>', message: 'a comma', minorEdit: true }
  expect(await site.admin.put(`/documents/${id}`, change)).toMatchObject({ status: 200 })
  const answer = await fetch(`${site.simulator.url}/rest/api/content/${externalId}?expand=version`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  })
  expect(await answer.json()).toMatchObject({ version: changed })
  await expectQuiet()
  const here = await site.admin.get(`/documents/${id}/versions?limit=1`)
  expect(here.body).toMatchObject({ items: [changed] })
})

test('a title that is taken is told', async () => {
  const [one, other] = [await page(1), await page(2)]
  const answer = await site.admin.put(`/documents/${one.id}`, { version: one.version, title: other.title })
  expect(answer).toMatchObject({ status: 409, body: { code: 'title-taken' } })
})

test('a page is moved below another; to order pages is refused with what to do', async () => {
  const [moved, parent, sibling] = [await page(3), await page(4), await page(5)]
  const answer = await site.admin.post(`/documents/${moved.id}/move`, { parentId: parent.id })
  expect(answer).toMatchObject({ status: 200, body: { parentId: parent.id } })
  expect(there(moved.externalId).parentId).toBe(parent.externalId)
  await expectQuiet()
  const under = await site.admin.post(`/documents/${sibling.id}/move`, { parentId: parent.id, after: moved.id })
  expect(under).toMatchObject({ status: 422, body: { code: 'not-supported' } })
  await expectQuiet()
})

test('labels, the trash and the way back', async () => {
  const { id, externalId } = await page(6)
  expect(await site.admin.put(`/documents/${id}/labels`, { labels: ['one', 'two'] })).toMatchObject({ status: 200 })
  expect(there(externalId).labels.toSorted()).toEqual(['one', 'two'])
  expect((await site.admin.delete(`/documents/${id}`)).status).toBe(204)
  expect(there(externalId).status).toBe('trashed')
  await expectQuiet()
  expect(await site.admin.post(`/documents/${id}/restore`)).toMatchObject({ status: 200 })
  expect(there(externalId).status).toBe('current')
  await expectQuiet()
})
