import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { IntegrationHealth } from '#schema/sync-health.ts'
import { BOT, startDataCenterSite, USUAL, type DataCenterSite } from './data-center-site.ts'
import { pagesOf, storedTruth, wantedTruth } from './sync-site.ts'

let site: DataCenterSite
let id = ''
/** Pages of one space, to be used up from the end. */
let pages: string[] = []
beforeAll(async () => {
  site = await startDataCenterSite({ pages: 260, spaces: 4, personalSpaces: 1, archivedSpaces: 1, blogPosts: 60 })
  id = await site.connect()
  const [space] = site.simulator.control.truth().spaces
  pages = pagesOf(site.simulator, space?.key ?? '')
})
afterAll(() => site[Symbol.asyncDispose]())
beforeEach(() => {
  site.simulator.control.clearFaults()
  site.simulator.control.clearRequests()
  site.simulator.control.setDataCenter(USUAL)
})

const takePage = (): string => pages.pop() ?? ''
const asked = (): string[] => site.simulator.requests.recent.map(({ path }) => path)

async function find(q: string): Promise<string[]> {
  const { body } = await site.admin.get(`/search?q=${encodeURIComponent(`"${q}"`)}`)
  const Found = z.object({ items: z.array(z.object({ document: z.object({ title: z.string() }) })) })
  return Found.parse(body).items.map((item) => item.document.title)
}

test('P6, P8: a full sync brings everything there is, though lists are capped and their links lack the context path', async () => {
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
})

test('pages lead to where people read them, and authors have the names that came with the pages', async () => {
  const { url } = await site.db
    .selectFrom('documents')
    .select('url')
    .where('type', '=', 'page')
    .executeTakeFirstOrThrow()
  expect(url).toMatch(new RegExp(`^${site.simulator.url}/(display|pages)/`))
  const people = await site.db.selectFrom('source_people').select('name').execute()
  expect(people.length).toBeGreaterThan(0)
})

test('an edit is found by the next incremental run, which asks for little, and by search', async () => {
  const edited = takePage()
  site.simulator.control.editPage(edited, { title: 'Zephyr runbook', storage: '<p>quixotic anemometer</p>' })
  expect(await site.sync(id, 'incremental')).toMatchObject({ status: 'succeeded', counts: { updated: 1 } })
  expect(await find('quixotic anemometer')).toEqual(['Zephyr runbook'])
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
})

test('a new page comes with an incremental run, with its place and labels', async () => {
  const parentId = pages[0] ?? null
  const [space] = site.simulator.control.truth().spaces
  site.simulator.control.createPage({ space: space?.key ?? '', title: 'Brand new', parentId, labels: ['fresh'] })
  await site.sync(id, 'incremental')
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
})

test('an incremental run after nothing changed reads no list of everything and no body', async () => {
  await site.sync(id, 'incremental')
  const lists = asked().filter((path) => /\/content(\/scan)?\?/.test(path) && !path.includes('status=trashed'))
  expect(lists).toEqual([])
  expect(asked().filter((path) => path.includes('status=trashed'))).toHaveLength(2)
  expect(asked().filter((path) => path.includes('body.storage') && /cql=(id|type%20in)/.test(path))).toEqual([])
})

test('I5: moves, labels and restorations without a new version come with a sweep', async () => {
  const [moved, labelled] = [takePage(), takePage()]
  site.simulator.control.movePage(moved, { parentId: pages[1] ?? null })
  for (const name of ['one', 'two']) site.simulator.control.addLabel(labelled, name)
  await site.sync(id, 'sweep')
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  for (const name of ['one', 'two']) site.simulator.control.removeLabel(labelled, name)
  await site.sync(id, 'sweep')
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
})

test('D5, I6: a page in the trash goes, and comes back out of it, and so does a blog post', async () => {
  const [trashed, purged] = [takePage(), takePage()]
  const isPost = (node: { kind: string; status: string }) => node.kind === 'blogpost' && node.status === 'current'
  const post = site.simulator.control.truth().nodes.find(isPost)?.id ?? ''
  for (const one of [trashed, post]) site.simulator.control.trashPage(one)
  await site.sync(id, 'incremental')
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  site.simulator.control.purgePage(purged)
  await site.sync(id, 'sweep')
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  for (const one of [trashed, post]) site.simulator.control.restorePage(one)
  await site.sync(id, 'sweep')
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
})

