import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Db } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import { openTestDatabase, type TestDatabase } from '#server/test/database.ts'
import { Keys } from './keys.ts'
import { openKeys } from './open-keys.ts'
import { ensureScopeKey, open, seal, VaultError, type SecretContext } from './vault.ts'

let database: TestDatabase
let db: Db
let app: { keys: Keys }
const rootKey = randomBytes(32).toString('base64')
const config = { rootKey, rootKeyFile: undefined, configDir: '/nowhere', dataDir: '/nowhere' }
const context: SecretContext = { scope: 'global', id: 'one', field: 'secret', version: 3 }
const PLAIN = 'pässwörd\u0000 with everything 🔑'

beforeAll(async () => {
  database = await openTestDatabase()
  db = database.db
  app = { keys: await openKeys(config, db) }
  for (const scope of ['global', 'space:A']) await transact(db, (tx) => ensureScopeKey(app, tx, scope, 'system'))
})
afterAll(() => database[Symbol.asyncDispose]())

/** A server that has opened nothing yet. */
async function coldApp() {
  return { keys: await openKeys(config, db) }
}

async function codeOf(opened: Promise<string>): Promise<string> {
  try {
    return `opened: ${await opened}`
  } catch (error) {
    if (error instanceof VaultError) return error.code
    throw error
  }
}

test('what is sealed is opened again, by another process too, and shows nothing of itself', async () => {
  const sealed = await seal(app, db, context, PLAIN)
  expect(sealed).not.toContain(Buffer.from(PLAIN).toString('base64url').slice(0, 8))
  expect(await open(await coldApp(), db, context, sealed)).toBe(PLAIN)
  expect(await open(app, db, context, sealed)).toBe(PLAIN)
})

test('any text comes back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
      expect(await open(app, db, context, await seal(app, db, context, text))).toBe(text)
    }),
    { numRuns: 30 },
  )
})

test('a value changed in any one character is refused', async () => {
  const sealed = await seal(app, db, context, 'short')
  for (let at = 0; at < sealed.length; at++) {
    const old = sealed.charAt(at)
    for (const other of [old === 'A' ? 'B' : 'A', String.fromCodePoint(sealed.charCodeAt(at) ^ 1), '=', '']) {
      const changed = sealed.slice(0, at) + other + sealed.slice(at + 1)
      expect(await codeOf(open(app, db, context, changed)), `at ${at}: ${other}`).toMatch(
        /^(tampered|unknown-key|context)$/,
      )
    }
  }
})

test('the last character of each part has one spelling, although base64url would read others alike', async () => {
  const sealed = await seal(app, db, context, 'short')
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const tag = sealed.split('.').at(-1) ?? ''
  for (const last of alphabet) {
    const changed = sealed.slice(0, -1) + last
    if (changed === sealed) continue
    expect(await codeOf(open(app, db, context, changed))).toBe('tampered')
  }
  expect(tag).toHaveLength(22)
})

test('cut, empty and foreign texts are refused', async () => {
  const sealed = await seal(app, db, context, 'short')
  const parts = sealed.split('.')
  for (const text of [
    '',
    '.',
    'x',
    '....',
    sealed.slice(0, -1),
    `${sealed}.`,
    parts.slice(0, 4).join('.'),
    `${sealed}A`,
  ])
    expect(await codeOf(open(app, db, context, text))).toBe('tampered')
})

test.each([
  ['scope', { scope: 'space:A' }],
  ['id', { id: 'two' }],
  ['field', { field: 'username' }],
  ['version', { version: 4 }],
])('a value moved to another %s is refused', async (_part, change) => {
  const sealed = await seal(app, db, context, 'short')
  expect(await codeOf(open(app, db, { ...context, ...change }, sealed))).toBe('context')
  expect(await codeOf(open(await coldApp(), db, { ...context, ...change }, sealed))).toBe('context')
})

test('a header made to fit another place does not open there', async () => {
  const sealed = await seal(app, db, context, 'short')
  const [header = '', ...rest] = sealed.split('.')
  const forged = Buffer.from(header, 'base64url').toString().replace('"one"', '"two"')
  const moved = [Buffer.from(forged).toString('base64url'), ...rest].join('.')
  expect(await codeOf(open(app, db, { ...context, id: 'two' }, moved))).toBe('tampered')
})

test('without a key the scope seals nothing', async () => {
  await expect(seal(app, db, { ...context, scope: 'space:NONE' }, 'x')).rejects.toMatchObject({ code: 'no-key' })
})

test('several at once make one key', async () => {
  const many = Array.from({ length: 6 }, () => transact(db, (tx) => ensureScopeKey(app, tx, 'space:RACE', 'system')))
  await Promise.all(many)
  const rows = await db.selectFrom('scope_keys').select('version').where('scope', '=', 'space:RACE').execute()
  expect(rows).toEqual([{ version: 1 }])
})

test('a destroyed key opens nothing and says so', async () => {
  const gone: SecretContext = { ...context, scope: 'space:GONE' }
  await transact(db, (tx) => ensureScopeKey(app, tx, gone.scope, 'system'))
  const sealed = await seal(app, db, gone, 'short')
  await db
    .updateTable('scope_keys')
    .set({ state: 'destroyed', sealed: null, destroyed_at: new Date() })
    .where('scope', '=', gone.scope)
    .execute()
  expect(await codeOf(open(await coldApp(), db, gone, sealed))).toBe('destroyed')
  app.keys.forgetOpened()
  expect(await codeOf(open(app, db, gone, sealed))).toBe('destroyed')
  await transact(db, (tx) => ensureScopeKey(app, tx, gone.scope, 'system'))
  expect(await open(app, db, gone, await seal(app, db, gone, 'again'))).toBe('again')
})

test('a scope key that another root key sealed, or that was copied to another scope, opens nothing', async () => {
  const sealed = await seal(app, db, context, 'short')
  const bytes = randomBytes(32)
  const stranger = { keys: new Keys({ bytes, fingerprint: 'ffff-ffff-ffff-ffff' }) }
  expect(await codeOf(open(stranger, db, context, sealed))).toBe('wrong-key')
  const liar = { keys: new Keys({ bytes, fingerprint: app.keys.fingerprint }) }
  expect(await codeOf(open(liar, db, context, sealed))).toBe('tampered')
  const key = await db.selectFrom('scope_keys').select('sealed').where('scope', '=', 'global').executeTakeFirstOrThrow()
  await db.updateTable('scope_keys').set(key).where('scope', '=', 'space:A').execute()
  const cold = await coldApp()
  expect(await codeOf(seal(cold, db, { ...context, scope: 'space:A' }, 'x'))).toBe('context')
})

describe('what prints', () => {
  test('keys print as [secret] everywhere', async () => {
    for (const text of [inspect(app.keys), inspect({ app }, { depth: 9 }), JSON.stringify({ app })]) {
      expect(text).toContain('[secret]')
      expect(text).not.toContain(rootKey.slice(0, 12))
    }
  })

  test('no error carries the value', async () => {
    const sealed = await seal(app, db, context, 'hunter2-hunter2')
    const refused = await open(app, db, { ...context, id: 'two' }, sealed).catch((error: unknown) => inspect(error))
    expect(refused).not.toContain('hunter2')
    expect(refused).not.toContain(sealed.slice(-20))
  })
})
