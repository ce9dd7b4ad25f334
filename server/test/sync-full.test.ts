import { expect, test } from 'vitest'
import { SyncRun } from '#schema/integration.ts'
import { startSimulator } from '#simulator/start.ts'
import { startTestApp } from './app.ts'
import { asAdmin } from './people.ts'
import { connect, listPageEvents, startSyncSite, storedTruth, untilOver, wantedTruth } from './sync-site.ts'

test('the first run brings all there is: pages, blog posts, folders, archived and personal things, with their labels', async () => {
  await using site = await startSyncSite({ simulator: { sample: true } })
  const run = await site.lastRun()
  expect(run).toMatchObject({ mode: 'full', status: 'succeeded', error: null, counts: { skipped: 0, deleted: 0 } })
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  expect(await listPageEvents(site.db)).toEqual([])
  const page = wantedTruth(site.simulator).find((node) => node.kind === 'page' && node.title.length > 12)
  const found = await site.admin.get(`/search?q=${encodeURIComponent(`"${page?.title}"`)}`)
  expect(JSON.stringify(found.body)).toContain(page?.id)
})

test('a generated site comes with few requests; a second full run changes nothing and tells nothing', async () => {
  const options = { pages: 2000, spaces: 6, personalSpaces: 1, archivedSpaces: 1, blogPosts: 40 }
  await using site = await startSyncSite({ simulator: options })
  const first = await site.lastRun()
  expect(first.status).toBe('succeeded')
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  expect(first.progress.done).toBe(2040)
  expect(first.progress.spaces.length).toBe(site.simulator.control.truth().spaces.length)
  const { counts } = site.simulator.requests
  expect(counts['GET /wiki/api/v2/pages']).toBeLessThanOrEqual(2000 / 250 + first.progress.spaces.length)
  // Beside the pages: spaces, count, labels and what is labelled, blog posts, kinds of parents, folders, attachments, comments.
  expect(first.counts.requests).toBeLessThanOrEqual(5 * 2 + first.progress.spaces.length + 12)
  expect(counts['GET /wiki/api/v2/folders/{id}']).toBeUndefined()
  const again = await site.sync('full')
  expect(again).toMatchObject({ status: 'succeeded', counts: { created: 0, updated: 0, deleted: 0 } })
  expect(await listPageEvents(site.db)).toEqual([])
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
})

test('a run can be watched from its start to its end', async () => {
  await using simulator = await startSimulator({ pages: 600, spaces: 3, latencyMs: 150 })
  const config = { egressAllow: new URL(simulator.url).host, confluenceGateway: simulator.url }
  await using server = await startTestApp({ config })
  const { client: admin } = await asAdmin(server)
  const id = await connect(admin, simulator)
  const { body } = await admin.get(`/integrations/${id}/runs`)
  const runId = /"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1]
  const stream = await admin.get(`/integrations/${id}/runs/${runId}/events`)
  const seen = String(stream.body)
    .split('\n')
    .filter((line) => line.startsWith('data:') && line.includes('{'))
    .map((line) => SyncRun.parse(JSON.parse(line.slice('data:'.length))))
  expect(seen.length).toBeGreaterThan(1)
  expect(seen.at(-1)).toMatchObject({ status: 'succeeded', progress: { done: 606, secondsLeft: 0 } })
  const done = seen.map((run) => run.progress.done)
  expect(done).toEqual(done.toSorted((a, b) => a - b))
  expect((await untilOver(admin, id)).progress.spaces.map((space) => space.status)).not.toContain('waiting')
})
