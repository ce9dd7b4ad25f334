import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { EditConflict, PublishPreview } from '#schema/publish.ts'
import { auditOf, editViewOf, eventsOf, sentTo, startPublishSite, type PublishSite } from './publish-site.ts'
import { EMAIL } from './sync-site.ts'

let site: PublishSite
beforeAll(async () => {
  site = await startPublishSite()
})
afterAll(() => site[Symbol.asyncDispose]())
afterEach(() => site.simulator.control.clearFaults())

/** Of the account that reads and writes there. */
const authorization = () => `Basic ${Buffer.from(`${EMAIL}:${site.simulator.users[0]?.key}`).toString('base64')}`
const there = (externalId: string) => site.simulator.control.page(externalId)
const put = (id: string, change: Record<string, unknown>) => site.editor.client.put(`/documents/${id}`, change)

test('an edit in storage is there and here at once, told once in the editor’s name, and the next sync finds nothing', async () => {
  const page = await site.newPage()
  const answer = await put(page.id, {
    version: 1,
    title: 'Gates & locks',
    storage: '<p>Shut the gates.</p>',
    message: 'because of the flood',
    minorEdit: true,
  })
  expect(answer).toMatchObject({ status: 200, body: { id: page.id, title: 'Gates & locks', version: 2 } })
  expect(there(page.externalId)).toMatchObject({
    title: 'Gates & locks',
    version: 2,
    storage: '<p>Shut the gates.</p>',
  })
  expect((await site.editor.client.get(`/documents/${page.id}`)).body).toMatchObject({ body: 'Shut the gates.\n' })
  const versions = await site.editor.client.get(`/documents/${page.id}/versions`)
  expect(versions.body).toMatchObject({
    items: [{ number: 2, message: 'because of the flood', minorEdit: true }, { number: 1 }],
  })
  const run = await site.sync('sweep')
  expect(run.counts).toMatchObject({ created: 0, updated: 0 })
  expect((await site.sync('incremental')).counts).toMatchObject({ created: 0, updated: 0 })
  expect((await eventsOf(site, page.id)).slice(1)).toEqual([
    {
      type: 'page.updated',
      actorId: site.editor.id,
      payload: expect.objectContaining({ version: 2, previousVersion: 1, changed: ['title', 'body'] }),
    },
  ])
  expect(await auditOf(site, `document:${page.id}`)).toEqual([`document.edited ${site.editor.id}`])
})

test('W2, W3: an edit in Markdown changes the words and leaves the markup around them alone', async () => {
  const storage =
    '<p style="text-align: center;">Open the <ac:inline-comment-marker ac:ref="a1">gates</ac:inline-comment-marker> at noon.</p><ac:structured-macro ac:name="weather" ac:schema-version="1"><ac:parameter ac:name="town">Ely</ac:parameter></ac:structured-macro>'
  const page = await site.newPage({ storage })
  const body = await editViewOf(site, page.id)
  const answer = await put(page.id, { version: 1, markdown: body.replace('noon', 'dusk') })
  expect(answer).toMatchObject({ status: 200, body: { version: 2 } })
  expect(there(page.externalId).storage).toBe(storage.replace('noon', 'dusk'))
})

test('W5: the message of an edit is there, and stays here with the mark of a minor one after the next syncs', async () => {
  const page = await site.newPage()
  const change = { version: 1, storage: '<p>Shut the gates.</p>', message: 'because of the flood', minorEdit: true }
  expect(await put(page.id, change)).toMatchObject({ status: 200 })
  expect(await put(page.id, { version: 2, storage: '<p>Open them.</p>' })).toMatchObject({ status: 200 })
  const answer = await fetch(`${site.simulator.url}/wiki/api/v2/pages/${page.externalId}/versions`, {
    headers: { authorization: authorization() },
  })
  // The vendor's document of v2 lets nobody send that an edit is minor, so the simulator keeps none; a Data Center does.
  const messages = [{ message: '' }, { message: 'because of the flood' }, { message: '' }]
  expect(await answer.json()).toMatchObject({ results: messages })
  for (const mode of ['incremental', 'sweep'] as const) await site.sync(mode)
  const here = await site.editor.client.get(`/documents/${page.id}/versions`)
  const minor = [{ minorEdit: false }, { minorEdit: true }, { minorEdit: false }]
  expect(here.body).toMatchObject({ items: messages })
  expect(here.body).toMatchObject({ items: minor })
})

test('W4: an edit that changes nothing makes no version and sends nothing', async () => {
  const page = await site.newPage()
  site.simulator.control.clearRequests()
  const body = await editViewOf(site, page.id)
  for (const change of [{}, { markdown: body }, { storage: '<p>Open the gates.</p>' }, { title: page.title }])
    expect(await put(page.id, { version: 1, ...change })).toMatchObject({ status: 200, body: { version: 1 } })
  expect(sentTo(site, 'PUT')).toBe(0)
})

test('W1: what somebody else changed elsewhere on the page meanwhile is merged', async () => {
  const page = await site.newPage({ storage: '<p>One.</p><p>Two.</p><p>Three.</p>' })
  site.simulator.control.editPage(page.externalId, { storage: '<p>One!</p><p>Two.</p><p>Three.</p>' })
  const preview = await site.editor.client.put(`/documents/${page.id}?dryRun=true`, {
    version: 1,
    storage: '<p>One.</p><p>Two.</p><p>Three?</p>',
  })
  expect(PublishPreview.parse(preview.body)).toMatchObject({
    merged: true,
    version: 3,
    storage: '<p>One!</p><p>Two.</p><p>Three?</p>',
  })
  expect(there(page.externalId).version).toBe(2)
  const answer = await put(page.id, { version: 1, storage: '<p>One.</p><p>Two.</p><p>Three?</p>' })
  expect(answer).toMatchObject({ status: 200, body: { version: 3 } })
  expect(there(page.externalId).storage).toBe('<p>One!</p><p>Two.</p><p>Three?</p>')
})

