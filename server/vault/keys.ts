import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { inspect } from 'node:util'
import type { Config } from '#server/config.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { findRootKey, makeRootKey, rootKeyPath, type RootKey } from './root-key.ts'

/** How long an opened scope key is kept: a key destroyed by another process opens nothing after this. */
const KEEP_MS = 5_000

/** Holds the root key and, for seconds, opened scope keys. Prints as `[secret]` wherever it lands. */
export class Keys {
  /** What the root key is called. */
  readonly fingerprint: string
  /** The root key before ours, while processes may still run with it and we have it too. */
  readonly formerFingerprint: string | undefined
  readonly #roots: ReadonlyMap<string, KeyObject>
  readonly #opened = new Map<string, { key: KeyObject; until: number }>()
  #origin: KeyObject

  constructor(root: Pick<RootKey, 'bytes' | 'fingerprint'>, former?: Pick<RootKey, 'bytes' | 'fingerprint'>) {
    this.fingerprint = root.fingerprint
    this.formerFingerprint = former?.fingerprint
    this.#origin = createSecretKey(root.bytes)
    this.#roots = new Map([
      [root.fingerprint, this.#origin],
      ...(former === undefined ? [] : [[former.fingerprint, createSecretKey(former.bytes)] as const]),
    ])
  }

  /** The root key with this fingerprint, if we have it. Only the vault asks. */
  rootKey(fingerprint: string): KeyObject | undefined {
    return this.#roots.get(fingerprint)
  }

  /** Derives from this key from now on: one that outlives the root key. */
  deriveFrom(origin: KeyObject): void {
    this.#origin = origin
  }

  /** A secret for another purpose than sealing (HKDF-SHA256, RFC 5869), as base64url. */
  derive(purpose: string): string {
    return Buffer.from(hkdfSync('sha256', this.#origin, '', `lockkeeper:${purpose}`, 32)).toString('base64url')
  }

  /** A scope key opened a moment ago. Only the vault asks. */
  findOpened(id: string): KeyObject | undefined {
    const found = this.#opened.get(id)
    if (found === undefined) return undefined
    if (found.until > performance.now()) return found.key
    this.#opened.delete(id)
    return undefined
  }

  keepOpened(id: string, key: KeyObject): void {
    this.#opened.set(id, { key, until: performance.now() + KEEP_MS })
  }

  /** Drops opened scope keys at once: after one was destroyed. */
  forgetOpened(): void {
    this.#opened.clear()
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}

/**
 * Opens the root key that this database needs, making one when neither the database nor the machine knows any. A missing,
 * malformed or other key throws a sentence with the fingerprint that is needed; nothing is overwritten.
 */
export async function openKeys(
  config: Pick<Config, 'rootKey' | 'rootKeyFile' | 'configDir' | 'dataDir'>,
  db: Db,
): Promise<Keys> {
  const needed = await findActiveFingerprint(db)
  const root = (await explain(findRootKey(config), needed)) ?? (await makeFirst(config, needed))
  await db.transaction().execute((tx) => admit(tx, root))
  return new Keys(root)
}

async function explain<T>(found: Promise<T>, needed: string | undefined): Promise<T> {
  try {
    return await found
  } catch (error) {
    if (needed === undefined || !(error instanceof Error)) throw error
    throw new Error(`${error.message} This database needs the root key with the fingerprint ${needed}.`, {
      cause: error,
    })
  }
}

async function makeFirst(config: Parameters<typeof makeRootKey>[0], needed: string | undefined): Promise<RootKey> {
  if (needed === undefined) return makeRootKey(config)
  throw new Error(
    `The root key is missing: this database needs the one with the fingerprint ${needed}. Put it back at ` +
      `${rootKeyPath(config)}, or set LOCKKEEPER_ROOT_KEY. No new one was made, because it could open nothing.`,
  )
}

/** Notes the key as this database's when it is the first, and refuses any other than the active one. */
async function admit(tx: Tx, root: RootKey): Promise<void> {
  await tx
    .insertInto('root_keys')
    .values({ fingerprint: root.fingerprint, state: 'active' })
    .onConflict((conflict) => conflict.doNothing()) // on either key: another process may have been first
    .execute()
  const active = await findActiveFingerprint(tx)
  if (active !== root.fingerprint)
    throw new Error(
      `The root key from ${root.source} has the fingerprint ${root.fingerprint}, but this database was sealed with ${active}. ` +
        'Put that key back; nothing was changed.',
    )
  await tx
    .updateTable('root_keys')
    .set({ last_used_at: new Date() })
    .where('fingerprint', '=', root.fingerprint)
    .execute()
}

async function findActiveFingerprint(db: Db | Tx): Promise<string | undefined> {
  const row = await db.selectFrom('root_keys').select('fingerprint').where('state', '=', 'active').executeTakeFirst()
  return row?.fingerprint
}
