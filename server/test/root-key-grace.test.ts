/** While a former root key is accepted beside the one in use, and how that ends. */
import { randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readConfig } from '#server/config.ts'
import { startHeartbeat } from '#server/ops/heartbeat.ts'
import { openLog } from '#server/platform/log.ts'
import { listRootKeys } from '#server/vault/change-root-key.ts'
import type { Keys } from '#server/vault/keys.ts'
import { openKeyPlace, type KeyPlace, type Secret } from './root-key-place.ts'

let old: Keys
let oldKey: string
let secrets: [Secret, Secret]
let keys: Keys
let place: KeyPlace

beforeEach(async () => {
  place = await openKeyPlace()
  ;({ old, secrets } = await place.begin())
  oldKey = await readFile(place.file(), 'utf8')
  await place.stage()
  keys = await place.start()
})
afterEach(() => place[Symbol.asyncDispose]())

test('the old key serves processes that run with it and starts with it', async () => {
  const elsewhere = await place.start({ rootKey: oldKey })
  expect(elsewhere.fingerprint).toBe(old.fingerprint)
  expect(place.warnings).toEqual([expect.stringContaining('in its grace')])
  const later = await place.sealOne(keys, 'space:later')
  for (const process of [old, elsewhere, keys]) {
    for (const secret of [...secrets, later]) expect(await place.opened(process, secret)).toBe(secret.text)
  }
  expect(elsewhere.derive('sessions')).toBe(keys.derive('sessions'))
})

test('a scope key that such a process makes is opened by the others, and wrapped anew by their next start', async () => {
  const late = await place.sealOne(old, 'space:late')
  expect(await place.opened(keys, late)).toBe(late.text)
  const wrappedBy = () =>
    place.db.selectFrom('scope_keys').select('root_fingerprint').where('scope', '=', 'space:late').execute()
  expect(await wrappedBy()).toEqual([{ root_fingerprint: old.fingerprint }])
  await place.start()
  expect(await wrappedBy()).toEqual([{ root_fingerprint: keys.fingerprint }])
  expect(await place.opened(old, late)).toBe(late.text)
})

test('no other key is staged, and the one in use is not forgotten', async () => {
  await expect(place.stage()).rejects.toThrow(`root-key forget ${old.fingerprint}`)
  await expect(place.forget(keys.fingerprint)).rejects.toThrow('in use')
  await expect(place.forget('dead-beef-dead-beef')).rejects.toThrow('root-key list')
})

test('it is not forgotten while a process runs with it, and then it is', async () => {
  const app = { db: place.db, config: readConfig({}), keys: old, log: openLog('silent') }
  {
    await using heart = await startHeartbeat(app)
    expect(heart).toBeDefined()
    await expect(place.forget(old.fingerprint)).rejects.toThrow(/in use by \S+:\d+\. Start them again/)
    expect((await listRootKeys(place.config, place.db))[0]?.nodes).toHaveLength(1)
  }
  await place.forget(old.fingerprint)
  expect(await place.states()).toEqual({ [old.fingerprint]: 'forgotten', [keys.fingerprint]: 'active' })
  expect(await readdir(place.config.configDir)).toEqual(['root-key'])
  const former = await place.db.selectFrom('scope_keys').select('id').where('former_sealed', 'is not', null).execute()
  expect(former).toEqual([])
  await expect(place.start({ rootKey: oldKey })).rejects.toThrow(
    new RegExp(`has the fingerprint ${old.fingerprint}.*sealed with ${keys.fingerprint}`),
  )
  await expect(place.opened(old, secrets[0])).rejects.toMatchObject({ code: 'wrong-key' })
  await expect(place.forget(old.fingerprint)).rejects.toThrow('already')
  await place.stage()
  expect((await place.start()).fingerprint).not.toBe(keys.fingerprint)
})

test('nor while a scope key is wrapped by it alone; with both keys here that is mended first', async () => {
  const late = await place.sealOne(old, 'space:late')
  const newText = await readFile(place.file(), 'utf8')
  await expect(place.forget(old.fingerprint, { rootKey: newText })).rejects.toThrow('1 scope key is wrapped by')
  await place.forget(old.fingerprint)
  expect(await place.opened(keys, late)).toBe(late.text)
})

test('a process that died counts for half a minute alone', async () => {
  const heart = { id: randomUUID(), name: 'gone:1', roles: ['api'], root_fingerprint: old.fingerprint }
  await place.db
    .insertInto('nodes')
    .values({ ...heart, seen_at: new Date(Date.now() - 60_000) })
    .execute()
  await place.forget(old.fingerprint)
})
