/** Statuses from Confluence to Confluence's next edit: what a sync brings, the router settles, people move on. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PageStatuses, SpaceReport, type PageStatus } from '#schema/page-status.ts'
import { newPerson, type Signed } from './people.ts'
import { pagesOf, startSyncSite, type SyncSite } from './sync-site.ts'
import { makeWorkflow, publishing } from './workflow-scene.ts'

/** As the simulator names somebody who edits. */
const AUTHOR = 'Ada Sorrel'

let site: SyncSite
let space: string
let ada: Signed
let ben: Signed

beforeAll(async () => {
  site = await startSyncSite({ simulator: { pages: 60, spaces: 2, blogPosts: 4 } })
  const { control } = site.simulator
  control.addUser({ email: 'ada@sorrelby.example', key: 'a-key-of-ada', name: AUTHOR })
  space = control.truth().spaces[0]?.key ?? ''
  ada = await newPerson(site.server, site.admin, AUTHOR.replace(' ', '.'))
  await site.admin.patch(`/users/${ada.id}`, { name: AUTHOR.toUpperCase() })
  ben = await newPerson(site.server, site.admin, 'ben')
  const members = [ada, ben].map(({ id }) => ({ principal: `user:${id}`, role: 'editor' }))
  expect(await site.admin.put(`/spaces/${space}/members`, { members })).toMatchObject({ status: 200 })
}, 60_000)
afterAll(() => site[Symbol.asyncDispose]())

async function idOfPage(externalId: string): Promise<string> {
  const row = await site.db
    .selectFrom('documents')
    .select('id')
    .where('external_id', '=', externalId)
    .executeTakeFirstOrThrow()
  return row.id
}

async function statusOf(documentId: string, workflowId: string): Promise<PageStatus | undefined> {
  const { body } = await site.admin.get(`/documents/${documentId}/workflows`)
  return PageStatuses.parse(body).items.find(({ workflow }) => workflow.id === workflowId)
}

/** Waits until the router has brought the page to this status; undefined: out of the workflow. */
async function untilStatus(documentId: string, workflowId: string, status: string | undefined): Promise<void> {
  while ((await statusOf(documentId, workflowId))?.status.id !== status) await pause(50)
}

test(
  'an edit in Confluence puts an approved page back, and its author cannot approve it again',
  { timeout: 60_000 },
  async () => {
    const approvals = { minimum: 1, notAuthor: true }
    const { id: workflow } = await makeWorkflow(
      site.admin,
      `space:${space}`,
      publishing({
        name: 'From edit to approval',
        transitions: [
          { from: 'draft', to: 'review', name: 'Submit' },
          { from: 'review', to: 'approved', name: 'Approve', approvals },
        ],
        triggers: [],
      }),
      { enabled: true },
    )
    const [page = '', other = ''] = pagesOf(site.simulator, space)
    const [id, untouched] = [await idOfPage(page), await idOfPage(other)]
    const step = (who: Signed, to: string) =>
      who.client.post(`/documents/${id}/transition`, { workflowId: workflow, to })
    expect(await statusOf(id, workflow)).toMatchObject({ status: { id: 'draft' }, history: [{ reason: 'start' }] })
    await step(ada, 'review')
    expect(await step(ben, 'approved')).toMatchObject({ body: { status: { id: 'approved' } } })

    site.simulator.control.editPage(page, { storage: '<p>Another text</p>', by: AUTHOR })
    await site.sync('incremental')
    await untilStatus(id, workflow, 'draft')
    expect((await statusOf(id, workflow))?.history[0]).toMatchObject({ reason: 'edit', by: { id: 'system' } })
    expect((await statusOf(untouched, workflow))?.status.id).toBe('draft')
    await step(ben, 'review')
    expect(await step(ada, 'approved')).toMatchObject({ status: 403, body: { code: 'own-version' } })
    expect(await ada.client.get('/approvals')).toMatchObject({ body: { items: [], total: 0 } })
    expect(await ben.client.get('/approvals')).toMatchObject({ body: { items: [{ document: { id } }], total: 1 } })
    expect(await step(ben, 'approved')).toMatchObject({ body: { status: { id: 'approved' } } })
  },
)

test('labels, new pages and the trash of Confluence bring pages in and out', { timeout: 60_000 }, async () => {
  const { id: workflow } = await makeWorkflow(
    site.admin,
    'global',
    publishing({ name: 'By label', appliesTo: { labels: ['to-check'] }, triggers: [] }),
    { enabled: true },
  )
  const { control } = site.simulator
  const [, , page = ''] = pagesOf(site.simulator, space)
  const id = await idOfPage(page)
  expect(await statusOf(id, workflow)).toBeUndefined()
  control.addLabel(page, 'to-check')
  const { id: created } = control.createPage({ space, title: 'Born with a label', labels: ['to-check'] })
  await site.sync('sweep')
  await untilStatus(id, workflow, 'draft')
  const born = await idOfPage(created)
  await untilStatus(born, workflow, 'draft')
  control.removeLabel(page, 'to-check')
  control.trashPage(created)
  await site.sync('sweep')
  await untilStatus(id, workflow, undefined)
  const inIt = () =>
    site.db.selectFrom('page_statuses').select('document_id').where('workflow_id', '=', workflow).execute()
  while ((await inIt()).length > 0) await pause(50)
})

test(
  'pages of a space that is synced for the first time come into the workflows that are there',
  { timeout: 60_000 },
  async () => {
    const { id } = await makeWorkflow(site.admin, 'global', publishing({ name: 'Everywhere', triggers: [] }), {
      enabled: true,
    })
    const { control } = site.simulator
    control.createSpace({ key: 'LATER', name: 'Later' })
    const { id: page } = control.createPage({ space: 'LATER', title: 'The first one' })
    await site.sync('full')
    await untilStatus(await idOfPage(page), id, 'draft')
    const { body } = await site.admin.get('/spaces/LATER/report')
    expect(SpaceReport.parse(body).workflows).toMatchObject([{ id, statuses: [{ status: { id: 'draft' } }, {}, {}] }])
  },
)
