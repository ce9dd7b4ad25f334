import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { SkippedItem } from '#schema/integration.ts'
import { BOT, startDataCenterSite, type DataCenterSite } from './data-center-site.ts'
import { newPerson, type Signed } from './people.ts'
import { pagesOf } from './sync-site.ts'

let site: DataCenterSite
let integration = ''
let ann: Signed
let account = ''
let pages: string[] = []
beforeAll(async () => {
  site = await startDataCenterSite({ pages: 20, spaces: 1, comments: 0, attachments: 0 })
  const { control } = site.simulator
  ;({ accountId: account } = control.addUser({
    email: 'ann@dc.example',
    key: 'x',
    groups: ['confluence-users', 'writers'],
  }))
  control.setAccount(BOT, { groups: ['confluence-administrators', 'confluence-users'] })
  pages = pagesOf(site.simulator, control.truth().spaces[0]?.key ?? '')
  ann = await newPerson(site.server, site.admin, 'ann')
  integration = await site.connect({ readers: 'confluence' })
})
afterAll(() => site[Symbol.asyncDispose]())

async function idOf(externalId: string): Promise<string> {
  const rows = site.db.selectFrom('documents').select('id').where('external_id', '=', externalId)
  return (await rows.executeTakeFirstOrThrow()).id
}
const statusOf = async (externalId: string) => (await ann.client.get(`/documents/${await idOf(externalId)}`)).status
const link = (userId: string | null) =>
  site.admin.put(`/integrations/${integration}/accounts/${encodeURIComponent(account)}/link`, { userId })

test('Data Center shows no addresses, so nobody reads before an admin has linked his account', async () => {
  const [page = ''] = pages
  expect(await statusOf(page)).toBe(404)
  expect(await link(ann.id)).toMatchObject({ status: 200, body: { linkedBy: 'admin' } })
  expect(await statusOf(page)).toBe(200)
})

test('A3: restrictions by group and person on a page shut it and what is below, after one sweep', async () => {
  const { control } = site.simulator
  const [page = '', other = ''] = pages
  control.setRestriction(page, { read: { users: [], groups: ['confluence-administrators'] } })
  control.setRestriction(other, { read: { users: [account], groups: ['confluence-administrators'] } })
  await site.sync(integration, 'sweep')
  expect(await statusOf(page)).toBe(404)
  expect(await statusOf(other)).toBe(200)
  control.setRestriction(page, { read: { users: [], groups: ['writers', 'confluence-administrators'] } })
  await site.sync(integration, 'sweep')
  expect(await statusOf(page)).toBe(200)
  await link(null)
  expect(await statusOf(page)).toBe(404)
  await link(ann.id)
})

test('people are asked about singly only when somebody is linked to them', async () => {
  site.simulator.control.clearRequests()
  await site.sync(integration, 'sweep')
  const asked = site.simulator.requests.recent.filter(({ path }) => path.includes('/rest/api/user?'))
  expect(asked.map(({ path }) => decodeURIComponent(path))).toEqual([expect.stringContaining(account)])
})

test('A5: where the account may not ask who reads a space, it stays shut, and the run says so', async () => {
  site.simulator.control.setAccount(BOT, { groups: ['confluence-users'] })
  const run = await site.sync(integration, 'sweep')
  expect(run.status).toBe('succeeded')
  const { body } = await site.admin.get(`/integrations/${integration}/runs/${run.id}/skipped`)
  const { items } = z.object({ items: z.array(SkippedItem) }).parse(body)
  expect(items.filter((item) => item.type === 'space')).toMatchObject([{ reason: expect.stringContaining('403') }])
  expect(await statusOf(pages[3] ?? '')).toBe(404)
  site.simulator.control.setAccount(BOT, { groups: ['confluence-administrators', 'confluence-users'] })
  await site.sync(integration, 'sweep')
  expect(await statusOf(pages[3] ?? '')).toBe(200)
})

test('comments and attachments come with pages, and new ones with the next incremental run of news', async () => {
  const { control } = site.simulator
  const [page = '', other = ''] = pages
  const id = await idOf(page)
  control.addComment(page, { kind: 'inline', storage: '<p>Is this so?</p>', selection: 'so' })
  control.addAttachment(page, { name: 'plan.txt', content: 'the plan' })
  control.editPage(other, { title: 'News' })
  await site.sync(integration, 'incremental')
  expect((await site.admin.get(`/documents/${id}/comments`)).body).toMatchObject({
    items: [{ kind: 'inline', selection: 'so', resolution: 'open' }],
  })
  expect((await site.admin.get(`/documents/${id}/attachments`)).body).toMatchObject({ items: [{ name: 'plan.txt' }] })
  control.removeAttachment(page, 'plan.txt')
  await site.sync(integration, 'sweep')
  expect((await site.admin.get(`/documents/${id}/attachments`)).body).toMatchObject({ items: [] })
})

test('an old version is read there when it is asked for', async () => {
  const [, , page = ''] = pages
  const before = site.simulator.control.page(page)
  site.simulator.control.editPage(page, { storage: '<p>quite another text</p>' })
  await site.sync(integration, 'incremental')
  const answer = await site.admin.get(`/documents/${await idOf(page)}/versions/${before.version}`)
  expect(answer).toMatchObject({ status: 200, body: { version: before.version } })
})