test('W1: what both changed is a conflict that carries both sides, and nothing is sent', async () => {
  const page = await site.newPage({ storage: '<p>One.</p><p>Two.</p>' })
  site.simulator.control.editPage(page.externalId, {
    storage: '<p>Theirs.</p><p>Two.</p>',
    title: `${page.title} theirs`,
  })
  site.simulator.control.clearRequests()
  const answer = await put(page.id, { version: 1, title: `${page.title} mine`, storage: '<p>Mine.</p><p>Two.</p>' })
  expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } })
  const { conflict } = z.object({ conflict: EditConflict }).parse(answer.body)
  expect(conflict).toMatchObject({
    base: 1,
    current: { version: 2 },
    title: { base: page.title, mine: `${page.title} mine`, theirs: `${page.title} theirs` },
  })
  expect(conflict.parts.filter((part) => part.kind === 'conflict')).toMatchObject([
    { mine: { storage: '<p>Mine.</p>' }, theirs: { storage: '<p>Theirs.</p>' }, base: { storage: '<p>One.</p>' } },
  ])
  expect(sentTo(site, 'PUT')).toBe(0)
  const resolved = { version: 2, title: `${page.title} mine`, storage: '<p>Mine and theirs.</p><p>Two.</p>' }
  expect(await put(page.id, resolved)).toMatchObject({ status: 200, body: { version: 3 } })
})

test('two editors at once: one edit after the other, none lost', async () => {
  const page = await site.newPage({ storage: '<p>One.</p><p>Two.</p><p>Three.</p>' })
  const answers = await Promise.all([
    put(page.id, { version: 1, storage: '<p>One!</p><p>Two.</p><p>Three.</p>' }),
    put(page.id, { version: 1, storage: '<p>One.</p><p>Two.</p><p>Three!</p>' }),
  ])
  expect(answers.map((answer) => answer.status)).toEqual([200, 200])
  expect(there(page.externalId)).toMatchObject({ version: 3, storage: '<p>One!</p><p>Two.</p><p>Three!</p>' })
})

test('W6: a title that another page has is refused by its name', async () => {
  const [page, other] = [await site.newPage(), await site.newPage()]
  const answer = await put(page.id, { version: 1, title: other.title.toUpperCase() })
  expect(answer).toMatchObject({ status: 409, body: { code: 'title-taken', errors: [{ path: 'title' }] } })
  expect(JSON.stringify(answer.body)).toContain(other.title.toUpperCase())
  expect(there(page.externalId).version).toBe(1)
})

test('markup that Confluence does not take is the caller’s to mend', async () => {
  const page = await site.newPage()
  expect(await put(page.id, { version: 1, storage: '<p><strong>open</p>' })).toMatchObject({
    status: 422,
    body: { code: 'invalid-storage' },
  })
})

test('an edit that Markdown cannot carry is refused, naming the block, and nothing is sent', async () => {
  const storage =
    '<p>Text.</p><ac:structured-macro ac:name="weather" ac:schema-version="1"><ac:parameter ac:name="town">Ely</ac:parameter></ac:structured-macro>'
  const page = await site.newPage({ storage })
  const body = await editViewOf(site, page.id)
  const marker = /<!-- keep .*-->/.exec(body)?.[0] ?? ''
  const answer = await put(page.id, { version: 1, markdown: body.replace(marker, `${marker}\n\n${marker}`) })
  expect(answer).toMatchObject({ status: 422, body: { code: 'not-editable', errors: [{ path: 'markdown' }] } })
  expect(there(page.externalId).version).toBe(1)
})

test('a version that never was, or is gone, cannot be compared with', async () => {
  const page = await site.newPage()
  expect(await put(page.id, { version: 7, title: 'x' })).toMatchObject({
    status: 409,
    body: { code: 'unknown-version' },
  })
  site.simulator.control.purgePage(page.externalId)
  expect(await put(page.id, { version: 1, title: 'x' })).toMatchObject({ status: 409, body: { code: 'gone' } })
})

test('what is in the trash, archived or a draft there is not written over', async () => {
  const page = await site.newPage()
  site.simulator.control.archivePage(page.externalId)
  expect(await put(page.id, { version: 1, title: 'x' })).toMatchObject({ status: 409, body: { code: 'not-current' } })
  site.simulator.control.trashPage(page.externalId)
  expect(await put(page.id, { version: 1, title: 'x' })).toMatchObject({ status: 409, body: { code: 'not-current' } })
  expect(there(page.externalId)).toMatchObject({ version: 1, status: 'trashed' })
})

test('W7: changes that somebody has not published there yet are not published over', async () => {
  const page = await site.newPage()
  const change = { version: 1, storage: '<p>Mine.</p>' }
  site.simulator.control.setDraft(page.externalId, { title: page.title, storage: '<p>Half a sent</p>' })
  expect(await put(page.id, change)).toMatchObject({ status: 409, body: { code: 'draft' } })
  expect(there(page.externalId).version).toBe(1)
  // An editor that was only opened leaves a draft that says the same.
  site.simulator.control.setDraft(page.externalId, { title: page.title, storage: '<p>Open the gates.</p>' })
  expect(await put(page.id, change)).toMatchObject({ status: 200, body: { version: 2 } })
})
