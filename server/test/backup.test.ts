/** A backup brought back into a fresh deployment: as docs/operating.md tells it, with the tools that it names. */
import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { verifyAudit } from '#server/audit/verify.ts'
import { findPerson } from '#server/access/actor.ts'
import { openCredentialFetch } from '#server/credentials/use.ts'
import { newId } from '#server/platform/ids.ts'
import { fingerprint } from '#server/vault/root-key.ts'
import { startTestApp, type TestApp } from './app.ts'
import { findBackupTools } from './backup-tools.ts'
import { signIn } from './client.ts'
import { databaseUrl, onServer } from './database.ts'
import { jsonReply, startLoopback, type Loopback } from './loopback.ts'
import { asAdmin, idOf } from './people.ts'
import { newKey } from './root-key-place.ts'
import { makeSpace } from './sealed-rows.ts'

const run = promisify(execFile)
let base: string
let sink: Loopback

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'lockkeeper-backup-'))
  await chmod(base, 0o755) // the database may run as another account
  sink = await startLoopback(jsonReply(200, {}))
})
afterEach(async () => {
  await sink[Symbol.asyncDispose]()
  await rm(base, { recursive: true, force: true })
})

type Kept = { id: string; secret: string; from: string }

/** Credentials global and of a space; one of them rotated, one not. */
async function fill(server: TestApp): Promise<Kept[]> {
  const { client } = await asAdmin(server)
  const spaceId = await makeSpace(client, 'DOCS', {})
  const kept: Kept[] = []
  for (const [scope, from] of [
    ['global', 'global'],
    ['space:DOCS', `space:${spaceId}`],
  ] as const) {
    expect((await client.post(`/scopes/${scope}/key`)).status).toBe(201)
    for (const secret of [newId(), newId()]) {
      const place = { domains: [sink.host], bearer: { token: secret }, kind: 'bearer' }
      const made = await client.post(`/scopes/${scope}/credentials`, { name: secret, ...place, allowHttp: true })
      expect(made).toMatchObject({ status: 201 })
      kept.push({ id: idOf(made.body), secret, from })
    }
  }
  expect((await client.post('/scopes/space:DOCS/key/rotate')).status).toBe(202)
  await expect
    .poll(async () => (await client.get('/scopes/space:DOCS')).body, { timeout: 20_000 })
    .toMatchObject({ key: { version: 2, rotation: null } })
  return kept
}

/** Every secret arrives, people sign in, the record is whole. */
async function expectWhole(server: TestApp, kept: readonly Kept[]): Promise<void> {
  const client = await signIn(server.client, server.admin.email, server.admin.password)
  const me = (await client.get('/me')).body
  const person = await findPerson(server.app, JSON.stringify(me).match(/[0-9a-f]{8}-[0-9a-f-]{27}/)?.[0] ?? '')
  if (person === undefined) throw new Error('the admin is gone')
  for (const { id: credentialId, secret, from } of kept) {
    const purpose = { kind: 'workflow', id: newId(), name: 'after the backup' } as const
    const send = await openCredentialFetch(server.app, { actor: person, credentialId, from, purpose })
    await send(`${sink.url}/${credentialId}`, {})
    expect(sink.asked.at(-1)?.headers['authorization']).toBe(`Bearer ${secret}`)
  }
  expect(await verifyAudit(server.app.db)).toMatchObject({ ok: true })
}

const placeOf = (name: string) => ({ dataDir: join(base, name, 'data'), configDir: join(base, name, 'config') })

/** Puts the archived key where the deployment looks for it. */
async function putKey(configDir: string, text: string): Promise<void> {
  await mkdir(configDir, { recursive: true, mode: 0o700 })
  await writeFile(join(configDir, 'root-key'), text, { mode: 0o600 })
}

test('the copied data directory of the embedded database opens with its archived key, and with no other', async () => {
  const [here, there, wrong] = [placeOf('here'), placeOf('there'), placeOf('wrong')]
  const embedded = { databaseUrl: undefined, rootKey: undefined, egressAllow: sink.host }
  const server = await startTestApp({ config: { ...embedded, ...here } })
  const kept = await fill(server)
  await server[Symbol.asyncDispose]()
  const archived = await readFile(join(here.configDir, 'root-key'), 'utf8')
  await mkdir(join(base, 'there'))
  await run('cp', ['-a', here.dataDir, there.dataDir])
  await rm(here.dataDir, { recursive: true })

  const other = newKey()
  await putKey(wrong.configDir, other)
  const refused = startTestApp({ config: { ...embedded, ...wrong, dataDir: there.dataDir } })
  await expect(refused).rejects.toThrow(
    new RegExp(`fingerprint ${fingerprint(other)}.*sealed with ${fingerprint(archived)}`),
  )
  await putKey(there.configDir, archived)
  await using restored = await startTestApp({ config: { ...embedded, ...there } })
  await expectWhole(restored, kept)
})

test('a dump opens with its archived key in a fresh database, and with no other', async () => {
  await using tools = await findBackupTools()
  if (tools === undefined) return
  const { bin, serverUrl } = tools
  for (const name of ['here', 'there']) await onServer(serverUrl, `create database ${name}_${tools.suffix}`)
  const [here, there] = ['here', 'there'].map((name) => databaseUrl(serverUrl, `${name}_${tools.suffix}`))
  const [archived, other] = [newKey(), newKey()]
  const server = await startTestApp({ config: { databaseUrl: here, rootKey: archived, egressAllow: sink.host } })
  const kept = await fill(server)
  // while it runs
  const dump = join(base, 'lockkeeper.dump')
  await run(join(bin, 'pg_dump'), ['-Fc', '-d', here ?? '', '-f', dump])
  await server[Symbol.asyncDispose]()
  await run(join(bin, 'pg_restore'), ['--no-owner', '--exit-on-error', '-d', there ?? '', dump])

  const refused = startTestApp({ config: { databaseUrl: there, rootKey: other } })
  await expect(refused).rejects.toThrow(
    new RegExp(`fingerprint ${fingerprint(other)}.*sealed with ${fingerprint(archived)}`),
  )
  await using restored = await startTestApp({
    config: { databaseUrl: there, rootKey: archived, egressAllow: sink.host },
  })
  await expectWhole(restored, kept)
})
