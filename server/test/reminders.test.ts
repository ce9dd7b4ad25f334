import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { remindOfExpiry } from '#server/credentials/remind.ts'
import { startTestApp } from './app.ts'
import { asAdmin, idOf, newPerson, type Signed } from './people.ts'
import { addCredential, DAY_MS, startReminding, titlesTo, toldTo, until, type Reminding } from './reminding.ts'

let server: Reminding
let admin: Signed
let mo: Signed
let nia: Signed
let spaceId: string

beforeAll(async () => {
  server = await startReminding()
  admin = await asAdmin(server)
  mo = await newPerson(server, admin.client, 'mo')
  nia = await newPerson(server, admin.client, 'nia')
  spaceId = idOf((await admin.client.post('/spaces', { key: 'SUP', name: 'Support' })).body)
})
afterAll(() => server[Symbol.asyncDispose]())

beforeEach(async () => {
  await server.app.db.deleteFrom('credentials').execute()
  await server.app.db.deleteFrom('notifications').execute()
})

test('people hear 30, 14, 7 and 1 days before and when it has expired, each once however often is looked', async () => {
  await addCredential(server, { name: 'jira', days: 40, remind: [mo.id] })
  const heard: Record<number, string[]> = {}
  for (let day = 40; day >= -3; day -= 0.5) {
    const before = (await toldTo(mo.client)).items.length
    await server.look()
    await server.look()
    const { items } = await toldTo(mo.client)
    if (items.length > before) heard[day] = items.slice(0, items.length - before).map(({ title }) => title)
    server.now.value = new Date(server.now.value.getTime() + DAY_MS / 2)
  }
  expect(heard).toEqual({
    30: ['Credential "jira" expires in 30 days'],
    14: ['Credential "jira" expires in 14 days'],
    7: ['Credential "jira" expires in 7 days'],
    1: ['Credential "jira" expires within a day'],
    0: ['Credential "jira" has expired'],
  })
  expect(await titlesTo(nia.client)).toEqual([])
  expect(await titlesTo(admin.client)).toEqual([])
})

test('of several steps that are due at once only the nearest is told; what is most urgent stands first', async () => {
  await addCredential(server, { name: 'late', days: 5, remind: [mo.id] })
  await addCredential(server, { name: 'gone', days: -400, remind: [mo.id] })
  await addCredential(server, { name: 'far', days: 30.001, remind: [mo.id] })
  await addCredential(server, { name: 'never', days: null, remind: [mo.id] })
  await server.look()
  const titles = (await toldTo(mo.client)).items.map(({ title }) => title)
  expect(titles).toEqual(['Credential "gone" has expired', 'Credential "late" expires in 5 days'])
})

test('another expiry date starts anew, the former one again does not', async () => {
  const id = await addCredential(server, { name: 'moved', days: 6, remind: [mo.id] })
  const former = new Date(server.now.value.getTime() + 6 * DAY_MS)
  await server.look()
  const move = (expires_at: Date) =>
    server.app.db.updateTable('credentials').set({ expires_at }).where('id', '=', id).execute()
  await move(new Date(former.getTime() + DAY_MS / 2))
  await server.look()
  await move(former)
  await server.look()
  expect(await titlesTo(mo.client)).toEqual([
    'Credential "moved" expires in 6 days',
    'Credential "moved" expires in 7 days',
  ])
})

test('a date finer than a millisecond is reminded of once too', async () => {
  const id = await addCredential(server, { name: 'fine', days: 5, remind: [mo.id] })
  await sql`update credentials set expires_at = expires_at + interval '7 microseconds' where id = ${id}`.execute(
    server.app.db,
  )
  await server.look()
  await server.look()
  expect(await titlesTo(mo.client)).toEqual(['Credential "fine" expires in 5 days'])
})

test('without named people the admins of the scope hear: of global platform admins, of a space its own too', async () => {
  await admin.client.put('/spaces/SUP/members', {
    members: [
      { principal: `user:${mo.id}`, role: 'admin' },
      { principal: `user:${nia.id}`, role: 'editor' },
    ],
  })
  await addCredential(server, { name: 'global one', days: 3 })
  await addCredential(server, { name: 'one of support', days: 3, spaceId, policy: 'block' })
  await server.look()
  expect(await titlesTo(admin.client)).toHaveLength(2)
  expect(await titlesTo(nia.client)).toEqual([])
  const { items } = await toldTo(mo.client)
  expect(items).toMatchObject([
    {
      kind: 'credential-expires',
      title: 'Credential "one of support" expires in 3 days',
      link: '/spaces/SUP/settings/credentials',
      readAt: null,
    },
  ])
  expect(items[0]?.text).toMatch(/^It expires on .* UTC\. From then on it is not sent any more\. .*"Support"/)
})

test('admins of a space by a group or by everyone are admins too', async () => {
  const groupId = idOf((await admin.client.post('/groups', { name: 'Keepers', members: [nia.id] })).body)
  await admin.client.put('/spaces/SUP/members', {
    members: [
      { principal: `group:${groupId}`, role: 'admin' },
      { principal: 'everyone', role: 'reader' },
    ],
  })
  await addCredential(server, { name: 'by group', days: 3, spaceId })
  await server.look()
  expect(await titlesTo(nia.client)).toHaveLength(1)
  expect(await titlesTo(mo.client)).toEqual([])
  await admin.client.put('/spaces/SUP/members', { members: [{ principal: 'everyone', role: 'admin' }] })
  await addCredential(server, { name: 'by all', days: 3, spaceId })
  await server.look()
  expect(await titlesTo(mo.client)).toHaveLength(1)
})

