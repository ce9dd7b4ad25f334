/** What workflows do with pages that not everybody may read: for whom they act, and whom they tell. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Action } from '#schema/workflow.ts'
import { findPerson } from '#server/access/actor.ts'
import { isOpenTo } from '#server/content/read-access.ts'
import { newId } from '#server/platform/ids.ts'
import { act } from '#server/workflows/act.ts'
import { findReadings, readingKey } from '#server/workflows/page-readers.ts'
import { asAdmin } from './people.ts'
import { startReadingWorld, type ReadingWorld } from './reading-world.ts'
import { clearRuns, draftsOf, happenTo, insertWorkflow, runsOf, untilQuiet } from './routing.ts'

/** ann is an admin of the space here; `middle` and `leaf` are shut to her, and open to bea. */
let world: ReadingWorld
let space: { id: string; scope: string }
let adminId: string
const shut = { read: { users: [], groups: ['bots', 'chiefs'] } }

beforeAll(async () => {
  world = await startReadingWorld({
    before: ({ control }) => {
      const secret = control.truth().nodes.find((node) => node.title === 'Quarrelsome capybara')?.id ?? ''
      control.setRestriction(secret, shut)
    },
  })
  const { ann, key, site } = world
  adminId = (await asAdmin(site.server)).id
  const members = [{ principal: `user:${ann.id}`, role: 'admin' }]
  await site.admin.put(`/spaces/${key}/members`, { members })
  const { id } = await site.db.selectFrom('spaces').select('id').where('key', '=', key).executeTakeFirstOrThrow()
  space = { id, scope: `space:${id}` }
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  await untilQuiet(world.site.server.app)
  await clearRuns(world.site.server.app)
})

const app = () => world.site.server.app
const hook: Action = { id: 'hook', type: 'webhook', url: 'https://crm.example.com/${page.title}' }

function telling(actions: Action[], on: 'page.updated' | 'page.created' = 'page.updated') {
  return { name: `Tell ${newId()}`, triggers: [{ id: 'tell', on, do: actions }] }
}

/** Something happens to the page, and all is routed. */
async function update(externalId: string): Promise<void> {
  const page = {
    id: await world.idOf(externalId),
    title: '',
    version: 2,
    labels: [],
    spaceId: space.id,
    parentId: null,
  }
  await happenTo(app(), page, 'page.updated')
  await untilRouted()
}

async function untilRouted(): Promise<void> {
  await expect
    .poll(() => world.site.db.selectFrom('events').select('id').where('routed_at', 'is', null).execute(), {
      timeout: 60_000,
    })
    .toEqual([])
}

const told = async () =>
  (await world.site.db.selectFrom('notifications').select('user_id').execute()).map(({ user_id: id }) => id)

test('the question of many readings answers as that of one does', async () => {
  const { ann, bea, cid, top, middle, leaf, other } = world
  const documents = await Promise.all([top, middle, leaf, other].map((id) => world.idOf(id)))
  const people = [ann.id, bea.id, cid.id, adminId]
  const asked = people.flatMap((personId) => documents.map((documentId) => ({ personId, documentId })))
  const found = await findReadings(app().db, asked)
  const expected = new Set<string>()
  for (const one of asked) {
    const person = await findPerson(app(), one.personId)
    if (person !== undefined && (await isOpenTo(app().db, person, one.documentId))) expected.add(readingKey(one))
  }
  expect(found).toEqual(expected)
  expect(expected.size).toBe(2 + 4 + 4)
  expect(await findReadings(app().db, [{ personId: null, documentId: documents[0] ?? '' }])).toEqual(new Set())
})

