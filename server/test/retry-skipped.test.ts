import { afterAll, beforeAll, expect, test } from 'vitest'
import { SyncRun } from '#schema/integration.ts'
import { startReadingWorld, type ReadingWorld } from './reading-world.ts'
import { untilOver } from './sync-site.ts'

let world: ReadingWorld
beforeAll(async () => {
  world = await startReadingWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

async function statusFor(externalId: string): Promise<number> {
  return (await world.ann.client.get(`/documents/${await world.idOf(externalId)}`)).status
}

async function retry(run: SyncRun): Promise<SyncRun> {
  const { admin, integrationId } = world.site
  const answer = await admin.post(`/integrations/${integrationId}/runs/${run.id}/skipped/retry`, {})
  expect(answer.status).toBe(202)
  return untilOver(admin, integrationId, SyncRun.parse(answer.body).id)
}

test('the readers of a space that were not told are asked for again by a sweep', async () => {
  const { site, control, other } = world
  expect(await statusFor(other)).toBe(200)
  control.setFault({ kind: 'status', status: 404, match: { path: 'permissions' } })
  const run = await site.sync('sweep')
  expect(await site.skipped(run)).toContainEqual(expect.objectContaining({ type: 'space' }))
  expect(await statusFor(other)).toBe(404)
  control.clearFaults()
  const again = await retry(run)
  expect(again).toMatchObject({ mode: 'sweep', status: 'succeeded' })
  expect(await site.skipped(again)).toEqual([])
  expect(await statusFor(other)).toBe(200)
})

test('comments that could not be listed are listed again by a sweep', async () => {
  const { site, control, other } = world
  control.addComment(other, { kind: 'footer', storage: '<p>Mind the step.</p>' })
  control.setFault({ kind: 'status', status: 403, match: { path: 'footer-comments' } })
  const run = await site.sync('sweep')
  expect((await site.skipped(run)).map(({ reason }) => reason)).toEqual([expect.stringContaining('Pages are complete')])
  const comments = async () => (await site.admin.get(`/documents/${await world.idOf(other)}/comments`)).body
  expect(await comments()).toMatchObject({ items: [] })
  control.clearFaults()
  expect(await retry(run)).toMatchObject({ mode: 'sweep', status: 'succeeded' })
  expect(await comments()).toMatchObject({ items: [{ markdown: expect.stringContaining('Mind the step.') }] })
})
