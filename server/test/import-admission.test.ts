import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { startTestApp, type TestApp } from './app.ts'
import type { Client } from './client.ts'
import { asAdmin, newPerson, type Signed } from './people.ts'

let server: TestApp
let admin: Signed
let member: Signed
beforeAll(async () => {
  server = await startTestApp()
  admin = await asAdmin(server)
  member = await newPerson(server, admin.client, 'member')
})
afterAll(() => server[Symbol.asyncDispose]())

async function newKey(client: Client, scopes: string[]): Promise<string> {
  const { body } = await client.post('/api-keys', { name: 'import', scopes })
  return z.object({ key: z.string() }).parse(body).key
}

/** The status that an import into global gets while its body, announced as 30 MB, is still on its way. */
async function statusBeforeBody(key: string | undefined): Promise<number | undefined> {
  const headers = { 'content-type': 'application/json', 'content-length': 30_000_000 }
  const sending = request(`${server.url}/api/v1/scopes/global/import`, {
    method: 'POST',
    headers: key === undefined ? headers : { ...headers, authorization: `Bearer ${key}` },
  })
  sending.write('{"file": ')
  const [answer]: IncomingMessage[] = await once(sending, 'response')
  sending.on('error', () => {}) // the rest is never sent
  sending.destroy()
  return answer?.statusCode
}

test('who may not import is told so before the file is read', async () => {
  expect(await statusBeforeBody(undefined)).toBe(401)
  expect(await statusBeforeBody(await newKey(member.client, ['read', 'write']))).toBe(403)
  expect(await statusBeforeBody(await newKey(admin.client, ['read']))).toBe(403)
})

test('a large body that is no import is looked at for who may import alone', async () => {
  const body = 'A'.repeat(2_000_000)
  const send = (client: Client, scope = 'global') => client.post(`/scopes/${scope}/import`, body)
  expect((await send(member.client)).status).toBe(403)
  expect((await send(member.client, 'space:NOWHERE')).status).toBe(404)
  expect((await send(admin.client, 'nowhere')).status).toBe(400)
  expect((await send(admin.client)).status).toBe(400)
})

test('other addresses of a scope take no such body, and the import’s takes no other method', async () => {
  const large = { passphrase: 'A'.repeat(2_000_000) }
  expect((await admin.client.post('/scopes/global/export', large)).status).toBe(413)
  expect((await member.client.put('/scopes/global/import', {})).status).toBe(405)
})