describe('I2: whatever time zone the account has, an edit is found:', () => {
  test.each(['Asia/Kathmandu', 'Pacific/Pago_Pago', 'Pacific/Kiritimati', 'America/Santiago', 'UTC'])(
    '%s',
    async (zone) => {
      site.simulator.control.setDataCenter({ timeZone: zone })
      const edited = takePage()
      site.simulator.control.editPage(edited, { title: `Edited in ${zone}` })
      expect(await site.sync(id, 'incremental')).toMatchObject({ status: 'succeeded', counts: { updated: 1 } })
      const row = await site.db
        .selectFrom('documents')
        .select(['title', 'version_at'])
        .where('external_id', '=', edited)
        .executeTakeFirstOrThrow()
      expect(row.title).toBe(`Edited in ${zone}`)
      // Told with the server's offset, kept as the moment it means.
      expect(Math.abs(Number(row.version_at) - site.simulator.control.now())).toBeLessThan(3_600_000)
    },
  )
})

test('a page that the search shows late comes with a later run', async () => {
  site.simulator.control.setSearchLag(3_600_000)
  const edited = takePage()
  site.simulator.control.editPage(edited, { title: 'Shown late' })
  await site.sync(id, 'incremental')
  site.simulator.control.setSearchLag(0)
  await site.sync(id, 'incremental')
  expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
})

test('P8: of a list with rows that are hidden from the key nothing else is left out', async () => {
  const hidden = new Set(pages.slice(0, 12))
  for (const page of hidden) site.simulator.control.setRestriction(page, { read: { users: [], groups: ['nobody'] } })
  const second = await site.connect()
  const rows = await site.db
    .selectFrom('documents')
    .select('external_id')
    .where('integration_id', '=', second)
    .execute()
  const seen = new Set(rows.map((row) => row.external_id))
  const { nodes } = site.simulator.control.truth()
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const isHidden = (page: string | null): boolean =>
    page !== null && (hidden.has(page) || isHidden(byId.get(page)?.parentId ?? null))
  const wanted = nodes.filter((node) => node.status === 'current' && !isHidden(node.id)).map((node) => node.id)
  expect([...seen].toSorted()).toEqual(wanted.toSorted())
  for (const page of hidden) site.simulator.control.setRestriction(page, null)
  expect((await site.admin.delete(`/integrations/${second}`)).status).toBe(204)
})

describe('a server that', () => {
  test('is too old to scan is read by numbered lists', async () => {
    site.simulator.control.setDataCenter({ version: '7.17.0', caps: { plain: 40, bodies: 10 } })
    expect(await site.sync(id, 'full')).toMatchObject({ status: 'succeeded' })
    expect(asked().some((path) => path.includes('/content?type=page'))).toBe(true)
    expect(await storedTruth(site.db)).toEqual(wantedTruth(site.simulator))
  })

  test('R2, R3: says its limits by 403 and 503 is shown as limiting, not as failing', async () => {
    const { control } = site.simulator
    await site.db.deleteFrom('source_traffic').execute()
    for (const status of [403, 503])
      control.setFault({ kind: 'status', status, retryAfter: '1', match: { path: '/content', times: 1 } })
    expect(await site.sync(id, 'sweep')).toMatchObject({ status: 'succeeded' })
    control.clearFaults()
    const { traffic } = IntegrationHealth.parse((await site.admin.get(`/integrations/${id}/health`)).body)
    const sum = (of: 'limited' | 'failed') => traffic.reduce((total, line) => total + line[of], 0)
    expect([sum('limited'), sum('failed')]).toEqual([2, 0])
  })

  test('R2: limits requests by a small bucket, saying so by 403, is read all the same', async () => {
    site.simulator.control.setDataCenter({ rateLimit: { max: 8, fill: 8, intervalSeconds: 1, status: 403 } })
    expect(await site.sync(id, 'sweep')).toMatchObject({ status: 'succeeded' })
  })
})

test('D2: a space that the account no longer sees is left as it is, and the others go on', async () => {
  const before = await storedTruth(site.db)
  const keys = site.simulator.control.truth().spaces.map((space) => space.key)
  site.simulator.control.setSpaces(BOT, keys.slice(1))
  await site.sync(id, 'sweep')
  expect(await storedTruth(site.db)).toEqual(before)
  site.simulator.control.setSpaces(BOT, null)
})

test('P7: a list that leads to another host ends as failed, and nothing is concluded from it', async () => {
  const before = await storedTruth(site.db)
  site.simulator.control.setFault({ kind: 'foreign-next', match: { path: '/content/scan' } })
  expect(await site.sync(id, 'full')).toMatchObject({ status: 'failed', error: { code: 'incomplete' } })
  expect(await storedTruth(site.db)).toEqual(before)
})

test('a revoked token is told, and hides nothing', async () => {
  const before = await storedTruth(site.db)
  site.simulator.control.revokeKey(BOT)
  expect(await site.sync(id, 'sweep')).toMatchObject({ status: 'failed', error: { code: 'key-rejected' } })
  expect(await storedTruth(site.db)).toEqual(before)
})
