import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ScopeState } from '#schema/credential.ts'
import { secretContext } from '#server/credentials/secret-context.ts'
import { continueRotations } from '#server/credentials/continue-rotations.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import { Keys } from '#server/vault/keys.ts'
import { ensureScopeKey, open } from '#server/vault/vault.ts'
import { startTestApp, type TestApp } from './app.ts'
import { asAdmin, idOf, type Signed } from './people.ts'
import { makeSpace, openAll, putCredentials, type Put } from './sealed-rows.ts'

/** Does no work by itself: each test carries rotations on when it wants. */
let server: TestApp
let admin: Signed
/** A fresh space for each test. */
let key: string
let scope: string
let spaceId: string

beforeAll(async () => {
  server = await startTestApp({ config: { roles: ['api'] } })
  admin = await asAdmin(server)
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  key = `S${randomBytes(4).toString('hex')}`
  spaceId = await makeSpace(admin.client, key, {})
  scope = `space:${spaceId}`
  expect((await admin.client.post(`/scopes/space:${key}/key`)).status).toBe(201)
})

const rotate = (label = `space:${key}`) => admin.client.post(`/scopes/${label}/key/rotate`)
const secretsOf = (puts: readonly Put[]) => new Map(puts.map(({ id, secret }) => [id, secret]))
const rowsOf = (where = scope) =>
  server.app.db.selectFrom('credentials').selectAll().where('scope', '=', where).orderBy('id').execute()
const keysOf = (where = scope) =>
  server.app.db
    .selectFrom('scope_keys')
    .select(['version', 'state'])
    .where('scope', '=', where)
    .orderBy('version')
    .execute()
const lastAudit = async (action: string) => {
  const { body } = await admin.client.get(`/audit?action=${action}&target=scope:space:${key}&limit=1`)
  return body
}

test('every secret is sealed anew, and nothing else of its credential changes', async () => {
  const puts = await putCredentials(server.app, scope, spaceId, 600)
  const before = await rowsOf()
  const started = await rotate()
  expect(started).toMatchObject({
    status: 202,
    body: { key: { version: 2, rotation: { done: 0, total: 600 } }, credentials: 600 },
  })
  expect(await openAll(server.app, scope)).toEqual(secretsOf(puts))
  expect(await keysOf()).toEqual([
    { version: 1, state: 'retired' },
    { version: 2, state: 'active' },
  ])
  await continueRotations(server.app)
  expect(await openAll(server.app, scope)).toEqual(secretsOf(puts))
  expect(await keysOf()).toEqual([
    { version: 1, state: 'destroyed' },
    { version: 2, state: 'active' },
  ])
  const after = await rowsOf()
  expect(after.map((row) => ({ ...row, sealed: '', key_version: 0 }))).toEqual(
    before.map((row) => ({ ...row, sealed: '', key_version: 0 })),
  )
  expect(after.every((row, index) => row.key_version === 2 && row.sealed !== before[index]?.sealed)).toBe(true)
  const { body } = await admin.client.get(`/scopes/space:${key}`)
  expect(ScopeState.parse(body).key).toMatchObject({ version: 2, rotation: null })
  expect(await lastAudit('scope-key.rotation-started')).toMatchObject({
    items: [{ actor: admin.id, detail: { from: 1, version: 2, credentials: 600 } }],
  })
  expect(await lastAudit('scope-key.rotated')).toMatchObject({
    items: [{ actor: 'system', detail: { destroyed: [1], credentials: 600, unreadable: 0 } }],
  })
  const [row] = before
  if (row === undefined) throw new Error('there is no credential')
  await expect(open(server.app, server.app.db, secretContext(row), row.sealed ?? '')).rejects.toMatchObject({
    code: 'destroyed',
  })
})

test('the keys of integrations are rotated too', async () => {
  await transact(server.app.db, (tx) => ensureScopeKey(server.app, tx, 'integrations', 'system'))
  const puts = await putCredentials(server.app, 'integrations', null, 3)
  expect((await rotate('integrations')).status).toBe(202)
  await continueRotations(server.app)
  expect(await openAll(server.app, 'integrations')).toEqual(secretsOf(puts))
  expect((await keysOf('integrations')).at(-1)).toEqual({ version: 2, state: 'active' })
})

