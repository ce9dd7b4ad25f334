import { afterAll, beforeAll, expect, test } from 'vitest'
import { UNKNOWN } from './credential-world.ts'
import { idOf, withNewKey } from './people.ts'
import {
  addWorkflow,
  changeWorkflow,
  definitionOf,
  eventsOf,
  putPages,
  startStatusWorld,
  statusOf,
  takeStep,
  touch,
  type StatusWorld,
} from './status-world.ts'
import type { StatusWorkflow } from '#server/workflows/statuses.ts'

let world: StatusWorld
let workflow: StatusWorkflow

beforeAll(async () => {
  world = await startStatusWorld()
  workflow = await addWorkflow(world)
})
afterAll(() => world[Symbol.asyncDispose]())

async function newPage(): Promise<string> {
  const [id = ''] = await putPages(world, [{}])
  await touch(world, [workflow], [id], { moved: true })
  return id
}

test('signed out, in another space or with a reading key nobody moves a page', async () => {
  const id = await newPage()
  const step = { to: 'review' }
  expect(await takeStep(world.server.client, id, workflow, step)).toMatchObject({ status: 401 })
  expect(await world.server.client.get(`/documents/${id}/workflows`)).toMatchObject({ status: 401 })
  expect(await takeStep(world.otto.client, id, workflow, step)).toMatchObject({ status: 404 })
  expect(await world.otto.client.get(`/documents/${id}/workflows`)).toMatchObject({ status: 404 })
  const readOnly = await withNewKey(world.server, world.ed.client, { name: 'reads', scopes: ['read'] })
  expect(await takeStep(readOnly, id, workflow, step)).toMatchObject({ status: 403, body: { code: 'read-only-key' } })
  const seen = await statusOf({ ...world.ed, client: readOnly }, id, workflow)
  expect(seen?.next[0]).toMatchObject({ enabled: false, reason: 'This API key may only read.' })
})

test('by default editors move a page; a reader sees the step and why it is not his', async () => {
  const id = await newPage()
  const refused = await takeStep(world.rita.client, id, workflow, { to: 'review' })
  expect(refused).toMatchObject({
    status: 403,
    body: { code: 'forbidden', detail: 'Only editors of the space may do this.' },
  })
  expect((await statusOf(world.rita, id, workflow))?.next).toMatchObject([
    { name: 'Submit', enabled: false, reason: 'Only editors of the space may do this.', approvals: null },
  ])
  expect((await statusOf(world.ed, id, workflow))?.next).toMatchObject([{ enabled: true, reason: null }])

  const taken = await takeStep(world.ed.client, id, workflow, { to: 'review', comment: ' Please look ' })
  expect(taken).toMatchObject({ status: 200, body: { status: { id: 'review', name: 'Review' }, version: 1 } })
  expect(await statusOf(world.rita, id, workflow)).toMatchObject({
    by: { id: world.ed.id, name: 'ed' },
    since: '2026-06-01T12:00:00.000Z',
    history: [
      {
        from: { id: 'draft' },
        to: { id: 'review' },
        by: { name: 'ed' },
        reason: 'transition',
        comment: 'Please look',
        version: 1,
      },
      { from: null, to: { id: 'draft' }, reason: 'start', by: { id: 'system' } },
    ],
  })
})

test('a step is told with who took it and stands in the audit record', async () => {
  const id = await newPage()
  await takeStep(world.anna.client, id, workflow, { to: 'review', comment: 'ok' })
  expect((await eventsOf(world, id)).at(-1)).toEqual({
    type: 'status.changed',
    actor_id: world.anna.id,
    depth: 0,
    payload: {
      documentId: id,
      workflowId: workflow.id,
      from: 'draft',
      to: 'review',
      transition: 'Submit',
      comment: 'ok',
      reason: 'transition',
      version: 1,
    },
  })
  const { body } = await world.admin.client.get('/audit?action=page.transition')
  expect(body).toMatchObject({
    items: [{ action: 'page.transition', target: `document:${id}`, detail: { to: 'review', comment: 'ok' } }, {}],
  })
})

test('platform admins may what roles in a space may, but not what named people may', async () => {
  const id = await newPage()
  expect(await takeStep(world.admin.client, id, workflow, { to: 'review' })).toMatchObject({ status: 200 })
  const named = await addWorkflow(world, {
    transitions: [{ from: 'draft', to: 'review', name: 'Submit', who: [`user:${world.eve.id}`, `user:${UNKNOWN}`] }],
  })
  const detail = 'Only eve or somebody who is no more may do this.'
  for (const who of [world.admin, world.anna, world.ed])
    expect(await takeStep(who.client, id, named, { to: 'review' })).toMatchObject({ status: 403, body: { detail } })
  expect(await takeStep(world.eve.client, id, named, { to: 'review' })).toMatchObject({ status: 200 })
})

