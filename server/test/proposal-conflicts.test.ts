import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { EditConflict, EditProposal } from '#schema/publish.ts'
import { newId } from '#server/platform/ids.ts'
import { auditOf, eventsOf, sentTo, startPublishSite, type Page, type PublishSite } from './publish-site.ts'

const storage = '<p>One.</p><p>Two.</p><p>Three.</p>'
const proposed = storage.replace('One.', 'One!')

let site: PublishSite
/** Another person than the one whose key proposes. */
let adminId: string
beforeAll(async () => {
  site = await startPublishSite()
  const me = await site.admin.get('/me')
  adminId = z.object({ user: z.object({ id: z.string() }) }).parse(me.body).user.id
})
afterAll(() => site[Symbol.asyncDispose]())

const there = (externalId: string) => site.simulator.control.page(externalId)
const approve = (id: string, input: Record<string, unknown> = {}, query = '') =>
  site.admin.post(`/proposals/${id}/approve${query}`, input)
const preview = (id: string, input: Record<string, unknown> = {}) => approve(id, input, '?dryRun=true')
const stateOf = async (id: string) => EditProposal.parse((await site.admin.get(`/proposals/${id}`)).body).state
const conflictIn = (answer: { status: number; body: unknown }) => {
  expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } })
  return z.object({ conflict: EditConflict }).parse(answer.body).conflict
}
const sidesOf = ({ parts }: EditConflict) =>
  parts.flatMap((part) => (part.kind === 'conflict' ? [[part.mine.storage, part.theirs.storage]] : []))

async function propose(page: Page, change: Record<string, unknown> = { storage: proposed }): Promise<string> {
  const answer = await site.agent.put(`/documents/${page.id}`, { version: 1, message: 'louder', ...change })
  expect(answer).toMatchObject({ status: 202 })
  return EditProposal.parse(answer.body).id
}

/** A proposal whose place was changed in Confluence meanwhile. */
async function outdated(theirs = storage.replace('One.', 'Uno.')) {
  const page = await site.newPage({ storage })
  const id = await propose(page)
  site.simulator.control.editPage(page.externalId, { storage: theirs })
  return { page, id }
}

test('a conflict is resolved by the approver, and what he chose is published in his name', async () => {
  const { page, id } = await outdated()
  expect(conflictIn(await approve(id))).toMatchObject({ base: 1, current: { version: 2 }, mergedTitle: page.title })
  expect(await stateOf(id)).toBe('stale')
  site.simulator.control.clearRequests()
  const conflict = conflictIn(await preview(id))
  expect(sidesOf(conflict)).toEqual([['<p>One!</p>', '<p>Uno.</p>']])
  expect(sentTo(site, 'PUT')).toBe(0)

  const chosen = storage.replace('One.', 'Uno!')
  const resolved = { version: 2, title: page.title, storage: chosen }
  expect(await preview(id, { resolved })).toMatchObject({ status: 200, body: { version: 3, storage: chosen } })
  expect(await approve(id, { resolved, reason: 'both are right' })).toMatchObject({
    status: 200,
    body: { state: 'published', publishedVersion: 3, resolved: true, decidedBy: { id: adminId } },
  })
  expect(there(page.externalId)).toMatchObject({ version: 3, storage: chosen })
  expect((await eventsOf(site, page.id)).at(-1)).toMatchObject({ type: 'page.updated', actorId: adminId })
  expect((await auditOf(site, `document:${page.id}`)).at(-1)).toBe(`document.edited ${adminId}`)
  expect((await auditOf(site, `proposal:${id}`)).at(-1)).toBe(`proposal.approved ${adminId}`)
  const { detail } = await site.db
    .selectFrom('audit')
    .select('detail')
    .where('target', '=', `proposal:${id}`)
    .where('action', '=', 'proposal.approved')
    .executeTakeFirstOrThrow()
  expect(detail).toMatchObject({ version: 3, resolved: true, reason: 'both are right' })
  expect(await approve(id, { resolved })).toMatchObject({ status: 409, body: { code: 'decided' } })
})

test('what is changed once more in between is a conflict again in the same place, and merged elsewhere', async () => {
  const { page, id } = await outdated()
  const resolved = { version: 2, title: page.title, storage: storage.replace('One.', 'Uno!') }
  site.simulator.control.editPage(page.externalId, { storage: storage.replace('One.', 'Eins.') })
  const again = conflictIn(await approve(id, { resolved }))
  expect(again).toMatchObject({ base: 2, current: { version: 3 } })
  expect(sidesOf(again)).toEqual([['<p>Uno!</p>', '<p>Eins.</p>']])
  expect(there(page.externalId)).toMatchObject({ version: 3 })
  expect(await stateOf(id)).toBe('stale')

  site.simulator.control.editPage(page.externalId, {
    storage: storage.replace('One.', 'Eins.').replace('Three.', 'Drei.'),
  })
  const once = { ...resolved, version: 3, storage: storage.replace('One.', 'Eins!') }
  expect(await approve(id, { resolved: once })).toMatchObject({ status: 200, body: { publishedVersion: 5 } })
  expect(there(page.externalId)).toMatchObject({ version: 5, storage: '<p>Eins!</p><p>Two.</p><p>Drei.</p>' })
})

