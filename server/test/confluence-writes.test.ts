import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { addComment, changeLabels } from '#server/integrations/write.ts'
import { newId } from '#server/platform/ids.ts'
import { startSyncSite, type SyncSite } from './sync-site.ts'

let site: SyncSite
let page: { id: string; externalId: string }
beforeAll(async () => {
  site = await startSyncSite({ simulator: { pages: 6, spaces: 1 } })
})
afterAll(() => site[Symbol.asyncDispose]())
beforeEach(async () => {
  site.simulator.control.clearFaults()
  const space = site.simulator.control.truth().spaces[0]?.key ?? ''
  const { id: externalId } = site.simulator.control.createPage({ space, title: `Page ${newId()}`, labels: ['old'] })
  await site.sync('sweep')
  const row = await site.db
    .selectFrom('documents')
    .select('id')
    .where('external_id', '=', externalId)
    .executeTakeFirstOrThrow()
  page = { id: row.id, externalId }
})

const cause = (once = newId()) => ({ once, depth: 3, actorId: null })
const here = async () =>
  (await site.db.selectFrom('documents').select('labels').where('id', '=', page.id).executeTakeFirstOrThrow()).labels
const there = () => site.simulator.control.page(page.externalId).labels
/** Those of this page's changes here; that it came with a label is told by the sync itself. */
const events = () =>
  site.db
    .selectFrom('events')
    .select(['depth', 'payload'])
    .where('subject_id', '=', page.id)
    .where('type', '=', 'page.labelled')
    .where('depth', '>', 0)
    .execute()

test('a label is added there and here, and told of once with its depth', async () => {
  const once = cause()
  await changeLabels(site.server.app, page.id, { add: ['approved'] }, once)
  await changeLabels(site.server.app, page.id, { add: ['approved'] }, once)
  expect([there(), await here()].map((labels) => labels.toSorted())).toEqual([
    ['approved', 'old'],
    ['approved', 'old'],
  ])
  await site.sync('sweep')
  expect(await events()).toMatchObject([{ depth: 3, payload: { added: ['approved'], removed: [] } }])
})

test('a label is removed; one that is not there is no fault', async () => {
  await changeLabels(site.server.app, page.id, { remove: ['old', 'never there'] }, cause())
  expect([there(), await here()]).toEqual([[], []])
  expect(await events()).toMatchObject([{ payload: { added: [], removed: ['old'] } }])
})

test('a page that the key cannot see any more is not taken for one without the label', async () => {
  site.simulator.control.purgePage(page.externalId)
  await expect(changeLabels(site.server.app, page.id, { remove: ['old'] }, cause())).rejects.toMatchObject({
    name: 'Upstream',
    code: 'not-found',
  })
  expect(await here()).toEqual(['old'])
})

test('a comment is written once, though its answer was lost and it was tried again', async () => {
  site.simulator.control.setFault({
    kind: 'truncated-json',
    match: { method: 'POST', path: 'footer-comments', times: 1 },
  })
  const once = newId()
  const text = 'Approved <by> Ada & Sam\nsecond line\n\nnext paragraph'
  await expect(addComment(site.server.app, page.id, text, once)).rejects.toMatchObject({ code: 'truncated' })
  await addComment(site.server.app, page.id, text, once)
  const comments = site.simulator.control.comments(page.externalId)
  expect(comments).toHaveLength(1)
  expect(comments[0]?.storage).toContain(
    '<p>Approved &lt;by&gt; Ada &amp; Sam<br />second line</p><p>next paragraph</p>',
  )
  await addComment(site.server.app, page.id, text, newId())
  expect(site.simulator.control.comments(page.externalId)).toHaveLength(2)
})

test('what is no page of an integration is refused before anything is sent', async () => {
  await site.db.updateTable('documents').set({ type: 'folder' }).where('id', '=', page.id).execute()
  site.simulator.control.clearRequests()
  await expect(addComment(site.server.app, page.id, 'x', newId())).rejects.toMatchObject({ code: 'not-writable' })
  await expect(addComment(site.server.app, newId(), 'x', newId())).rejects.toMatchObject({ code: 'not-found' })
  expect(site.simulator.requests.total).toBe(0)
})
