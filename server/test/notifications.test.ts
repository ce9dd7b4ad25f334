import { afterAll, beforeAll, expect, test } from 'vitest'
import { asAdmin, newPerson, withNewKey, type Signed } from './people.ts'
import { addCredential, startReminding, toldTo, type Reminding } from './reminding.ts'

let server: Reminding
let admin: Signed
let mo: Signed
let nia: Signed

beforeAll(async () => {
  server = await startReminding()
  admin = await asAdmin(server)
  mo = await newPerson(server, admin.client, 'mo')
  nia = await newPerson(server, admin.client, 'nia')
  for (let n = 0; n < 5; n += 1) {
    await addCredential(server, { name: `c${n}`, days: 5, remind: [mo.id, nia.id] })
    await server.look()
    if (n !== 2) server.now.value = new Date(server.now.value.getTime() + 1000) // two of them at the same moment
  }
})
afterAll(() => server[Symbol.asyncDispose]())

test('the signed out hear nothing and change nothing', async () => {
  expect((await server.client.get('/notifications')).status).toBe(401)
  expect((await server.client.post('/notifications/read', { all: true })).status).toBe(401)
})

test('everybody sees his own alone, newest first, page by page', async () => {
  const whole = await toldTo(mo.client)
  expect(whole.unread).toBe(5)
  expect(whole.items.map(({ title }) => title)).toEqual(
    ['c4', 'c3', 'c2', 'c1', 'c0'].map((name) => expect.stringContaining(`"${name}"`)),
  )
  const { body: first } = await mo.client.get('/notifications?limit=2')
  const { body: second } = await mo.client.get(`/notifications?limit=2&cursor=${cursorOf(first)}`)
  const { body: third } = await mo.client.get(`/notifications?limit=2&cursor=${cursorOf(second)}`)
  expect([first, second, third].flatMap(itemsOf)).toEqual(whole.items)
  expect(third).toMatchObject({ nextCursor: null, unread: 5 })
  expect(await toldTo(admin.client)).toMatchObject({ items: [], unread: 0 })
})

test('reading marks what is named, of one’s own alone; all marks the rest', async () => {
  const [first] = (await toldTo(mo.client)).items
  const others = (await toldTo(nia.client)).items.map(({ id }) => id)
  expect((await mo.client.post('/notifications/read', { ids: [first?.id, ...others] })).status).toBe(204)
  expect(await toldTo(mo.client)).toMatchObject({ unread: 4 })
  expect(await toldTo(nia.client)).toMatchObject({ unread: 5 })
  expect((await toldTo(mo.client, '&unread=true')).items).toHaveLength(4)
  expect((await toldTo(mo.client)).items[0]?.readAt).not.toBeNull()
  expect((await mo.client.post('/notifications/read', { all: true })).status).toBe(204)
  expect(await toldTo(mo.client, '&unread=true')).toMatchObject({ items: [], unread: 0 })
})

test('a key that may only read lists them, but marks none', async () => {
  const key = await withNewKey(server, nia.client, { name: 'reader', scopes: ['read'] })
  expect((await toldTo(key)).unread).toBe(5)
  expect((await key.post('/notifications/read', { all: true })).body).toMatchObject({ code: 'read-only-key' })
  expect((await toldTo(nia.client)).unread).toBe(5)
})

test.each([{}, { ids: ['nothing'] }, { all: false }, { all: true, ids: [] }, { ids: [], more: 1 }])(
  'marking %j is malformed',
  async (body) => {
    expect((await mo.client.post('/notifications/read', body)).status).toBe(400)
  },
)

test.each(['limit=0', 'unread=perhaps', 'cursor=made-up', `cursor=${Buffer.from('["a","b"]').toString('base64url')}`])(
  'the list refuses %s',
  async (query) => {
    expect((await mo.client.get(`/notifications?${query}`)).status).toBe(400)
  },
)

function itemsOf(body: unknown): unknown[] {
  return body !== null && typeof body === 'object' && 'items' in body && Array.isArray(body.items) ? body.items : []
}

function cursorOf(body: unknown): string {
  return body !== null && typeof body === 'object' && 'nextCursor' in body ? String(body.nextCursor) : ''
}