test('a space’s workflow does nothing with a page that the person it runs as may not read', async () => {
  const { ann, bea } = world
  const actions: Action[] = [hook, { id: 'label', type: 'add-label', label: 'seen' }]
  const ofAnn = await insertWorkflow(app(), { space, ownerId: ann.id }, telling(actions))
  await update(world.middle)
  expect(await runsOf(app())).toMatchObject([
    { workflow: ofAnn, status: 'stopped', detail: 'ann, in whose name this runs, may not read this page.' },
  ])
  expect(await draftsOf(app())).toEqual([])
  await update(world.other)
  expect(await draftsOf(app())).toMatchObject([{ run_as: ann.id }])
  await clearRuns(app())
  await insertWorkflow(app(), { space, ownerId: bea.id }, telling([hook]))
  await update(world.leaf)
  expect(await draftsOf(app())).toMatchObject([{ run_as: bea.id }])
})

test('one without an owner acts on no page that not every member may read; a global one acts on all', async () => {
  await insertWorkflow(app(), { space, ownerId: null }, telling([hook]))
  const global = await insertWorkflow(app(), { ownerId: world.ann.id }, telling([hook]))
  await update(world.middle)
  expect(await draftsOf(app())).toMatchObject([{ workflow_id: global }])
  expect((await runsOf(app())).map(({ status }) => status).toSorted()).toEqual(['done', 'stopped'])
})

test('what is left to a job is not done when the page was shut to the person meanwhile', async () => {
  const { ann, control, site, other } = world
  const workflowId = await insertWorkflow(app(), { space, ownerId: ann.id }, telling([hook]))
  const run = {
    id: newId(),
    workflow_id: workflowId,
    workflow_version: 1,
    trigger_id: 'tell',
    event_id: newId(),
    event_type: 'page.updated',
    document_id: await world.idOf(other),
    space_id: space.id,
    at: new Date(),
    status: 'working',
    run_as: ann.id,
    run_as_name: 'ann',
    actions: JSON.stringify([
      { id: 'label', type: 'add-label', status: 'working', detail: null, deliveryId: null, input: 'late' },
    ]),
  }
  await site.db.insertInto('workflow_runs').values(run).execute()
  control.setRestriction(other, shut)
  await site.sync('sweep')
  await act(app(), run.id, 'label')
  const { actions } = await site.db
    .selectFrom('workflow_runs')
    .select('actions')
    .where('id', '=', run.id)
    .executeTakeFirstOrThrow()
  expect(actions).toMatchObject([{ status: 'failed', detail: expect.stringContaining('may not read this page') }])
  expect(control.page(other).labels).not.toContain('late')
  control.setRestriction(other, { read: { users: [], groups: [] } })
  await site.sync('sweep')
})

test('a notification reaches those alone who may read the page, and nobody else is made responsible for it', async () => {
  const { ann, bea } = world
  const to = [`user:${ann.id}`, `user:${bea.id}`, 'space:admin']
  const notify: Action = { id: 'notify', type: 'notify', to, text: '${page.title}' }
  await insertWorkflow(
    app(),
    { ownerId: adminId },
    telling([notify, { id: 'a', type: 'assign', to: `user:${ann.id}` }]),
  )
  await update(world.middle)
  expect(await told()).toEqual([bea.id])
  const runs = await world.site.db.selectFrom('workflow_runs').select('actions').execute()
  expect(runs).toMatchObject([
    { actions: [{ status: 'done' }, { status: 'failed', detail: expect.stringContaining('cannot see the page') }] },
  ])
  await update(world.other)
  expect((await told()).toSorted()).toEqual([bea.id, bea.id, ann.id].toSorted())
})

test('a new page is acted on for who may read it, though a sync tells of its readers after it tells of the page', async () => {
  const { ann, control, key, site } = world
  await insertWorkflow(app(), { space, ownerId: ann.id }, telling([hook], 'page.created'))
  control.createPage({ space: key, title: 'Open to all' })
  const { id } = control.createPage({ space: key, title: 'Shut' })
  control.setRestriction(id, shut)
  await site.sync('incremental')
  await untilRouted()
  expect((await runsOf(app())).map(({ status }) => status).toSorted()).toEqual(['done', 'stopped'])
  expect((await draftsOf(app())).map(({ url }) => url)).toEqual(['https://crm.example.com/Open%20to%20all'])
})
