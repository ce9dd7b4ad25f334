/**
 * The credential of an integration: kept in the scope `integrations`, which has a key of its own. Made, changed and removed
 * together with its integration, in the caller's transaction. The secret comes in and never goes out.
 */
import type { App } from '#server/app.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { judgeUrl, parseEgressAllow } from '#server/egress/guard.ts'
import type { Actor } from '#server/platform/actor.ts'
import { newId } from '#server/platform/ids.ts'
import { ensureScopeKey, seal } from '#server/vault/vault.ts'
import { deleteCredential, getCredential, insertCredential, updateCredential } from './store.ts'

export const CONNECTION_SCOPE = 'integrations'

type Needs = Pick<App, 'db' | 'keys'>

export type ConnectionCredential = {
  name: string
  username: string
  secret: string
  domains: string[]
  allowHttp: boolean
  expiresAt: Date | null
}

/** Seals and stores a connection's user name and key; answers the credential's id. */
export async function createConnectionCredential(
  app: Needs,
  tx: Tx,
  actor: Actor,
  input: ConnectionCredential,
): Promise<string> {
  const id = newId()
  await ensureScopeKey(app, tx, CONNECTION_SCOPE, actor.id)
  const sealed = await seal(app, tx, { scope: CONNECTION_SCOPE, id, field: 'secret', version: 1 }, input.secret)
  await insertCredential(tx, {
    id,
    scope: CONNECTION_SCOPE,
    name: input.name,
    kind: 'basic',
    username: input.username,
    sealed,
    sealed_version: 1,
    domains: input.domains,
    allow_http: input.allowHttp,
    expires_at: input.expiresAt,
  })
  return id
}

/** Changes what is given. A new user name or domain without the secret is the caller's to refuse. */
export async function changeConnectionCredential(
  app: Needs,
  tx: Tx,
  id: string,
  change: Partial<ConnectionCredential>,
): Promise<void> {
  const row = await getCredential(tx, CONNECTION_SCOPE, id)
  const version = row.sealed_version + 1
  const sealed =
    change.secret === undefined
      ? {}
      : {
          sealed: await seal(app, tx, { scope: CONNECTION_SCOPE, id, field: 'secret', version }, change.secret),
          sealed_version: version,
        }
  await updateCredential(tx, id, {
    ...sealed,
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(change.username === undefined ? {} : { username: change.username }),
    ...(change.domains === undefined ? {} : { domains: change.domains }),
    ...(change.allowHttp === undefined ? {} : { allow_http: change.allowHttp }),
    ...(change.expiresAt === undefined ? {} : { expires_at: change.expiresAt }),
  })
}

export async function deleteConnectionCredential(tx: Tx, id: string): Promise<void> {
  await deleteCredential(tx, id)
}

/** Counts up with every secret that is stored: two equal answers mean the same secret. */
export async function connectionSecretVersion(db: Db | Tx, id: string): Promise<number> {
  return (await getCredential(db, CONNECTION_SCOPE, id)).sealed_version
}

/**
 * Whether the guard would let an unencrypted request go to a place that the operator has not opened in
 * LOCKKEEPER_EGRESS_ALLOW, by its name or as a private address. What the guard refuses anyway is left to the guard.
 */
export function isClearTextRisk(egressAllow: string, origin: string): boolean {
  const allow = parseEgressAllow(egressAllow)
  const verdict = judgeUrl(origin, { allow, ownOrigins: [] })
  if (!verdict.allowed) return false
  const { hostname } = verdict.url
  const isNamed = allow.some(
    (entry) => entry.kind === 'host' && entry.host === hostname && (entry.port ?? verdict.port) === verdict.port,
  )
  return !isNamed && judgeUrl(origin, { allow: [], ownOrigins: [] }).allowed
}
