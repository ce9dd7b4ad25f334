import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { AttachmentPage } from '#schema/document-parts.ts'
import { DocumentDetail } from '#schema/document.ts'
import { EditConflict, PublishPreview } from '#schema/publish.ts'
import { attachText } from './attaching.ts'
import { startDataCenterSite, TOKEN, type DataCenterSite } from './data-center-site.ts'
import { idOf } from './people.ts'
import { auditOf, eventsOf, sentTo } from './publish-site.ts'
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
beforeEach(() => {
  site.simulator.control.clearFaults()
  site.simulator.control.clearRequests()
})

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
const put = (id: string, change: Record<string, unknown>) => site.admin.put(`/documents/${id}`, change)

let made = 0
/** A page that somebody wrote there, as a sync brought it. */
async function newPage(storage: string) {
  const title = `Gate ${(made += 1)}`
  const { id: externalId } = site.simulator.control.createPage({ space, title, storage })
  expect(await site.sync(integration, 'incremental')).toMatchObject({ counts: { created: 1 } })
  site.simulator.control.clearRequests()
  return read(externalId)
}

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

test('W2, W3: a page is edited in Markdown, which leaves the markup around the words alone', async () => {
  const storage =
    '<p style="text-align: center;">Open the <ac:inline-comment-marker ac:ref="a1">gates</ac:inline-comment-marker> at noon.</p><ac:structured-macro ac:name="weather" ac:schema-version="1"><ac:parameter ac:name="town">Ely</ac:parameter></ac:structured-macro>'
  const { id, externalId } = await newPage(storage)
  const { body } = DocumentDetail.parse((await site.admin.get(`/documents/${id}?as=edit`)).body)
  const change = { version: 1, markdown: body.replace('noon', 'dusk') }
  expect(await put(id, change)).toMatchObject({ status: 200, body: { version: 2 } })
  expect(there(externalId)).toMatchObject({ version: 2, storage: storage.replace('noon', 'dusk') })
  await expectQuiet()
})

test('W1: what somebody else changed elsewhere on the page meanwhile is merged', async () => {
  const { id, externalId } = await newPage('<p>One.</p><p>Two.</p><p>Three.</p>')
  site.simulator.control.editPage(externalId, { storage: '<p>One!</p><p>Two.</p><p>Three.</p>' })
  const change = { version: 1, storage: '<p>One.</p><p>Two.</p><p>Three?</p>' }
  const preview = await site.admin.put(`/documents/${id}?dryRun=true`, change)
  expect(PublishPreview.parse(preview.body)).toMatchObject({ merged: true, version: 3 })
  expect(await put(id, change)).toMatchObject({ status: 200, body: { version: 3 } })
  expect(there(externalId)).toMatchObject({ version: 3, storage: '<p>One!</p><p>Two.</p><p>Three?</p>' })
  await expectQuiet()
})

test('W1: what both changed is a conflict with both sides, though the version edited is known there alone', async () => {
  const { id, externalId } = await newPage('<p>One.</p><p>Two.</p>')
  site.simulator.control.editPage(externalId, { storage: '<p>Theirs.</p><p>Two.</p>' })
  // With it the former version is not stored here any more: it is asked for.
  await site.sync(integration, 'incremental')
  site.simulator.control.clearRequests()
  const answer = await put(id, { version: 1, storage: '<p>Mine.</p><p>Two.</p>' })
  expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } })
  const { conflict } = z.object({ conflict: EditConflict }).parse(answer.body)
  expect(conflict).toMatchObject({ base: 1, current: { version: 2 } })
  expect(conflict.parts.filter((part) => part.kind === 'conflict')).toMatchObject([
    { mine: { storage: '<p>Mine.</p>' }, theirs: { storage: '<p>Theirs.</p>' }, base: { storage: '<p>One.</p>' } },
  ])
  expect(sentTo(site, 'PUT')).toBe(0)
  const chosen = { version: 2, storage: '<p>Mine and theirs.</p><p>Two.</p>' }
  expect(await put(id, chosen)).toMatchObject({ status: 200, body: { version: 3 } })
  expect(there(externalId)).toMatchObject({ version: 3, storage: chosen.storage })
  await expectQuiet()
})

test('W1: two editors at once: one edit after the other, none lost', async () => {
  const { id, externalId } = await newPage('<p>One.</p><p>Two.</p><p>Three.</p>')
  const answers = await Promise.all([
    put(id, { version: 1, storage: '<p>One!</p><p>Two.</p><p>Three.</p>' }),
    put(id, { version: 1, storage: '<p>One.</p><p>Two.</p><p>Three!</p>' }),
  ])
  expect(answers.map((answer) => answer.status)).toEqual([200, 200])
  expect(there(externalId)).toMatchObject({ version: 3, storage: '<p>One!</p><p>Two.</p><p>Three!</p>' })
})

