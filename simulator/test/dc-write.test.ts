import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { openJudged } from './dc-site.ts'
import type { Ask, Reply, Site } from './site.ts'

const content = '/rest/api/content'
let site: Site

beforeEach(async () => {
  site = await openJudged()
})
afterEach(async () => site[Symbol.asyncDispose]())

const storage = (value: string) => ({ storage: { value, representation: 'storage' } })
const send = (method: string, body: unknown): Ask => ({ method, body })
const idOf = ({ json }: Reply) => z.looseObject({ id: z.string() }).parse(json).id

function spaceKey(): string {
  return site.control.truth().spaces[0]?.key ?? ''
}

async function create(title: string, more: Record<string, unknown> = {}): Promise<Reply> {
  const body = storage('<p>first</p>')
  return site.ask(content, send('POST', { type: 'page', title, space: { key: spaceKey() }, body, ...more }))
}

it('creates a page below another one, and refuses a title that is taken', async () => {
  const parent = idOf(await create('Above'))
  const made = await create('Below', { ancestors: [{ id: parent }] })
  expect(made.json).toMatchObject({ title: 'Below', version: { number: 1 }, ancestors: [{ id: parent }] })
  const again = await create('below')
  expect([again.status, again.text]).toEqual([400, expect.stringContaining('A page already exists with the title')])
  expect((await create('Broken', { body: storage('<p><b></p>') })).status).toBe(400)
  const post = await create('A post', { type: 'blogpost' })
  expect(post.json).toMatchObject({ type: 'blogpost' })
})

it('changes text and title by the next version number alone', async () => {
  const id = idOf(await create('To change'))
  const version = { number: 2, message: 'why', minorEdit: true }
  const change = { type: 'page', title: 'Changed', version, body: storage('<p>second</p>') }
  expect((await site.ask(`${content}/${id}`, send('PUT', change))).json).toMatchObject({
    title: 'Changed',
    version,
    body: storage('<p>second</p>'),
  })
  const stale = await site.ask(`${content}/${id}`, send('PUT', change))
  expect([stale.status, stale.json]).toEqual([409, expect.objectContaining({ statusCode: 409, reason: 'Conflict' })])
  expect(site.control.page(id)).toMatchObject({ title: 'Changed', storage: '<p>second</p>', version: 2 })
})

it('moves a page by its ancestors, and never below itself', async () => {
  const above = idOf(await create('New parent'))
  const id = idOf(await create('Wanderer'))
  const move = (parent: string, number: number) =>
    site.ask(`${content}/${id}`, send('PUT', { type: 'page', ancestors: [{ id: parent }], version: { number } }))
  expect((await move(above, 2)).json).toMatchObject({ ancestors: [{ id: above }], version: { number: 2 } })
  expect((await move(id, 3)).status).toBe(400)
  expect(site.control.page(id).parentId).toBe(above)
  const other = site.control.truth().spaces[1]?.key ?? ''
  const taken = idOf(await create('wanderer', { space: { key: other } }))
  expect((await move(taken, 3)).status).toBe(400)
  site.control.editPage(taken, { title: 'Settled' })
  expect((await move(taken, 3)).json).toMatchObject({ space: { key: other }, ancestors: [{ id: taken }] })
})

it('trashes, restores with a further version, and purges', async () => {
  const id = idOf(await create('Short-lived'))
  expect((await site.ask(`${content}/${id}`, { method: 'DELETE' })).status).toBe(204)
  expect((await site.ask(`${content}/${id}`)).status).toBe(404)
  expect((await site.ask(`${content}/${id}`, { method: 'DELETE' })).status).toBe(404)
  const back = { id, status: 'current', version: { number: 2 } }
  expect((await site.ask(`${content}/${id}?status=trashed`, send('PUT', back))).json).toMatchObject({
    status: 'current',
    title: 'Short-lived',
    version: { number: 2 },
  })
  await site.ask(`${content}/${id}`, { method: 'DELETE' })
  expect((await site.ask(`${content}/${id}?status=trashed`, { method: 'DELETE' })).status).toBe(204)
  expect((await site.ask(`${content}/${id}?status=any`)).status).toBe(404)
})

it('adds and removes labels', async () => {
  const id = idOf(await create('Labelled'))
  const labels = `${content}/${id}/label`
  expect(
    (await site.ask(labels, send('POST', [{ prefix: 'global', name: 'one' }, { name: 'two' }]))).json,
  ).toMatchObject({
    results: [{ name: 'one' }, { name: 'two' }],
  })
  expect((await site.ask(labels, send('POST', { name: 'two words' }))).status).toBe(400)
  expect((await site.ask(`${labels}/one`, { method: 'DELETE' })).status).toBe(204)
  expect((await site.ask(`${labels}?name=two`, { method: 'DELETE' })).status).toBe(204)
  expect((await site.ask(`${labels}/two`, { method: 'DELETE' })).status).toBe(404)
})

