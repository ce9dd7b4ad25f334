import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { PageStatuses, PendingApprovalPage, ReportPage, SpaceReport } from '#schema/page-status.ts'
import { pageOf } from '#schema/common.ts'
import type { Client } from './client.ts'
import { idOf, type Signed } from './people.ts'
import {
  addWorkflow,
  changeWorkflow,
  nameAccounts,
  putPages,
  startStatusWorld,
  takeStep,
  touch,
  type StatusWorld,
} from './status-world.ts'

let world: StatusWorld
beforeAll(async () => {
  world = await startStatusWorld()
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  world.now.value = new Date('2026-06-01T12:00:00.000Z')
  await world.server.app.db.deleteFrom('workflows').execute()
  await world.server.app.db.deleteFrom('documents').execute()
})

async function pendingOf({ client }: Signed, query = ''): Promise<PendingApprovalPage> {
  const answer = await client.get(`/approvals?limit=250${query}`)
  expect(answer).toMatchObject({ status: 200 })
  return PendingApprovalPage.parse(answer.body)
}

const idsOf = ({ items }: PendingApprovalPage) => items.map((item) => item.document.id)

function stepWith(approvals: object, who: string[] = ['space:editor']) {
  return { transitions: [{ from: 'draft', to: 'approved', name: 'Approve', who, approvals }] }
}

test('signed out nobody sees approvals or reports; a space of others is not there', async () => {
  const workflow = await addWorkflow(world)
  for (const path of ['/approvals', '/spaces/DOCS/report', `/spaces/DOCS/report/pages?workflow=${workflow.id}`])
    expect(await world.server.client.get(path)).toMatchObject({ status: 401 })
  for (const path of ['/spaces/DOCS/report', `/spaces/DOCS/report/pages?workflow=${workflow.id}`])
    expect(await world.otto.client.get(path)).toMatchObject({ status: 404 })
})

test('who may approve sees the page until he has, or it has moved', async () => {
  const [id = ''] = await putPages(world, [{ externalId: 'wait', title: 'Wait for it' }])
  const workflow = await addWorkflow(world, stepWith({ minimum: 2 }))
  const seen = {
    document: { id, title: 'Wait for it', space: 'DOCS', version: 1 },
    workflow: { id: workflow.id, name: workflow.name },
    transition: { name: 'Approve', to: { id: 'approved', name: 'Approved' } },
    given: 0,
    needed: 2,
    since: '2026-06-01T12:00:00.000Z',
  }
  for (const who of [world.ed, world.eve, world.anna, world.admin])
    expect(await pendingOf(who)).toMatchObject({ items: [seen], total: 1, nextCursor: null })
  for (const who of [world.rita, world.otto]) expect(await pendingOf(who)).toMatchObject({ items: [], total: 0 })

  await takeStep(world.ed.client, id, workflow, { to: 'approved' })
  expect(await pendingOf(world.ed)).toMatchObject({ items: [], total: 0 })
  expect(await pendingOf(world.eve)).toMatchObject({ items: [{ given: 1, needed: 2 }] })
  await putPages(world, [{ externalId: 'wait', title: 'Wait for it', version: 2 }])
  expect(await pendingOf(world.ed)).toMatchObject({ items: [{ given: 0, document: { version: 2 } }] })
  for (const who of [world.ed, world.eve]) await takeStep(who.client, id, workflow, { to: 'approved' })
  expect(await pendingOf(world.anna)).toMatchObject({ items: [], total: 0 })
})

test('the list and the step agree for everybody, whatever `who` and the author', async () => {
  await nameAccounts(world, { 'acc-ed': 'ed', 'acc-rita': 'Rita', 'acc-o1': 'otto', 'acc-o2': 'Otto' })
  const authors = ['acc-ed', 'acc-rita', 'acc-o1', 'acc-unknown', null]
  await putPages(
    world,
    authors.map((versionAuthor) => ({ versionAuthor, author: null })),
  )
  await putPages(
    world,
    authors.map((versionAuthor) => ({ versionAuthor, author: null })),
    world.other,
  )
  const group = `group:${idOf((await world.admin.client.post('/groups', { name: 'G', members: [world.rita.id, world.otto.id] })).body)}`
  const choices = [['space:reader'], ['space:editor'], ['space:admin'], ['author'], [`user:${world.ed.id}`], [group]]
  for (const who of [...choices, ['author', 'space:admin'], [group, 'author']])
    for (const approvals of [{ minimum: 1 }, { minimum: 'all', notAuthor: true }])
      for (const space of [null, world.docs]) await addWorkflow(world, stepWith(approvals, who), { space })
  const rows = await world.server.app.db.selectFrom('documents').select(['id', 'space_id']).execute()
  for (const who of [world.rita, world.ed, world.anna, world.otto, world.admin]) {
    const { items, total } = await pendingOf(who)
    const listed = items.map(({ document, workflow, needed }) => `${document.id} ${workflow.id} ${needed}`).sort()
    expect(total).toBe(items.length)
    const open: string[] = []
    for (const { id, space_id } of rows) {
      if (who === world.otto ? space_id !== world.other.id : who !== world.admin && space_id !== world.docs.id) continue
      const { items } = PageStatuses.parse((await who.client.get(`/documents/${id}/workflows`)).body)
      for (const { workflow, next } of items)
        if (next[0]?.enabled === true) open.push(`${id} ${workflow.id} ${next[0].approvals?.needed}`)
    }
    expect(listed).toEqual(open.sort())
    expect(listed.length).toBeGreaterThan(10)
  }
})

