import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openTransfer } from '#server/credentials/transfer-file.ts'
import { startTestApp, type TestApp } from './app.ts'
import type { Client } from './client.ts'
import { makeCredential } from './making-credentials.ts'
import { asAdmin } from './people.ts'
import { bearer, bring, countOf, emptyScope, encrypt, openExports, PASSPHRASE, transfer } from './transferring.ts'

let server: TestApp
let admin: Client
let scope: string
/** An export of it. */
let file: Buffer

beforeAll(async () => {
  server = await startTestApp()
  admin = (await asAdmin(server)).client
  scope = await emptyScope(admin)
  await makeCredential(
    admin,
    { name: 'Forum', kind: 'bearer', bearer: { token: 'tok' }, domains: ['a.example'] },
    scope,
  )
  file = (await (await openExports(server, admin))(scope, PASSPHRASE)).file
})

afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => void (await server.app.db.deleteFrom('attempts').execute()))

async function refuse(bytes: Uint8Array, code: string, passphrase = PASSPHRASE): Promise<void> {
  const answer = await bring(admin, scope, bytes, { dryRun: false, passphrase })
  expect(answer).toMatchObject({ status: 422, body: { code } })
  expect(await countOf(admin, scope)).toBe(1)
}

test('nothing is imported under another passphrase', async () => {
  await refuse(file, 'wrong-passphrase', `${PASSPHRASE} `)
  await refuse(file, 'wrong-passphrase', '')
})

test('nothing is imported of a file that was cut off or has more behind it', async () => {
  for (const length of [0, 1, 20, 150, 160, 180, file.length - 1]) await refuse(file.subarray(0, length), 'bad-file')
  await refuse(Buffer.concat([file, Buffer.from('x')]), 'bad-file')
})

test('nothing is imported of a file in which any one byte was changed', async () => {
  const whole = await encrypt(transfer([bearer('Fine')]))
  await expect(openTransfer(PASSPHRASE, whole)).resolves.toBeTruthy()
  for (let at = 0; at < whole.length; at += 1) {
    const changed = Uint8Array.from(whole)
    changed[at] = (changed[at] ?? 0) ^ 1
    await expect(openTransfer(PASSPHRASE, changed), `byte ${at}`).rejects.toMatchObject({ status: 422 })
  }
})

test('nothing is imported of a file that would take a gigabyte to try a passphrase on: it is not tried', async () => {
  const greedy = Buffer.from(file.toString('latin1').replace(/(-> scrypt \S+) 17\n/, '$1 20\n'), 'latin1')
  await refuse(greedy, 'bad-file')
  const answer = await bring(admin, scope, greedy)
  expect(answer.body).toMatchObject({ detail: expect.stringMatching(/more memory/) })
  await refuse(Buffer.from(greedy.toString('latin1').replace(' 20\n', ' 99\n'), 'latin1'), 'bad-file')
})

test('nothing is imported of what is no export', async () => {
  await refuse(Buffer.from('PK\u0003\u0004'), 'bad-file')
  await refuse(Buffer.from(transfer([bearer('Clear')])), 'bad-file')
  const encrypter = new Encrypter()
  encrypter.addRecipient(await identityToRecipient(await generateX25519Identity()))
  await refuse(await encrypter.encrypt(transfer([bearer('For a key')])), 'bad-file')
  const contents = [
    'not JSON',
    '{}',
    '[]',
    transfer([bearer('x')], { version: 2 }),
    transfer([bearer('x')], { format: 'other' }),
    transfer([bearer('x')], { grants: [] }),
    transfer([bearer('x', { id: '1' })]),
    transfer([bearer('x', { secret: null })]),
    transfer([bearer('x', { kind: 'oauth' })]),
    transfer([bearer('x', { expiresAt: 'tomorrow' })]),
    transfer(Array.from({ length: 10_001 }, () => bearer('x'))),
  ]
  for (const content of contents) await refuse(await encrypt(content), 'bad-file')
})
