/** Whatever is done to a sealed value, its place or its key: an error, never a value. */
import { createSecretKey, randomBytes } from 'node:crypto'
import * as fc from 'fast-check'
import { compactDecrypt, CompactEncrypt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { transact } from '#server/db/transact.ts'
import { openTestDatabase, type TestDatabase } from '#server/test/database.ts'
import { openBytes, readKid, sealBytes, VaultError, type SecretContext } from './envelope.ts'
import { Keys } from './keys.ts'
import { openKeys } from './open-keys.ts'
import { ensureScopeKey, open, seal } from './vault.ts'

const PLAIN = 'a secret of some length'
const WRONG_KEYS = 100_000
const config = { rootKey: randomBytes(32).toString('base64'), rootKeyFile: undefined, configDir: '/no', dataDir: '/no' }

let database: TestDatabase
let app: { keys: Keys }
/** Two of each part of a context, and what was sealed in each of the sixteen places. */
const places: SecretContext[] = []
const sealed = new Map<SecretContext, string>()

beforeAll(async () => {
  database = await openTestDatabase()
  app = { keys: await openKeys(config, database.db) }
  for (const scope of ['global', 'space:a']) {
    await transact(database.db, (tx) => ensureScopeKey(app, tx, scope, 'system'))
    for (const id of ['one', 'two'])
      for (const field of ['secret', 'scope-key'])
        for (const version of [1, 2]) places.push({ scope, id, field, version })
  }
  for (const place of places) sealed.set(place, await seal(app, database.db, place, PLAIN))
})
afterAll(() => database[Symbol.asyncDispose]())

async function attempt(place: SecretContext, value: string): Promise<string> {
  try {
    return `opened: ${await open(app, database.db, place, value)}`
  } catch (error) {
    if (error instanceof VaultError) return 'refused'
    throw error
  }
}

function one(): [SecretContext, string] {
  const [first] = sealed
  if (first === undefined) throw new Error('nothing was sealed')
  return first
}

const decode = (value: string) => value.split('.').map((part) => Buffer.from(part, 'base64url'))
const encode = (parts: readonly Buffer[]) => parts.map((part) => part.toString('base64url')).join('.')

test('a sealed value is a JWE as another library reads and writes it', async () => {
  const key = createSecretKey(randomBytes(32))
  const [place] = one()
  const ours = await sealBytes(key, 'the-key', place, Buffer.from(PLAIN))
  const { plaintext, protectedHeader } = await compactDecrypt(ours, key)
  expect(Buffer.from(plaintext).toString()).toBe(PLAIN)
  expect(protectedHeader).toEqual({ alg: 'dir', enc: 'A256GCM', kid: 'the-key', ctx: place })
  const theirs = new CompactEncrypt(Buffer.from(PLAIN)).setProtectedHeader({
    ...protectedHeader,
    alg: 'dir',
    enc: 'A256GCM',
  })
  expect(Buffer.from(await openBytes(key, place, await theirs.encrypt(key))).toString()).toBe(PLAIN)
})

test('each bit of each byte of each part', async () => {
  const [place, value] = one()
  expect(await attempt(place, encode(decode(value)))).toBe(`opened: ${PLAIN}`)
  for (const [index, part] of decode(value).entries()) {
    for (let at = 0; at < part.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const parts = decode(value)
        parts[index]?.writeUInt8(part.readUInt8(at) ^ (1 << bit), at)
        expect(await attempt(place, encode(parts)), `part ${index}, byte ${at}, bit ${bit}`).toBe('refused')
      }
    }
  }
})

test('each part cut to each length, and lengthened', async () => {
  const [place, value] = one()
  for (const [index, part] of decode(value).entries()) {
    for (let length = 0; length <= part.length + 2; length += 1) {
      if (length === part.length) continue
      const parts = decode(value)
      parts[index] = Buffer.concat([part, Buffer.alloc(2)]).subarray(0, length)
      expect(await attempt(place, encode(parts)), `part ${index} of ${length} bytes`).toBe('refused')
    }
  }
})

test('a value of each place, opened at each other place', async () => {
  for (const [from, value] of sealed)
    for (const to of places) expect(await attempt(to, value)).toBe(from === to ? `opened: ${PLAIN}` : 'refused')
})

