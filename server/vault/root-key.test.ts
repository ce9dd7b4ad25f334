import { createHash, randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTestDatabase, type TestDatabase } from '#server/test/database.ts'
import { openKeys } from './open-keys.ts'
import { fingerprint } from './root-key.ts'

let database: TestDatabase
let base: string
let config: Parameters<typeof openKeys>[0]

beforeEach(async () => {
  database = await openTestDatabase()
  base = await mkdtemp(join(tmpdir(), 'lockkeeper-keys-'))
  config = { rootKey: undefined, rootKeyFile: undefined, configDir: join(base, 'config'), dataDir: join(base, 'store') }
})
afterEach(async () => {
  await database[Symbol.asyncDispose]()
  await rm(base, { recursive: true, force: true })
})

const file = () => join(base, 'config', 'root-key')
const newKey = () => randomBytes(32).toString('base64')

test('the first start makes a key in a file of its owner alone, and later starts use it', async () => {
  const first = await openKeys(config, database.db)
  expect((await stat(file())).mode & 0o777).toBe(0o600)
  expect((await stat(join(base, 'config'))).mode & 0o777).toBe(0o700)
  expect(await readdir(join(base, 'config'))).toEqual(['root-key'])
  const text = await readFile(file(), 'utf8')
  expect(first.fingerprint).toBe(fingerprint(text))
  const later = await openKeys(config, database.db)
  expect(later.fingerprint).toBe(first.fingerprint)
  expect(await readFile(file(), 'utf8')).toBe(text)
})

test('the fingerprint is the first 64 bits of the key’s SHA-256, so an operator can check it with other tools', () => {
  const bytes = randomBytes(32)
  const hex = createHash('sha256').update(bytes).digest('hex')
  expect(fingerprint(bytes.toString('base64')).replaceAll('-', '')).toBe(hex.slice(0, 16))
})

test('a lost file stops the start and names the fingerprint; no other key is made', async () => {
  const { fingerprint: needed } = await openKeys(config, database.db)
  await rm(file())
  await expect(openKeys(config, database.db)).rejects.toThrow(new RegExp(`missing.*fingerprint ${needed}.*${file()}`))
  expect(await readdir(join(base, 'config'))).toEqual([])
})

test('another key stops the start and names both fingerprints; the file stays as it is', async () => {
  const { fingerprint: needed } = await openKeys(config, database.db)
  const other = newKey()
  await writeFile(file(), other)
  await expect(openKeys(config, database.db)).rejects.toThrow(
    new RegExp(`${file()} has the fingerprint ${fingerprint(other)}.*sealed with ${needed}`),
  )
  expect(await readFile(file(), 'utf8')).toBe(other)
  await expect(openKeys({ ...config, rootKey: other }, database.db)).rejects.toThrow('LOCKKEEPER_ROOT_KEY')
})

test.each([
  ['empty', ''],
  ['short', randomBytes(16).toString('base64')],
  ['long', randomBytes(33).toString('base64')],
  ['no base64', `${'!'.repeat(43)}=`],
  ['hex', randomBytes(32).toString('hex')],
  ['cut by one character', newKey().slice(0, -2)],
  ['two keys', `${newKey()}\n${newKey()}`],
])('a malformed key (%s) stops the start without showing it, and names the fingerprint needed', async (_how, text) => {
  const { fingerprint: needed } = await openKeys(config, database.db)
  await writeFile(file(), text)
  const message = await openKeys(config, database.db).then(
    () => 'started',
    (error: unknown) => String(error),
  )
  expect(message).toContain('malformed')
  expect(message).toContain(needed)
  if (text !== '') expect(message).not.toContain(text.slice(0, 12))
  expect(await readFile(file(), 'utf8')).toBe(text)
})

test('a file that others may read is refused', async () => {
  await openKeys(config, database.db)
  await chmod(file(), 0o640)
  await expect(openKeys(config, database.db)).rejects.toThrow(`chmod 600 ${file()}`)
})

test('a file that an operator names is used as it is mounted, and never made', async () => {
  const named = { ...config, rootKeyFile: join(base, 'mounted') }
  await expect(openKeys(named, database.db)).rejects.toThrow(`${join(base, 'mounted')}, which is not there`)
  expect(await readdir(base)).toEqual([])
  const key = newKey()
  await writeFile(join(base, 'mounted'), `${key}\n`, { mode: 0o644 })
  expect((await openKeys(named, database.db)).fingerprint).toBe(fingerprint(key))
})

test('no key is made beside the data it protects', async () => {
  const inside = { ...config, configDir: join(config.dataDir, 'config') }
  await expect(openKeys(inside, database.db)).rejects.toThrow('LOCKKEEPER_CONFIG_DIR')
})

test('two first starts with different keys: one is the database’s, the other is refused', async () => {
  const both = await Promise.allSettled([
    openKeys({ ...config, rootKey: newKey() }, database.db),
    openKeys({ ...config, rootKey: newKey() }, database.db),
  ])
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await database.db.selectFrom('root_keys').select('state').execute()).toEqual([{ state: 'active' }])
})
