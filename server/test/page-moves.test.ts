import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { transact } from '#server/db/transact.ts'
import { system } from '#server/platform/actor.ts'
import { touchedBy } from '#server/workflows/settle-pages.ts'
import { expiryOf, moveTo } from '#server/workflows/statuses.ts'
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

let world: StatusWorld
beforeAll(async () => {
  world = await startStatusWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

test('an action moves a page that is in the workflow, and only to another status', async () => {
  const workflow = await addWorkflow(world)
  const [id = ''] = await putPages(world, [{}])
  const [far = ''] = await putPages(world, [{}], world.other)
  await touch(world, [workflow], [id], { moved: true })
  const at = world.now.value
  const move = (documentId: string, to: string) =>
    transact(world.server.app.db, (tx) =>
      moveTo(tx, { documentId, workflow, to, by: system, reason: 'action', at, depth: 3 }),
    )
  expect(await move(id, 'approved')).toEqual({ outcome: 'moved', from: 'draft' })
  expect(await move(id, 'approved')).toEqual({ outcome: 'same' })
  expect(await move(far, 'approved')).toEqual({ outcome: 'absent' })
  expect((await eventsOf(world, id)).at(-1)).toMatchObject({ depth: 3, payload: { reason: 'action' } })
})

test('what events say of pages is told together', () => {
  const event = (type: string, subjectId: string, payload: object = {}) => ({ type, subjectId, payload })
  expect(
    touchedBy([
      event('page.labelled', 'a'),
      event('page.updated', 'a', { changed: ['labels'] }),
      event('page.updated', 'b', { changed: ['title'] }),
      event('page.updated', 'c'),
      event('page.moved', 'c'),
      event('status.changed', 'd'),
      event('sync.failed', 'e'),
    ]),
  ).toEqual([
    { documentId: 'a', edited: false, moved: false },
    { documentId: 'b', edited: true, moved: false },
    { documentId: 'c', edited: true, moved: true },
  ])
})

test('a status lasts by the calendar, and a changed time counts from when the page came', async () => {
  const lasting = (expiresAfter?: string) => ({
    appliesTo: { labels: ['lasts'] },
    statuses: [{ id: 'live', name: 'Live', ...(expiresAfter === undefined ? {} : { expiresAfter }) }],
    transitions: [],
  })
  const at = new Date('2026-01-31T10:00:00.000Z')
  const end = (duration: string) => expiryOf(definitionOf(lasting(duration)), 'live', at)?.toISOString()
  expect(end('P1M')).toBe('2026-02-28T10:00:00.000Z')
  expect(end('P1Y2M10DT2H30M')).toBe('2027-04-10T12:30:00.000Z')
  expect(end('P2W')).toBe('2026-02-14T10:00:00.000Z')
  expect(end('PT0.5S')).toBe('2026-01-31T10:00:00.500Z')
  expect(end('P99999Y')).toBeUndefined()

  const former = world.now.value
  world.now.value = at
  const [id = ''] = await putPages(world, [{ labels: ['lasts'] }])
  const workflow = await addWorkflow(world, lasting())
  const expiry = async () => (await statusOf(world.ed, id, workflow))?.expiresAt ?? null
  world.now.value = new Date('2026-02-05T00:00:00.000Z')
  for (const duration of ['P1M', 'P1Y2M10DT2H30M', 'P2W', 'PT0.5S', 'PT1,5S', undefined, 'P99999Y']) {
    await changeWorkflow(world, workflow, lasting(duration))
    const definition = definitionOf(lasting(duration?.replace(',', '.')))
    expect([duration, await expiry()]).toEqual([duration, expiryOf(definition, 'live', at)?.toISOString() ?? null])
  }
  world.now.value = former
})

test('ids made by the database are of version 7 and sort by time', async () => {
  const [one = ''] = await putPages(world, [{ labels: ['ids'] }])
  const workflow = await addWorkflow(world, { appliesTo: { labels: ['ids'] } })
  await takeStep(world.ed.client, one, workflow, { to: 'review' })
  const { rows } = await sql<{ id: string; reason: string }>`
    select id, reason from page_status_changes where document_id = ${one} order by id`.execute(world.server.app.db)
  expect(rows.map(({ reason }) => reason)).toEqual(['start', 'transition'])
  for (const { id } of rows) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})