test('a title that one side alone changed is told beside the conflict', async () => {
  const theirs = await site.newPage({ storage })
  const renamedThere = `Theirs ${newId()}`
  const one = await propose(theirs)
  site.simulator.control.editPage(theirs.externalId, {
    title: renamedThere,
    storage: storage.replace('One.', 'Uno.'),
  })
  expect(conflictIn(await preview(one))).toMatchObject({ title: null, mergedTitle: renamedThere })

  const mine = await site.newPage({ storage })
  const title = `Mine ${newId()}`
  const two = await propose(mine, { storage: proposed, title })
  site.simulator.control.editPage(mine.externalId, { storage: storage.replace('One.', 'Uno.') })
  expect(conflictIn(await preview(two))).toMatchObject({ title: null, mergedTitle: title })
  site.simulator.control.editPage(mine.externalId, { title: `Theirs ${newId()}` })
  expect(conflictIn(await preview(two))).toMatchObject({ title: { mine: title }, mergedTitle: null })
})

test('when all of Confluence is chosen nothing is written, and the proposal ends with the version that is there', async () => {
  const { page, id } = await outdated()
  const resolved = { version: 2, title: page.title, storage: there(page.externalId).storage }
  expect(await approve(id, { resolved })).toMatchObject({
    status: 200,
    body: { state: 'published', publishedVersion: 2, resolved: true },
  })
  expect(there(page.externalId).version).toBe(2)
})

test('of two people who choose at once, one is published and the other is told', async () => {
  const { page, id } = await outdated()
  const choose = (words: string) => ({
    resolved: { version: 2, title: page.title, storage: storage.replace('One.', words) },
  })
  const answers = await Promise.all([
    approve(id, choose('A.')),
    site.editor.client.post(`/proposals/${id}/approve`, choose('B.')),
  ])
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409])
  const winner = answers[0]?.status === 200 ? 'A.' : 'B.'
  expect(there(page.externalId)).toMatchObject({ version: 3, storage: storage.replace('One.', winner) })
})

test('what was published before it could be noted is noted, and never another text instead', async () => {
  const { page, id } = await outdated()
  const resolved = { version: 2, title: page.title, storage: storage.replace('One.', 'Uno!') }
  expect(await approve(id, { resolved })).toMatchObject({ status: 200 })
  const undo = { state: 'stale', decided_by: null, decided_at: null, published_version: null, resolved: false }
  await site.db.updateTable('edit_proposals').set(undo).where('id', '=', id).execute()
  const other = { ...resolved, version: 3, storage: storage.replace('One.', 'Other.') }
  expect(await approve(id, { resolved: other })).toMatchObject({ status: 409, body: { code: 'published' } })
  expect(await preview(id)).toMatchObject({ status: 409, body: { code: 'published' } })
  expect(await approve(id, { resolved })).toMatchObject({ status: 200, body: { publishedVersion: 3, resolved: true } })
  expect(there(page.externalId)).toMatchObject({ version: 3, storage: resolved.storage })
})

test('an approval without a conflict tells its version, and what it would send before', async () => {
  const page = await site.newPage({ storage })
  const id = await propose(page)
  expect(await preview(id)).toMatchObject({ status: 200, body: { document: page.id, version: 2, merged: false } })
  expect(await stateOf(id)).toBe('waiting')
  expect(there(page.externalId).version).toBe(1)
  expect(await approve(id)).toMatchObject({ status: 200, body: { publishedVersion: 2, resolved: false } })
  const title = `New ${newId()}`
  const draft = { space: site.space, title, markdown: 'Hello.' }
  const made = EditProposal.parse((await site.agent.post('/documents', draft)).body)
  expect(await preview(made.id)).toMatchObject({ status: 200, body: { document: null, title, version: 1 } })
  expect(await approve(made.id)).toMatchObject({ status: 200, body: { publishedVersion: 1 } })
})

test('a preview leaves a proposal that meets a conflict waiting', async () => {
  const { id } = await outdated()
  conflictIn(await preview(id))
  expect(await stateOf(id)).toBe('waiting')
})

test('another text is taken of edits alone, whole, and on a version that is there', async () => {
  const { page, id } = await outdated()
  const resolved = { version: 2, title: page.title, storage: proposed }
  expect(await approve(id, { resolved: { version: 2, storage: proposed } })).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'resolved.title' }] },
  })
  expect(await approve(id, { resolved: { ...resolved, markdown: 'x' } })).toMatchObject({ status: 400 })
  expect(await approve(id, { resolved: { ...resolved, version: 9 } })).toMatchObject({
    status: 409,
    body: { code: 'unknown-version' },
  })
  expect(await site.admin.post(`/proposals/${id}/reject`, { resolved })).toMatchObject({ status: 400 })
  // More than other addresses take: a page may be long.
  const long = { ...resolved, storage: `<p>${'Long. '.repeat(200_000)}</p>` }
  expect(await preview(id, { resolved: long })).toMatchObject({ status: 200 })

  const trash = EditProposal.parse((await site.agent.delete(`/documents/${page.id}`)).body)
  expect(await approve(trash.id, { resolved })).toMatchObject({ status: 422, body: { code: 'not-an-edit' } })
  expect(await preview(trash.id)).toMatchObject({ status: 422, body: { code: 'no-preview' } })
  expect(there(page.externalId)).toMatchObject({ status: 'current', version: 2 })
})
