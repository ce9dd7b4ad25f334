import { execFile } from 'node:child_process'
import { copyFile, link, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fingerprint } from '#server/vault/root-key.ts'
import { startTestApp } from './app.ts'
import { signIn } from './client.ts'
import { startKillable } from './killable.ts'
import { fingerprintIn, newKey, openKeyPlace, type KeyPlace } from './root-key-place.ts'

const CLI = fileURLToPath(new URL('../cli/main.ts', import.meta.url))

let place: KeyPlace
beforeEach(async () => {
  place = await openKeyPlace()
})
afterEach(() => place[Symbol.asyncDispose]())

test('a staged key is taken by the next start: every scope key is wrapped anew, every secret opens, the files follow', async () => {
  const { old, secrets } = await place.begin()
  const before = await place.db.selectFrom('credentials').selectAll().execute()
  const staged = await place.stage()
  expect(staged.source).toBe(place.file('.next'))
  expect(await fingerprintIn(place.file('.next'))).toBe(staged.fingerprint)
  expect((await stat(place.file('.next'))).mode & 0o777).toBe(0o600)
  expect(await place.stage()).toEqual(staged)
  expect(await place.states()).toEqual({ [old.fingerprint]: 'active', [staged.fingerprint]: 'staged' })

  const keys = await place.start()
  expect(keys.fingerprint).toBe(staged.fingerprint)
  expect(await place.states()).toEqual({ [old.fingerprint]: 'grace', [staged.fingerprint]: 'active' })
  expect((await readdir(place.config.configDir)).sort()).toEqual(['root-key', 'root-key.previous'])
  expect(await fingerprintIn(place.file())).toBe(staged.fingerprint)
  expect(await fingerprintIn(place.file('.previous'))).toBe(old.fingerprint)
  const rows = await place.db.selectFrom('scope_keys').select(['root_fingerprint', 'former_root_fingerprint']).execute()
  expect(rows).toHaveLength(3)
  for (const row of rows)
    expect(row).toEqual({ root_fingerprint: staged.fingerprint, former_root_fingerprint: old.fingerprint })
  for (const secret of secrets) expect(await place.opened(keys, secret)).toBe(secret.text)
  expect(await place.db.selectFrom('credentials').selectAll().execute()).toEqual(before)
  const audit = await place.db.selectFrom('audit').select(['action', 'target', 'detail']).orderBy('seq').execute()
  expect(audit).toEqual([
    { action: 'root-key.staged', target: `root-key:${staged.fingerprint}`, detail: { active: old.fingerprint } },
    {
      action: 'root-key.rotated',
      target: `root-key:${staged.fingerprint}`,
      detail: { from: old.fingerprint, scopeKeys: 3, left: 0 },
    },
  ])
  expect((await place.start()).fingerprint).toBe(staged.fingerprint)
  expect(place.warnings).toEqual([])
})

test('what is derived for sessions outlives the root key', async () => {
  const { old } = await place.begin()
  const derived = old.derive('sessions')
  await place.stage()
  const keys = await place.start()
  expect(keys.fingerprint).not.toBe(old.fingerprint)
  expect(keys.derive('sessions')).toBe(derived)
  expect(keys.derive('other')).not.toBe(derived)
})

test('a next key that was not staged changes nothing', async () => {
  const { old } = await place.begin()
  await writeFile(place.file('.next'), newKey(), { mode: 0o600 })
  expect((await place.start()).fingerprint).toBe(old.fingerprint)
  expect((await place.start({ rootKeyNext: newKey() })).fingerprint).toBe(old.fingerprint)
})

