import { afterAll, beforeAll, expect, test } from 'vitest'
import { EditProposal, EditProposalPage } from '#schema/publish.ts'
import { newId } from '#server/platform/ids.ts'
import { auditOf, eventsOf, startPublishSite, type PublishSite } from './publish-site.ts'
import { withNewKey } from './people.ts'

let site: PublishSite
beforeAll(async () => {
  site = await startPublishSite()
})
afterAll(() => site[Symbol.asyncDispose]())

const there = (externalId: string) => site.simulator.control.page(externalId)
const propose = async (id: string, change: Record<string, unknown>) => {
  const answer = await site.agent.put(`/documents/${id}`, change)
  expect(answer).toMatchObject({ status: 202 })
  return EditProposal.parse(answer.body)
}
const decide = (id: string, verdict: string, reason = '') =>
  site.editor.client.post(`/proposals/${id}/${verdict}`, { reason })

test('an edit by a key that proposes waits, with its difference, and is published by who approves it', async () => {
  const page = await site.newPage({ storage: '<p>One.</p><p>Two.</p>' })
  const proposal = await propose(page.id, { version: 1, storage: '<p>One.</p><p>Two!</p>', message: 'louder' })
  expect(proposal).toMatchObject({
    kind: 'edit',
    state: 'waiting',
    document: { id: page.id, title: page.title },
    message: 'louder',
    proposedBy: { id: site.editor.id, apiKey: 'agent' },
    diff: { title: null, changed: 1 },
  })
  expect(there(page.externalId).version).toBe(1)
  const { body } = await site.editor.client.get(`/proposals?document=${page.id}&state=waiting`)
  expect(EditProposalPage.parse(body).items).toMatchObject([{ id: proposal.id, diff: null }])
  expect(await decide(proposal.id, 'approve')).toMatchObject({
    status: 200,
    body: { state: 'published', decidedBy: { id: site.editor.id } },
  })
  expect(there(page.externalId)).toMatchObject({ version: 2, storage: '<p>One.</p><p>Two!</p>' })
  expect((await eventsOf(site, page.id)).at(-1)).toMatchObject({ type: 'page.updated', actorId: site.editor.id })
  expect(await auditOf(site, `proposal:${proposal.id}`)).toEqual([
    `proposal.created ${site.editor.id}`,
    `proposal.approved ${site.editor.id}`,
  ])
  expect(await decide(proposal.id, 'approve')).toMatchObject({ status: 409, body: { code: 'decided' } })
})

test('what others changed elsewhere is merged at the approval; what they changed in the same place makes it stale', async () => {
  const storage = '<p>One.</p><p>Two.</p><p>Three.</p>'
  const page = await site.newPage({ storage })
  const mine = storage.replace('One.', 'One!')
  const proposal = await propose(page.id, { version: 1, storage: mine })
  site.simulator.control.editPage(page.externalId, { storage: storage.replace('Three.', 'Three?') })
  expect(await decide(proposal.id, 'approve')).toMatchObject({ status: 200 })
  expect(there(page.externalId).storage).toBe('<p>One!</p><p>Two.</p><p>Three?</p>')

  const other = await site.newPage({ storage })
  const second = await propose(other.id, { version: 1, storage: mine })
  site.simulator.control.editPage(other.externalId, { storage: storage.replace('One.', 'Uno.') })
  expect(await decide(second.id, 'approve')).toMatchObject({ status: 409, body: { code: 'conflict' } })
  expect((await site.editor.client.get(`/proposals/${second.id}`)).body).toMatchObject({ state: 'stale' })
  expect(there(other.externalId).version).toBe(2)
  expect(await decide(second.id, 'reject', 'done otherwise')).toMatchObject({
    status: 200,
    body: { state: 'rejected', reason: 'done otherwise' },
  })
})

test('a new page and a deletion wait too', async () => {
  const title = `Proposed ${newId()}`
  const draft = { space: site.space, title, markdown: 'Hello.', labels: ['new'] }
  const made = await site.agent.post('/documents', draft)
  expect(made).toMatchObject({ status: 202, body: { kind: 'create', document: null, title } })
  const { id } = EditProposal.parse(made.body)
  const approvals = await Promise.all([decide(id, 'approve'), decide(id, 'approve')])
  expect(approvals.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 409])
  const nodes = site.simulator.control.truth().nodes.filter((node) => node.title === title)
  expect(nodes).toMatchObject([{ labels: ['new'] }])

  const page = await site.newPage()
  const trash = await site.agent.delete(`/documents/${page.id}`)
  expect(trash).toMatchObject({ status: 202, body: { kind: 'trash' } })
  expect(there(page.externalId).status).toBe('current')
  expect(await decide(EditProposal.parse(trash.body).id, 'approve')).toMatchObject({ status: 200 })
  expect(there(page.externalId).status).toBe('trashed')
})