test('of many at once one begins; another is refused until that is done', async () => {
  await putCredentials(server.app, scope, spaceId, 5)
  const all = await Promise.all(Array.from({ length: 20 }, () => rotate()))
  expect(all.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
    202,
    ...Array.from({ length: 19 }, () => 409),
  ])
  expect(await rotate()).toMatchObject({ status: 409, body: { code: 'rotation-running' } })
  await continueRotations(server.app)
  expect((await rotate()).status).toBe(202)
  await continueRotations(server.app)
  expect((await keysOf()).map(({ state }) => state)).toEqual(['destroyed', 'destroyed', 'active'])
})

test('a scope without credentials is rotated as well', async () => {
  expect((await rotate()).status).toBe(202)
  await continueRotations(server.app)
  expect((await keysOf()).map(({ state }) => state)).toEqual(['destroyed', 'active'])
})

test('one that cannot be opened is marked and left, holds nothing up and keeps no key alive', async () => {
  const puts = await putCredentials(server.app, scope, spaceId, 4)
  const [broken, healed, ...well] = puts
  if (broken === undefined || healed === undefined) throw new Error('nothing was put')
  const row = (await rowsOf()).find(({ id }) => id === broken.id)
  const tampered = `${row?.sealed?.slice(0, -3)}AAA`
  const { db } = server.app
  await db.updateTable('credentials').set({ sealed: tampered }).where('id', '=', broken.id).execute()
  // marked at some time, by whatever clock, although it can be opened
  await db.updateTable('credentials').set({ unreadable_at: '2100-01-01' }).where('id', '=', healed.id).execute()
  await rotate()
  await continueRotations(server.app)
  expect(await openAll(server.app, scope)).toEqual(new Map([...secretsOf([healed, ...well]), [broken.id, undefined]]))
  const rows = await rowsOf()
  expect(rows.find(({ id }) => id === broken.id)).toMatchObject({ sealed: tampered, key_version: 1 })
  expect(rows.filter(({ unreadable_at }) => unreadable_at !== null).map(({ id }) => id)).toEqual([broken.id])
  expect(await keysOf()).toContainEqual({ version: 1, state: 'destroyed' })
  expect(await lastAudit('scope-key.rotated')).toMatchObject({ items: [{ detail: { credentials: 3, unreadable: 1 } }] })
})

test('one that a use finds readable again while the rotation ends is not left behind', async () => {
  const puts = await putCredentials(server.app, scope, spaceId, 1)
  const { db } = server.app
  const mark = (tx: Db | Tx, since: string | null) =>
    tx.updateTable('credentials').set({ unreadable_at: since }).where('scope', '=', scope).execute()
  await mark(db, '2100-01-01')
  await rotate()
  const ending = await transact(db, async (tx) => {
    await mark(tx, null)
    const continued = continueRotations(server.app)
    // Waits of this database alone: other tests have theirs beside it.
    const waiting = sql`
      select from pg_locks lock join pg_stat_activity using (pid)
      where not granted and locktype <> 'advisory' and datname = current_database()`
    await expect.poll(async () => (await waiting.execute(db)).rows.length).toBeGreaterThan(0)
    return { continued }
  })
  await ending.continued
  expect(await openAll(server.app, scope)).toEqual(secretsOf(puts))
})

test('a process with another root key marks nothing and destroys nothing', async () => {
  const puts = await putCredentials(server.app, scope, spaceId, 3)
  await rotate()
  const stranger = new Keys({ bytes: randomBytes(32), fingerprint: 'ffff-ffff-ffff-ffff' })
  await expect(continueRotations({ ...server.app, keys: stranger })).rejects.toMatchObject({ code: 'wrong-key' })
  expect((await rowsOf()).every((row) => row.key_version === 1 && row.unreadable_at === null)).toBe(true)
  await continueRotations(server.app)
  expect(await openAll(server.app, scope)).toEqual(secretsOf(puts))
})

test('a key that cannot be opened is not rotated', async () => {
  await server.app.db.updateTable('scope_keys').set({ sealed: 'a.b.c.d.e' }).where('scope', '=', scope).execute()
  server.app.keys.forgetOpened()
  expect(await rotate()).toMatchObject({ status: 409, body: { code: 'key-unreadable' } })
  expect(await keysOf()).toEqual([{ version: 1, state: 'active' }])
  await server.app.db.deleteFrom('scope_keys').where('scope', '=', scope).execute()
})

