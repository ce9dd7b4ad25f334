/**
 * What a secret is sealed for: its place, and the limits it was given for. Whoever changes kind, header, domains or http in
 * the database, past Lockkeeper, gets a secret that does not open instead of one that goes elsewhere.
 */
import { createHash } from 'node:crypto'
import type { SecretContext } from '#server/vault/vault.ts'
import type { CredentialRow } from './store.ts'

/** The columns that decide where a secret goes, and on which header. */
export type LimitColumns = Pick<CredentialRow, 'kind' | 'domains' | 'allow_http'> & { header?: string | null }
export type SealedFor = { id: string; scope: string; sealed_version: number } & LimitColumns

export function secretContext({ id, scope, sealed_version: version, ...limits }: SealedFor): SecretContext {
  return { scope, id, field: `secret:${digestOf(limits)}`, version }
}

/** Equal for limits that mean the same: the order of domains and the case of a header do not count. */
function digestOf({ kind, header, domains, allow_http: allowHttp }: LimitColumns): string {
  const limits = [kind, (header ?? '').toLowerCase(), domains.toSorted(), allowHttp]
  return createHash('sha256').update(JSON.stringify(limits)).digest('base64url')
}
