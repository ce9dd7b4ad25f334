import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { ensureSyncedSpace, type SyncedSpace } from '#server/access/synced-space.ts'
import { transact } from '#server/db/transact.ts'
import { newId } from '#server/platform/ids.ts'
import { startTestApp, type TestApp } from './app.ts'
import { asAdmin, idOf, newPerson, type Signed } from './people.ts'

let server: TestApp
let admin: Signed
let reader: Signed
let editor: Signed
let owner: Signed
let stranger: Signed
beforeAll(async () => {
  server = await startTestApp()
  admin = await asAdmin(server)
  reader = await newPerson(server, admin.client, 'rita')
  editor = await newPerson(server, admin.client, 'edgar')
  owner = await newPerson(server, admin.client, 'olga')
  stranger = await newPerson(server, admin.client, 'sam')
  await admin.client.post('/spaces', { key: 'DOCS', name: 'Documents' })
  const group = await admin.client.post('/groups', { name: 'Editors', members: [editor.id] })
  const members = [
    { principal: `user:${reader.id}`, role: 'reader' },
    { principal: `group:${idOf(group.body)}`, role: 'editor' },
    { principal: `user:${owner.id}`, role: 'admin' },
  ]
  expect((await admin.client.put('/spaces/DOCS/members', { members })).status).toBe(200)
})
afterAll(() => server[Symbol.asyncDispose]())

test('for somebody without a role the space does not exist', async () => {
  const nowhere = await stranger.client.get('/spaces/NOWHERE')
  for (const answer of [
    await stranger.client.get('/spaces/DOCS'),
    await stranger.client.patch('/spaces/DOCS', { name: 'Mine' }),
    await stranger.client.delete('/spaces/DOCS'),
    await stranger.client.get('/spaces/DOCS/members'),
    await stranger.client.put('/spaces/DOCS/members', { members: [] }),
  ])
    expect(answer).toMatchObject({ status: 404, body: { code: 'not-found' } })
  expect(nowhere.status).toBe(404)
  expect((await stranger.client.get('/spaces')).body).toEqual({ items: [], nextCursor: null })
})

test('a role comes from oneself, from a group or from everyone, and the highest counts', async () => {
  expect((await reader.client.get('/spaces/docs')).body).toMatchObject({ key: 'DOCS', role: 'reader', documents: 0 })
  expect((await editor.client.get('/me')).body).toMatchObject({ spaces: [{ key: 'DOCS', role: 'editor' }] })
  expect((await admin.client.get('/spaces/DOCS')).body).toMatchObject({ role: 'admin' })
  const before = (await owner.client.get('/spaces/DOCS/members')).body
  const { members } = z
    .object({ members: z.array(z.object({ principal: z.string(), role: z.string() })) })
    .parse(before)
  await owner.client.put('/spaces/DOCS/members', { members: [...members, { principal: 'everyone', role: 'reader' }] })
  expect((await stranger.client.get('/spaces/DOCS')).body).toMatchObject({ role: 'reader' })
  expect((await editor.client.get('/spaces/DOCS')).body).toMatchObject({ role: 'editor' })
  await owner.client.put('/spaces/DOCS/members', { members })
  expect((await stranger.client.get('/spaces/DOCS')).status).toBe(404)
})

test('below a space admin nobody renames it or sees and sets its members', async () => {
  for (const { client } of [reader, editor]) {
    expect((await client.patch('/spaces/DOCS', { name: 'Mine' })).status).toBe(403)
    expect((await client.get('/spaces/DOCS/members')).status).toBe(403)
    expect((await client.put('/spaces/DOCS/members', { members: [] })).status).toBe(403)
  }
  expect((await owner.client.patch('/spaces/DOCS', { name: 'Handbook' })).body).toMatchObject({ name: 'Handbook' })
  expect((await owner.client.delete('/spaces/DOCS')).status).toBe(403)
})

