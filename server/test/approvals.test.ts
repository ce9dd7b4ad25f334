import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StatusWorkflow } from '#server/workflows/statuses.ts'
import { idOf, newPerson, type Signed } from './people.ts'
import {
  addWorkflow,
  eventsOf,
  nameAccounts,
  putPages,
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

/** One step, from draft to approved, with these approvals. */
function stepWith(approvals: object, more: object = {}) {
  return { transitions: [{ from: 'draft', to: 'approved', name: 'Approve', approvals, ...more }] }
}

async function pageIn(workflow: StatusWorkflow, page: object = {}): Promise<string> {
  const [id = ''] = await putPages(world, [page])
  await touch(world, [workflow], [id], { moved: true })
  return id
}

function approve({ client }: Signed, id: string, workflow: StatusWorkflow, more: object = {}) {
  return takeStep(client, id, workflow, { to: 'approved', ...more })
}

async function stepOf(who: Signed, id: string, workflow: StatusWorkflow) {
  return (await statusOf(who, id, workflow))?.next[0]
}

test('a page moves when enough people have approved it; each counts once', async () => {
  const workflow = await addWorkflow(world, stepWith({ minimum: 2 }))
  const id = await pageIn(workflow)
  expect(await approve(world.rita, id, workflow)).toMatchObject({ status: 403 })
  expect(await approve(world.ed, id, workflow, { comment: 'fine' })).toMatchObject({
    status: 200,
    body: { status: { id: 'draft' } },
  })
  expect(await approve(world.ed, id, workflow)).toMatchObject({
    status: 409,
    body: {
      code: 'already-approved',
      detail: 'You have approved this version. One more is needed, of: anna, eve.',
    },
  })
  expect(await stepOf(world.ed, id, workflow)).toMatchObject({
    enabled: false,
    approvals: {
      needed: 2,
      mine: true,
      given: [{ by: { id: world.ed.id, name: 'ed' }, comment: 'fine' }],
      waitingFor: [{ name: 'anna' }, { name: 'eve' }],
    },
  })
  expect(await stepOf(world.eve, id, workflow)).toMatchObject({ enabled: true, approvals: { mine: false } })

  expect(await approve(world.eve, id, workflow)).toMatchObject({ status: 200, body: { status: { id: 'approved' } } })
  expect((await statusOf(world.rita, id, workflow))?.history).toMatchObject([
    { reason: 'transition', by: { name: 'eve' }, from: { id: 'draft' }, to: { id: 'approved' } },
    { reason: 'approval', by: { name: 'ed' }, comment: 'fine', from: { id: 'draft' }, to: { id: 'draft' } },
    { reason: 'start' },
  ])
  const told = (await eventsOf(world, id)).filter(({ actor_id }) => actor_id !== null)
  expect(told).toMatchObject([
    { type: 'page.approved', actor_id: world.ed.id, payload: { version: 1, comment: 'fine', transition: 'Approve' } },
    { type: 'page.approved', actor_id: world.eve.id, payload: { from: 'draft', to: 'approved', comment: null } },
    { type: 'status.changed', actor_id: world.eve.id, payload: { to: 'approved', reason: 'transition' } },
  ])
  const { body } = await world.admin.client.get('/audit?limit=3')
  expect(body).toMatchObject({
    items: [{ action: 'page.transition' }, { action: 'page.approved' }, { action: 'page.approved' }],
  })
})

test('approvals are of a version: another one voids them', async () => {
  const workflow = await addWorkflow(world, stepWith({ minimum: 2 }))
  const id = await pageIn(workflow, { externalId: 'versions' })
  await approve(world.ed, id, workflow)
  await putPages(world, [{ externalId: 'versions', version: 2 }])
  expect(await stepOf(world.ed, id, workflow)).toMatchObject({ enabled: true, approvals: { given: [], mine: false } })
  expect(await approve(world.eve, id, workflow)).toMatchObject({ body: { status: { id: 'draft' } } })
  expect(await approve(world.ed, id, workflow)).toMatchObject({ body: { status: { id: 'approved' }, version: 2 } })
})

test('a rejection voids what was given, stands in the history and is told', async () => {
  const workflow = await addWorkflow(world, stepWith({ minimum: 2 }, { requireComment: true }))
  const id = await pageIn(workflow)
  await approve(world.ed, id, workflow, { comment: 'yes' })
  expect(await approve(world.rita, id, workflow, { reject: true, comment: 'no' })).toMatchObject({ status: 403 })
  expect(await approve(world.eve, id, workflow, { reject: true })).toMatchObject({ status: 422 })
  expect(await approve(world.eve, id, workflow, { reject: true, comment: 'Figures are old' })).toMatchObject({
    status: 200,
    body: {
      status: { id: 'draft' },
      next: [{ approvals: { given: [] } }],
      history: [{ reason: 'reject', comment: 'Figures are old', by: { name: 'eve' } }, {}, {}],
    },
  })
  expect((await eventsOf(world, id)).at(-1)).toMatchObject({ type: 'page.rejected', actor_id: world.eve.id })
  expect((await world.admin.client.get('/audit?limit=1')).body).toMatchObject({ items: [{ action: 'page.rejected' }] })
  await approve(world.eve, id, workflow, { comment: 'better' })
  expect(await approve(world.ed, id, workflow, { comment: 'yes' })).toMatchObject({
    body: { status: { id: 'approved' } },
  })
})

test('who has approved may change his mind; a step without approvals cannot be rejected', async () => {
  const workflow = await addWorkflow(world, stepWith({ minimum: 2 }))
  const id = await pageIn(workflow)
  await approve(world.ed, id, workflow)
  expect(await approve(world.ed, id, workflow, { reject: true })).toMatchObject({ status: 200 })
  expect(await stepOf(world.ed, id, workflow)).toMatchObject({ enabled: true, approvals: { given: [] } })
  const plain = await addWorkflow(world)
  expect(await takeStep(world.ed.client, id, plain, { to: 'review', reject: true })).toMatchObject({
    status: 422,
    body: { code: 'nothing-to-reject' },
  })
})

test('the author of the version cannot approve it where that is so set: nobody with his name can', async () => {
  await nameAccounts(world, { 'acc-ed': 'Ed', 'acc-2': 'Somebody' })
  const workflow = await addWorkflow(world, stepWith({ minimum: 1, notAuthor: true }))
  const id = await pageIn(workflow, { externalId: 'own', author: 'acc-2', versionAuthor: 'acc-ed' })
  const reason = 'You wrote this version of the page; somebody else must approve it.'
  expect(await approve(world.ed, id, workflow)).toMatchObject({
    status: 403,
    body: { code: 'own-version', detail: reason },
  })
  expect(await stepOf(world.ed, id, workflow)).toMatchObject({
    enabled: false,
    reason,
    approvals: { waitingFor: [{ name: 'anna' }, { name: 'eve' }] },
  })
  await putPages(world, [{ externalId: 'own', version: 2, author: 'acc-ed', versionAuthor: 'acc-2' }])
  expect(await approve(world.ed, id, workflow)).toMatchObject({ body: { status: { id: 'approved' } } })
})

test('the author may where `who` says so, while his name is one person’s', async () => {
  await nameAccounts(world, { 'acc-rita': 'Rita', 'acc-x': 'Otto', 'acc-y': 'otto' })
  const steps = stepWith({ minimum: 1 }, { who: ['author'] })
  const workflow = await addWorkflow(world, steps)
  const id = await pageIn(workflow, { versionAuthor: 'acc-rita' })
  expect(await approve(world.ed, id, workflow)).toMatchObject({
    status: 403,
    body: { detail: 'Only the author of the page may do this.' },
  })
  expect(await approve(world.rita, id, workflow)).toMatchObject({ body: { status: { id: 'approved' } } })

  const elsewhere = await addWorkflow(world, steps, { space: world.other })
  const [ambiguous = ''] = await putPages(world, [{ versionAuthor: 'acc-x' }], world.other)
  await touch(world, [elsewhere], [ambiguous], { moved: true })
  expect(await approve(world.otto, ambiguous, elsewhere)).toMatchObject({ status: 403 })
})

test('`all` are the people whom `who` names: by a group, by a role as members; the disabled and the author are not asked', async () => {
  const [gus, gil] = [
    await newPerson(world.server, world.admin.client, 'gus'),
    await newPerson(world.server, world.admin.client, 'gil'),
  ]
  await world.admin.client.put('/spaces/DOCS/members', {
    members: [
      { principal: `user:${world.rita.id}`, role: 'reader' },
      { principal: `user:${world.ed.id}`, role: 'editor' },
      { principal: `user:${world.eve.id}`, role: 'editor' },
      { principal: `user:${world.anna.id}`, role: 'admin' },
      { principal: `user:${gus.id}`, role: 'editor' },
      { principal: `user:${gil.id}`, role: 'reader' },
    ],
  })
  await world.admin.client.patch(`/users/${gus.id}`, { disabled: true })
  const { body } = await world.admin.client.post('/groups', { name: 'Law', members: [gil.id, world.otto.id] })
  const group = `group:${idOf(body)}`
  await nameAccounts(world, { 'acc-eve': 'eve' })
  const workflow = await addWorkflow(
    world,
    stepWith({ minimum: 'all', notAuthor: true }, { who: ['space:editor', group] }),
  )
  const id = await pageIn(workflow, { versionAuthor: 'acc-eve' })
  expect(await stepOf(world.ed, id, workflow)).toMatchObject({
    approvals: { needed: 3, waitingFor: [{ name: 'anna' }, { name: 'ed' }, { name: 'gil' }] },
  })
  // A platform admin may, but nobody waits for him.
  for (const who of [world.ed, gil, world.admin])
    expect(await approve(who, id, workflow)).toMatchObject({ status: 200, body: { status: { id: 'draft' } } })
  expect(await approve(world.anna, id, workflow)).toMatchObject({ body: { status: { id: 'approved' } } })

  const second = await pageIn(workflow)
  for (const who of [world.ed, world.eve, gil]) await approve(who, second, workflow)
  await world.admin.client.patch(`/users/${gil.id}`, { disabled: true })
  expect(await stepOf(world.rita, second, workflow)).toMatchObject({ approvals: { needed: 3, given: [{}, {}] } })
  expect(await approve(world.anna, second, workflow)).toMatchObject({ body: { status: { id: 'approved' } } })
})

test('when fewer are needed than have been given, anybody who may finishes it', async () => {
  const workflow = await addWorkflow(
    world,
    stepWith({ minimum: 'all' }, { who: [`user:${world.ed.id}`, 'space:admin'] }),
  )
  const id = await pageIn(workflow)
  await approve(world.ed, id, workflow)
  await world.admin.client.patch(`/users/${world.anna.id}`, { disabled: true })
  expect(await stepOf(world.ed, id, workflow)).toMatchObject({ enabled: true, approvals: { needed: 1, mine: true } })
  expect(await approve(world.ed, id, workflow)).toMatchObject({ body: { status: { id: 'approved' } } })
  await world.admin.client.patch(`/users/${world.anna.id}`, { disabled: false })
})

test('people who approve at the same moment both count, and the page moves once', async () => {
  const two = await addWorkflow(world, stepWith({ minimum: 2 }))
  const one = await addWorkflow(world, stepWith({ minimum: 1 }))
  for (let round = 0; round < 5; round += 1) {
    const id = await pageIn(two)
    await touch(world, [one], [id])
    const both = await Promise.all([approve(world.ed, id, two), approve(world.eve, id, two)])
    expect(both.map(({ status }) => status)).toEqual([200, 200])
    expect(await statusOf(world.rita, id, two)).toMatchObject({ status: { id: 'approved' }, history: [{}, {}, {}] })

    const either = await Promise.all([
      approve(world.ed, id, one),
      approve(world.eve, id, one),
      approve(world.ed, id, one),
    ])
    expect(either.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409])
    for (const { status, body } of either) if (status === 409) expect(body).toMatchObject({ code: 'status-changed' })
    const moves = (await eventsOf(world, id)).filter(
      ({ type, actor_id }) => type === 'status.changed' && actor_id !== null,
    )
    expect(moves).toHaveLength(2)
  }
})

test('a version that comes while people approve is never approved by those who saw the former one', async () => {
  const workflow = await addWorkflow(world, { ...stepWith({ minimum: 2 }), onEdit: 'draft' })
  for (let round = 2; round < 8; round += 1) {
    const id = await pageIn(workflow, { externalId: `race-${round}` })
    const edit = putPages(world, [{ externalId: `race-${round}`, version: round }]).then(() =>
      touch(world, [workflow], [id], { edited: true }),
    )
    const seen = { version: 1 }
    const answers = await Promise.all([
      approve(world.ed, id, workflow, seen),
      approve(world.eve, id, workflow, seen),
      edit,
    ])
    const approved = answers.slice(0, 2).filter((answer) => answer?.status === 200)
    const now = await statusOf(world.ed, id, workflow)
    expect(now).toMatchObject({ version: round, status: { id: 'draft' } })
    expect(now?.next[0]?.approvals?.given).toEqual([])
    expect(approved.length).toBeLessThanOrEqual(2)
  }
})
