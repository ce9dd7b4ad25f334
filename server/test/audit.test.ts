import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { AuditRow } from '#schema/audit.ts'
import { pageOf } from '#schema/common.ts'
import { record } from '#server/audit/record.ts'
import { transact } from '#server/db/transact.ts'
import { system } from '#server/platform/actor.ts'
import { startTestApp, type TestApp } from './app.ts'
import { asAdmin, newPerson, PASSWORD, type Signed } from './people.ts'

let server: TestApp
let admin: Signed
let member: Signed
beforeAll(async () => {
  server = await startTestApp()
  admin = await asAdmin(server)
  member = await newPerson(server, admin.client, 'mo')
})
afterAll(() => server[Symbol.asyncDispose]())

async function listed(query: string): Promise<AuditRow[]> {
  return pageOf(AuditRow).parse((await admin.client.get(`/audit?${query}`)).body).items
}

test('every change in access is recorded with who, what and on which', async () => {
  const made = z.object({ id: z.string() })
  const user = made.parse(
    (await admin.client.post('/users', { name: 'Nia', email: 'nia@lockkeeper.example', password: PASSWORD })).body,
  )
  await admin.client.patch(`/users/${user.id}`, { password: 'another password here', role: 'admin' })
  await admin.client.delete(`/users/${user.id}`)
  const group = made.parse((await admin.client.post('/groups', { name: 'G' })).body)
  await admin.client.patch(`/groups/${group.id}`, { name: 'H' })
  await admin.client.delete(`/groups/${group.id}`)
  const space = made.parse((await admin.client.post('/spaces', { key: 'S', name: 'S' })).body)
  await admin.client.patch('/spaces/S', { name: 'T' })
  await admin.client.put('/spaces/S/members', { members: [{ principal: 'everyone', role: 'reader' }] })
  await admin.client.delete('/spaces/S')
  const key = made.parse((await admin.client.post('/api-keys', { name: 'K' })).body)
  await admin.client.delete(`/api-keys/${key.id}`)
  const rows = await listed(`actor=${admin.id}&limit=12`)
  expect(rows.map(({ action, target }) => `${action} ${target}`)).toEqual([
    `api-key.deleted api-key:${key.id}`,
    `api-key.created api-key:${key.id}`,
    `space.deleted space:${space.id}`,
    `space.members.set space:${space.id}`,
    `space.updated space:${space.id}`,
    `space.created space:${space.id}`,
    `group.deleted group:${group.id}`,
    `group.updated group:${group.id}`,
    `group.created group:${group.id}`,
    `user.deleted user:${user.id}`,
    `user.updated user:${user.id}`,
    `user.created user:${user.id}`,
  ])
  expect(JSON.stringify(rows)).not.toMatch(/another password|a password for/)
})

test('signing in, failing to and signing out are recorded, and can be asked for', async () => {
  await server.client.post('/sessions', { email: member.email, password: 'the wrong password' })
  const again = await newPerson(server, admin.client, 'otto')
  await again.client.delete('/sessions/current')
  expect(await listed(`target=email:${member.email}`)).toMatchObject([
    { action: 'session.refused', actor: 'system', detail: { ip: '127.0.0.1' } },
  ])
  expect(await listed(`actor=${again.id}`)).toMatchObject([{ action: 'session.ended' }, { action: 'session.started' }])
  expect((await listed('action=session.started&limit=1'))[0]).toMatchObject({ actorName: 'otto' })
})

test('rows written at one moment stand in one unbroken chain', async () => {
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      transact(server.app.db, (tx) =>
        record(tx, system, 'test.crowd', `n:${index}`, { index, at: [1.5, null, { b: 1, a: 2 }] }),
      ),
    ),
  )
  const hostile = {
    text: 'a\u0000b\uD800 "\\ \u2028 ü',
    deep: { z: 1, a: [{ d: 1, c: undefined }] },
    big: 1e21,
    small: 1e-7,
  }
  await transact(server.app.db, (tx) =>
    record(tx, { id: 'system', name: 'x\u0000' }, 'test.hostile', 'n:\u0000', hostile),
  )
  const { rows } = z.object({ rows: z.number() }).parse((await admin.client.get('/audit/verify')).body)
  const exported = z
    .string()
    .parse((await admin.client.get('/audit/export')).body)
    .trimEnd()
    .split('\n')
  expect(exported).toHaveLength(rows)
  expect((await admin.client.get('/audit/verify')).body).toEqual({ ok: true, rows })
})

test('a row that cannot be written undoes the deed', async () => {
  const refused = server.app.db.transaction().execute(async (tx) => {
    await tx.insertInto('deployment').values({ name: 'deed', value: 'done' }).execute()
    await sql`alter table audit rename to audit_gone`.execute(tx)
    await record(tx, system, 'test.deed', 'n:1')
  })
  await expect(refused).rejects.toThrow(/audit/)
  expect(await server.app.db.selectFrom('deployment').where('name', '=', 'deed').selectAll().execute()).toEqual([])
})

test('rows can be neither changed nor removed, and who does it by force is found out', async () => {
  const { db } = server.app
  await expect(db.updateTable('audit').set({ actor: 'x' }).where('seq', '=', 3).execute()).rejects.toThrow(
    /never changed/,
  )
  await expect(db.deleteFrom('audit').execute()).rejects.toThrow(/never changed/)
  await expect(sql`truncate audit`.execute(db)).rejects.toThrow(/never changed/)
  await sql`alter table audit disable trigger audit_is_append_only`.execute(db)
  const verdict = async () => (await admin.client.get('/audit/verify')).body
  const change = (detail: string) => sql`update audit set detail = ${detail}::jsonb where seq = 3`.execute(db)
  const before = await db.selectFrom('audit').select('detail').where('seq', '=', 3).executeTakeFirstOrThrow()
  await change('{"forged": true}')
  expect(await verdict()).toEqual({ ok: false, rows: 2, brokenAt: 3 })
  await change(JSON.stringify(before.detail))
  expect(await verdict()).toMatchObject({ ok: true })
  await db.deleteFrom('audit').where('seq', '=', 5).execute()
  expect(await verdict()).toEqual({ ok: false, rows: 4, brokenAt: 6 })
})
