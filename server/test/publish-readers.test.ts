import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { EditProposalPage } from '#schema/publish.ts'
import { newId } from '#server/platform/ids.ts'
import { idOf } from './people.ts'
import { sentTo, startPublishSite, type Page, type PublishSite } from './publish-site.ts'
import { EMAIL } from './sync-site.ts'

let site: PublishSite
let account: string
/** Of the integration's key: Confluence itself must let it write. */
let keyOwner: string
beforeAll(async () => {
  site = await startPublishSite({ pages: 4, spaces: 2 }, 'confluence')
  const { control } = site.simulator
  account = control.addUser({
    email: site.editor.email,
    key: 'of-edda',
    groups: ['confluence-users', 'writers'],
  }).accountId
  keyOwner = control.addUser({ email: EMAIL, key: 'another of the same' }).accountId
  // Known there by a comment or a page of hers, as a sync would bring her.
  await site.db
    .insertInto('source_people')
    .values({ integration_id: site.integrationId, account_id: account, name: 'Edda', user_id: site.editor.id })
    .execute()
  await site.sync('sweep')
})
afterAll(() => site[Symbol.asyncDispose]())
afterEach(() => site.simulator.control.clearFaults())

const restrict = (externalId: string, users: string[], groups: string[] = []) =>
  site.simulator.control.setRestriction(externalId, { update: { users, groups } })
const put = (id: string, change: Record<string, unknown>) => site.editor.client.put(`/documents/${id}`, change)

test('a page that is restricted to others there is not changed by who is none of them, but by platform admins', async () => {
  const page = await site.newPage()
  restrict(page.externalId, ['712020:somebody-else', keyOwner])
  site.simulator.control.clearRequests()
  const writes: [string, string, unknown?][] = [
    ['PUT', `/documents/${page.id}`, { version: 1, title: 'x' }],
    ['PUT', `/documents/${page.id}?dryRun=true`, { version: 1, title: 'x' }],
    ['PUT', `/documents/${page.id}/labels`, { labels: ['x'] }],
    ['POST', `/documents/${page.id}/move`, { parentId: null }],
    ['DELETE', `/documents/${page.id}`],
  ]
  for (const [method, path, body] of writes)
    expect(await site.editor.client.send(method, path, { body })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    })
  expect(await site.agent.put(`/documents/${page.id}`, { version: 1, title: 'x' })).toMatchObject({ status: 403 })
  expect(['PUT', 'POST', 'DELETE'].map((method) => sentTo(site, method))).toEqual([0, 0, 0])
  expect(await site.admin.put(`/documents/${page.id}`, { version: 1, title: `${page.title}!` })).toMatchObject({
    status: 200,
  })
})

test('who is named there, or in a group that is, may change it', async () => {
  const page = await site.newPage()
  restrict(page.externalId, [account, keyOwner])
  expect(await put(page.id, { version: 1, title: `${page.title}!` })).toMatchObject({ status: 200 })
  restrict(page.externalId, [keyOwner], ['writers'])
  expect(await put(page.id, { version: 2, title: `${page.title}!!` })).toMatchObject({ status: 200 })
  restrict(page.externalId, [keyOwner], ['reviewers'])
  expect(await put(page.id, { version: 3, title: page.title })).toMatchObject({ status: 403 })
})

test('what Confluence does not tell lets nobody in', async () => {
  const page = await site.newPage()
  site.simulator.control.setFault({ kind: 'status', status: 403, match: { method: 'GET', path: 'restriction' } })
  expect(await put(page.id, { version: 1, title: 'x' })).toMatchObject({ status: 502 })
  expect(site.simulator.control.page(page.externalId).version).toBe(1)
})

test('a page made here is readable by who may read it there, at once', async () => {
  const answer = await site.editor.client.post('/documents', {
    space: site.space,
    title: `Seen ${newId()}`,
    markdown: 'x',
  })
  expect(answer).toMatchObject({ status: 201 })
  expect(await site.editor.client.get(`/documents/${idOf(answer.body)}`)).toMatchObject({ status: 200 })
})