it('restricts by user name, user key and group, and leaves what is not named', async () => {
  const id = idOf(await create('Restricted'))
  const path = `${content}/${id}/restriction`
  const { accountId } = site.control.addUser({ email: 'ann@lockkeeper.example', key: 'ann' })
  const read = { operation: 'read', restrictions: { user: [{ username: 'demo' }, { userKey: accountId }], group: [] } }
  expect((await site.ask(path, send('PUT', [read]))).status).toBe(200)
  const update = { operation: 'update', restrictions: { group: [{ name: 'confluence-users' }] } }
  expect((await site.ask(path, send('PUT', [update]))).status).toBe(200)
  expect((await site.ask(`${path}/byOperation`)).json).toMatchObject({
    read: { restrictions: { user: { results: [{ username: 'demo' }, { userKey: accountId }] }, group: { size: 0 } } },
    update: { restrictions: { user: { size: 0 }, group: { results: [{ name: 'confluence-users' }] } } },
  })
  site.control.addUser({ email: 'bob@lockkeeper.example', key: 'bob' })
  expect((await site.ask(`${content}/${id}`, { auth: 'Bearer bob' })).status).toBe(404)
  const others = [{ operation: 'read', restrictions: { user: [{ username: 'bob' }] } }]
  expect((await site.ask(path, send('PUT', others))).status).toBe(400)
  const nobody = [{ operation: 'read', restrictions: { user: [{ username: 'nobody' }] } }]
  expect((await site.ask(path, send('PUT', nobody))).status).toBe(400)
})

it('keeps files: new ones, further versions, changed facts, and none after their removal', async () => {
  const page = idOf(await create('With files'))
  const files = `${content}/${page}/child/attachment`
  const headers = { 'x-atlassian-token': 'nocheck' }
  const form = (text: string) => {
    const data = new FormData()
    data.append('file', new Blob([text], { type: 'text/plain' }), 'notes.txt')
    data.append('comment', 'by a test')
    return data
  }
  expect((await site.ask(files, { method: 'POST', body: form('one') })).status).toBe(403)
  expect((await site.ask(files, { method: 'POST', body: form('one'), headers })).status).toBe(200)
  expect((await site.ask(files, { method: 'POST', body: form('one'), headers })).status).toBe(400)
  const listed = z
    .looseObject({
      results: z.array(z.looseObject({ id: z.string(), _links: z.looseObject({ download: z.string() }) })),
    })
    .parse((await site.ask(`${files}?filename=notes.txt`)).json)
  const id = listed.results[0]?.id ?? ''
  const second = await site.ask(`${files}/${id}/data`, { method: 'POST', body: form('two'), headers })
  expect(second.json).toMatchObject({ id, version: { number: 2 } })
  expect((await site.ask(`/download/attachments/${page}/notes.txt?version=2`)).text).toBe('two')
  const change = { version: { number: 2 }, title: 'other.txt' }
  expect((await site.ask(`${files}/${id}`, send('PUT', change))).json).toMatchObject({ title: 'other.txt' })
  expect((await site.ask(`${files}/${id}`, { method: 'DELETE' })).status).toBe(204)
  expect((await site.ask(`/download/attachments/${page}/other.txt`)).status).toBe(404)
})

it('takes comments, replies and their changes', async () => {
  const container = { id: idOf(await create('Discussed')), type: 'page' }
  const comment = (value: string, more: Record<string, unknown> = {}) =>
    site.ask(content, send('POST', { type: 'comment', container, body: storage(value), ...more }))
  const id = idOf(await comment('<p>first</p>'))
  const reply = await comment('<p>answer</p>', { ancestors: [{ id }] })
  expect(reply.json).toMatchObject({ type: 'comment', ancestors: [{ id }] })
  const change = { type: 'comment', version: { number: 2 }, body: storage('<p>changed</p>') }
  expect((await site.ask(`${content}/${id}`, send('PUT', change))).json).toMatchObject({ version: { number: 2 } })
  expect((await site.ask(`${content}/${id}`, { method: 'DELETE' })).status).toBe(204)
  expect((await site.ask(`${content}/${id}`)).status).toBe(404)
})

it('lets nobody write where a restriction shuts them out', async () => {
  const id = idOf(await create('Guarded'))
  site.control.setRestriction(id, { update: { users: [], groups: ['editors'] } })
  expect((await site.ask(`${content}/${id}`, { method: 'DELETE' })).status).toBe(403)
  const change = { type: 'page', title: 'x', version: { number: 2 } }
  expect((await site.ask(`${content}/${id}`, send('PUT', change))).status).toBe(403)
})
