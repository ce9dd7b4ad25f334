/** What comes from Confluence and goes back to it: events of a sync, labels and comments of workflows. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { clearRuns, insertPage, insertWorkflow, happenTo, runsOf, untilQuiet } from './routing.ts'
import { asAdmin } from './people.ts'
import { pagesOf, startSyncSite, type SyncSite } from './sync-site.ts'

let site: SyncSite
let space: { id: string; scope: string; key: string }
let ownerId: string
let pages: string[]

beforeAll(async () => {
  site = await startSyncSite({ simulator: { pages: 12, spaces: 1 } })
  const key = site.simulator.control.truth().spaces[0]?.key ?? ''
  const { id } = await site.db.selectFrom('spaces').select('id').where('key', '=', key).executeTakeFirstOrThrow()
  space = { id, scope: `space:${id}`, key }
  ownerId = (await asAdmin(site.server)).id
  pages = pagesOf(site.simulator, key)
})
afterAll(() => site[Symbol.asyncDispose]())
beforeEach(async () => {
  await untilQuiet(site.server.app)
  await clearRuns(site.server.app)
})

const tell = { id: 'tell', type: 'webhook' as const, url: 'https://crm.example.com/' }

async function payloads(): Promise<unknown[]> {
  const rows = await site.db.selectFrom('events').select(['type', 'payload']).orderBy('id').execute()
  return rows
}

test('a sync says what changed', async () => {
  const { control } = site.simulator
  const [first = '', second = '', third = '', fourth = ''] = pages
  control.editPage(first, { title: 'Another title' })
  control.editPage(second, { storage: '<p>Another text</p>' })
  control.addLabel(third, 'fresh')
  control.movePage(fourth, { parentId: third })
  await site.sync('sweep')
  expect(await payloads()).toEqual(
    expect.arrayContaining([
      { type: 'page.updated', payload: expect.objectContaining({ externalId: first, changed: ['title'] }) },
      { type: 'page.updated', payload: expect.objectContaining({ externalId: second, changed: ['body'] }) },
      {
        type: 'page.labelled',
        payload: expect.objectContaining({ externalId: third, changed: ['labels'], added: ['fresh'], removed: [] }),
      },
      { type: 'page.moved', payload: expect.objectContaining({ externalId: fourth, changed: ['parent'] }) },
    ]),
  )
})

test('an edit leads to a label and a comment in Confluence, once each', async () => {
  const { app } = site.server
  const { control } = site.simulator
  const [, , , , page = ''] = pages
  await insertWorkflow(
    app,
    { space, ownerId },
    {
      name: 'Review',
      triggers: [
        {
          id: 'review',
          on: 'page.updated',
          do: [
            { id: 'label', type: 'add-label', label: 'needs-review' },
            { id: 'comment', type: 'comment', text: '${page.title} in version ${page.version}' },
          ],
        },
      ],
    },
  )
  control.setFault({ kind: 'truncated-json', match: { method: 'POST', path: 'footer-comments', times: 1 } })
  control.editPage(page, { storage: '<p>Edited</p>', title: 'Edited' })
  await site.sync('incremental')
  await untilQuiet(app)
  const [run] = await site.db.selectFrom('workflow_runs').select(['status', 'actions']).execute()
  expect(run).toMatchObject({ status: 'done', actions: [{ status: 'done' }, { status: 'done' }] })
  expect(control.page(page).labels).toContain('needs-review')
  const comments = control.comments(page)
  expect(comments).toHaveLength(1)
  expect(comments[0]?.storage).toContain(`Edited in version ${control.page(page).version}`)
})

test('pages of a space that is imported come into workflows, and leave with it, without events of their own', async () => {
  const { app } = site.server
  const { control } = site.simulator
  const statuses = [{ id: 'draft', name: 'Draft' }]
  const triggers = [{ id: 'any', on: ['page.created' as const, 'status.changed' as const], do: [tell] }]
  const id = await insertWorkflow(app, { ownerId }, { name: 'All', statuses, triggers })
  control.createSpace({ key: 'LATER', name: 'Later' })
  const made = control.createPage({ space: 'LATER', title: 'In it' })
  await site.sync('full')
  await untilQuiet(app)
  const standing = () =>
    site.db
      .selectFrom('page_statuses as s')
      .innerJoin('documents as d', 'd.id', 's.document_id')
      .select('s.status')
      .where('d.external_id', '=', made.id)
      .where('s.workflow_id', '=', id)
      .execute()
  expect(await standing()).toEqual([{ status: 'draft' }])
  expect(await runsOf(app)).toEqual([])
  const change = { settings: { spaces: [space.key] } }
  expect(await site.admin.patch(`/integrations/${site.integrationId}`, change)).toMatchObject({ status: 200 })
  await site.lastRun()
  await untilQuiet(app)
  expect(await standing()).toEqual([])
})

test('two workflows that undo each other’s labels come to a stop that says why', { timeout: 120_000 }, async () => {
  const { app } = site.server
  const { control } = site.simulator
  const [, , , , , page = ''] = pages
  const has = { field: 'label' as const, is: 'ping' }
  const add = { id: 'add', type: 'add-label' as const, label: 'ping' }
  const remove = { id: 'remove', type: 'remove-label' as const, label: 'ping' }
  await insertWorkflow(
    app,
    { space, ownerId },
    { name: 'Take', triggers: [{ id: 'take', on: 'page.labelled', if: has, do: [remove] }] },
  )
  await insertWorkflow(
    app,
    { ownerId },
    { name: 'Give', triggers: [{ id: 'give', on: 'page.labelled', if: { not: has }, do: [add] }] },
  )
  control.addLabel(page, 'ping')
  await site.sync('sweep')
  await untilQuiet(app)
  const runs = await runsOf(app)
  expect(runs.map(({ trigger, status }) => `${trigger} ${status}`)).toEqual([
    ...Array.from({ length: 8 }, (_, at) => `${at % 2 === 0 ? 'take' : 'give'} done`),
    'take stopped',
  ])
  expect(runs.at(-1)?.detail).toContain('in a circle')
})

test('a page that is not of Confluence fails the action with a sentence', async () => {
  const { app } = site.server
  const action = { id: 'label', type: 'add-label' as const, label: 'x' }
  await insertWorkflow(
    app,
    { space, ownerId },
    { name: 'Label', triggers: [{ id: 'label', on: 'page.created', do: [action] }] },
  )
  const page = await insertPage(app, space.id, { title: 'Ours' })
  await happenTo(app, page, 'page.created')
  await untilQuiet(app)
  const [run] = await site.db.selectFrom('workflow_runs').select(['status', 'actions']).execute()
  expect(run).toMatchObject({
    status: 'failed',
    actions: [{ status: 'failed', detail: expect.stringContaining('“Ours” cannot be labelled') }],
  })
})
