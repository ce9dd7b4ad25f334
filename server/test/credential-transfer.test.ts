import { Decrypter } from 'age-encryption'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ImportReport } from '#schema/credential.ts'
import { Transfer } from '#server/credentials/transfer-file.ts'
import { startTestApp, type TestApp } from './app.ts'
import type { Answer, Client } from './client.ts'
import { auditedActions, makeCredential, namesAt, openedSecret, rowOf } from './making-credentials.ts'
import { asAdmin, newPerson, withNewKey } from './people.ts'
import { bearer, bring, countOf, emptyScope, encrypt, openExports, PASSPHRASE, transfer } from './transferring.ts'

const SECRETS = { Tickets: 'pässwort mit: Doppelpunkt', Forum: 'tok-forum', Billing: 'val-billing' }

let here: TestApp
let there: TestApp
let admin: Client
/** The admin of the other deployment. */
let other: Client
let exportFrom: Awaited<ReturnType<typeof openExports>>
let file: Buffer

beforeAll(async () => {
  here = await startTestApp()
  there = await startTestApp()
  admin = (await asAdmin(here)).client
  other = (await asAdmin(there)).client
  exportFrom = await openExports(here, admin)
  await admin.post('/scopes/global/key')
  await makeCredential(admin, {
    name: 'Tickets',
    kind: 'basic',
    basic: { username: 'olu@example.com', password: SECRETS.Tickets },
    domains: ['*.example.com', 'bücher.example:8443'],
    allowHttp: true,
    expiresAt: '2031-02-03T04:05:06.000Z',
    expiryPolicy: 'block',
  })
  const [domains, bearer] = [['a.example'], { token: SECRETS.Forum }]
  await makeCredential(admin, { name: 'Forum', kind: 'bearer', bearer, domains })
  const custom = { header: 'X-Api-Key', value: SECRETS.Billing }
  await makeCredential(admin, { name: 'Billing', kind: 'custom', custom, domains })
  file = (await exportFrom('global', PASSPHRASE)).file
})
afterAll(async () => {
  await there[Symbol.asyncDispose]()
  await here[Symbol.asyncDispose]()
})
// How often it may be done is a test of its own.
beforeEach(async () => {
  for (const { app } of [here, there]) await app.db.deleteFrom('attempts').execute()
})

async function reportOf(answer: Promise<Answer>): Promise<string[]> {
  const { status, body } = await answer
  expect({ status, body }).toMatchObject({ status: 200 })
  const { items } = ImportReport.parse(body)
  return items.map(({ name, outcome, newName, reason }) =>
    [name, outcome, newName ?? reason].filter((part) => part !== null).join(' | '),
  )
}

describe('who may', () => {
  test.each(['export', 'import'])('%s: nobody signed out, by a key that reads, or of another role', async (deed) => {
    const given = { passphrase: PASSPHRASE, ...(deed === 'import' ? { file: file.toString('base64') } : {}) }
    const send = (client: Client, scope: string) => client.post(`/scopes/${scope}/${deed}`, given)
    expect((await send(here.client, 'global')).status).toBe(401)
    const reading = await withNewKey(here, admin, { name: `reads ${deed}`, scopes: ['read'] })
    expect(await send(reading, 'global')).toMatchObject({ status: 403, body: { code: 'read-only-key' } })
    const mia = await newPerson(here, admin, `mia-${deed}`)
    expect((await send(mia.client, 'global')).status).toBe(403)
    await admin.post('/spaces', { key: deed, name: deed })
    expect((await send(mia.client, `space:${deed}`)).status).toBe(404)
    await admin.put(`/spaces/${deed}/members`, { members: [{ principal: `user:${mia.id}`, role: 'editor' }] })
    expect((await send(mia.client, `space:${deed}`)).status).toBe(403)
    await admin.put(`/spaces/${deed}/members`, { members: [{ principal: `user:${mia.id}`, role: 'admin' }] })
    await mia.client.post(`/scopes/space:${deed}/key`)
    expect((await send(mia.client, `space:${deed}`)).status).toBe(200)
    expect(await send(admin, 'integrations')).toMatchObject({ status: 409, body: { code: 'not-for-integrations' } })
  })

  test('an import of what is larger than other bodies is read for who is signed in', async () => {
    const large = { file: 'A'.repeat(2_000_000), passphrase: PASSPHRASE }
    expect((await here.client.post('/scopes/global/import', large)).status).toBe(401)
    expect(await admin.post('/scopes/global/import', large)).toMatchObject({ status: 422, body: { code: 'bad-file' } })
  })

  test('each only so often within a quarter of an hour', async () => {
    const answers = []
    for (let count = 0; count < 21; count += 1) answers.push((await bring(admin, 'global', Buffer.from('x'))).status)
    expect(answers.indexOf(429)).toBe(20)
    const taken = []
    for (let count = 0; count < 11; count += 1) taken.push((await exportFrom('global', PASSPHRASE)).status)
    expect(taken).toEqual([...Array.from({ length: 10 }, () => 200), 429])
  })
})

