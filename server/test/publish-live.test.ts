import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPublishSite, type PublishSite } from './publish-site.ts'

let site: PublishSite
beforeAll(async () => {
  site = await startPublishSite()
})
afterAll(() => site[Symbol.asyncDispose]())

const put = (id: string, change: unknown) => site.editor.client.put(`/documents/${id}`, change)
const there = (id: string) => site.simulator.control.page(id)

async function newLive() {
  const page = await site.newPage()
  site.simulator.control.setLive(page.externalId, true)
  return page
}

test('W7: a live document is written to as any page, and merged with what others saved in it', async () => {
  const page = await newLive()
  const edited = { version: 1, storage: '<p>Open the gates.</p><p>Between.</p><p>Mine.</p>' }
  expect(await put(page.id, edited)).toMatchObject({ status: 200, body: { version: 2 } })
  site.simulator.control.editPage(page.externalId, { storage: '<p>Shut the gates.</p><p>Between.</p><p>Mine.</p>' })
  expect(
    await put(page.id, { version: 2, storage: '<p>Open the gates.</p><p>Between.</p><p>Ours.</p>' }),
  ).toMatchObject({
    status: 200,
    body: { version: 4 },
  })
  expect(there(page.externalId).storage).toBe('<p>Shut the gates.</p><p>Between.</p><p>Ours.</p>')
})

test('W7: what somebody is typing in a live document is not published over, in words that fit it', async () => {
  const page = await newLive()
  const { control } = site.simulator
  const change = { version: 1, storage: '<p>Mine.</p>' }
  control.setDraft(page.externalId, { title: page.title, storage: '<p>Open the gates. And cl</p>' })
  expect(await put(page.id, change)).toMatchObject({
    status: 409,
    body: { code: 'being-written', detail: expect.stringContaining('is a live document') },
  })
  expect(there(page.externalId)).toMatchObject({ version: 1, storage: '<p>Open the gates.</p>' })
  // Confluence makes a version of it by itself: then it is what others changed, and both did the same place.
  control.setDraft(page.externalId, null)
  control.editPage(page.externalId, { storage: '<p>Open the gates. And close them.</p>' })
  expect(await put(page.id, change)).toMatchObject({ status: 409, body: { code: 'conflict' } })
})

test('W7: a page that is made a live document and back again is told apart each time', async () => {
  const page = await newLive()
  const { control } = site.simulator
  control.setDraft(page.externalId, { title: page.title, storage: '<p>Half a sent</p>' })
  const change = { version: 1, storage: '<p>Mine.</p>' }
  expect(await put(page.id, change)).toMatchObject({ status: 409, body: { code: 'being-written' } })
  control.setLive(page.externalId, false)
  expect(await put(page.id, change)).toMatchObject({ status: 409, body: { code: 'draft' } })
  // A site that refuses the filter by which they are told apart.
  control.setFault({ kind: 'status', status: 400, match: { path: 'subtype=live' } })
  expect(await put(page.id, change)).toMatchObject({ status: 409, body: { code: 'draft' } })
  control.clearFaults()
  control.setDraft(page.externalId, null)
  control.clearRequests()
  expect(await put(page.id, change)).toMatchObject({ status: 200, body: { version: 2 } })
  // Which it is costs a request only where something is held.
  expect(site.simulator.requests.counts['GET /wiki/api/v2/pages'] ?? 0).toBe(0)
})