describe('broken off after the database has changed', () => {
  test.each([
    ['before any file was moved', async () => {}],
    ['with the former key linked', () => link(place.file(), place.file('.previous'))],
    ['with a half-made link', () => copyFile(place.file(), place.file('.previous.part'))],
    [
      'with all moved',
      async () => {
        await link(place.file(), place.file('.previous'))
        await rename(place.file('.next'), place.file())
      },
    ],
  ])('%s, the next start picks the right key and ends the move', async (_when, reach) => {
    const { old, secrets } = await place.begin()
    const oldText = await readFile(place.file(), 'utf8')
    const staged = await place.stage()
    const nextText = await readFile(place.file('.next'), 'utf8')
    await place.start()
    for (const name of await readdir(place.config.configDir)) await rm(join(place.config.configDir, name))
    await writeFile(place.file(), oldText, { mode: 0o600 })
    await writeFile(place.file('.next'), nextText, { mode: 0o600 })
    await reach()
    const keys = await place.start()
    expect(keys.fingerprint).toBe(staged.fingerprint)
    expect(keys.formerFingerprint).toBe(old.fingerprint)
    for (const secret of secrets) expect(await place.opened(keys, secret)).toBe(secret.text)
    expect((await readdir(place.config.configDir)).sort()).toEqual(['root-key', 'root-key.previous'])
    expect(await fingerprintIn(place.file())).toBe(staged.fingerprint)
    expect(await fingerprintIn(place.file('.previous'))).toBe(old.fingerprint)
    expect(place.warnings).toEqual([])
  })

  test('files that cannot be moved are told and stop nothing', async () => {
    await place.begin()
    const staged = await place.stage()
    const oldText = await readFile(place.file(), 'utf8')
    const nextText = await readFile(place.file('.next'), 'utf8')
    await place.start()
    await writeFile(place.file('.next'), nextText, { mode: 0o600 })
    await writeFile(place.file('.previous'), oldText, { mode: 0o600 })
    await writeFile(place.file(), newKey(), { mode: 0o600 }) // somebody's: not to be overwritten
    const strange = await readFile(place.file(), 'utf8')
    expect((await place.start()).fingerprint).toBe(staged.fingerprint)
    expect(place.warnings).toEqual([expect.stringContaining('could not be moved')])
    expect(await readFile(place.file(), 'utf8')).toBe(strange)
  })
})

test('killed at any moment of the change, the next start ends it', async () => {
  const { old, secrets } = await place.begin()
  let active = old.fingerprint
  for (let round = 0; round < 12; round += 1) {
    const { fingerprint: staged } = await place.stage()
    const { configDir, dataDir } = place.config
    const env = { DATABASE_URL: place.databaseUrl, LOCKKEEPER_CONFIG_DIR: configDir, LOCKKEEPER_DATA_DIR: dataDir }
    const child = await startKillable('root-key-child.ts', { ...env, LOCKKEEPER_ROOT_KEY: undefined })
    await child.killAfter(round * 6 + Math.random() * 6)
    const keys = await place.start()
    expect(keys.fingerprint).toBe(staged)
    for (const secret of secrets) expect(await place.opened(keys, secret)).toBe(secret.text)
    expect(new Set(await readdir(configDir))).toEqual(new Set(['root-key', 'root-key.previous']))
    await place.forget(active)
    active = staged
  }
})

test('several starts at once change once', async () => {
  const { old, secrets } = await place.begin()
  const staged = await place.stage()
  const all = await Promise.all([place.start(), place.start(), place.start(), place.start()])
  for (const keys of all) {
    expect(keys.fingerprint).toBe(staged.fingerprint)
    for (const secret of secrets) expect(await place.opened(keys, secret)).toBe(secret.text)
  }
  expect(await fingerprintIn(place.file('.previous'))).toBe(old.fingerprint)
  const rotated = await place.db.selectFrom('audit').select('seq').where('action', '=', 'root-key.rotated').execute()
  expect(rotated).toHaveLength(1)
})

test('a staged key can be withdrawn', async () => {
  const { old } = await place.begin()
  const { fingerprint: staged } = await place.stage()
  await place.forget(staged)
  expect(await place.states()).toEqual({ [old.fingerprint]: 'active' })
  expect(await readdir(place.config.configDir)).toEqual(['root-key'])
})

