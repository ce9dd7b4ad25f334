/** A deployment whose root key is a file, as the vault sees it: a database, a configuration directory, secrets. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { record } from '#server/audit/record.ts'
import type { Db } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import { system } from '#server/platform/actor.ts'
import { forgetRootKey, listRootKeys, stageRootKey } from '#server/vault/change-root-key.ts'
import type { Keys } from '#server/vault/keys.ts'
import { openKeys, type Recorder } from '#server/vault/open-keys.ts'
import { fingerprint, type RootKeyConfig } from '#server/vault/root-key.ts'
import { ensureScopeKey, open, seal, type SecretContext } from '#server/vault/vault.ts'
import { openTestDatabase } from './database.ts'

export const newKey = () => randomBytes(32).toString('base64')

const recorder: Recorder = (tx, action, target, detail) => record(tx, system, action, target, detail)
const contextOf = (scope: string): SecretContext => ({ scope, id: 'one', field: 'secret', version: 1 })

export type Secret = { scope: string; sealed: string; text: string }
export type KeyPlace = AsyncDisposable & {
  db: Db
  databaseUrl: string
  config: RootKeyConfig & { configDir: string; dataDir: string }
  /** What starts have told. */
  warnings: string[]
  /** `root-key` in the configuration directory, or with this ending. */
  file(ending?: string): string
  start(other?: Partial<RootKeyConfig>): Promise<Keys>
  stage(other?: Partial<RootKeyConfig>): ReturnType<typeof stageRootKey>
  forget(name: string, other?: Partial<RootKeyConfig>): Promise<void>
  /** Of each root key of the database. */
  states(): Promise<Record<string, string>>
  /** Seals a secret of a scope with a key, which is made where there is none. */
  sealOne(keys: Keys, scope: string): Promise<Secret>
  /** What these keys open now, with nothing kept from before. */
  opened(keys: Keys, secret: Secret): Promise<string>
  /** The first start, and the secrets of two scopes. */
  begin(): Promise<{ old: Keys; secrets: [Secret, Secret] }>
}

export async function openKeyPlace(): Promise<KeyPlace> {
  await using opening = new AsyncDisposableStack()
  const { db, url: databaseUrl } = opening.use(await openTestDatabase())
  const base = await mkdtemp(join(tmpdir(), 'lockkeeper-root-'))
  opening.defer(() => rm(base, { recursive: true, force: true }))
  const config = {
    rootKey: undefined,
    rootKeyFile: undefined,
    configDir: join(base, 'config'),
    dataDir: join(base, 'store'),
  }
  const warnings: string[] = []
  const told = { record: recorder, warn: (sentence: string) => void warnings.push(sentence) }
  const start: KeyPlace['start'] = (other = {}) => openKeys({ ...config, ...other }, db, told)
  const sealOne: KeyPlace['sealOne'] = async (keys, scope) => {
    await transact(db, (tx) => ensureScopeKey({ keys }, tx, scope, 'system'))
    const text = `secret of ${scope}`
    return { scope, text, sealed: await seal({ keys }, db, contextOf(scope), text) }
  }
  const opened = opening.move()
  return {
    db,
    databaseUrl,
    config,
    warnings,
    start,
    sealOne,
    file: (ending = '') => join(config.configDir, `root-key${ending}`),
    stage: (other = {}) => stageRootKey({ ...config, ...other }, db, recorder),
    forget: (name, other = {}) => forgetRootKey({ ...config, ...other }, db, name, recorder),
    async states() {
      return Object.fromEntries((await listRootKeys(config, db)).map((row) => [row.fingerprint, row.state]))
    },
    opened(keys, { scope, sealed }) {
      keys.forgetOpened()
      return open({ keys }, db, contextOf(scope), sealed)
    },
    async begin() {
      const old = await start()
      return { old, secrets: [await sealOne(old, 'global'), await sealOne(old, 'space:a')] }
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

export async function fingerprintIn(path: string): Promise<string> {
  return fingerprint(await readFile(path, 'utf8'))
}