test('those that wait longest come first, and a walk by cursor meets each once', async () => {
  const workflow = await addWorkflow(world, stepWith({ minimum: 1 }))
  const ids: string[] = []
  for (const minutes of [5, 1, 3, 3, 3, 2]) {
    world.now.value = new Date(Date.UTC(2026, 5, 1, 12, minutes))
    const [id = ''] = await putPages(world, [{}])
    await touch(world, [workflow], [id])
    ids.push(id)
  }
  const all = idsOf(await pendingOf(world.ed))
  expect(all).toEqual([1, 5, 2, 3, 4, 0].map((index) => ids[index]))
  const walked: string[] = []
  let cursor = ''
  do {
    const { body } = await world.ed.client.get(`/approvals?limit=2${cursor}`)
    const page = PendingApprovalPage.parse(body)
    expect(page.total).toBe(6)
    walked.push(...idsOf(page))
    cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`
  } while (cursor !== '')
  expect(walked).toEqual(all)
  for (const bad of [
    ['2026-06-01T00:00:00.000Z', 'x', '1'],
    ['never', ids[0] ?? '', '1'],
    ['2026-06-01', 'x'],
  ]) {
    const answer = await world.ed.client.get(
      `/approvals?cursor=${Buffer.from(JSON.stringify(bad)).toString('base64url')}`,
    )
    expect(answer).toMatchObject({ status: 400, body: { code: 'bad-cursor' } })
  }
})

test('a disabled workflow and pages that are gone ask nobody', async () => {
  const [id = '', trashed = ''] = await putPages(world, [{}, { externalId: 'gone' }])
  const workflow = await addWorkflow(world, stepWith({ minimum: 1 }))
  await putPages(world, [{ externalId: 'gone', status: 'trashed' }])
  expect(idsOf(await pendingOf(world.ed))).toEqual([id])
  expect(trashed).not.toBe(id)
  await changeWorkflow(world, workflow, stepWith({ minimum: 1 }), { enabled: false })
  expect(await pendingOf(world.ed)).toMatchObject({ items: [], total: 0 })
})

async function reportOf(client: Client, key = 'DOCS') {
  const answer = await client.get(`/spaces/${key}/report`)
  expect(answer).toMatchObject({ status: 200 })
  return SpaceReport.parse(answer.body).workflows
}

async function pagesOf(client: Client, query: string, key = 'DOCS') {
  const { body } = await client.get(`/spaces/${key}/report/pages?${query}`)
  return pageOf(ReportPage).parse(body)
}

test('a space’s report counts its pages by status, and those overdue; readers may read it', async () => {
  const statuses = [
    { id: 'draft', name: 'Draft', expiresAfter: 'P1D', colour: 'red' },
    { id: 'done', name: 'Done', final: true },
  ]
  const transitions = [{ from: 'draft', to: 'done', name: 'Finish' }]
  const [one = '', two = '', three = ''] = await putPages(world, [
    { title: 'One' },
    { title: 'Two' },
    { title: 'Three' },
  ])
  await putPages(world, [{}], world.other)
  const workflow = await addWorkflow(world, { name: 'Everywhere', statuses, transitions }, { space: null })
  await addWorkflow(world, { name: 'Elsewhere' }, { space: world.other })
  await addWorkflow(world, { name: 'Automation', statuses: [], transitions: [] })
  await addWorkflow(world, { name: 'Own', appliesTo: { labels: ['none'] } })
  world.now.value = new Date('2026-06-02T11:00:00.000Z')
  await takeStep(world.ed.client, one, workflow, { to: 'done' })
  const [late = ''] = await putPages(world, [{ title: 'Late' }])
  await touch(world, [workflow], [late])
  world.now.value = new Date('2026-06-02T12:00:00.000Z')
  expect(await reportOf(world.rita.client)).toEqual([
    {
      id: workflow.id,
      name: 'Everywhere',
      statuses: [
        { status: { id: 'draft', name: 'Draft', colour: 'red', final: false }, pages: 3, overdue: 2 },
        { status: { id: 'done', name: 'Done', colour: 'gray', final: true }, pages: 1, overdue: 0 },
      ],
    },
    expect.objectContaining({ name: 'Own' }),
  ])
  expect(await reportOf(world.otto.client, 'OTHER')).toMatchObject([{ name: 'Elsewhere' }, { name: 'Everywhere' }])

  const about = `workflow=${workflow.id}`
  const titles = async (query: string) =>
    (await pagesOf(world.rita.client, `${about}&${query}`)).items.map(({ document }) => document.title)
  expect(await titles('')).toEqual(['Two', 'Three', 'One', 'Late'])
  expect(await titles('overdue=true')).toEqual(['Two', 'Three'])
  expect(await titles('overdue=false')).toEqual(['One', 'Late'])
  expect(await titles('status=draft&overdue=false')).toEqual(['Late'])
  const first = await pagesOf(world.rita.client, `${about}&limit=3`)
  expect(first.items[0]).toMatchObject({
    document: { id: two },
    status: { id: 'draft' },
    isOverdue: true,
    assignee: null,
  })
  expect(first.items[1]).toMatchObject({ document: { id: three } })
  const rest = await pagesOf(world.rita.client, `${about}&limit=3&cursor=${first.nextCursor}`)
  expect(rest).toMatchObject({ items: [{ document: { id: late } }], nextCursor: null })
  const others = await world.otto.client.get(`/spaces/OTHER/report/pages?${about}`)
  expect(others).toMatchObject({ status: 200, body: { items: [{}] } })
})

test('pages of another space’s workflow are not to be had', async () => {
  const workflow = await addWorkflow(world, {}, { space: world.other })
  expect(await world.rita.client.get(`/spaces/DOCS/report/pages?workflow=${workflow.id}`)).toMatchObject({
    status: 404,
  })
  expect(await world.rita.client.get('/spaces/DOCS/report/pages')).toMatchObject({ status: 400 })
})
