import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { WorkflowDetail } from '#schema/workflow-api.ts'
import { removeDocuments } from '#server/content/remove.ts'
import { transact } from '#server/db/transact.ts'
import { settleWorkflow } from '#server/workflows/settle.ts'
import {
  addWorkflow,
  changeWorkflow,
  eventsOf,
  putPages,
  standings,
  startStatusWorld,
  statusOf,
  takeStep,
  touch,
  type StatusWorld,
} from './status-world.ts'

let world: StatusWorld
beforeAll(async () => {
  world = await startStatusWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

/** A tree of three: root, child, leaf; and one beside it. */
async function plantTree(name: string): Promise<[root: string, child: string, leaf: string, beside: string]> {
  const ids = await putPages(world, [
    { externalId: `${name}-root`, labels: ['public'] },
    { externalId: `${name}-child`, parentExternalId: `${name}-root`, type: 'blogpost' },
    { externalId: `${name}-leaf`, parentExternalId: `${name}-child`, labels: ['secret', 'public'] },
    { externalId: `${name}-beside` },
  ])
  const [root = '', child = '', leaf = '', beside = ''] = ids
  return [root, child, leaf, beside]
}

test('a workflow takes in what it applies to when it is saved: by type, label, tree, all of it; in its space, or everywhere', async () => {
  const [root, child, leaf, beside] = await plantTree('save')
  const [elsewhere = ''] = await putPages(world, [{ labels: ['public'] }], world.other)
  const all = [root, child, leaf, beside, elsewhere]
  const inside = async (appliesTo: object, space: typeof world.docs | null = world.docs) => {
    const found = await standings(world, await addWorkflow(world, { appliesTo }, { space }))
    return all.filter((id) => id in found)
  }
  expect(await inside({})).toEqual([root, child, leaf, beside])
  expect(await inside({}, null)).toEqual(all)
  expect(await inside({ types: ['blogpost'] })).toEqual([child])
  expect(await inside({ labels: ['public', 'nothing'] }, null)).toEqual([root, leaf, elsewhere])
  expect(await inside({ trees: [child] })).toEqual([child, leaf])
  expect(await inside({ trees: [root, beside], labels: ['public'], types: ['page'] })).toEqual([root, leaf])
})

test('pages enter in the first status without a word; trashed, drafts and removed ones do not', async () => {
  const ids = await putPages(world, [
    {},
    { status: 'archived' },
    { status: 'trashed' },
    { status: 'draft' },
    { externalId: 'to-remove' },
  ])
  const [page = '', archived = ''] = ids
  await transact(world.server.app.db, (tx) => removeDocuments(tx, world.integrationId, ['to-remove'], 'trashed'))
  const workflow = await addWorkflow(world, { initial: 'review' })
  const found = await standings(world, workflow)
  expect(ids.filter((id) => id in found)).toEqual([page, archived])
  expect(found[page]).toBe('review')
  expect((await statusOf(world.rita, page, workflow))?.history).toMatchObject([
    { reason: 'start', from: null, to: { id: 'review' }, version: 1 },
  ])
  expect(await eventsOf(world, page)).toEqual([])
})

test('an automation has no statuses, and a disabled workflow takes nobody in and puts nobody out', async () => {
  const [id = ''] = await putPages(world, [{ labels: ['x'] }])
  expect(await standings(world, await addWorkflow(world, { statuses: [], transitions: [] }))).toEqual({})
  expect(await standings(world, await addWorkflow(world, {}, { enabled: false }))).toEqual({})
  const workflow = await addWorkflow(world, { appliesTo: { labels: ['x'] } })
  const off = await changeWorkflow(world, workflow, { appliesTo: { labels: ['y'] } }, { enabled: false })
  await touch(world, [off], [id], { moved: true })
  expect(await standings(world, workflow)).toEqual({ [id]: 'draft' })
  await changeWorkflow(world, workflow, { appliesTo: { labels: ['y'] } })
  expect(await standings(world, workflow)).toEqual({})
})

test('pages in a status that is no more go to the one named for it, else to the first', async () => {
  const [one = '', two = '', three = ''] = await putPages(world, [
    { labels: ['m'] },
    { labels: ['m'] },
    { labels: ['m'] },
  ])
  const given = { appliesTo: { labels: ['m'] } }
  const workflow = await addWorkflow(world, given)
  await takeStep(world.ed.client, one, workflow, { to: 'review' })
  for (const to of ['review', 'approved']) await takeStep(world.ed.client, two, workflow, { to })
  const statuses = [
    { id: 'new', name: 'New' },
    { id: 'live', name: 'Live' },
    { id: 'draft', name: 'Draft' },
  ]
  const before = (await eventsOf(world, one)).length
  await changeWorkflow(world, workflow, { ...given, statuses, transitions: [] }, { statuses: { approved: 'live' } })
  expect(await standings(world, workflow)).toEqual({ [one]: 'new', [two]: 'live', [three]: 'draft' })
  expect((await statusOf(world.ed, one, workflow))?.history[0]).toMatchObject({
    reason: 'change',
    from: { id: 'review', name: 'review' },
    to: { id: 'new', name: 'New' },
  })
  expect(await eventsOf(world, one)).toHaveLength(before)
  await changeWorkflow(world, workflow, { statuses: [], transitions: [] })
  expect(await standings(world, workflow)).toEqual({})
})

test('a page event brings a page in, which is told, and out; who comes back begins anew', async () => {
  const given = { appliesTo: { labels: ['public'] } }
  const workflow = await addWorkflow(world, given)
  const [id = ''] = await putPages(world, [{ externalId: 'walks' }])
  await touch(world, [workflow], [id], { moved: true })
  expect((await standings(world, workflow))[id]).toBeUndefined()
  await putPages(world, [{ externalId: 'walks', labels: ['public'] }])
  await touch(world, [workflow], [id])
  expect(await eventsOf(world, id)).toMatchObject([
    { type: 'status.changed', actor_id: null, payload: { from: null, to: 'draft', reason: 'start' } },
  ])
  await takeStep(world.ed.client, id, workflow, { to: 'review' })
  await takeStep(world.rita.client, id, workflow, { to: 'approved' })
  await putPages(world, [{ externalId: 'walks', labels: [] }])
  await touch(world, [workflow], [id])
  expect(await statusOf(world.ed, id, workflow)).toBeUndefined()
  await putPages(world, [{ externalId: 'walks', labels: ['public'] }])
  await touch(world, [workflow], [id])
  expect((await standings(world, workflow))[id]).toBe('draft')
  await transact(world.server.app.db, (tx) => removeDocuments(tx, world.integrationId, ['walks'], 'trashed'))
  await touch(world, [workflow], [id], { moved: true })
  expect((await standings(world, workflow))[id]).toBeUndefined()
})

test('when a branch moves, all that is below comes in or goes out with it', async () => {
  const [root, child, leaf, beside] = await plantTree('move')
  const workflow = await addWorkflow(world, { appliesTo: { trees: [beside] } })
  const move = (parent: string) =>
    putPages(world, [{ externalId: 'move-child', type: 'blogpost', parentExternalId: parent }])
  await move('move-beside')
  await touch(world, [workflow], [child], { moved: true })
  expect(await standings(world, workflow)).toEqual({ [beside]: 'draft', [child]: 'draft', [leaf]: 'draft' })
  await move('move-root')
  await touch(world, [workflow], [child], { moved: true })
  expect(await standings(world, workflow)).toEqual({ [beside]: 'draft' })
  expect(await statusOf(world.ed, root, workflow)).toBeUndefined()
})

test('a circle of parents ends', async () => {
  const [one = '', two = ''] = await putPages(world, [
    { externalId: 'c1', parentExternalId: 'c2' },
    { externalId: 'c2', parentExternalId: 'c1' },
  ])
  const workflow = await addWorkflow(world, { appliesTo: { trees: [one] } })
  expect(Object.keys(await standings(world, workflow)).sort()).toEqual([one, two].sort())
  await touch(world, [workflow], [one, two], { moved: true })
  expect(Object.keys(await standings(world, workflow))).toHaveLength(2)
})

test('an edit of text or title puts a page back where the workflow says so, once for each version', async () => {
  const workflow = await addWorkflow(world, { onEdit: 'draft' })
  const [id = ''] = await putPages(world, [{ externalId: 'edited' }])
  await touch(world, [workflow], [id], { moved: true })
  await takeStep(world.ed.client, id, workflow, { to: 'review' })
  await touch(world, [workflow], [id], { edited: true })
  expect((await standings(world, workflow))[id]).toBe('review')
  await putPages(world, [{ externalId: 'edited', version: 2 }])
  await touch(world, [workflow], [id])
  expect((await standings(world, workflow))[id]).toBe('review')
  await touch(world, [workflow], [id], { edited: true })
  expect((await standings(world, workflow))[id]).toBe('draft')
  expect((await eventsOf(world, id)).at(-1)).toMatchObject({
    type: 'status.changed',
    actor_id: null,
    payload: { from: 'review', to: 'draft', reason: 'edit', transition: null },
  })
  await takeStep(world.ed.client, id, workflow, { to: 'review' })
  await touch(world, [workflow], [id], { edited: true })
  expect((await standings(world, workflow))[id]).toBe('review')

  const stays = await addWorkflow(world)
  await takeStep(world.ed.client, id, stays, { to: 'review' })
  await putPages(world, [{ externalId: 'edited', version: 3 }])
  await touch(world, [stays], [id], { edited: true })
  expect((await standings(world, stays))[id]).toBe('review')
})

test('edits made while a workflow was disabled are caught up when it is enabled again', async () => {
  const workflow = await addWorkflow(world, { onEdit: 'draft' })
  const [edited = '', same = ''] = await putPages(world, [{ externalId: 'unseen' }, { externalId: 'seen' }])
  await touch(world, [workflow], [edited, same], { moved: true })
  for (const id of [edited, same]) await takeStep(world.ed.client, id, workflow, { to: 'review' })
  const enable = async (enabled: boolean) => {
    const path = `/workflows/${workflow.id}`
    const { definition, version } = WorkflowDetail.parse((await world.admin.client.get(path)).body)
    expect(await world.admin.client.put(path, { definition, version, enabled })).toMatchObject({ status: 200 })
  }
  await enable(false)
  await putPages(world, [{ externalId: 'unseen', version: 2 }])
  await enable(true)
  expect(await standings(world, workflow)).toMatchObject({ [edited]: 'draft', [same]: 'review' })
})

test('a workflow that was saved since it was read is read again', async () => {
  const former = await addWorkflow(world, { appliesTo: { labels: ['old'] } })
  await changeWorkflow(world, former, { appliesTo: { labels: ['new'] }, initial: 'review' })
  const [old = '', fresh = ''] = await putPages(world, [{ labels: ['old'] }, { labels: ['new'] }])
  await touch(world, [former], [old, fresh], { moved: true })
  expect(await standings(world, former)).toEqual({ [fresh]: 'review' })
})

test('a definition that was saved over settles nothing', async () => {
  const former = await addWorkflow(world, { appliesTo: { labels: ['over'] } })
  const [id = ''] = await putPages(world, [{ labels: ['over'] }])
  const given = { appliesTo: { labels: ['over'] }, statuses: [{ id: 'new', name: 'New' }], transitions: [] }
  await changeWorkflow(world, former, given)
  await transact(world.server.app.db, (tx) => settleWorkflow(world.server.app, tx, former))
  expect(await standings(world, former)).toEqual({ [id]: 'new' })
})

test('pages settled by many processes at once enter once', async () => {
  const changing = await addWorkflow(world)
  const workflows = [changing, await addWorkflow(world), await addWorkflow(world, {}, { space: null })]
  const ids = await putPages(
    world,
    Array.from({ length: 40 }, () => ({ labels: ['many'] })),
  )
  const rounds = [ids, ids.toReversed(), ids, ids.toReversed()].map((some, index) =>
    touch(world, index % 2 === 0 ? workflows : workflows.toReversed(), some, { moved: true, edited: true }),
  )
  await Promise.all([...rounds, changeWorkflow(world, changing, {})])
  for (const id of ids) {
    const entered = (await eventsOf(world, id)).map(({ payload }) =>
      z.object({ workflowId: z.string() }).parse(payload),
    )
    expect(new Set(entered.map(({ workflowId }) => workflowId)).size).toBe(entered.length)
    for (const workflow of workflows) expect(await statusOf(world.ed, id, workflow)).toMatchObject({ history: [{}] })
  }
})