test('members that do not exist or are named twice are told by their place, and change nothing', async () => {
  const twice = { principal: `user:${reader.id}`, role: 'reader' }
  const nobody = { principal: `user:${newId()}`, role: 'admin' }
  const answer = await owner.client.put('/spaces/DOCS/members', { members: [twice, nobody, twice] })
  expect(answer).toMatchObject({
    status: 400,
    body: { code: 'bad-principal', errors: [{ path: 'members.1.principal' }, { path: 'members.2.principal' }] },
  })
  const wrong = await owner.client.put('/spaces/DOCS/members', { members: [{ principal: 'all', role: 'king' }] })
  expect(wrong).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'members.0.principal' }, { path: 'members.0.role' }] },
  })
  expect((await owner.client.get('/spaces/DOCS/members')).body).toMatchObject({
    members: [{ role: 'admin', name: 'olga' }, { name: 'Editors' }, { name: 'rita' }],
  })
})

test('a deleted group or person is no member any more', async () => {
  const person = await newPerson(server, admin.client, 'leaver')
  const group = idOf((await admin.client.post('/groups', { name: 'Leavers', members: [person.id] })).body)
  await admin.client.post('/spaces', { key: 'LEFT', name: 'Left' })
  const members = [
    { principal: `user:${person.id}`, role: 'editor' },
    { principal: `group:${group}`, role: 'reader' },
  ]
  await admin.client.put('/spaces/LEFT/members', { members })
  await admin.client.delete(`/users/${person.id}`)
  await admin.client.delete(`/groups/${group}`)
  expect((await admin.client.get('/spaces/LEFT/members')).body).toEqual({ members: [] })
})

test('a key is one space’s, in any letter-case', async () => {
  const again = await admin.client.post('/spaces', { key: 'docs', name: 'Other' })
  expect(again).toMatchObject({ status: 409, body: { code: 'key-taken' } })
  const slash = await admin.client.post('/spaces', { key: 'a/b', name: 'Other' })
  expect(slash).toMatchObject({ status: 400, body: { errors: [{ path: 'key' }] } })
})

test('synced spaces keep their key, share no key and are made once when two make them at one moment', async () => {
  const integrationId = await insertIntegration()
  const space = (externalId: string, key: string, name = key): SyncedSpace => ({
    integrationId,
    externalId,
    key,
    name,
    kind: 'global',
    archived: false,
    homepageExternalId: null,
  })
  const ensure = (wanted: SyncedSpace) => transact(server.app.db, (tx) => ensureSyncedSpace(tx, wanted))
  const [first, same] = await Promise.all([ensure(space('1', 'ENG')), ensure(space('1', 'ENG'))])
  expect(same).toEqual(first)
  expect(first.key).toBe('ENG')
  expect((await ensure(space('2', 'eng'))).key).toBe('eng~2')
  expect((await ensure(space('3', 'Docs'))).key).toBe('Docs~2')
  expect((await ensure(space('4', 'ENG'))).key).toBe('ENG~3')
  expect(await ensure(space('1', 'ENG', 'Engineering'))).toEqual(first)
  expect((await admin.client.get('/spaces/ENG')).body).toMatchObject({ name: 'Engineering', integrationId })
  expect((await reader.client.get('/spaces/ENG')).status).toBe(404)
  const kept = await admin.client.delete('/spaces/ENG')
  expect(kept).toMatchObject({ status: 409, body: { code: 'synced-space' } })
  expect((await admin.client.delete('/spaces/LEFT')).status).toBe(204)
})

/** As little of an integration as a space can belong to. */
async function insertIntegration(): Promise<string> {
  const names = { name: 'wiki', name_key: 'wiki' }
  const credential = { id: newId(), scope: 'integrations', ...names, kind: 'basic', domains: ['wiki.example'] }
  await server.app.db.insertInto('credentials').values(credential).execute()
  const id = newId()
  const integration = { id, connector: 'confluence', name: 'Wiki', settings: '{}', credential_id: credential.id }
  await server.app.db.insertInto('integrations').values(integration).execute()
  return id
}
