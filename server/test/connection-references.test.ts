import { afterAll, beforeAll, expect, test } from 'vitest'
import { Integration } from '#schema/integration.ts'
import { connect, draftOf, startConnecting, type Connecting } from './connecting.ts'
import { auditOf } from './credential-world.ts'

let all: Connecting
beforeAll(async () => {
  all = await startConnecting()
})
afterAll(() => all[Symbol.asyncDispose]())

const referencesTo = (credentialId: string) =>
  all.server.app.db.selectFrom('credential_references').selectAll().where('credential_id', '=', credentialId).execute()

async function credentialOf(id: string): Promise<string> {
  const { db } = all.server.app
  const row = await db.selectFrom('integrations').select('credential_id').where('id', '=', id).executeTakeFirstOrThrow()
  return row.credential_id
}

test('an integration refers to its key by its present name, and no more once it is deleted', async () => {
  const { client } = all.admin
  const { id, name } = await connect(client, draftOf(all))
  const credentialId = await credentialOf(id)
  const reference = { credential_id: credentialId, kind: 'integration', ref_id: id, space_id: null }
  expect(await referencesTo(credentialId)).toEqual([{ ...reference, name }])
  const renamed = await client.patch(`/integrations/${id}`, { name: 'Manual' })
  expect(Integration.parse(renamed.body).name).toBe('Manual')
  expect(await referencesTo(credentialId)).toEqual([{ ...reference, name: 'Manual' }])
  expect((await client.delete(`/integrations/${id}`)).status).toBe(204)
  expect(await referencesTo(credentialId)).toEqual([])
})

test('each test and run uses the key once in the record, as the system, for the integration', async () => {
  const { client } = all.admin
  const { id, name } = await connect(client, draftOf(all))
  const credentialId = await credentialOf(id)
  const lastRun = async () => Integration.parse((await client.get(`/integrations/${id}`)).body).lastRun
  await expect.poll(async () => (await lastRun())?.finishedAt, { timeout: 30_000 }).toEqual(expect.any(String))
  await client.post(`/integrations/${id}/test`)
  const { host } = new URL(all.simulator.url)
  const used = { actor: 'system', detail: { host, purpose: { kind: 'integration', id, name } } }
  expect(await auditOf(all.server.app, credentialId, 'credential.used')).toMatchObject([used, used])
})

test('its key has no address of its own', async () => {
  const { client } = all.admin
  const { id } = await connect(client, draftOf(all))
  const credentialId = await credentialOf(id)
  for (const path of ['', '/usage', '/grants', '/versions', `/access?user=${all.admin.id}`])
    expect((await client.get(`/credentials/${credentialId}${path}`)).status).toBe(404)
  expect((await client.get('/scopes/integrations/credentials')).status).toBe(409)
})
