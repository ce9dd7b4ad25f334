import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Manners } from '#schema/sync-health.ts'
import { openConnection } from '#server/integrations/open-source.ts'
import { getIntegrationRow } from '#server/integrations/store.ts'
import { startPartsSite, type PartsSite } from './parts-site.ts'

const patient = { timeout: 30_000 }

let site: PartsSite

beforeAll(async () => {
  site = await startPartsSite({ pages: 30 })
})
beforeEach(() => site.simulator.control.setLatency(0))
afterAll(() => site[Symbol.asyncDispose]())

async function setManners(manners: Manners): Promise<void> {
  const answer = await site.admin.patch(`/integrations/${site.integrationId}`, { settings: { manners } })
  expect(answer).toMatchObject({ status: 200 })
  site.simulator.control.clearRequests()
}

/** As each run, each round of files and each person does. */
async function open() {
  const { app } = site.server
  return (await openConnection(app, await getIntegrationRow(app.db, site.integrationId))).source
}

test('requests at once hold for all who ask one Confluence together, and change for all', async () => {
  await setManners({ concurrency: 2 })
  site.simulator.control.setLatency(20)
  const ask = async () => {
    const [one, other] = [await open(), await open()]
    const works = Array.from({ length: 5 }, () => [one.isKeyAccepted(), other.getVersion(site.page.externalId, 1)])
    await Promise.all(works.flat())
  }
  await ask()
  expect(site.simulator.requests).toMatchObject({ total: 10, maxInFlight: 2 })
  await setManners({ concurrency: 5 })
  await ask()
  expect(site.simulator.requests).toMatchObject({ total: 10, maxInFlight: 5 })
})

test('a sync, files and a person beside each other keep to one request at once, and all come through', async () => {
  const { control } = site.simulator
  const names = Array.from({ length: 6 }, (_, index) => `beside ${index}.txt`)
  for (const name of names) control.addAttachment(site.page.externalId, { name, content: name })
  control.editPage(site.page.externalId, { title: 'Edited once' })
  await site.sync('sweep')
  await site.settled()
  await setManners({ concurrency: 1 })
  control.setLatency(20)
  await sql`update attachments set file_state = 'waiting', due_at = now()`.execute(site.db)
  const running = site.sync('full')
  await expect.poll(() => site.simulator.requests.inFlight, patient).toBe(1)
  const read = () => site.admin.get(`/documents/${site.page.id}/versions/1`)
  for (const answer of await Promise.all([read(), read(), read()])) expect(answer).toMatchObject({ status: 200 })
  expect(await running).toMatchObject({ status: 'succeeded' })
  await site.settled()
  for (const name of names) expect(await site.attachment(name)).toMatchObject({ file: 'stored' })
  expect(site.simulator.requests.maxInFlight).toBe(1)
})

test('requests a minute hold for all who ask one Confluence, until they change', async () => {
  await setManners({ requestsPerMinute: 1 })
  const [one, other] = [await open(), await open()]
  expect(await one.isKeyAccepted()).toBe(true)
  const waits = Promise.all([other.isKeyAccepted(), one.isKeyAccepted()])
  // Long enough for the two to arrive, were they sent.
  for (let count = 0; count < 20; count += 1) await fetch(site.simulator.url)
  const asked = () => site.simulator.requests.recent.filter(({ path }) => path.endsWith('/user/current')).length
  expect(asked()).toBe(1)
  await setManners({ requestsPerMinute: 6000 })
  await open()
  expect(await waits).toEqual([true, true])
})
