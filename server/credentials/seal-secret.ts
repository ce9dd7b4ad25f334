import type { App } from '#server/app.ts'
import type { Tx } from '#server/db/open.ts'
import { Problem } from '#server/platform/problem.ts'
import { open, sealWithVersion, VaultError } from '#server/vault/vault.ts'
import { secretContext, type LimitColumns, type SealedFor } from './secret-context.ts'

/** A sealed secret as its row keeps it. `sealed_version` is the version of the credential that it was sealed for. */
export type Sealed = { sealed: string; sealed_version: number; key_version: number; unreadable_at: null }

/**
 * Seals the secret of version `sealed_version` of a credential for the limits it has then: each version is sealed for
 * itself, so that no former value fits a later one. Holds the scope's key for the transaction; whoever changes a credential
 * has locked its row before. A 409 Problem when the scope has no key, or one that cannot be opened.
 */
export async function sealSecret(
  app: Pick<App, 'keys'>,
  tx: Tx,
  credential: SealedFor,
  secret: string,
): Promise<Sealed> {
  try {
    const { sealed, keyVersion } = await sealWithVersion(app, tx, secretContext(credential), secret)
    return { sealed, sealed_version: credential.sealed_version, key_version: keyVersion, unreadable_at: null }
  } catch (error) {
    if (error instanceof VaultError) throw toProblem(error)
    throw error
  }
}

/**
 * Seals a kept secret again, for version `version` with other limits; the caller has judged that it may have them. Nothing
 * when there is no secret or it does not open: it stays as it is, unreadable.
 */
export async function sealForLimits(
  app: Pick<App, 'keys'>,
  tx: Tx,
  row: SealedFor & { sealed: string | null },
  version: number,
  limits: LimitColumns,
): Promise<Sealed | undefined> {
  const secret = await openKept(app, tx, row)
  if (secret === undefined) return undefined
  return sealSecret(app, tx, { id: row.id, scope: row.scope, sealed_version: version, ...limits }, secret)
}

async function openKept(
  app: Pick<App, 'keys'>,
  tx: Tx,
  row: SealedFor & { sealed: string | null },
): Promise<string | undefined> {
  if (row.sealed === null) return undefined
  try {
    return await open(app, tx, secretContext(row), row.sealed)
  } catch (error) {
    if (error instanceof VaultError && error.code === 'wrong-key') throw toProblem(error)
    if (error instanceof VaultError) return undefined
    throw error
  }
}

function toProblem(error: VaultError): Problem {
  if (error.code === 'no-key')
    return new Problem(409, 'no-key', 'This scope has no token yet. Let an admin of it generate the token first.')
  const detail = `The key of this scope cannot be opened, so nothing can be sealed under it. ${error.message}`
  return new Problem(409, 'key-unreadable', detail)
}
