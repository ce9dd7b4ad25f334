import type { App } from '#server/app.ts'
import type { Tx } from '#server/db/open.ts'
import { Problem } from '#server/platform/problem.ts'
import { shareActiveScopeKey } from '#server/vault/store.ts'
import { seal } from '#server/vault/vault.ts'
import type { Scope } from './scope.ts'

/** A sealed secret as its row keeps it. `sealed_version` is the version of the credential that it was sealed for. */
export type Sealed = { sealed: string; sealed_version: number; key_version: number; unreadable_at: null }

/**
 * Holds the scope's key for the transaction; a 409 Problem when it was never made. Taken before the credential's row is
 * locked, as every other who needs both does: else two could wait for each other.
 */
export async function holdScopeKey(tx: Tx, scope: Pick<Scope, 'id'>): Promise<void> {
  if ((await shareActiveScopeKey(tx, scope.id)) !== undefined) return
  const detail =
    'This scope has no token yet: its secrets could not be kept. Let an admin of it generate the token first.'
  throw new Problem(409, 'no-key', detail)
}

/** Seals the secret of version `version` of a credential. The scope's key is held already. */
export async function sealSecret(
  app: Pick<App, 'keys'>,
  tx: Tx,
  credential: { id: string; scope: string; version: number },
  secret: string,
): Promise<Sealed> {
  const { id, scope, version } = credential
  const sealed = await seal(app, tx, { scope, id, field: 'secret', version }, secret)
  const key = await shareActiveScopeKey(tx, scope)
  if (key === undefined) throw new Error('the key that was held is gone')
  return { sealed, sealed_version: version, key_version: key.version, unreadable_at: null }
}