test('former values go with the key that sealed them', async () => {
  const draft = { name: 'one', kind: 'bearer', bearer: { token: 'first' }, domains: ['api.example.com'] }
  const id = idOf((await admin.client.post(`/scopes/space:${key}/credentials`, draft)).body)
  const changed = await admin.client.patch(`/credentials/${id}`, { version: 1, bearer: { token: 'second' } })
  expect(changed.status).toBe(200)
  expect((await admin.client.get(`/credentials/${id}/versions`)).body).toMatchObject({
    items: [{ restorable: true }, {}],
  })
  await rotate()
  await continueRotations(server.app)
  expect(await lastAudit('scope-key.rotated')).toMatchObject({ items: [{ detail: { formerValues: 1 } }] })
  expect((await admin.client.get(`/credentials/${id}/versions`)).body).toMatchObject({
    items: [{ restorable: false }, {}],
  })
  const restored = await admin.client.post(`/credentials/${id}/versions/2/restore`, { version: 2 })
  expect(restored).toMatchObject({ status: 409, body: { code: 'not-restorable' } })
  expect(await openAll(server.app, scope)).toEqual(new Map([[id, 'second']]))
})

test('while it runs others create, edit and delete, and every secret is the one given last', async () => {
  const puts = await putCredentials(server.app, scope, spaceId, 700)
  const wanted: Map<string, string | undefined> = new Map(secretsOf(puts))
  const over = new AbortController()
  const create = async (n: number) => {
    const draft = { name: `new ${n}`, kind: 'bearer', bearer: { token: `new-${n}` }, domains: ['api.example.com'] }
    const answer = await admin.client.post(`/scopes/space:${key}/credentials`, draft)
    expect(answer).toMatchObject({ status: 201 })
    wanted.set(idOf(answer.body), `new-${n}`)
  }
  const edit = async (put: Put | undefined, n: number) => {
    if (put === undefined) return
    const answer = await admin.client.patch(`/credentials/${put.id}`, { version: 1, bearer: { token: `edited-${n}` } })
    expect(answer).toMatchObject({ status: 200 })
    wanted.set(put.id, `edited-${n}`)
  }
  const remove = async (put: Put | undefined) => {
    if (put === undefined) return
    expect((await admin.client.delete(`/credentials/${put.id}`)).status).toBeLessThan(300)
    wanted.delete(put.id)
  }
  const disturb = async () => {
    for (let n = 0; !over.signal.aborted; n += 1)
      await Promise.all([create(n), edit(puts[n * 2], n), remove(puts[n * 2 + 1])])
  }
  const disturbing = disturb()
  for (let round = 0; round < 4; round += 1) {
    expect((await rotate()).status).toBe(202)
    await Promise.all([continueRotations(server.app), continueRotations(server.app)])
    await continueRotations(server.app)
  }
  over.abort()
  await disturbing
  expect((await keysOf()).at(-1)).toEqual({ version: 5, state: 'active' })
  expect(await openAll(server.app, scope)).toEqual(wanted)
  expect((await rowsOf()).every((row) => row.key_version === 5)).toBe(true)
})

test('re-generating ends a rotation under way', async () => {
  await putCredentials(server.app, scope, spaceId, 400)
  await rotate()
  const [regenerated] = await Promise.all([
    admin.client.post(`/scopes/space:${key}/key/regenerate`, { confirm: `space:${key}` }),
    continueRotations(server.app),
  ])
  expect(regenerated).toMatchObject({ status: 200 })
  await continueRotations(server.app)
  expect((await keysOf()).map(({ state }) => state)).toEqual(['destroyed', 'destroyed', 'active'])
  expect(await rowsOf()).toEqual([])
})

test('a process that works takes a rotation up by itself', async () => {
  const puts = await putCredentials(server.app, scope, spaceId, 300)
  expect((await rotate()).status).toBe(202)
  const { databaseUrl, configDir, dataDir, rootKey } = server.app.config
  await using worker = await startTestApp({
    config: { databaseUrl, configDir, dataDir, rootKey, roles: ['worker'], admin: undefined },
  })
  await expect.poll(() => keysOf(), { timeout: 30_000 }).toContainEqual({ version: 1, state: 'destroyed' })
  expect(await openAll(worker.app, scope)).toEqual(secretsOf(puts))
})
