import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { PublishPreview } from '#schema/publish.ts'
import { newId } from '#server/platform/ids.ts'
import { idOf } from './people.ts'
import { auditOf, eventsOf, sentTo, startPublishSite, type PublishSite } from './publish-site.ts'

let site: PublishSite
beforeAll(async () => {
  site = await startPublishSite()
})
afterAll(() => site[Symbol.asyncDispose]())

const Listed = z.object({ items: z.array(z.object({ id: z.string() })) })
const there = (externalId: string) => site.simulator.control.page(externalId)
const make = (draft: Record<string, unknown>) => site.editor.client.post('/documents', { space: site.space, ...draft })
const quiet = async () => {
  for (const mode of ['incremental', 'sweep'] as const)
    expect((await site.sync(mode)).counts).toMatchObject({ created: 0, updated: 0, deleted: 0 })
}

test('a page is made from Markdown below another one, with labels, and told once', async () => {
  const parent = await site.newPage()
  const title = `Flood plan ${newId()}`
  const markdown = '# Before\n\n- [ ] look at the **gauge**\n\n| a | b |\n| - | - |\n| 1 | 2 |\n'
  const draft = { title, parentId: parent.id, markdown, labels: ['flood', 'Plan'] }
  const preview = await site.editor.client.post('/documents?dryRun=true', { space: site.space, ...draft })
  expect(PublishPreview.parse(preview.body)).toMatchObject({ document: null, title, version: 1, merged: false })
  const answer = await make(draft)
  expect(answer).toMatchObject({
    status: 201,
    body: { title, version: 1, parentId: parent.id, labels: ['flood', 'plan'], space: { key: site.space } },
  })
  const id = idOf(answer.body)
  const { externalId } = await site.read(id)
  expect(there(externalId)).toMatchObject({ title, parentId: parent.externalId, labels: ['flood', 'plan'] })
  await quiet()
  expect(await eventsOf(site, id)).toMatchObject([{ type: 'page.created', actorId: site.editor.id }])
  expect(await auditOf(site, `document:${id}`)).toEqual([`document.created ${site.editor.id}`])
  expect((await site.editor.client.get(`/search?q=gauge&space=${site.space}`)).body).toMatchObject({
    items: [{ document: { id } }],
  })
})

test('without a parent it stands at the top of the space; a blog post stands nowhere', async () => {
  const page = await make({ title: `Top ${newId()}`, markdown: 'x' })
  expect(page).toMatchObject({ status: 201, body: { parentId: null } })
  const post = await make({ title: `News ${newId()}`, type: 'blogpost', markdown: 'x' })
  expect(post).toMatchObject({ status: 201, body: { type: 'blogpost', parentId: null } })
  await quiet()
})

test('a title that is taken, a parent of another space and a wrong label are refused, and nothing is made', async () => {
  const page = await site.newPage()
  site.simulator.control.clearRequests()
  expect(await make({ title: page.title.toUpperCase(), markdown: 'x' })).toMatchObject({
    status: 409,
    body: { code: 'title-taken', errors: [{ path: 'title' }] },
  })
  const space = site.simulator.control.truth().spaces[1]?.key ?? ''
  const stranger = await site.admin.get(`/documents?space=${space}&limit=1`)
  const { items } = Listed.parse(stranger.body)
  expect(
    await site.admin.post('/documents', { space: site.space, title: 'x', markdown: 'x', parentId: items[0]?.id }),
  ).toMatchObject({ status: 422, body: { code: 'invalid-parent' } })
  expect(await make({ title: 'x', markdown: 'x', labels: ['two words'] })).toMatchObject({
    status: 422,
    body: { code: 'invalid-label' },
  })
  expect(sentTo(site, 'POST')).toBe(0)
})

test('a page is moved below another one, behind a sibling, and to the top', async () => {
  const [page, parent] = [await site.newPage(), await site.newPage()]
  const [first, second] = [
    await site.newPage({ parentId: parent.externalId }),
    await site.newPage({ parentId: parent.externalId }),
  ]
  const move = (parentId: string | null, after?: string) =>
    site.editor.client.post(`/documents/${page.id}/move`, { parentId, ...(after === undefined ? {} : { after }) })
  const childrenHere = async () => {
    const { body } = await site.editor.client.get(`/documents?parent=${parent.id}`)
    return Listed.parse(body).items.map(({ id }) => id)
  }
  expect(await move(parent.id, first.id)).toMatchObject({ status: 200, body: { parentId: parent.id } })
  expect(there(page.externalId).parentId).toBe(parent.externalId)
  await site.sync('sweep')
  expect(await childrenHere()).toEqual([first.id, page.id, second.id])
  site.simulator.control.clearRequests()
  expect(await move(parent.id, first.id)).toMatchObject({ status: 200 })
  expect(sentTo(site, 'PUT')).toBe(0)
  expect(await move(parent.id)).toMatchObject({ status: 200 })
  expect(await childrenHere()).toEqual([first.id, second.id, page.id])
  expect(await move(null)).toMatchObject({ status: 200, body: { parentId: null } })
  expect(there(page.externalId).parentId).toBe(null)
  await quiet()
  expect((await eventsOf(site, page.id)).map(({ type, actorId }) => [type, actorId])).toEqual([
    ['page.created', null],
    ['page.moved', site.editor.id],
    ['page.moved', site.editor.id],
  ])
})