test('what changes nothing, or is not to be written, is refused at once', async () => {
  const page = await site.newPage()
  expect(await site.agent.put(`/documents/${page.id}`, { version: 1 })).toMatchObject({
    status: 422,
    body: { code: 'no-change' },
  })
  expect(await site.agent.put(`/documents/${page.id}?dryRun=true`, { version: 1, title: 'x' })).toMatchObject({
    status: 200,
    body: { title: 'x', version: 2 },
  })
  expect(await site.agent.post('/documents', { space: site.space, title: page.title, markdown: 'x' })).toMatchObject({
    status: 409,
    body: { code: 'title-taken' },
  })
})

test('a key with the scope write as well writes at once', async () => {
  const page = await site.newPage()
  const key = await withNewKey(site.server, site.editor.client, { name: 'both', scopes: ['read', 'write', 'propose'] })
  expect(await key.put(`/documents/${page.id}`, { version: 1, title: `${page.title}!` })).toMatchObject({ status: 200 })
})

test('a page that is to stand below another one is not made elsewhere when that one is gone for good', async () => {
  const parent = await site.newPage()
  const title = `Below ${newId()}`
  const draft = { space: site.space, title, markdown: 'x', parentId: parent.id }
  const { id } = EditProposal.parse((await site.agent.post('/documents', draft)).body)
  const other = { ...draft, title: `${title}!` }
  const second = EditProposal.parse((await site.agent.post('/documents', other)).body)
  expect(await decide(second.id, 'approve')).toMatchObject({ status: 200 })
  await site.db.deleteFrom('documents').where('id', '=', parent.id).execute()
  expect(await decide(id, 'approve')).toMatchObject({ status: 404 })
  expect(site.simulator.control.truth().nodes.filter((node) => node.title === title)).toEqual([])
  // What is made stays noted.
  expect(await site.editor.client.get(`/proposals/${second.id}`)).toMatchObject({ status: 200 })
})

test('what is being published cannot be rejected, nor what was rejected be published', async () => {
  const page = await site.newPage()
  const { id } = await propose(page.id, { version: 1, storage: '<p>Both at once.</p>' })
  const verdicts = await Promise.all([decide(id, 'approve'), decide(id, 'reject')])
  const { state } = EditProposal.parse((await site.editor.client.get(`/proposals/${id}`)).body)
  expect(verdicts.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 409])
  expect(there(page.externalId).version).toBe(state === 'published' ? 2 : 1)

  const other = await site.newPage()
  const second = await propose(other.id, { version: 1, storage: '<p>Sent.</p>' })
  site.simulator.control.setFault({
    kind: 'slow-drip',
    match: { method: 'PUT', path: `/pages/${other.externalId}`, times: 1 },
  })
  const approval = decide(second.id, 'approve')
  const isSent = () => site.db.selectFrom('publishes').select('id').where('id', '=', second.id).executeTakeFirst()
  await expect.poll(isSent, { timeout: 20_000 }).toBeDefined()
  expect(await decide(second.id, 'reject')).toMatchObject({ status: 409 })
  expect(await approval).toMatchObject({ status: 200, body: { state: 'published' } })
  expect(there(other.externalId)).toMatchObject({ version: 2, storage: '<p>Sent.</p>' })
})

test('a page that was changed since it was proposed to throw it away is left alone', async () => {
  const page = await site.newPage()
  const { id } = EditProposal.parse((await site.agent.delete(`/documents/${page.id}`)).body)
  site.simulator.control.editPage(page.externalId, { storage: '<p>Needed after all.</p>' })
  expect(await decide(id, 'approve')).toMatchObject({ status: 409, body: { code: 'conflict' } })
  expect(there(page.externalId)).toMatchObject({ status: 'current', version: 2 })
  expect((await site.editor.client.get(`/proposals/${id}`)).body).toMatchObject({ state: 'stale' })
  expect(await decide(id, 'reject')).toMatchObject({ status: 200 })
})

test('the list is cut into pages that name each proposal once', async () => {
  const page = await site.newPage()
  for (const title of ['a', 'b', 'c']) await propose(page.id, { version: 1, title: `${title} ${newId()}` })
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body } = await site.editor.client.get(
      `/proposals?document=${page.id}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
    )
    const found = EditProposalPage.parse(body)
    seen.push(...found.items.map(({ id }) => id))
    cursor = found.nextCursor
  }
  expect([seen.length, new Set(seen).size]).toEqual([3, 3])
})

test('who was stopped after publishing and before noting it may approve once more: nothing is made twice', async () => {
  const title = `Stopped ${newId()}`
  const draft = { space: site.space, type: 'blogpost', title, markdown: 'Hello.' }
  const { id } = EditProposal.parse((await site.agent.post('/documents', draft)).body)
  expect(await decide(id, 'approve')).toMatchObject({ status: 200 })
  await site.db
    .updateTable('edit_proposals')
    .set({ state: 'waiting', decided_by: null, decided_at: null, document_id: null })
    .where('id', '=', id)
    .execute()
  expect(await decide(id, 'approve')).toMatchObject({ status: 200, body: { state: 'published', document: { title } } })
  expect(site.simulator.control.truth().nodes.filter((node) => node.title === title)).toHaveLength(1)
})
