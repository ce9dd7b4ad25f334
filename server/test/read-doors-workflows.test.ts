/** What workflows and their deliveries tell an admin of a space of pages that she may not read: not even how many there are. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { DefinitionVerdict, WorkflowDetail, WorkflowRun } from '#schema/workflow-api.ts'
import { pageOf } from '#schema/common.ts'
import { Delivery, DeliveryDetail } from '#schema/delivery.ts'
import type { Definition } from '#schema/workflow.ts'
import { newId } from '#server/platform/ids.ts'
import type { Client } from './client.ts'
import { addAttempt, addDelivery, RECEIVER } from './delivery-rows.ts'
import { clearRuns, untilQuiet } from './routing.ts'
import { startShutWorld, type ShutWorld } from './shut-world.ts'
import { makeWorkflow, publishing, refusalOf } from './workflow-scene.ts'

/** Two pages have the label `harbour`; ann may read one. */
let world: ShutWorld
let label: string
/** Who may read all. */
let admin: Client
beforeAll(async () => {
  world = await startShutWorld({
    before: (control, { middle }) => {
      const space = control.truth().spaces[0]?.key ?? ''
      control.createPage({ space, title: 'Open harbour', labels: ['harbour'] })
      control.createPage({ space, title: 'Harbour of the capybara', labels: ['harbour', 'secret'], parentId: middle })
    },
  })
  label = `space:${world.key}`
  admin = world.site.admin
  // Of a space without locks she reads all, as its member: that must open nothing elsewhere.
  await admin.post('/spaces', { key: 'OPEN', name: 'Open' })
  await admin.put('/spaces/OPEN/members', { members: [{ principal: `user:${world.ann.id}`, role: 'admin' }] })
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  await untilQuiet(world.site.server.app)
  await clearRuns(world.site.server.app)
})

const harbour = (labels = ['harbour']): Definition => publishing({ appliesTo: { labels }, triggers: [] })

test('the check of a definition counts what she may read', async () => {
  const check = async (client: Client, definition: Definition) =>
    DefinitionVerdict.parse((await client.post(`/scopes/${label}/workflows/check`, { definition })).body)
  const { ann, ids } = world
  expect(await check(ann.client, harbour())).toMatchObject({ errors: [], pages: 1 })
  expect(await check(ann.client, harbour(['secret']))).toMatchObject({ errors: [], pages: 0 })
  expect(await check(admin, harbour())).toMatchObject({ errors: [], pages: 2 })
  const below = (id: string) => publishing({ appliesTo: { trees: [id] }, triggers: [] })
  expect(await check(ann.client, below(ids.top))).toMatchObject({ errors: [], pages: 1 })
  expect(await check(admin, below(ids.top))).toMatchObject({ errors: [], pages: 4 })
})

test('a shut page is to a definition as one that is not there; one that stands in it already may stay', async () => {
  const { ann, ids } = world
  const below = (id: string, more: Partial<Definition> = {}) =>
    publishing({ appliesTo: { trees: [id] }, triggers: [], ...more })
  const save = (id: string) => ann.client.post(`/scopes/${label}/workflows`, { definition: below(id) })
  const [shut, absent] = [refusalOf(await save(ids.middle)), refusalOf(await save(newId()))]
  expect(shut).toMatchObject({ status: 422, errors: [{ path: 'appliesTo.trees.0' }] })
  const plain = (text: string) => text.replace(/[0-9a-f-]{36}/, 'ID')
  expect(plain(shut.detail)).toBe(plain(absent.detail))
  const condition = { field: 'tree' as const, is: ids.middle }
  const asking = publishing({
    triggers: [{ id: 'tell', on: 'page.updated', if: condition, do: [{ type: 'notify', to: ['owner'], text: 'Hi' }] }],
  })
  expect(refusalOf(await ann.client.post(`/scopes/${label}/workflows`, { definition: asking })).status).toBe(422)
  const { id } = await makeWorkflow(admin, label, below(ids.middle))
  const change = { definition: below(ids.middle, { description: 'Hers' }), enabled: true, version: 1 }
  expect(await ann.client.put(`/workflows/${id}`, change)).toMatchObject({ status: 200, body: { pages: 0 } })
  expect(await admin.get(`/workflows/${id}`)).toMatchObject({ body: { pages: 3 } })
})