test('parts of two values put together', async () => {
  const [place, value] = one()
  const again = await seal(app, database.db, place, PLAIN) // the same place and text: another number used once
  const others = [again, ...sealed.values()].filter((other) => other !== value)
  for (const other of others) {
    for (let mask = 1; mask < 32; mask += 1) {
      const [own, foreign] = [value.split('.'), other.split('.')]
      const mixed = own.map((part, index) => ((mask >> index) & 1 ? (foreign[index] ?? '') : part)).join('.')
      if (mixed === value || mixed === again) continue
      expect(await attempt(place, mixed)).toBe('refused')
    }
  }
})

test('a header that says something else, or something more', async () => {
  const [place, value] = one()
  const [header = '', ...rest] = value.split('.')
  const said: Record<string, unknown> = JSON.parse(Buffer.from(header, 'base64url').toString())
  const other = [...sealed.values()].map(readKid).find((kid) => kid !== said['kid'])
  for (const change of [
    { alg: 'none' },
    { alg: 'A256KW' },
    { enc: 'A128GCM' },
    { enc: 'A256CBC-HS512' },
    { zip: 'DEF' },
    { crit: ['b64'], b64: false },
    { jwk: { kty: 'oct', k: 'AAAA' } },
    { kid: other },
    { kid: "' or true --" },
    { kid: undefined },
    { ctx: undefined },
    { ctx: { ...place, more: 1 } },
    { ctx: { ...place, version: '1' } },
  ]) {
    const forged = Buffer.from(JSON.stringify({ ...said, ...change })).toString('base64url')
    expect(await attempt(place, [forged, ...rest].join('.')), JSON.stringify(change)).toBe('refused')
  }
})

test('any text at all', async () => {
  const [place, value] = one()
  const text = fc.oneof(
    fc.string(),
    fc.base64String(),
    fc.string({ unit: 'binary' }).map((tail) => `${value}${tail}`),
  )
  await fc.assert(
    fc.asyncProperty(text, async (given) => {
      if (given !== value) expect(await attempt(place, given)).toBe('refused')
    }),
    { numRuns: 500 },
  )
})

test('rows of scope keys changed in the database: another scope’s, another version’s, a bit of the wrapping', async () => {
  const [place, value] = one()
  const { db } = database
  const row = await db.selectFrom('scope_keys').selectAll().where('scope', '=', place.scope).executeTakeFirstOrThrow()
  const other = await db.selectFrom('scope_keys').selectAll().where('scope', '=', 'space:a').executeTakeFirstOrThrow()
  const broken = `${row.sealed?.slice(0, -1)}${row.sealed?.endsWith('A') === true ? 'Q' : 'A'}`
  for (const change of [{ sealed: other.sealed }, { sealed: broken }, { version: 7 }, { scope: 'space:b' }]) {
    await db.updateTable('scope_keys').set(change).where('id', '=', row.id).execute()
    app.keys.forgetOpened()
    expect(await attempt(place, value), JSON.stringify(change)).toBe('refused')
    await db.updateTable('scope_keys').set(row).where('id', '=', row.id).execute()
  }
  app.keys.forgetOpened()
  expect(await attempt(place, value)).toBe(`opened: ${PLAIN}`)
})

test(`${WRONG_KEYS.toLocaleString('en')} wrong keys: none opens`, async () => {
  const key = randomBytes(32)
  const [place] = one()
  const value = await sealBytes(createSecretKey(key), 'the-key', place, Buffer.from(PLAIN))
  expect(Buffer.from(await openBytes(createSecretKey(key), place, value)).toString()).toBe(PLAIN)
  let refused = 0
  for (let tried = 0; tried < WRONG_KEYS; tried += 1) {
    try {
      await openBytes(createSecretKey(wrongKey(key, tried)), place, value)
    } catch (error) {
      if (error instanceof VaultError && error.code === 'tampered') refused += 1
    }
  }
  expect(refused).toBe(WRONG_KEYS)
})

/** The first 256 differ from the right one in a single bit each, the others are any. */
function wrongKey(right: Buffer, number: number): Buffer {
  if (number >= 256) return randomBytes(32)
  const wrong = Buffer.from(right)
  wrong.writeUInt8(right.readUInt8(number >> 3) ^ (1 << (number & 7)), number >> 3)
  return wrong
}
