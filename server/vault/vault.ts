/**
 * Seals and opens secrets under the key of their scope. Sealed values bind the place they were made for; opening one
 * anywhere else, changed, or with another key is a VaultError, never a value.
 */
import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import type { App } from '#server/app.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { newId } from '#server/platform/ids.ts'
import { describeContext, openBytes, readKid, sealBytes, VaultError, type SecretContext } from './envelope.ts'
import { findScopeKey, insertScopeKey, shareActiveScopeKey, type ScopeKeyRow } from './store.ts'

export { VaultError, type SecretContext } from './envelope.ts'

type Needs = Pick<App, 'keys'>

/** The id stands in an unproved header: only what can be one is asked of the database. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Makes the scope's key when it has none. `by` is the id of who asked. Several at once make one. */
export async function ensureScopeKey(app: Needs, tx: Tx, scope: string, by: string): Promise<void> {
  if ((await shareActiveScopeKey(tx, scope)) !== undefined) return
  const { fingerprint } = app.keys
  const root = rootKeyOf(app, fingerprint, scope)
  const id = newId()
  await insertScopeKey(tx, { id, scope, root_fingerprint: fingerprint, created_by: by }, (version) =>
    sealBytes(root, fingerprint, contextOf({ id, scope, version }), randomBytes(32)),
  )
}

/** Seals a text under the active key of its scope; a VaultError `no-key` when that was never made. */
export async function seal(app: Needs, db: Db | Tx, context: SecretContext, plaintext: string): Promise<string> {
  const row = await shareActiveScopeKey(db, context.scope)
  if (row === undefined)
    throw new VaultError('no-key', `The scope ${context.scope} has no key yet. Generate its key first.`)
  return sealBytes(await openScopeKey(app, row), row.id, context, Buffer.from(plaintext))
}

/** Opens a sealed text. Throws a VaultError: `wrong-key`, `tampered`, `context`, `destroyed` or `unknown-key`. */
export async function open(app: Needs, db: Db | Tx, context: SecretContext, sealed: string): Promise<string> {
  const kid = readKid(sealed)
  const key = app.keys.findOpened(kid) ?? (await openKeyOf(app, db, context, kid))
  return Buffer.from(await openBytes(key, context, sealed)).toString()
}

async function openKeyOf(app: Needs, db: Db | Tx, context: SecretContext, kid: string): Promise<KeyObject> {
  const row = UUID.test(kid) ? await findScopeKey(db, kid) : undefined
  if (row === undefined)
    throw new VaultError('unknown-key', `The key that sealed ${describeContext(context)} is not in this database.`)
  if (row.scope !== context.scope)
    throw new VaultError('context', `This value was sealed for another place than ${describeContext(context)}.`)
  return openScopeKey(app, row)
}

async function openScopeKey(app: Needs, row: ScopeKeyRow): Promise<KeyObject> {
  const kept = app.keys.findOpened(row.id)
  if (kept !== undefined && row.sealed !== null) return kept
  if (row.sealed === null)
    throw new VaultError('destroyed', `Version ${row.version} of the key of ${row.scope} was destroyed.`)
  const root = rootKeyOf(app, row.root_fingerprint, row.scope)
  const key = createSecretKey(await openBytes(root, contextOf(row), row.sealed))
  app.keys.keepOpened(row.id, key)
  return key
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