test('named people who left the space hear nothing of it; when nobody named is left, the admins do', async () => {
  await admin.client.put('/spaces/SUP/members', { members: [{ principal: `user:${mo.id}`, role: 'reader' }] })
  await addCredential(server, { name: 'both', days: 3, spaceId, remind: [mo.id, nia.id] })
  await addCredential(server, { name: 'nobody', days: 3, spaceId, remind: [nia.id] })
  await server.look()
  expect(await titlesTo(nia.client)).toEqual([])
  expect(await titlesTo(mo.client)).toEqual(['Credential "both" expires in 3 days'])
  expect(await titlesTo(admin.client)).toEqual(['Credential "nobody" expires in 3 days'])
})

test('the disabled hear nothing', async () => {
  const ola = await newPerson(server, admin.client, 'ola', 'admin')
  await admin.client.patch(`/users/${ola.id}`, { disabled: true })
  await addCredential(server, { name: 'for ola', days: 3, remind: [ola.id] })
  await addCredential(server, { name: 'for admins', days: 3 })
  await server.look()
  const rows = await server.app.db.selectFrom('notifications').select('user_id').execute()
  expect(rows.map((row) => row.user_id)).toEqual([admin.id, admin.id])
})

test('of the API key of an integration platform admins hear, with the way to the integration', async () => {
  const id = await addCredential(server, { name: 'Wiki', days: 7, scope: 'integrations' })
  await server.app.db
    .insertInto('credential_references')
    .values({ credential_id: id, kind: 'integration', ref_id: '0199-the-id', name: 'Wiki of the team' })
    .execute()
  await server.look()
  expect((await toldTo(admin.client)).items).toMatchObject([
    {
      title: 'The API key of the integration "Wiki of the team" expires in 7 days',
      link: '/settings/integrations/0199-the-id',
    },
  ])
  expect(await titlesTo(mo.client)).toEqual([])
})

test('many looks at once, of two servers on one database, tell everybody once', async () => {
  const { databaseUrl, rootKey } = server.app.config
  for (let n = 0; n < 40; n += 1) await addCredential(server, { name: `n${n}`, days: n % 20, remind: [mo.id, nia.id] })
  // The second server's own schedule looks at its start, while those below run.
  const lent = { clock: server.app.clock }
  const starting = startTestApp({ config: { databaseUrl, rootKey }, lent })
  const { signal } = new AbortController()
  await Promise.all([1, 2, 3].map(() => remindOfExpiry(server.app, signal)))
  await using second = await starting
  await Promise.all([second.app, server.app, second.app].map((app) => remindOfExpiry(app, signal)))
  const rows = await server.app.db.selectFrom('credential_reminders').select('credential_id').execute()
  expect(rows).toHaveLength(40)
  for (const person of [mo, nia]) {
    const titles = await titlesTo(person.client)
    expect(titles).toHaveLength(40)
    expect(new Set(titles).size).toBe(40)
  }
})

test('a worker looks by itself when it starts', async () => {
  await addCredential(server, { name: 'started', days: 2, remind: [mo.id] })
  const { databaseUrl, rootKey } = server.app.config
  await using other = await startTestApp({ config: { databaseUrl, rootKey }, lent: { clock: server.app.clock } })
  await until(async () => (await titlesTo(mo.client)).length > 0)
  await remindOfExpiry(other.app, new AbortController().signal)
  expect(await titlesTo(mo.client)).toEqual(['Credential "started" expires in 2 days'])
})

test('a credential that is being changed is left for the next look', async () => {
  const id = await addCredential(server, { name: 'held', days: 3, remind: [mo.id] })
  await server.app.db.transaction().execute(async (tx) => {
    await tx.selectFrom('credentials').select('id').where('id', '=', id).forUpdate().execute()
    await server.look()
    expect(await titlesTo(mo.client)).toEqual([])
  })
  await server.look()
  expect(await titlesTo(mo.client)).toHaveLength(1)
})

test('workflows hear of each step in the transaction of its reminder, and nothing of it twice', async () => {
  const id = await addCredential(server, { name: 'crm', days: 14, spaceId, remind: [mo.id] })
  const other = await addCredential(server, { name: 'far', days: 31 })
  const events = () =>
    server.app.db
      .selectFrom('events')
      .select(['type', 'space_id', 'subject_id', 'actor_id', 'payload'])
      .where('subject_id', 'in', [id, other])
      .orderBy('id')
      .execute()
  await server.look()
  await server.look()
  const expiresAt = new Date(server.now.value.getTime() + 14 * DAY_MS).toISOString()
  const told = {
    type: 'credential.expiring',
    space_id: spaceId,
    subject_id: id,
    actor_id: null,
    payload: { credentialId: id, name: 'crm', expiresAt, daysLeft: 14 },
  }
  expect(await events()).toEqual([told])
  server.now.value = new Date(server.now.value.getTime() + 7.5 * DAY_MS)
  await server.look()
  expect((await events()).map(({ payload, space_id }) => ({ payload, space_id }))).toEqual([
    { payload: told.payload, space_id: spaceId },
    { payload: expect.objectContaining({ name: 'far', daysLeft: 24 }), space_id: null },
    { payload: { ...told.payload, daysLeft: 7 }, space_id: spaceId },
  ])
})