describe('the file', () => {
  test('is one that any age opens with the passphrase, without ids of people and without permissions', async () => {
    const decrypter = new Decrypter()
    decrypter.addPassphrase(PASSPHRASE)
    const read = Transfer.parse(JSON.parse(await decrypter.decrypt(file, 'text')))
    expect(read.credentials.map(({ name, secret }) => [name, secret])).toEqual(Object.entries(SECRETS))
    expect(read.credentials[0]).toEqual({
      name: 'Tickets',
      kind: 'basic',
      username: 'olu@example.com',
      header: null,
      secret: SECRETS.Tickets,
      domains: ['*.example.com', 'xn--bcher-kva.example:8443'],
      allowHttp: true,
      expiresAt: '2031-02-03T04:05:06.000Z',
      expiryPolicy: 'block',
    })
  })

  test('two exports of the same have nothing in common', async () => {
    const again = (await exportFrom('global', PASSPHRASE)).file
    const header = /-> scrypt (\S+) 17\n/
    expect(header.exec(again.toString('latin1'))?.[1]).not.toBe(header.exec(file.toString('latin1'))?.[1])
    expect(again.subarray(-500).equals(file.subarray(-500))).toBe(false)
  })

  test('comes as an attachment that nobody stores on the way, and is recorded by names', async () => {
    const { headers } = await exportFrom('global', PASSPHRASE)
    expect(headers.get('content-disposition')).toBe('attachment; filename="lockkeeper-global.age"')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-lockkeeper-exported')).toBe('3')
    const { body } = await admin.get('/audit?action=credential.exported&limit=1')
    expect(body).toMatchObject({
      items: [{ target: 'scope:global', detail: { exported: 3, names: Object.keys(SECRETS), leftOut: [] } }],
    })
    expect(JSON.stringify(body)).not.toContain('tok-')
  })

  test('leaves out and names what cannot be opened', async () => {
    await admin.post('/spaces', { key: 'LOST', name: 'Lost' })
    await admin.post('/scopes/space:LOST/key')
    const domains = ['a.example']
    const kept = { name: 'Kept', kind: 'bearer', bearer: { token: 'tok-kept' }, domains }
    await makeCredential(admin, kept, 'space:LOST')
    const lost = await makeCredential(admin, { ...kept, name: 'Löst, damaged' }, 'space:LOST')
    const { sealed } = await rowOf(here.app, lost.id)
    const damaged = { sealed: `${sealed?.slice(0, -4) ?? ''}AAAA` }
    await here.app.db.updateTable('credentials').set(damaged).where('id', '=', lost.id).execute()
    const { headers, file: partial } = await exportFrom('space:LOST', PASSPHRASE)
    expect(headers.get('x-lockkeeper-left-out')).toBe('1')
    expect(decodeURIComponent(headers.get('x-lockkeeper-left-out-names') ?? '')).toBe('Löst, damaged')
    const { body } = await admin.get('/audit?action=credential.exported&limit=1')
    expect(body).toMatchObject({ items: [{ detail: { names: ['Kept'], leftOut: ['Löst, damaged'] } }] })
    expect(await reportOf(bring(other, await emptyScope(other), partial))).toEqual(['Kept | created'])
  })

  test('names in its header what surely passes any proxy, however long the names are', async () => {
    const scope = await emptyScope(admin)
    const lost = { kind: 'bearer', bearer: { token: 'tok-lost' }, domains: ['a.example'] }
    for (let number = 10; number < 15; number += 1)
      await makeCredential(admin, { ...lost, name: `${number}${'鍵'.repeat(98)}` }, scope)
    const { rows } = await sql<{ id: string }>`select id from credentials where name like ${'1_鍵%'}`.execute(
      here.app.db,
    )
    const ids = rows.map(({ id }) => id)
    await here.app.db.updateTable('credentials').set({ sealed: 'a.b.c.d.e' }).where('id', 'in', ids).execute()
    const { headers } = await exportFrom(scope, PASSPHRASE)
    expect(headers.get('x-lockkeeper-left-out')).toBe('5')
    const names = headers.get('x-lockkeeper-left-out-names') ?? ''
    expect(names.length).toBeLessThanOrEqual(2000)
    expect(names.split(',').map(decodeURIComponent)).toEqual(
      ['10', '11'].map((number) => `${number}${'鍵'.repeat(98)}`),
    )
  })
})