test('a file is attached there and here, and with the same name again it is a new version', async () => {
  const { id, externalId } = await newPage('<p>One.</p>')
  const attach = (text: string) => attachText(site.server, id, 'Plan – A & B.txt', text)
  expect(await attach('one')).toMatchObject({ status: 201, body: { name: 'Plan – A & B.txt', version: 1, size: 3 } })
  expect(await attach('two!')).toMatchObject({ status: 201, body: { version: 2, size: 4 } })
  const files = () => site.simulator.control.truth().attachments.filter((one) => one.pageId === externalId)
  expect(files()).toMatchObject([{ name: 'Plan – A & B.txt', version: 2, status: 'current' }])
  await expectQuiet()
  const { body } = await site.admin.get(`/documents/${id}/attachments`)
  expect(AttachmentPage.parse(body).items).toMatchObject([{ name: 'Plan – A & B.txt', version: 2, size: 4 }])
})

describe('W9: when the answer to a write is lost,', () => {
  const lose = (method: string, path: string, kind: 'cut' | 'cut-mid-body' | 'truncated-json' = 'cut') =>
    site.simulator.control.setFault({ kind, match: { method, path, times: 1 } })

  test.each(['cut', 'cut-mid-body', 'truncated-json'] as const)(
    'an edit (%s) arrived once, and is told once',
    async (kind) => {
      const { id, externalId } = await newPage('<p>One.</p>')
      lose('PUT', `content/${externalId}`, kind)
      const change = { version: 1, storage: `<p>${kind}</p>` }
      expect(await put(id, change)).toMatchObject({ status: 200, body: { version: 2 } })
      expect(sentTo(site, 'PUT')).toBe(1)
      expect(there(externalId)).toMatchObject({ version: 2, storage: change.storage })
      await expectQuiet()
      expect((await eventsOf(site, id)).map(({ type }) => type)).toEqual(['page.created', 'page.updated'])
      expect(await auditOf(site, `document:${id}`)).toHaveLength(1)
    },
  )

  test('an edit that cannot be looked for is settled by the next sync', async () => {
    const { id, externalId } = await newPage('<p>One.</p>')
    lose('PUT', `content/${externalId}`)
    // What is read before the write passes: the page, and its draft.
    site.simulator.control.setFault({
      kind: 'login-page',
      match: { method: 'GET', path: `content/${externalId}`, afterRequests: 2 },
    })
    const answer = await put(id, { version: 1, storage: '<p>Who knows?</p>' })
    expect(answer).toMatchObject({ status: 502, body: { code: 'outcome-unknown' } })
    expect(there(externalId)).toMatchObject({ version: 2, storage: '<p>Who knows?</p>' })
    expect(await read(externalId)).toMatchObject({ version: 1 })
    site.simulator.control.clearFaults()
    await site.sync(integration, 'incremental')
    expect(await read(externalId)).toMatchObject({ version: 2 })
    await expectQuiet()
    expect((await eventsOf(site, id)).map(({ type }) => type)).toEqual(['page.created', 'page.updated'])
    expect(await auditOf(site, `document:${id}`)).toHaveLength(1)
  })

  test('a new page, a file, labels, the trash and the way back are there once', async () => {
    lose('POST', '/content\\?')
    const { id: parentId } = await page(0)
    const draft = { space, title: 'Made once', parentId, storage: '<p>Hello.</p>' }
    const answer = await site.admin.post('/documents', draft)
    expect(answer).toMatchObject({ status: 201, body: { version: 1 } })
    expect(site.simulator.control.truth().nodes.filter(({ title }) => title === 'Made once')).toHaveLength(1)
    const id = idOf(answer.body)
    const { externalId } = Document.parse(answer.body)
    for (const [version, text] of ['one', 'two!'].entries()) {
      lose('POST', '/child/attachment')
      expect(await attachText(site.server, id, 'a.txt', text)).toMatchObject({
        status: 201,
        body: { version: version + 1, size: text.length },
      })
    }
    lose('POST', '/label')
    expect(await site.admin.put(`/documents/${id}/labels`, { labels: ['wet'] })).toMatchObject({ status: 200 })
    lose('DELETE', `content/${externalId}`)
    expect(await site.admin.delete(`/documents/${id}`)).toMatchObject({ status: 204 })
    lose('PUT', `content/${externalId}`)
    expect(await site.admin.post(`/documents/${id}/restore`)).toMatchObject({ status: 200 })
    expect(there(externalId)).toMatchObject({ status: 'current', labels: ['wet'] })
    await expectQuiet()
    expect((await eventsOf(site, id)).map(({ type }) => type)).toEqual(
      ['created', 'labelled', 'deleted', 'created'].map((what) => `page.${what}`),
    )
  })
})
