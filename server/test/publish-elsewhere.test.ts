import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newId } from '#server/platform/ids.ts'
import { sentTo, startPublishSite, type Page, type PublishSite } from './publish-site.ts'

let site: PublishSite
let other = ''
beforeAll(async () => {
  site = await startPublishSite()
  other = site.simulator.control.truth().spaces.find(({ key }) => key !== site.space)?.key ?? ''
})
afterAll(() => site[Symbol.asyncDispose]())
beforeEach(() => site.simulator.control.clearFaults())

const there = (externalId: string) => site.simulator.control.page(externalId)
const moved = { status: 409, body: { code: 'moved' } }
const writes = () => ['POST', 'PUT', 'DELETE'].reduce((sum, method) => sum + sentTo(site, method), 0)
/** A page here, that somebody has just moved to a space that the editor may not read. */
async function movedPage(): Promise<Page> {
  const page = await site.newPage()
  site.simulator.control.movePage(page.externalId, { space: other })
  site.simulator.control.editPage(page.externalId, { storage: '<p>Of the closed space.</p>' })
  site.simulator.control.clearRequests()
  return page
}
const stored = (id: string) =>
  site.db
    .selectFrom('documents')
    .innerJoin('spaces', 'spaces.id', 'documents.space_id')
    .select(['documents.storage', 'documents.version', 'spaces.key'])
    .where('documents.id', '=', id)
    .executeTakeFirstOrThrow()

test('what was moved to another space is neither shown nor changed before a sync, whatever the change', async () => {
  const parent = await site.newPage()
  const page = await movedPage()
  const { client } = site.editor
  const at = `/documents/${page.id}`
  const change = { version: 1, storage: '<p>Mine.</p>' }
  const before = there(page.externalId)
  const answers = [
    await client.put(`${at}?dryRun=true`, change),
    await client.put(at, change),
    await site.agent.put(`${at}?dryRun=true`, change),
    await client.put(at, { version: 2, storage: '<p>Of the closed space.</p>' }),
    await client.put(`${at}/labels`, { labels: ['mine'] }),
    await client.post(`${at}/move`, { parentId: parent.id }),
    await client.delete(at),
  ]
  for (const answer of answers) {
    expect(answer).toMatchObject(moved)
    expect(JSON.stringify(answer.body)).not.toContain('Of the closed space')
  }
  expect(there(page.externalId)).toEqual(before)
})

test('a page is not moved below or behind, nor made below, what is in another space by now', async () => {
  const { control } = site.simulator
  const [page, parent, folder] = [await site.newPage(), await site.newPage(), await site.newPage()]
  const sibling = await site.newPage({ parentId: folder.externalId })
  control.movePage(parent.externalId, { space: other })
  control.movePage(sibling.externalId, { space: other })
  control.clearRequests()
  const { client } = site.editor
  expect(await client.post(`/documents/${page.id}/move`, { parentId: parent.id })).toMatchObject(moved)
  expect(await client.post(`/documents/${page.id}/move`, { parentId: folder.id, after: sibling.id })).toMatchObject(
    moved,
  )
  const draft = { space: site.space, title: `Below ${newId()}`, storage: '<p>x</p>', parentId: parent.id }
  expect(await client.post('/documents', draft)).toMatchObject(moved)
  expect(writes()).toBe(0)
  expect(there(page.externalId).space).toBe(site.space)
})

test('what is moved while it is changed is not stored under its former readers; the change is settled after a sync', async () => {
  const page = await site.newPage()
  site.simulator.control.setFault({ kind: 'cut', match: { method: 'PUT', path: `pages/${page.externalId}`, times: 1 } })
  site.simulator.control.clearRequests()
  site.simulator.control.setLatency(200)
  const answering = site.editor.client.put(`/documents/${page.id}`, { version: 1, storage: '<p>Mine.</p>' })
  await expect.poll(() => there(page.externalId).version, { interval: 5 }).toBe(2)
  site.simulator.control.movePage(page.externalId, { space: other })
  site.simulator.control.setLatency(0)
  expect(await answering).toMatchObject(moved)
  expect(await stored(page.id)).toMatchObject({ key: site.space, version: 1 })
  expect(await site.sync('incremental')).toMatchObject({ status: 'succeeded' })
  expect(await site.sync('sweep')).toMatchObject({ status: 'succeeded' })
  expect(await stored(page.id)).toMatchObject({ key: other, version: 2, storage: '<p>Mine.</p>' })
  await site.sync('incremental')
  const { state } = await site.db
    .selectFrom('publishes')
    .select('state')
    .where('document_id', '=', page.id)
    .executeTakeFirstOrThrow()
  expect(state).toBe('arrived')
}, 60_000)

test('what was moved while it lay in the trash is not restored from here', async () => {
  const page = await site.newPage()
  expect(await site.editor.client.delete(`/documents/${page.id}`)).toMatchObject({ status: 204 })
  site.simulator.control.restorePage(page.externalId)
  site.simulator.control.movePage(page.externalId, { space: other })
  site.simulator.control.trashPage(page.externalId)
  expect(await site.editor.client.post(`/documents/${page.id}/restore`)).toMatchObject(moved)
  expect(there(page.externalId).status).toBe('trashed')
})