test('what a workflow is said to hold is counted of what she may read, when it is made, changed, read and listed', async () => {
  const { ann } = world
  const made = await makeWorkflow(ann.client, label, harbour(), { enabled: true })
  expect(made.pages).toBe(1)
  const off = { definition: made.definition, enabled: false, version: 1 }
  expect(WorkflowDetail.parse((await ann.client.put(`/workflows/${made.id}`, off)).body).pages).toBe(1)
  const at = [`/workflows/${made.id}`, `/scopes/${label}/workflows`]
  for (const path of at) {
    expect(JSON.stringify((await ann.client.get(path)).body)).toContain('"pages":1')
    expect(JSON.stringify((await admin.get(path)).body)).toContain('"pages":2')
  }
  const global = await makeWorkflow(admin, 'global', harbour(), { enabled: true })
  expect(global.pages).toBe(2)
  expect(await ann.client.get(`/workflows/${global.id}`)).toMatchObject({ status: 200, body: { pages: 1 } })
  expect(await ann.client.get('/scopes/global/workflows')).toMatchObject({ body: { items: [{ pages: 1 }] } })
})

/** Where the pages of a workflow stand, by title. */
async function standing(workflowId: string): Promise<Record<string, string>> {
  const rows = await world.site.db
    .selectFrom('page_statuses')
    .innerJoin('documents', 'documents.id', 'page_statuses.document_id')
    .select(['documents.title', 'page_statuses.status'])
    .where('workflow_id', '=', workflowId)
    .execute()
  return Object.fromEntries(rows.map(({ title, status }) => [title, status]))
}

test('a status that goes is refused for the pages that she may read; the others go along, or to the first one', async () => {
  const { ann, site } = world
  const { id, definition } = await makeWorkflow(ann.client, label, harbour(), { enabled: true })
  const put = (version: number, statuses?: Record<string, string>) => {
    const left = ['draft', 'review', 'approved'].slice(0, version === 1 ? 2 : 1)
    const kept = {
      ...definition,
      statuses: definition.statuses?.filter((status) => left.includes(status.id)),
      transitions: definition.transitions?.filter((step) => left.includes(step.to)),
    }
    return ann.client.put(`/workflows/${id}`, {
      definition: kept,
      enabled: true,
      version,
      ...(statuses && { statuses }),
    })
  }
  await site.db.updateTable('page_statuses').set({ status: 'approved' }).where('workflow_id', '=', id).execute()
  expect(refusalOf(await put(1))).toMatchObject({
    code: 'in-use',
    pages: 1,
    statuses: [{ status: 'approved', pages: 1 }],
  })
  expect(await put(1, { approved: 'review' })).toMatchObject({ status: 200, body: { pages: 1 } })
  expect(await standing(id)).toEqual({ 'Open harbour': 'review', 'Harbour of the capybara': 'review' })
  const readable = site.db.selectFrom('documents').select('id').where('title', '=', 'Open harbour')
  await site.db.updateTable('page_statuses').set({ status: 'draft' }).where('document_id', 'in', readable).execute()
  expect(await put(2)).toMatchObject({ status: 200, body: { pages: 1 } })
  expect(await standing(id)).toEqual({ 'Open harbour': 'draft', 'Harbour of the capybara': 'draft' })
})

test('deleting a workflow asks about the pages that she may read; the audit record counts all', async () => {
  const { ann, site } = world
  const deletions = () =>
    site.db.selectFrom('audit').select('detail').where('action', '=', 'workflow.deleted').orderBy('seq').execute()
  const both = await makeWorkflow(ann.client, label, harbour(), { enabled: true })
  const refused = refusalOf(await ann.client.delete(`/workflows/${both.id}`))
  expect(refused).toMatchObject({
    code: 'in-use',
    pages: 1,
    detail: expect.stringContaining('One page has its status'),
  })
  expect(refusalOf(await admin.delete(`/workflows/${both.id}`))).toMatchObject({ code: 'in-use', pages: 2 })
  expect((await ann.client.delete(`/workflows/${both.id}?pages=forget`)).status).toBe(204)
  const shut = await makeWorkflow(ann.client, label, harbour(['secret']), { enabled: true })
  const none = await makeWorkflow(ann.client, label, { ...harbour(['nothing']), name: 'None' }, { enabled: true })
  for (const { id, pages } of [shut, none]) {
    expect(pages).toBe(0)
    expect((await ann.client.delete(`/workflows/${id}`)).status).toBe(204)
  }
  expect((await deletions()).map(({ detail }) => detail)).toMatchObject([{ pages: 2 }, { pages: 1 }, { pages: 0 }])
})

