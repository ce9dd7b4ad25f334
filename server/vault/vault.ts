/**
 * Seals and opens secrets under the key of their scope. Sealed values bind the place they were made for; opening one
 * anywhere else, changed, or with another key is a VaultError, never a value.
 */
import { createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto'
import type { App } from '#server/app.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { newId } from '#server/platform/ids.ts'
import { describeContext, openBytes, readKid, sealBytes, VaultError, type SecretContext } from './envelope.ts'
import { groupFingerprint } from './root-key.ts'
import { findScopeKey, insertScopeKey, shareActiveScopeKey, type ScopeKeyRow, type Wrapping } from './store.ts'

export { VaultError, type SecretContext } from './envelope.ts'

type Needs = Pick<App, 'keys'>

/** The id stands in an unproved header: only what can be one is asked of the database. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Makes the scope's key when it has none. `by` is the id of who asked. Several at once make one. */
export async function ensureScopeKey(app: Needs, tx: Tx, scope: string, by: string): Promise<void> {
  if ((await shareActiveScopeKey(tx, scope)) === undefined)
    await generateScopeKey(app, tx, { scope, spaceId: null, by })
}

/** Makes the scope's next key, its active one from then on; false when it has an active one. `by` is the id of who asked. */
export async function generateScopeKey(
  app: Needs,
  tx: Tx,
  { scope, spaceId, by }: { scope: string; spaceId: string | null; by: string },
): Promise<boolean> {
  const id = newId()
  return insertScopeKey(tx, { id, scope, space_id: spaceId, created_by: by }, (version) =>
    wrap(app, { id, scope, version }, randomBytes(32)),
  )
}

/** Seals a text under the active key of its scope; a VaultError `no-key` when that was never made. */
export async function seal(app: Needs, db: Db | Tx, context: SecretContext, plaintext: string): Promise<string> {
  return (await sealWithVersion(app, db, context, plaintext)).sealed
}

/** The same, with the version of the key that sealed. */
export async function sealWithVersion(
  app: Needs,
  db: Db | Tx,
  context: SecretContext,
  plaintext: string,
): Promise<{ sealed: string; keyVersion: number }> {
  const row = await shareActiveScopeKey(db, context.scope)
  if (row === undefined)
    throw new VaultError('no-key', `The scope ${context.scope} has no key yet. Generate its key first.`)
  return { sealed: await sealUnder(app, row, context, plaintext), keyVersion: row.version }
}

/** Seals under this key, which the caller holds: many at once without asking for it each time. */
export async function sealUnder(
  app: Needs,
  key: ScopeKeyRow,
  context: SecretContext,
  plaintext: string,
): Promise<string> {
  return sealBytes(await openScopeKey(app, key), key.id, context, Buffer.from(plaintext))
}

/** Opens a sealed text. Throws a VaultError: `wrong-key`, `tampered`, `context`, `destroyed` or `unknown-key`. */
export async function open(app: Needs, db: Db | Tx, context: SecretContext, sealed: string): Promise<string> {
  const kid = readKid(sealed)
  const key = app.keys.findOpened(kid) ?? (await openKeyOf(app, db, context, kid))
  return Buffer.from(await openBytes(key, context, sealed, kid)).toString()
}

async function openKeyOf(app: Needs, db: Db | Tx, context: SecretContext, kid: string): Promise<KeyObject> {
  const row = UUID.test(kid) ? await findScopeKey(db, kid) : undefined
  if (row === undefined)
    throw new VaultError('unknown-key', `The key that sealed ${describeContext(context)} is not in this database.`)
  if (row.scope !== context.scope)
    throw new VaultError('context', `This value was sealed for another place than ${describeContext(context)}.`)
  return openScopeKey(app, row)
}

/** The key of this row; a VaultError when it was destroyed, changed, or no root key that we have wraps it. */
export async function openScopeKey(app: Needs, row: ScopeKeyRow): Promise<KeyObject> {
  if (row.sealed === null)
    throw new VaultError('destroyed', `Version ${row.version} of the key of ${row.scope} was destroyed.`)
  const kept = app.keys.findOpened(row.id)
  if (kept !== undefined) return kept
  const key = createSecretKey(await unwrap(app, row))
  app.keys.keepOpened(row.id, key)
  return key
}

/**
 * What a scope key is called: the first 64 bits of HKDF-SHA256 over it, for this purpose alone. So it says nothing of
 * the key, nor of anything else that is ever derived from it, and two equal names mean the same key.
 */
export function scopeKeyFingerprint(key: KeyObject): string {
  return groupFingerprint(
    Buffer.from(hkdfSync('sha256', key, '', 'lockkeeper:scope-key-fingerprint', 8)).toString('hex'),
  )
}

/** Seals a scope key under our root key, and under the former one too while processes may run with that. */
export async function wrap(
  app: Needs,
  key: Pick<ScopeKeyRow, 'id' | 'scope' | 'version'>,
  bytes: Uint8Array,
): Promise<Wrapping> {
  const { fingerprint, formerFingerprint: former } = app.keys
  const under = (name: string) => sealBytes(rootKeyOf(app, name, key.scope), name, contextOf(key), bytes)
  return {
    root_fingerprint: fingerprint,
    sealed: await under(fingerprint),
    former_root_fingerprint: former ?? null,
    former_sealed: former === undefined ? null : await under(former),
  }
}

/** The bytes of a scope key, by whichever of its wrappings we have the root key of. */
export function unwrap(app: Needs, row: ScopeKeyRow): Promise<Uint8Array> {
  const { former_root_fingerprint: former, former_sealed, sealed } = row
  if (former !== null && former_sealed !== null && app.keys.rootKey(row.root_fingerprint) === undefined) {
    const root = app.keys.rootKey(former)
    if (root !== undefined) return openBytes(root, contextOf(row), former_sealed)
  }
  return openBytes(rootKeyOf(app, row.root_fingerprint, row.scope), contextOf(row), sealed ?? '')
}

function rootKeyOf(app: Needs, fingerprint: string, scope: string): KeyObject {
  const root = app.keys.rootKey(fingerprint)
  if (root !== undefined) return root
  throw new VaultError(
    'wrong-key',
    `The key of ${scope} needs the root key with the fingerprint ${fingerprint}; this server has ${app.keys.fingerprint}.`,
  )
}

function contextOf({ id, scope, version }: Pick<ScopeKeyRow, 'id' | 'scope' | 'version'>): SecretContext {
  return { scope, id, field: 'scope-key', version }
}
