import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { transact } from '#server/db/transact.ts'
import { namePeople } from '#server/content/people.ts'
import { putDocuments } from '#server/content/put.ts'
import { incoming } from '#server/content/test/library.ts'
import { newId } from '#server/platform/ids.ts'
import { startTestApp, type TestApp } from '#server/test/app.ts'
import { asAdmin, newPerson, type Signed } from '#server/test/people.ts'

let server: TestApp
let admin: Signed
let reader: Signed
let stranger: Signed
let id: string
beforeAll(async () => {
  server = await startTestApp()
  admin = await asAdmin(server)
  reader = await newPerson(server, admin.client, 'rita')
  stranger = await newPerson(server, admin.client, 'sam')
  const { db } = server.app
  const [credential, integration, space] = [newId(), newId(), newId()]
  await sql`insert into credentials (id, scope, name, name_key, kind, domains)
    values (${credential}, 'integrations', 'wiki', 'wiki', 'basic', '{wiki.example.com}')`.execute(db)
  await sql`insert into integrations (id, connector, name, settings, credential_id)
    values (${integration}, 'confluence', 'Wiki', '{}', ${credential})`.execute(db)
  await sql`insert into spaces (id, key, name, integration_id, external_id)
    values (${space}, 'DOCS', 'Documents', ${integration}, '1')`.execute(db)
  await sql`insert into space_members (space_id, principal, role)
    values (${space}, ${`user:${reader.id}`}, 'reader')`.execute(db)
  const page = incoming({
    title: 'Lock gates',
    text: 'Open the gates & wait.',
    storage:
      '<p>Open the <strong>gates</strong> &amp; wait.</p><p><ac:link><ri:user ri:account-id="Ann" /></ac:link></p>',
    markdown: 'Open the **gates** & wait.',
    url: 'https://wiki.example.com/wiki/spaces/DOCS/pages/1/Lock+gates',
  })
  const [put] = await transact(db, (tx) => putDocuments(tx, { id: space }, integration, [page]))
  id = put?.id ?? ''
  await namePeople(db, integration, new Map([['Ann', 'Ann of the lock']]))
})
afterAll(() => server[Symbol.asyncDispose]())

test('signed out, nothing is told', async () => {
  for (const path of ['/documents', `/documents/${id}`, `/documents/${id}/versions`, '/search?q=gates'])
    expect(await server.client.get(path)).toMatchObject({ status: 401, body: { code: 'signed-out' } })
})

test('without a role in the space the document does not exist', async () => {
  for (const path of [`/documents/${id}`, `/documents/${id}/versions`])
    expect(await stranger.client.get(path)).toMatchObject({ status: 404, body: { code: 'not-found' } })
  expect((await stranger.client.get('/documents')).body).toEqual({ items: [], nextCursor: null })
  expect((await stranger.client.get('/search?q=gates')).body).toMatchObject({ items: [], total: 0 })
})

test('a reader lists, reads in three forms, sees versions and finds', async () => {
  const { client } = reader
  expect((await client.get('/documents?space=docs')).body).toMatchObject({ items: [{ id, title: 'Lock gates' }] })
  expect((await client.get(`/documents/${id}`)).body).toMatchObject({
    format: 'markdown',
    author: 'Ann of the lock',
    body: 'Open the **gates** & wait.',
  })
  expect((await client.get(`/documents/${id}?as=storage`)).body).toMatchObject({
    body: expect.stringContaining('<p>Open the <strong>gates</strong> &amp; wait.</p>'),
  })
  expect((await client.get(`/documents/${id}?as=html`)).body).toMatchObject({
    body: expect.stringMatching(/<strong>gates<\/strong> &amp; wait\..*@Ann of the lock/s),
  })
  expect((await client.get(`/documents/${id}/versions`)).body).toMatchObject({
    items: [{ number: 1, author: 'Ann of the lock', minorEdit: false }],
  })
  expect((await client.get('/search?q=gate&limit=5')).body).toMatchObject({
    items: [{ document: { id }, excerpt: 'Open the <mark>gates</mark> &amp; wait.' }],
    total: 1,
    totalIsCapped: false,
    nextCursor: null,
  })
})

test('a malformed request is told what is wrong', async () => {
  const { client } = reader
  for (const path of [
    '/search',
    '/search?q=',
    `/search?q=${'x'.repeat(501)}`,
    '/search?q=a&fuzzy=1',
    '/search?q=a&updatedAfter=yesterday',
    '/search?q=a&cursor=nonsense',
    '/documents?parent=nobody',
    '/documents?limit=1000',
    '/documents?cursor=%00',
    `/documents/${id}?as=pdf`,
    '/documents/not-an-id',
    '/documents?label=%00',
    '/search?q=gates&space=%00',
  ])
    expect([path, (await client.get(path)).status]).toEqual([path, 400])
  expect((await client.get(`/documents/${newId()}`)).status).toBe(404)
})

test('odd characters in filters find nothing and break nothing', async () => {
  const { client } = reader
  for (const odd of ["'", '%5C', '%ED%A0%80', 'ﬁ'])
    for (const path of [
      `/search?q=gates&label=${odd}`,
      `/search?q=gates&space=${odd}`,
      `/documents?label=${odd}`,
      `/documents?space=${odd}`,
    ])
      expect([path, (await client.get(path)).body]).toMatchObject([path, { items: [] }])
})
