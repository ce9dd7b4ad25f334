import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { list, page } from './json.ts'
import { basic, openSite, type Site } from './site.ts'

const v2 = '/wiki/api/v2'
const v1 = '/wiki/rest/api'
const body = { representation: 'storage', value: '<p>New</p>' }
let site: Site
let id: string
let version: number

beforeEach(async () => {
  site = await openSite()
  const found = site.control
    .truth()
    .nodes.find((node) => node.kind === 'page' && node.parentId !== null && node.status === 'current')
  id = found?.id ?? ''
  version = found?.version ?? 0
})
afterEach(async () => site[Symbol.asyncDispose]())

async function put(number: number, more: Record<string, unknown> = {}) {
  return site.ask(`${v2}/pages/${id}`, {
    method: 'PUT',
    body: { id, status: 'current', title: 'Changed', body, version: { number, message: 'why' }, ...more },
  })
}

describe('writing a page', () => {
  it('adds a version with its message; the versions before stay readable', async () => {
    const before = site.control.page(id)
    const changed = page(await put(version + 1))
    expect(changed).toMatchObject({
      title: 'Changed',
      version: { number: version + 1, message: 'why' },
      body: { storage: { value: '<p>New</p>' } },
    })
    const old = page(await site.ask(`${v2}/pages/${id}?version=${version}&body-format=storage`))
    expect([old.title, old.body.storage?.value]).toEqual([before.title, before.storage])
  })

  it.each([0, 2])('refuses a version that is not the next (%i)', async (step) => {
    const answer = await put(version + step)
    expect(answer.status).toBe(409)
    expect(answer.text).toContain(`Current Version: [${version}]`)
    expect(site.control.page(id).version).toBe(version)
  })

  it('refuses a title that another page of the space has, in any case', async () => {
    const other = site.control
      .truth()
      .nodes.find((node) => node.kind === 'page' && node.id !== id && node.space === site.control.page(id).space)
    const answer = await put(version + 1, { title: other?.title.toUpperCase() })
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('A page with this title already exists')
  })

  it('refuses markup that does not close', async () => {
    const answer = await put(version + 1, { body: { ...body, value: '<p><strong>open</p>' } })
    expect([answer.status, answer.text.includes('xhtml')]).toEqual([400, true])
  })

  it('is refused to who may read but not edit', async () => {
    site.control.addUser({ email: 'reader@lockkeeper.example', key: 'r' })
    site.control.setRestriction(id, { update: { users: [], groups: ['editors'] } })
    const auth = basic('reader@lockkeeper.example', 'r')
    expect((await site.ask(`${v2}/pages/${id}`, { auth })).status).toBe(200)
    expect((await site.ask(`${v2}/pages/${id}`, { auth, method: 'DELETE' })).status).toBe(403)
  })

  it('creates below the homepage, or where it is told', async () => {
    const space = site.control.truth().spaces[0]
    const homepage = list(await site.ask(`${v2}/spaces`)).results[0]?.['homepageId']
    const top = page(
      await site.ask(`${v2}/pages`, { method: 'POST', body: { spaceId: space?.id, title: 'Top', body } }),
    )
    const below = page(
      await site.ask(`${v2}/pages`, {
        method: 'POST',
        body: { spaceId: space?.id, title: 'Below', parentId: top.id, body },
      }),
    )
    expect([top.parentId, below.parentId]).toEqual([homepage, top.id])
  })
})

describe('trash', () => {
  it('lifts the children, keeps the page readable as trashed, and purges only from there', async () => {
    const parent = site.control.page(id).parentId
    const child = site.control.createPage({ space: site.control.page(id).space, title: 'Child', parentId: id }).id
    expect((await site.ask(`${v2}/pages/${id}?purge=true`, { method: 'DELETE' })).status).toBe(400)
    expect((await site.ask(`${v2}/pages/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect(page(await site.ask(`${v2}/pages/${id}`)).status).toBe('trashed')
    expect(site.control.page(child)).toMatchObject({ parentId: parent, version: 1 })
    expect((await site.ask(`${v2}/pages/${id}?purge=true`, { method: 'DELETE' })).status).toBe(204)
    expect((await site.ask(`${v2}/pages/${id}`)).status).toBe(404)
  })

  it('gives a page back when it is written to again', async () => {
    site.control.trashPage(id)
    await put(version + 1)
    expect(site.control.page(id)).toMatchObject({ status: 'current', version: version + 1 })
  })
})

it('moves, labels and restrictions leave version and date alone', async () => {
  const { nodes } = site.control.truth()
  const before = nodes.find((node) => node.id === id)
  const target = nodes.find((node) => node.kind === 'folder' && node.space === before?.space)
  expect((await site.ask(`${v1}/content/${id}/move/append/${target?.id}`, { method: 'PUT' })).status).toBe(200)
  await site.ask(`${v1}/content/${id}/label`, { method: 'POST', body: [{ prefix: 'global', name: 'fresh' }] })
  site.control.setRestriction(id, { read: { users: [], groups: ['confluence-users'] } })
  const after = site.control.truth().nodes.find((node) => node.id === id)
  expect(after).toMatchObject({ parentId: target?.id, version: before?.version, modifiedAt: before?.modifiedAt })
  expect(page(await site.ask(`${v2}/pages/${id}`))).toMatchObject({ parentType: 'folder', parentId: target?.id })
  expect(list(await site.ask(`${v2}/pages/${id}/labels`)).results.map((label) => label['name'])).toContain('fresh')
})

it('a file of a known name is refused by POST and becomes a version by PUT', async () => {
  const upload = async (method: string, text: string) => {
    const form = new FormData()
    form.append('file', new Blob([text], { type: 'text/plain' }), 'räksmörgås.txt')
    return site.ask(`${v1}/content/${id}/child/attachment`, {
      method,
      body: form,
      headers: { 'x-atlassian-token': 'nocheck' },
    })
  }
  expect([
    (await upload('POST', 'one')).status,
    (await upload('POST', 'two')).status,
    (await upload('PUT', 'three')).status,
  ]).toEqual([200, 400, 200])
  expect(list(await site.ask(`${v2}/pages/${id}/attachments`)).results).toMatchObject([
    { title: 'räksmörgås.txt', fileSize: 5, version: { number: 2 } },
  ])
})
