/** The start's side of root keys: which of those found is the database's, and the change to a staged one. */
import type { Db, Tx } from '#server/db/open.ts'
import { VaultError } from './envelope.ts'
import { Keys } from './keys.ts'
import { findRootKey, makeRootKey, rootKeyPath, type RootKey, type RootKeyConfig } from './root-key.ts'
import { findRootKeys, settleKeyFiles, type FoundKeys } from './root-key-files.ts'
import {
  activateRootKey,
  insertRootKey,
  listRootKeyRows,
  touchRootKey,
  withRootKeyLock,
  type RootKeyRow,
} from './root-key-store.ts'
import { lockKeysOfOtherRoots, rewrapScopeKey, shareActiveScopeKey } from './store.ts'
import { ensureScopeKey, openScopeKey, unwrap, wrap } from './vault.ts'

/** Writes an audit row in the transaction; the vault may not know how. */
export type Recorder = (tx: Tx, action: string, target: string, detail: Record<string, unknown>) => Promise<void>

/** Without `record` the keys are opened as they are: a command does not change to a staged key, a start does. */
export type Told = { record?: Recorder; warn?: (sentence: string) => void }

/** What other secrets than sealed ones are derived from; it is wrapped like a scope's key, so it outlives the root key. */
const DEPLOYMENT = 'deployment'

/**
 * Opens the root key that this database needs, making one when neither the database nor the machine knows any, and changes
 * to the staged one when both are here. A missing, malformed or other key throws a sentence with the fingerprint that is
 * needed; nothing is overwritten.
 */
export async function openKeys(config: RootKeyConfig, db: Db, told: Told = {}): Promise<Keys> {
  return withRootKeyLock(db, async (connection) => {
    const rows = await listRootKeyRows(connection)
    const active = rows.find(({ state }) => state === 'active')?.fingerprint
    const keys =
      active === undefined
        ? await openFirst(config, connection)
        : await openOther(config, connection, rows, active, told)
    await connection.transaction().execute(async (tx) => {
      await ensureScopeKey({ keys }, tx, DEPLOYMENT, 'system')
      const origin = await shareActiveScopeKey(tx, DEPLOYMENT)
      if (origin !== undefined) keys.deriveFrom(await openScopeKey({ keys }, origin))
    })
    return keys
  })
}

async function openFirst(config: RootKeyConfig, db: Db): Promise<Keys> {
  const root = (await findRootKey(config)) ?? (await makeRootKey(config))
  await insertRootKey(db, root.fingerprint, 'active')
  return new Keys(root)
}

async function openOther(
  config: RootKeyConfig,
  db: Db,
  rows: readonly RootKeyRow[],
  active: string,
  told: Told,
): Promise<Keys> {
  const found = await explain(findRootKeys(config), active)
  const inGrace = rows.filter(isInGrace).map((row) => row.fingerprint)
  const own = pick(found, [active]) ?? pick(found, inGrace)
  if (own === undefined) throw refuse(config, found, active)
  const staged = pick(
    found,
    rows.filter(({ state }) => state === 'staged').map((row) => row.fingerprint),
  )
  const isChange = own.fingerprint === active && staged !== undefined && told.record !== undefined
  const root = isChange ? staged : own
  const former = isChange ? own : pick(found, inGrace)
  const keys = new Keys(root, former?.fingerprint === root.fingerprint ? undefined : former)
  await db.transaction().execute(async (tx) => {
    if (isChange) await activateRootKey(tx, active, staged.fingerprint)
    if (isChange || own.fingerprint === active) await rewrapAll(tx, keys, isChange ? active : undefined, told)
    await touchRootKey(tx, root.fingerprint)
  })
  if (root.fingerprint !== active && !isChange)
    told.warn?.(
      `This start used the root key ${root.fingerprint}, which is in its grace; ${active} has taken its place.`,
    )
  if (former !== undefined) await settle(config, root, former, told)
  return keys
}

/** A retired key that was not forgotten: processes may still run and start with it. */
export function isInGrace({ state, forgotten_at }: Pick<RootKeyRow, 'state' | 'forgotten_at'>): boolean {
  return state === 'retired' && forgotten_at === null
}

function pick({ current, next, previous }: FoundKeys, fingerprints: readonly string[]): RootKey | undefined {
  return [current, next, previous].find((key) => key !== undefined && fingerprints.includes(key.fingerprint))
}

/**
 * Wraps every scope key that another root key wraps with ours: all of them at a change, later those that a process made
 * which still ran with the former one. What cannot be opened stays as it is and is told.
 */
export async function rewrapAll(tx: Tx, keys: Keys, from: string | undefined, told: Told): Promise<void> {
  const rows = await lockKeysOfOtherRoots(tx, keys.fingerprint)
  let left = 0
  for (const row of rows) {
    try {
      await rewrapScopeKey(tx, row.id, await wrap({ keys }, row, await unwrap({ keys }, row)))
    } catch (error) {
      if (!(error instanceof VaultError)) throw error
      left += 1
      told.warn?.(`Version ${row.version} of the key of ${row.scope} was not wrapped anew. ${error.message}`)
    }
  }
  const detail = { from, scopeKeys: rows.length - left, left }
  if (from !== undefined) await told.record?.(tx, 'root-key.rotated', `root-key:${keys.fingerprint}`, detail)
}

/** The database has changed already: files that cannot be moved are the operator's to move, and every start picks the right one. */
async function settle(config: RootKeyConfig, root: RootKey, former: RootKey, told: Told): Promise<void> {
  try {
    await settleKeyFiles(config, root, former)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    told.warn?.(`${root.source} is the root key now, but could not be moved to ${rootKeyPath(config)}: ${why}`)
  }
}

async function explain<T>(found: Promise<T>, needed: string): Promise<T> {
  try {
    return await found
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new Error(`${error.message} This database needs the root key with the fingerprint ${needed}.`, {
      cause: error,
    })
  }
}

function refuse(config: RootKeyConfig, found: FoundKeys, needed: string): Error {
  const root = found.current ?? found.next ?? found.previous
  if (root === undefined)
    return new Error(
      `The root key is missing: this database needs the one with the fingerprint ${needed}. Put it back at ` +
        `${rootKeyPath(config)}, or set LOCKKEEPER_ROOT_KEY. No new one was made, because it could open nothing.`,
    )
  return new Error(
    `The root key from ${root.source} has the fingerprint ${root.fingerprint}, but this database was sealed with ${needed}. ` +
      'Put that key back; nothing was changed.',
  )
}
