import type { App } from '#server/app.ts'
import type { Tx } from '#server/db/open.ts'
import { Problem } from '#server/platform/problem.ts'
import { sealWithVersion, VaultError } from '#server/vault/vault.ts'

/** A sealed secret as its row keeps it. `sealed_version` is the version of the credential that it was sealed for. */
export type Sealed = { sealed: string; sealed_version: number; key_version: number; unreadable_at: null }

/**
 * Seals the secret of version `version` of a credential: each version is sealed for itself, so that no former value fits a
 * later one. Holds the scope's key for the transaction; whoever changes a credential has locked its row before. A 409
 * Problem when the scope has no key, or one that cannot be opened.
 */
export async function sealSecret(
  app: Pick<App, 'keys'>,
  tx: Tx,
  credential: { id: string; scope: string; version: number },
  secret: string,
): Promise<Sealed> {
  const { id, scope, version } = credential
  const context = { scope, id, field: 'secret', version }
  try {
    const { sealed, keyVersion } = await sealWithVersion(app, tx, context, secret)
    return { sealed, sealed_version: version, key_version: keyVersion, unreadable_at: null }
  } catch (error) {
    if (error instanceof VaultError) throw toProblem(error)
    throw error
  }
}

function toProblem(error: VaultError): Problem {
  if (error.code === 'no-key')
    return new Problem(409, 'no-key', 'This scope has no token yet. Let an admin of it generate the token first.')
  const detail = `The key of this scope cannot be opened, so nothing can be sealed under it. ${error.message}`
  return new Problem(409, 'key-unreadable', detail)
}