test('a key from the environment is followed by another from the environment', async () => {
  const [first, second] = [newKey(), newKey()]
  const old = await place.start({ rootKey: first })
  const secret = await place.sealOne(old, 'global')
  await expect(place.stage({ rootKey: first })).rejects.toThrow('LOCKKEEPER_ROOT_KEY_NEXT')
  await expect(place.stage({ rootKey: first, rootKeyNext: first })).rejects.toThrow('Make a fresh one')
  const path = join(place.config.dataDir, '..', 'next-key')
  await expect(place.stage({ rootKey: first, rootKeyNextFile: path })).rejects.toThrow(`${path}, which is not there`)
  await writeFile(path, second)
  expect(await place.stage({ rootKey: first, rootKeyNextFile: path })).toEqual({
    fingerprint: fingerprint(second),
    source: path,
  })
  expect((await place.start({ rootKey: first })).fingerprint).toBe(old.fingerprint)
  expect((await place.start({ rootKey: first, rootKeyNext: second })).fingerprint).toBe(fingerprint(second))
  expect(await place.opened(await place.start({ rootKey: second }), secret)).toBe(secret.text)
  expect(await place.opened(await place.start({ rootKey: first }), secret)).toBe(secret.text)
  await place.forget(old.fingerprint, { rootKey: second })
  await expect(place.start({ rootKey: first })).rejects.toThrow(fingerprint(second))
})

test('a database from before the change is opened with the former key that is still here', async () => {
  const { old, secrets } = await place.begin()
  await place.stage()
  await place.start()
  const rows = await place.db.selectFrom('root_keys').selectAll().execute()
  const staged = rows.find(({ state }) => state === 'active')?.fingerprint ?? ''
  // as a backup has it: nothing of the new key
  await place.db
    .updateTable('root_keys')
    .set({ state: 'retired', forgotten_at: new Date() })
    .where('fingerprint', '=', staged)
    .execute()
  await place.db.updateTable('root_keys').set({ state: 'active' }).where('fingerprint', '=', old.fingerprint).execute()
  const keys = await place.start()
  expect(keys.fingerprint).toBe(old.fingerprint)
  expect(await place.opened(keys, secrets[0])).toBe(secrets[0].text)
})

test('people stay signed in, and the system names the new key', async () => {
  const other = {
    databaseUrl: place.databaseUrl,
    rootKey: undefined,
    configDir: place.config.configDir,
    dataDir: place.config.dataDir,
  }
  const first = await startTestApp({ config: other })
  const client = await signIn(first.client, first.admin.email, first.admin.password)
  const cookie = await client.get('/me')
  expect(cookie.status).toBe(200)
  const { port } = first.app.config
  await first[Symbol.asyncDispose]()
  const staged = await place.stage()
  await using second = await startTestApp({ config: { ...other, port, publicUrl: first.url } })
  expect(second.url).toBe(first.url)
  expect(await client.get('/me')).toMatchObject({ status: 200, body: cookie.body })
  expect(await client.get('/system')).toMatchObject({ body: { rootKeyFingerprint: staged.fingerprint } })
})

test('the commands place.stage, list and forget', async () => {
  await place.begin()
  const old = await fingerprintIn(place.file())
  const env = {
    PATH: process.env['PATH'],
    DATABASE_URL: place.databaseUrl,
    LOCKKEEPER_CONFIG_DIR: place.config.configDir,
    LOCKKEEPER_DATA_DIR: place.config.dataDir,
  }
  const run = (...args: string[]) => promisify(execFile)(process.execPath, [CLI, 'root-key', ...args], { env })
  const { stdout } = await run('stage')
  const staged = await fingerprintIn(place.file('.next'))
  expect(stdout).toContain(`Staged ${staged}, from ${place.file('.next')}`)
  await place.start()
  expect((await run('list')).stdout).toMatch(
    new RegExp(`${old}  grace .*here\n${staged}  active .*wraps 3 scope keys, here\n`),
  )
  expect((await run('forget', old)).stdout).toContain('accepted no more')
  await expect(run('forget', old)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('already') })
  expect((await run('list')).stdout).not.toContain((await readFile(place.file(), 'utf8')).slice(0, 10))
})
