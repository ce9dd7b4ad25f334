import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { SkippedItem } from '#schema/integration.ts'
import { BOT, startDataCenterSite, type DataCenterSite } from './data-center-site.ts'
import { newPerson, type Signed } from './people.ts'
import { sentTo } from './publish-site.ts'
import { pagesOf } from './sync-site.ts'

let site: DataCenterSite
let integration = ''
let ann: Signed
let account = ''
let pages: string[] = []
let space = ''
beforeAll(async () => {
  site = await startDataCenterSite({ pages: 20, spaces: 1, comments: 0, attachments: 0 })
  const { control } = site.simulator
  ;({ accountId: account } = control.addUser({
    email: 'ann@dc.example',
    key: 'x',
    groups: ['confluence-users', 'writers'],
  }))
  control.setAccount(BOT, { groups: ['confluence-administrators', 'confluence-users'] })
  space = control.truth().spaces[0]?.key ?? ''
  pages = pagesOf(site.simulator, space)
  ann = await newPerson(site.server, site.admin, 'ann')
  integration = await site.connect({ readers: 'confluence' })
})
afterAll(() => site[Symbol.asyncDispose]())

async function idOf(externalId: string): Promise<string> {
  const rows = site.db.selectFrom('documents').select('id').where('external_id', '=', externalId)
  return (await rows.executeTakeFirstOrThrow()).id
}
const there = (externalId: string) => site.simulator.control.page(externalId)
const statusOf = async (externalId: string, person = ann) =>
  (await person.client.get(`/documents/${await idOf(externalId)}`)).status
const link = (userId: string | null, of = account) =>
  site.admin.put(`/integrations/${integration}/accounts/${encodeURIComponent(of)}/link`, { userId })
/** The connection's account must see what others may read. */
const withBot = (...users: string[]) => ({ read: { users, groups: ['confluence-administrators'] } })

test('Data Center shows no addresses, so nobody reads before an admin has linked his account', async () => {
  const [page = ''] = pages
  expect(await statusOf(page)).toBe(404)
  expect(await link(ann.id)).toMatchObject({ status: 200, body: { linkedBy: 'admin' } })
  expect(await statusOf(page)).toBe(200)
})

test('A3: restrictions by group and person on a page shut it and what is below, after one sweep', async () => {
  const { control } = site.simulator
  const [page = '', other = ''] = pages
  const { id: child } = control.createPage({ space, title: 'Below', parentId: page })
  const { id: grandchild } = control.createPage({ space, title: 'Below that', parentId: child })
  control.setRestriction(page, withBot())
  control.setRestriction(other, withBot(account))
  await site.sync(integration, 'sweep')
  for (const shut of [page, child, grandchild]) expect(await statusOf(shut)).toBe(404)
  expect(await statusOf(other)).toBe(200)
  control.setRestriction(page, { read: { users: [], groups: ['writers', 'confluence-administrators'] } })
  await site.sync(integration, 'sweep')
  for (const open of [page, child, grandchild]) expect(await statusOf(open)).toBe(200)
  await link(null)
  for (const shut of [page, child, grandchild]) expect(await statusOf(shut)).toBe(404)
  await link(ann.id)
})

test('A1, A2: of a parent for Ann and Ben and a child for Ben and Cat, Ben alone reads the child, and what is below it unlocked', async () => {
  const { control } = site.simulator
  const known = async (name: string) => {
    const { accountId } = control.addUser({ email: `${name}@dc.example`, key: name })
    return { ...(await newPerson(site.server, site.admin, name)), accountId }
  }
  const [ben, cat] = [await known('ben'), await known('cat')]
  const { id: parent } = control.createPage({ space, title: 'For Ann and Ben' })
  const { id: child } = control.createPage({ space, title: 'For Ben and Cat', parentId: parent })
  const { id: below } = control.createPage({ space, title: 'Restricted to nobody', parentId: child })
  control.setRestriction(parent, withBot(account, ben.accountId))
  control.setRestriction(child, withBot(ben.accountId, cat.accountId))
  control.setRestriction(below, { read: { users: [], groups: [] } })
  await site.sync(integration, 'sweep')
  for (const one of [ben, cat]) expect(await link(one.id, one.accountId)).toMatchObject({ status: 200 })
  const seenBy = (person: Signed) => Promise.all([parent, child, below].map((page) => statusOf(page, person)))
  expect(await seenBy(ann)).toEqual([200, 404, 404])
  expect(await seenBy(ben)).toEqual([200, 200, 200])
  expect(await seenBy(cat)).toEqual([404, 404, 404])
  control.setRestriction(child, null)
  await site.sync(integration, 'sweep')
  expect(await seenBy(ann)).toEqual([200, 200, 200])
  expect(await seenBy(cat)).toEqual([404, 404, 404])
  for (const one of [ben, cat]) await link(null, one.accountId)
})

test('a page that is restricted to certain editors there is changed by these alone, and by platform admins', async () => {
  const { control } = site.simulator
  const members = [{ principal: `user:${ann.id}`, role: 'editor' }]
  expect(await site.admin.put(`/spaces/${space}/members`, { members })).toMatchObject({ status: 200 })
  const { id: page } = control.createPage({ space, title: 'For certain editors', storage: '<p>One.</p>' })
  await site.sync(integration, 'incremental')
  const id = await idOf(page)
  const restrict = (users: string[], ...groups: string[]) =>
    control.setRestriction(page, { update: { users, groups: [...groups, 'confluence-administrators'] } })
  const put = (version: number, by = ann.client) =>
    by.put(`/documents/${id}`, { version, storage: `<p>After ${version}.</p>` })
  restrict([])
  control.clearRequests()
  const refused = { status: 403, body: { code: 'forbidden' } }
  expect(await statusOf(page)).toBe(200)
  expect(await put(1)).toMatchObject(refused)
  expect(await ann.client.put(`/documents/${id}/labels`, { labels: ['x'] })).toMatchObject(refused)
  expect(await ann.client.delete(`/documents/${id}`)).toMatchObject(refused)
  expect(['PUT', 'POST', 'DELETE'].map((method) => sentTo(site, method))).toEqual([0, 0, 0])
  expect(await put(1, site.admin)).toMatchObject({ status: 200, body: { version: 2 } })
  restrict([account])
  expect(await put(2)).toMatchObject({ status: 200, body: { version: 3 } })
  restrict([], 'writers')
  expect(await put(3)).toMatchObject({ status: 200, body: { version: 4 } })
  restrict([], 'reviewers')
  expect(await put(4)).toMatchObject(refused)
  // What is not told lets nobody in.
  restrict([account])
  control.setFault({ kind: 'status', status: 404, match: { method: 'GET', path: 'restriction/byOperation/update' } })
  expect(await put(4)).toMatchObject(refused)
  control.clearFaults()
  expect(there(page)).toMatchObject({ version: 4, storage: '<p>After 3.</p>' })
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