test('a page is not moved below itself, nor into another space, nor behind a page that stands elsewhere', async () => {
  const page = await site.newPage()
  const child = await site.newPage({ parentId: page.externalId })
  const move = (id: string, body: Record<string, unknown>) => site.editor.client.post(`/documents/${id}/move`, body)
  expect(await move(page.id, { parentId: child.id })).toMatchObject({ status: 422, body: { code: 'invalid-parent' } })
  expect(await move(page.id, { parentId: page.id })).toMatchObject({ status: 422, body: { code: 'invalid-parent' } })
  const other = await site.newPage()
  expect(await move(other.id, { parentId: page.id, after: other.id })).toMatchObject({
    status: 422,
    body: { code: 'invalid-place' },
  })
})

test('labels are set exactly, told once, and not sent when they are there', async () => {
  const page = await site.newPage({ labels: ['old', 'kept'] })
  const set = (labels: string[]) => site.editor.client.put(`/documents/${page.id}/labels`, { labels })
  expect(await set(['kept', 'new'])).toMatchObject({ status: 200, body: { labels: ['kept', 'new'] } })
  expect(there(page.externalId).labels.toSorted()).toEqual(['kept', 'new'])
  site.simulator.control.clearRequests()
  expect(await set(['new', 'kept'])).toMatchObject({ status: 200 })
  expect(sentTo(site, 'POST') + sentTo(site, 'DELETE')).toBe(0)
  await quiet()
  expect((await eventsOf(site, page.id)).at(-1)).toMatchObject({
    type: 'page.labelled',
    actorId: site.editor.id,
    payload: { added: ['new'], removed: ['old'], labels: ['kept', 'new'] },
  })
})

test('what is thrown away is hidden, and restored it is the same document', async () => {
  const page = await site.newPage({ labels: ['wet'] })
  expect(await site.editor.client.delete(`/documents/${page.id}`)).toMatchObject({ status: 204 })
  expect(there(page.externalId).status).toBe('trashed')
  expect(await site.editor.client.get(`/documents/${page.id}`)).toMatchObject({ status: 404 })
  expect(await site.editor.client.delete(`/documents/${page.id}`)).toMatchObject({ status: 404 })
  await quiet()
  const restored = await site.editor.client.post(`/documents/${page.id}/restore`)
  expect(restored).toMatchObject({ status: 200, body: { id: page.id, title: page.title, labels: ['wet'] } })
  expect(there(page.externalId).status).toBe('current')
  await quiet()
  expect(await site.editor.client.post(`/documents/${page.id}/restore`)).toMatchObject({ status: 404 })
  expect((await eventsOf(site, page.id)).map(({ type, actorId }) => [type, actorId])).toEqual([
    ['page.created', null],
    ['page.labelled', null],
    ['page.deleted', site.editor.id],
    ['page.created', site.editor.id],
  ])
  expect(await auditOf(site, `document:${page.id}`)).toEqual([
    `document.trashed ${site.editor.id}`,
    `document.restored ${site.editor.id}`,
  ])
})

test('what is purged there cannot be restored, and a homepage is not thrown away', async () => {
  const page = await site.newPage()
  await site.editor.client.delete(`/documents/${page.id}`)
  site.simulator.control.purgePage(page.externalId)
  expect(await site.editor.client.post(`/documents/${page.id}/restore`)).toMatchObject({
    status: 409,
    body: { code: 'purged' },
  })
  const homepage = site.simulator.control
    .truth()
    .nodes.find((node) => node.space === site.space && node.kind === 'page' && node.parentId === null)
  const row = await site.db
    .selectFrom('documents')
    .innerJoin('spaces', 'spaces.homepage_external_id', 'documents.external_id')
    .select('documents.id')
    .where('spaces.key', '=', site.space)
    .executeTakeFirst()
  expect([homepage === undefined, row === undefined]).toEqual([false, false])
  expect(await site.editor.client.delete(`/documents/${row?.id}`)).toMatchObject({
    status: 422,
    body: { code: 'homepage' },
  })
})

test('what is hidden because its space is not synced, or hidden from the key, lies in no trash: it is not restored', async () => {
  const other = site.simulator.control.truth().spaces[1]?.key
  const page = await site.newPage()
  const selectSpaces = async (spaces: unknown) => {
    const answer = await site.admin.patch(`/integrations/${site.integrationId}`, { settings: { spaces } })
    expect(answer).toMatchObject({ status: 200 })
    await site.lastRun()
  }
  const setReason = (reason: string) =>
    site.db
      .updateTable('documents')
      .set({ deleted_reason: reason, deleted_at: new Date() })
      .where('id', '=', page.id)
      .execute()
  const restore = () => site.editor.client.post(`/documents/${page.id}/restore`)
  await selectSpaces([other])
  site.simulator.control.clearRequests()
  for (const reason of ['unselected', 'lost-access']) {
    await setReason(reason)
    expect(await restore()).toMatchObject({ status: 404 })
  }
  // Thrown away before its space was unselected.
  await setReason('trashed')
  expect(await restore()).toMatchObject({ status: 422, body: { code: 'not-writable' } })
  expect(site.simulator.requests.recent).toEqual([])
  await selectSpaces('all')
})

test('a document made here, and a space of no integration, are not written yet', async () => {
  expect(await site.admin.post('/spaces', { key: 'LOCAL', name: 'Local' })).toMatchObject({ status: 201 })
  expect(await site.admin.post('/documents', { space: 'local', title: 'x', markdown: 'x' })).toMatchObject({
    status: 422,
    body: { code: 'not-writable' },
  })
})