test('a run about a shut page is not named, says not why an action failed, and is not found by the page’s id', async () => {
  const { ann, ids, spaceId, site } = world
  const { id } = await makeWorkflow(ann.client, label, { name: 'Log' })
  const about = async (documentId: string, detail: string) => {
    const action = { id: 'label', type: 'add-label', status: 'failed', detail, deliveryId: null }
    await site.db
      .insertInto('workflow_runs')
      .values({
        id: newId(),
        workflow_id: id,
        workflow_version: 1,
        trigger_id: 'tell',
        event_id: newId(),
        event_type: 'page.updated',
        document_id: documentId,
        space_id: spaceId,
        at: new Date(),
        status: 'failed',
        run_as: ann.id,
        run_as_name: 'ann',
        actions: JSON.stringify([action]),
      })
      .execute()
  }
  await about(ids.other, '“Tide table” cannot be labelled.')
  await about(ids.middle, '“Quarrelsome capybara” cannot be labelled.')
  const runs = async (client: Client, query = '') =>
    pageOf(WorkflowRun).parse((await client.get(`/workflows/${id}/runs${query}`)).body).items
  expect(await runs(ann.client)).toMatchObject([
    { document: null, status: 'failed', actions: [{ status: 'failed', detail: null }] },
    { document: { title: 'Tide table' }, actions: [{ detail: '“Tide table” cannot be labelled.' }] },
  ])
  expect(await runs(ann.client, `?document=${ids.middle}`)).toEqual([])
  expect(await runs(ann.client, `?document=${ids.other}`)).toHaveLength(1)
  expect(await runs(admin, `?document=${ids.middle}`)).toMatchObject([
    { document: { title: 'Quarrelsome capybara' }, actions: [{ detail: expect.stringContaining('capybara') }] },
  ])
})

test('nothing is tried out with a shut page', async () => {
  const { ann, ids } = world
  const hook = { type: 'webhook' as const, id: 'hook', url: `${RECEIVER}/\${page.title}` }
  const definition = { name: 'Tell', triggers: [{ id: 'tell', on: 'page.updated' as const, do: [hook] }] }
  const { id } = await makeWorkflow(ann.client, label, definition)
  const supposed = { event: 'page.updated', documentId: ids.middle }
  const answers = [
    await ann.client.post(`/workflows/${id}/dry-run`, supposed),
    await ann.client.post(`/scopes/${label}/workflows/dry-run`, { ...supposed, definition }),
    await ann.client.post(`/workflows/${id}/actions/hook/test`, { documentId: ids.middle }),
  ]
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 404, body: { code: 'not-found' } })
    expect(JSON.stringify(answer.body)).not.toContain('capybara')
  }
  expect(await ann.client.post(`/workflows/${id}/dry-run`, { ...supposed, documentId: ids.other })).toMatchObject({
    status: 200,
  })
})

const CONTENT = /Hello|hooks|x-source|authorization|Away|Reset a password/

test('a delivery about a shut page shows where it went and what became of it, and nothing that was made of the page', async () => {
  const { ann, ids, spaceId, site } = world
  const add = async (documentId: string) => {
    const id = await addDelivery(site.server.app, { spaceId, documentId })
    await addAttempt(site.server.app, id)
    return id
  }
  const [readable, shut, purged] = [await add(ids.other), await add(ids.middle), await add(newId())]
  const list = async (client: Client) => pageOf(Delivery).parse((await client.get('/deliveries')).body).items
  const read = async (client: Client, id: string) => DeliveryDetail.parse((await client.get(`/deliveries/${id}`)).body)

  const bare = { document: null, url: RECEIVER, receiver: RECEIVER, status: 'dead', code: 'status-503' }
  const whole = { url: `${RECEIVER}/hooks/1`, document: { title: 'Reset a password' } }
  expect(await list(ann.client)).toMatchObject([
    { id: purged, ...bare },
    { id: shut, ...bare },
    { id: readable, ...whole },
  ])
  expect(await list(admin)).toMatchObject([
    { id: purged, ...whole },
    { id: shut, ...whole },
    { id: readable, ...whole },
  ])
  for (const id of [shut, purged]) {
    const seen = await read(ann.client, id)
    expect(seen).toMatchObject({ ...bare, headers: {}, body: null, log: [{ number: 1, code: 'status-503' }] })
    expect(seen.log).toMatchObject([{ request: { method: 'POST', url: RECEIVER, headers: {} }, answer: null }])
    expect(JSON.stringify(seen)).not.toMatch(CONTENT)
    expect(await read(admin, id)).toMatchObject({
      ...whole,
      body: '{"title":"Hello"}',
      log: [{ answer: { body: 'Away' } }],
    })
  }
  expect(await read(ann.client, readable)).toMatchObject({ ...whole, body: '{"title":"Hello"}' })
  const replayed = await ann.client.post(`/deliveries/${shut}/replay`, {})
  expect(replayed).toMatchObject({ status: 200, body: { document: null, url: RECEIVER } })
  expect(JSON.stringify(replayed.body)).not.toMatch(CONTENT)
})
