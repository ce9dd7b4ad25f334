import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureSyncedSpace } from '#server/access/synced-space.ts'
import { transact } from '#server/db/transact.ts'
import { newId } from '#server/platform/ids.ts'
import { startTestApp, type TestApp } from './app.ts'
import type { Answer } from './client.ts'
import { bearer, makeCredential } from './making-credentials.ts'
import { asAdmin, type Signed } from './people.ts'
import { makeSpace, putCredentials } from './sealed-rows.ts'
import { bring, openExports, PASSPHRASE } from './transferring.ts'

let server: TestApp
let admin: Signed
let file: Buffer
beforeAll(async () => {
  server = await startTestApp()
  admin = await asAdmin(server)
  await makeScope('FROM')
  await makeCredential(admin.client, bearer('Brought'), 'space:FROM')
  file = (await (await openExports(server, admin.client))('space:FROM', PASSPHRASE)).file
})
afterAll(() => server[Symbol.asyncDispose]())

async function makeScope(key: string): Promise<string> {
  const id = await makeSpace(admin.client, key, {})
  expect(await admin.client.post(`/scopes/space:${key}/key`)).toMatchObject({ status: 201 })
  return id
}

const detailOf = async (target: string, action: string) => {
  const rows = server.app.db.selectFrom('audit').select('detail').where('target', '=', target)
  return (await rows.where('action', '=', action).executeTakeFirstOrThrow()).detail
}

test('the record names the credentials that went with a space, 50 at most, and counts them all', async () => {
  const few = await makeScope('FEW')
  for (const name of ['Wiki', 'build bot']) await makeCredential(admin.client, bearer(name), 'space:FEW')
  const many = await makeScope('MANY')
  await putCredentials(server.app, `space:${many}`, many, 51)
  for (const key of ['FEW', 'MANY']) expect((await admin.client.delete(`/spaces/${key}`)).status).toBe(204)
  expect(await detailOf(`space:${few}`, 'space.deleted')).toEqual({
    key: 'FEW',
    name: 'Space FEW',
    documents: 0,
    credentials: 2,
    credentialNames: ['build bot', 'Wiki'],
  })
  const { credentials, credentialNames } = Object(await detailOf(`space:${many}`, 'space.deleted'))
  expect([credentials, credentialNames.length]).toEqual([51, 50])
})

test('the record names the credentials that went with the spaces of an integration', async () => {
  const { db } = server.app
  const [id, connection] = [newId(), newId()]
  const names = { name: `Wiki (${id})`, name_key: `wiki (${id})` }
  const credential = { id: connection, scope: 'integrations', ...names, kind: 'basic', domains: ['wiki.example'] }
  await db.insertInto('credentials').values(credential).execute()
  const integration = { id, connector: 'confluence', name: 'Wiki', settings: '{}', credential_id: connection }
  await db.insertInto('integrations').values(integration).execute()
  for (const key of ['ONE', 'TWO']) {
    const about = { kind: 'global', archived: false, homepageExternalId: null } as const
    const synced = { integrationId: id, externalId: key, key, name: key, ...about }
    await transact(db, (tx) => ensureSyncedSpace(tx, synced))
    await admin.client.post(`/scopes/space:${key}/key`)
    await makeCredential(admin.client, bearer(`of ${key}`), `space:${key}`)
  }
  expect(await admin.client.delete(`/integrations/${id}`)).toMatchObject({ status: 204 })
  expect(await detailOf(`integration:${id}`, 'integration.deleted')).toEqual({
    name: 'Wiki',
    credentials: 2,
    credentialNames: ['of ONE', 'of TWO'],
  })
})

type Call = (scope: string, index: number) => Promise<Answer>
const make: Call = (scope, index) => admin.client.post(`/scopes/${scope}/credentials`, bearer(`n${index}`))
const RACES: [string, string, Call][] = [
  ['are made', 'A', make],
  [
    'are imported',
    'B',
    (scope, index) => (index % 5 === 0 ? bring(admin.client, scope, file, SKIP) : make(scope, index)),
  ],
  ['get a new key', 'C', (scope, index) => (index % 10 === 0 ? changeKey(scope, 'rotate') : make(scope, index))],
  ['are given up', 'D', (scope) => changeKey(scope, 'regenerate', { confirm: scope })],
]
const SKIP = { dryRun: false, onConflict: 'skip' } as const
const changeKey = (scope: string, how: string, body?: object) => admin.client.post(`/scopes/${scope}/key/${how}`, body)

test.each(RACES)(
  'a space can be deleted while credentials %s: before it, or it is gone',
  async (_what, letter, call) => {
    for (const round of [1, 2, 3]) {
      const key = `${letter}${round}`
      await makeScope(key)
      const calls = (from: number) => Array.from({ length: 10 }, (_, index) => call(`space:${key}`, from + index))
      const before = calls(0)
      const deleting = admin.client.delete(`/spaces/${key}`)
      const answers = await Promise.all([...before, ...calls(10)])
      expect((await deleting).status).toBe(204)
      const odd = answers.filter(({ status }) => ![200, 201, 202, 404, 409].includes(status))
      expect(odd.map(({ body }) => body)).toEqual([])
    }
  },
)