describe('an import', () => {
  test('shows what would happen, then does it, secrets and limits as they were', async () => {
    const scope = await emptyScope(other)
    const shown = ['Tickets | created', 'Forum | created', 'Billing | created']
    expect(await reportOf(bring(other, scope, file))).toEqual(shown)
    expect(await namesAt(other, `/scopes/${scope}/credentials`)).toEqual([])
    expect(await reportOf(bring(other, scope, file, { dryRun: false }))).toEqual(shown)
    expect(await namesAt(other, `/scopes/${scope}/credentials`)).toEqual(['Billing', 'Forum', 'Tickets'])
    const { body } = await other.get(`/scopes/${scope}/credentials?q=tickets`)
    expect(body).toMatchObject({
      items: [{ state: 'ok', username: 'olu@example.com', allowHttp: true, expiryPolicy: 'block', version: 1 }],
    })
    const { id: spaceId } = await there.app.db
      .selectFrom('spaces')
      .select('id')
      .where('key', '=', scope.slice('space:'.length))
      .executeTakeFirstOrThrow()
    const rows = await there.app.db
      .selectFrom('credentials')
      .select(['id', 'name'])
      .where('space_id', '=', spaceId)
      .orderBy('id')
      .execute()
    const opened = rows.map(async ({ id, name }) => [name, await openedSecret(there.app, id)])
    expect(await Promise.all(opened)).toEqual(Object.entries(SECRETS))
    expect(await auditedActions(other, `scope:${scope}`)).toEqual(['credential.imported', 'scope-key.generated'])
    for (const { id } of rows) expect((await other.get(`/credentials/${id}/versions`)).status).toBe(200)
  })

  test('passes over a name that is taken, in any letter-case, or gives another', async () => {
    const scope = await emptyScope(other)
    await makeCredential(other, { ...asInput('FORUM'), domains: ['x.example'] }, scope)
    await makeCredential(other, { ...asInput('Forum (2)'), domains: ['x.example'] }, scope)
    expect(await reportOf(bring(other, scope, file))).toContain('Forum | skipped | There is a credential of this name.')
    expect(await reportOf(bring(other, scope, file, { onConflict: 'rename', dryRun: false }))).toEqual([
      'Tickets | created',
      'Forum | renamed | Forum (3)',
      'Billing | created',
    ])
    const names = await namesAt(other, `/scopes/${scope}/credentials`)
    expect(names).toEqual(['Billing', 'FORUM', 'Forum (2)', 'Forum (3)', 'Tickets'])
  })

  test('gives each bearer of one name a name of its own', async () => {
    const scope = await emptyScope(other)
    const same = await encrypt(transfer(Array.from({ length: 300 }, () => bearer('Bot'))))
    const report = await reportOf(bring(other, scope, same, { onConflict: 'rename', dryRun: false }))
    expect([report[0], report[1], report[299]]).toEqual([
      'Bot | created',
      'Bot | renamed | Bot (2)',
      'Bot | renamed | Bot (300)',
    ])
    expect(await countOf(other, scope)).toBe(300)
  })

  test('judges each as if it were made, tells why not without its secret, and writes the others', async () => {
    const bad = [
      bearer('Fine'),
      bearer('Everywhere', { domains: ['*'] }),
      bearer('Nowhere', { domains: [] }),
      bearer('Two words', { secret: 'tok-1 hush' }),
      bearer('', {}),
      bearer('fine'),
      bearer('Colon', { kind: 'basic', username: 'a:b' }),
      bearer('Host', { kind: 'custom', header: 'Host' }),
      bearer('x'.repeat(101)),
    ]
    const scope = await emptyScope(other)
    const report = await reportOf(bring(other, scope, await encrypt(transfer(bad)), { dryRun: false }))
    expect(report.map((line) => line.split(' | ').slice(0, 2).join(' | '))).toEqual([
      'Fine | created',
      'Everywhere | refused',
      'Nowhere | refused',
      'Two words | refused',
      ' | refused',
      'fine | skipped',
      'Colon | refused',
      'Host | refused',
      `${'x'.repeat(100)} | refused`,
    ])
    expect(report.join()).not.toContain('hush')
    expect(await namesAt(other, `/scopes/${scope}/credentials`)).toEqual(['Fine'])
  })

  test('needs the token of the scope', async () => {
    await other.post('/spaces', { key: 'BARE', name: 'Bare' })
    expect(await bring(other, 'space:BARE', file)).toMatchObject({ status: 409, body: { code: 'no-key' } })
  })

  test('of many is written whole, or not at all', async () => {
    const scope = await emptyScope(other)
    const credentials = Array.from({ length: 1500 }, (_, index) => bearer(`Bot ${index}`))
    const many = await encrypt(transfer(credentials))
    const { db } = there.app
    await sql`create function refuse() returns trigger language plpgsql as $$ begin raise 'the audit is full'; end $$`.execute(
      db,
    )
    await sql`create trigger refuse before insert on audit for each row execute function refuse()`.execute(db)
    try {
      expect((await bring(other, scope, many, { dryRun: false })).status).toBe(500)
    } finally {
      await sql`drop trigger refuse on audit`.execute(db)
    }
    expect(await countOf(other, scope)).toBe(0)
    expect((await reportOf(bring(other, scope, many, { dryRun: false }))).length).toBe(1500)
    expect(await countOf(other, scope)).toBe(1500)
  })
})

/** The body that makes a bearer token by hand. */
function asInput(name: string): Record<string, unknown> {
  return { name, kind: 'bearer', bearer: { token: 'tok-own' } }
}