test('people of a group may; being named does not open a space', async () => {
  const group = await world.admin.client.post('/groups', { name: 'Keepers', members: [world.rita.id, world.otto.id] })
  const principal = `group:${idOf(group.body)}`
  const kept = await addWorkflow(world, {
    transitions: [{ from: 'draft', to: 'review', name: 'Submit', who: [principal] }],
  })
  const id = await newPage()
  await touch(world, [kept], [id])
  expect(await takeStep(world.otto.client, id, kept, { to: 'review' })).toMatchObject({ status: 404 })
  expect(await takeStep(world.ed.client, id, kept, { to: 'review' })).toMatchObject({
    status: 403,
    body: { detail: 'Only the group Keepers may do this.' },
  })
  expect(await takeStep(world.rita.client, id, kept, { to: 'review' })).toMatchObject({ status: 200 })
})

test('a comment that is demanded must be given', async () => {
  const strict = await addWorkflow(world, {
    transitions: [{ from: 'draft', to: 'review', name: 'Submit', requireComment: true }],
  })
  const id = await newPage()
  await touch(world, [strict], [id])
  for (const step of [{ to: 'review' }, { to: 'review', comment: '  ' }])
    expect(await takeStep(world.ed.client, id, strict, step)).toMatchObject({
      status: 422,
      body: { code: 'comment-needed', errors: [{ path: 'comment' }] },
    })
  expect(await takeStep(world.ed.client, id, strict, { to: 'review', comment: 'why' })).toMatchObject({ status: 200 })
})

test('there is no step where the definition has none, and none in a workflow the page is not in', async () => {
  const id = await newPage()
  expect(await takeStep(world.ed.client, id, workflow, { to: 'nowhere' })).toMatchObject({
    status: 422,
    body: { code: 'no-such-step' },
  })
  expect(await takeStep(world.ed.client, id, workflow, { to: 'approved' })).toMatchObject({
    status: 409,
    body: { code: 'status-changed', pageStatus: { id: 'draft' } },
  })
  const elsewhere = await addWorkflow(world, {}, { space: world.other })
  expect(await takeStep(world.ed.client, id, elsewhere, { to: 'review' })).toMatchObject({ status: 404 })
  const off = await changeWorkflow(world, await addWorkflow(world), definitionOf(), { enabled: false })
  expect(await takeStep(world.ed.client, id, off, { to: 'review' })).toMatchObject({
    status: 409,
    body: { code: 'workflow-disabled' },
  })
  expect(await statusOf(world.ed, id, off)).toBeUndefined()
})

test('what the person saw can be demanded: the status, and the version of the page', async () => {
  const [id = ''] = await putPages(world, [{ externalId: 'seen' }])
  await touch(world, [workflow], [id], { moved: true })
  await takeStep(world.ed.client, id, workflow, { to: 'review' })
  expect(await takeStep(world.eve.client, id, workflow, { from: 'draft', to: 'draft' })).toMatchObject({
    status: 409,
    body: { code: 'status-changed', by: { name: 'ed' } },
  })
  await putPages(world, [{ externalId: 'seen', version: 2 }])
  const step = { from: 'review', to: 'draft' }
  expect(await takeStep(world.eve.client, id, workflow, { ...step, version: 1 })).toMatchObject({
    status: 409,
    body: { code: 'page-changed', version: 2 },
  })
  expect(await takeStep(world.eve.client, id, workflow, { ...step, version: 2 })).toMatchObject({ status: 200 })
})

test('of many who move a page at once one does, and each other is told what happened', async () => {
  const open = await addWorkflow(world, {
    statuses: ['a', 'b', 'c', 'd'].map((id) => ({ id, name: id.toUpperCase() })),
    transitions: ['b', 'c', 'd'].flatMap((to) => ['a', 'b', 'c'].map((from) => ({ from, to, name: `${from}${to}` }))),
  })
  for (let round = 0; round < 5; round += 1) {
    const id = await newPage()
    await touch(world, [open], [id])
    const steps = ['b', 'c', 'd', 'b', 'c', 'd'].map((to, index) =>
      takeStep((index % 2 === 0 ? world.ed : world.eve).client, id, open, { from: 'a', to }),
    )
    const answers = await Promise.all(steps)
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409, 409, 409, 409])
    for (const { status, body } of answers)
      if (status === 409) expect(body).toMatchObject({ code: 'status-changed', by: { name: /ed|eve/ } })
    expect((await statusOf(world.ed, id, open))?.history).toHaveLength(2)
    expect((await eventsOf(world, id)).filter(({ actor_id }) => actor_id !== null)).toHaveLength(1)
  }
})

test('a comment that holds half a character is kept without it', async () => {
  const id = await newPage()
  const answer = await takeStep(world.ed.client, id, workflow, { to: 'review', comment: 'Fine \ud83d' })
  expect(answer).toMatchObject({
    status: 200,
    body: { status: { id: 'review' }, history: [{ comment: 'Fine \ufffd' }, {}] },
  })
  expect((await eventsOf(world, id)).at(-1)).toMatchObject({ payload: { comment: 'Fine \ufffd' } })
})
