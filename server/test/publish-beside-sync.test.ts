import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventsOf, startPublishSite, type PublishSite } from './publish-site.ts'
import { storedTruth, wantedTruth } from './sync-site.ts'

let site: PublishSite
beforeAll(async () => {
  site = await startPublishSite({ pages: 12, spaces: 2, latencyMs: 15 })
})
afterAll(() => site[Symbol.asyncDispose]())

/** Runs one sync after the other while `work` is done; in the end what is here is what is there. */
async function besideSyncs(work: () => Promise<void>): Promise<void> {
  const until = { isDone: false }
  const syncing = (async () => {
    for (let turn = 0; !until.isDone; turn += 1) await site.sync(turn % 2 === 0 ? 'sweep' : 'incremental')
  })()
  try {
    await work()
  } finally {
    until.isDone = true
    await syncing
  }
  await site.sync('sweep')
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
}

test('edits beside syncs are each told once, in the editor’s name, whoever sees them first', async () => {
  const page = await site.newPage()
  const edits = 25
  await besideSyncs(async () => {
    for (let version = 1; version <= edits; version += 1) {
      const change = { version, storage: `<p>Edit ${version}.</p>` }
      expect(await site.editor.client.put(`/documents/${page.id}`, change)).toMatchObject({ status: 200 })
    }
  })
  const told = (await eventsOf(site, page.id)).filter(({ type }) => type === 'page.updated')
  expect(told.map(({ payload }) => payload['version'])).toEqual(Array.from({ length: edits }, (_, at) => at + 2))
  expect(new Set(told.map(({ actorId }) => actorId))).toEqual(new Set([site.editor.id]))
}, 120_000)

test('moves, labels, deletions and new pages beside syncs are not undone by an older list', async () => {
  const [page, parent] = [await site.newPage(), await site.newPage()]
  const { client } = site.editor
  await besideSyncs(async () => {
    for (let round = 0; round < 6; round += 1) {
      const parentId = round % 2 === 0 ? parent.id : null
      expect(await client.post(`/documents/${page.id}/move`, { parentId })).toMatchObject({
        status: 200,
        body: { parentId },
      })
      expect(await client.put(`/documents/${page.id}/labels`, { labels: [`round-${round}`] })).toMatchObject({
        status: 200,
      })
      expect(await site.read(page.id)).toMatchObject({ parentId, labels: [`round-${round}`] })
      expect(await client.delete(`/documents/${page.id}`)).toMatchObject({ status: 204 })
      expect(await client.get(`/documents/${page.id}`)).toMatchObject({ status: 404 })
      expect(await client.post(`/documents/${page.id}/restore`)).toMatchObject({ status: 200 })
      const draft = { space: site.space, title: `Beside ${round}`, storage: `<p>${round}</p>` }
      expect(await client.post('/documents', draft)).toMatchObject({ status: 201 })
    }
  })
  const counts = Object.groupBy(await eventsOf(site, page.id), ({ type }) => type)
  expect(counts['page.deleted']).toHaveLength(6)
  expect(counts['page.created']).toHaveLength(7)
  const all = [...(counts['page.deleted'] ?? []), ...(counts['page.moved'] ?? []), ...(counts['page.labelled'] ?? [])]
  expect(new Set(all.map(({ actorId }) => actorId))).toEqual(new Set([site.editor.id]))
}, 180_000)

test('a list that was read before a page was moved, labelled or thrown away undoes none of it', async () => {
  const [moved, gone, parent] = [await site.newPage({ labels: ['old'] }), await site.newPage(), await site.newPage()]
  const { control } = site.simulator
  const spaceId = control.truth().spaces.find(({ key }) => key === site.space)?.id ?? ''
  control.clearRequests()
  // Its answer is made at once, and comes drop by drop.
  const path = `/pages\\?space-id=${spaceId}&status=current`
  control.setFault({ kind: 'slow-drip', match: { method: 'GET', path, times: 1 } })
  const sweeping = site.sync('sweep')
  await expect
    .poll(() => site.simulator.requests.recent.some(({ fault }) => fault === 'slow-drip'), { timeout: 30_000 })
    .toBe(true)
  const { client } = site.editor
  expect(await client.post(`/documents/${moved.id}/move`, { parentId: parent.id })).toMatchObject({ status: 200 })
  expect(await client.put(`/documents/${moved.id}/labels`, { labels: ['new'] })).toMatchObject({ status: 200 })
  expect(await client.delete(`/documents/${gone.id}`)).toMatchObject({ status: 204 })
  expect(await sweeping).toMatchObject({ status: 'succeeded' })
  expect(await site.read(moved.id)).toMatchObject({ parentId: parent.id, labels: ['new'] })
  expect(await client.get(`/documents/${gone.id}`)).toMatchObject({ status: 404 })
  const typesOf = async (id: string) => (await eventsOf(site, id)).map(({ type }) => type)
  expect(await typesOf(gone.id)).toEqual(['page.created', 'page.deleted'])
  expect(await typesOf(moved.id)).toEqual(['page.created', 'page.labelled', 'page.moved', 'page.labelled'])
}, 120_000)