test('a page shut there since the last sync, or standing below one that is, is neither shown as it is now nor changed', async () => {
  const { control } = site.simulator
  const secret = '<p>Secret since a minute.</p>'
  const shut = { read: { users: [keyOwner], groups: [] } }
  const other = await site.newPage()
  const top = await site.newPage()
  const shutters: ((page: Page, parent: Page) => void)[] = [
    (page) => control.setRestriction(page.externalId, shut),
    (_, parent) => control.setRestriction(parent.externalId, shut),
    (page) => {
      control.setRestriction(top.externalId, shut)
      control.movePage(page.externalId, { parentId: top.externalId })
    },
  ]
  for (const shutIt of shutters) {
    const parent = await site.newPage({ parentId: other.externalId })
    const page = await site.newPage({ parentId: parent.externalId })
    const writes: [string, string, unknown?][] = [
      ['PUT', `/documents/${page.id}?dryRun=true`, { version: 1, title: 'x' }],
      ['PUT', `/documents/${page.id}`, { version: 1, title: 'x' }],
      ['PUT', `/documents/${page.id}/labels`, { labels: ['x'] }],
      ['POST', `/documents/${page.id}/move`, { parentId: null }],
      ['DELETE', `/documents/${page.id}`],
    ]
    expect(await put(page.id, { version: 1, title: `${page.title}!` })).toMatchObject({ status: 200 })
    control.editPage(page.externalId, { storage: secret })
    shutIt(page, parent)
    control.clearRequests()
    for (const [method, path, body] of writes)
      expect(await site.editor.client.send(method, path, { body })).toMatchObject({ status: 404 })
    expect(await site.agent.put(`/documents/${page.id}`, { version: 2, title: 'x' })).toMatchObject({ status: 404 })
    expect(['PUT', 'POST', 'DELETE'].map((method) => sentTo(site, method))).toEqual([0, 0, 0])
    expect(await site.admin.put(`/documents/${page.id}`, { version: 3, title: page.title })).toMatchObject({
      status: 200,
    })
  }
})

test('a page that stands there below one not synced yet waits for the sync', async () => {
  const { control } = site.simulator
  const page = await site.newPage()
  const { id: parentId } = control.createPage({ space: site.space, title: `Fresh ${newId()}`, storage: '<p>x</p>' })
  control.movePage(page.externalId, { parentId })
  const change = { version: 1, title: `${page.title}!` }
  expect(await put(page.id, change)).toMatchObject({ status: 409, body: { code: 'moved' } })
  await site.sync('sweep')
  expect(await put(page.id, change)).toMatchObject({ status: 200 })
})

test('a proposed page is seen by who may read its parent, or the space at whose top it is to stand', async () => {
  const { control } = site.simulator
  const propose = async (more: Record<string, unknown>) => {
    const made = await site.agent.post('/documents', {
      space: site.space,
      title: `New ${newId()}`,
      markdown: 'x',
      ...more,
    })
    expect(made).toMatchObject({ status: 202 })
    return idOf(made.body)
  }
  const seen = async (client = site.editor.client) => {
    const { items } = EditProposalPage.parse((await client.get(`/proposals?space=${site.space}`)).body)
    return items.map(({ id }) => id).toSorted()
  }
  const parent = await site.newPage()
  const [below, top] = [await propose({ parentId: parent.id }), await propose({})]
  expect(await seen()).toEqual([below, top].toSorted())
  control.setRestriction(parent.externalId, { read: { users: [keyOwner], groups: [] } })
  await site.sync('sweep')
  expect(await seen()).toEqual([top])
  expect(await site.editor.client.get(`/proposals/${below}`)).toMatchObject({ status: 404 })
  for (const verdict of ['approve', 'reject'])
    expect(await site.editor.client.post(`/proposals/${below}/${verdict}`, {})).toMatchObject({ status: 404 })
  expect(await seen(site.admin)).toEqual([below, top].toSorted())
  control.setSpaceReaders(site.space, [{ type: 'user', id: keyOwner }])
  await site.sync('sweep')
  expect(await seen()).toEqual([])
  expect(await site.editor.client.get(`/proposals/${top}`)).toMatchObject({ status: 404 })
  control.setSpaceReaders(site.space, [{ type: 'access-class', id: 'ALL_LICENSED_USERS' }])
  await site.sync('sweep')
  expect(await seen()).toEqual([top])
})

test('in a space that her account may not read there she makes nothing, though she is an editor of it here', async () => {
  const { control } = site.simulator
  const key = control.truth().spaces[1]?.key ?? ''
  const members = [{ principal: `user:${site.editor.id}`, role: 'editor' }]
  expect(await site.admin.put(`/spaces/${key}/members`, { members })).toMatchObject({ status: 200 })
  const draft = { space: key, title: `Shut ${newId()}`, markdown: 'x' }
  expect(await site.editor.client.post('/documents?dryRun=true', draft)).toMatchObject({ status: 200 })
  control.setSpaceReaders(key, [{ type: 'user', id: keyOwner }])
  await site.sync('sweep')
  control.clearRequests()
  for (const path of ['/documents', '/documents?dryRun=true'])
    expect(await site.editor.client.post(path, draft)).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  expect(await site.agent.post('/documents', draft)).toMatchObject({ status: 403 })
  expect(sentTo(site, 'POST')).toBe(0)
  expect(await site.admin.post('/documents', draft)).toMatchObject({ status: 201 })
})
