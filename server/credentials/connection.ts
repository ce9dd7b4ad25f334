/**
 * The credential of an integration: kept in the scope `integrations`, which has a key of its own. Made, changed and removed
 * together with its integration, in the caller's transaction. The secret comes in and never goes out.
 */
import type { App } from '#server/app.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { judgeUrl, parseEgressAllow } from '#server/egress/guard.ts'
import type { Actor } from '#server/platform/actor.ts'
import { newId } from '#server/platform/ids.ts'
import { notFound } from '#server/platform/problem.ts'
import { ensureScopeKey } from '#server/vault/vault.ts'
import { setReferences } from './references.ts'
import { INTEGRATIONS } from './scope.ts'
import { sealForLimits, sealSecret, type Sealed } from './seal-secret.ts'
import { deleteCredential, getCredential, insertCredential, updateCredential, type CredentialRow } from './store.ts'

const scope = INTEGRATIONS.id

type Needs = Pick<App, 'db' | 'keys'>

export type ConnectionCredential = {
  name: string
  /** Empty: the secret is a token and goes as `Bearer`, without a name. */
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
  const { kind, username } = kindFor(input.username)
  const limits = { kind, domains: input.domains, allow_http: input.allowHttp }
  await ensureScopeKey(app, tx, scope, actor.id)
  await insertCredential(tx, {
    id,
    scope,
    name: input.name,
    username,
    ...limits,
    ...(await sealSecret(app, tx, { id, scope, sealed_version: 1, ...limits }, input.secret)),
    expires_at: input.expiresAt,
    created_by: actor.id,
    created_by_name: actor.name,
    updated_by: actor.id,
    updated_by_name: actor.name,
  })
  return id
}

/** Changes what is given. A new user name or domain without the secret is the caller's to refuse. */
export async function changeConnectionCredential(
  app: Needs,
  tx: Tx,
  actor: Actor,
  id: string,
  change: Partial<ConnectionCredential>,
): Promise<void> {
  const row = await lockConnectionCredential(tx, id)
  const sealed_version = row.sealed_version + 1
  const named = change.username === undefined ? { kind: row.kind } : kindFor(change.username)
  const limits = {
    kind: named.kind,
    domains: change.domains ?? row.domains,
    allow_http: change.allowHttp ?? row.allow_http,
  }
  const isLimited = change.domains !== undefined || change.allowHttp !== undefined
  let sealed: Sealed | undefined
  if (change.secret !== undefined)
    sealed = await sealSecret(app, tx, { id, scope, sealed_version, ...limits }, change.secret)
  else if (isLimited) sealed = await sealForLimits(app, tx, row, sealed_version, limits)
  await updateCredential(tx, id, {
    ...sealed,
    ...(change.name === undefined ? {} : { name: change.name }),
    ...named,
    domains: limits.domains,
    allow_http: limits.allow_http,
    ...(change.expiresAt === undefined ? {} : { expires_at: change.expiresAt }),
    updated_by: actor.id,
    updated_by_name: actor.name,
  })
}

export async function deleteConnectionCredential(tx: Tx, id: string): Promise<void> {
  await deleteCredential(tx, id)
}

/** Says under its present name that the integration uses this credential; undefined: that it uses none any more. */
export async function referToConnection(
  tx: Tx,
  integration: { id: string; name: string },
  credentialId: string | undefined,
): Promise<void> {
  const { id, name } = integration
  await setReferences(
    tx,
    { kind: 'integration', id, name, spaceId: null },
    credentialId === undefined ? [] : [credentialId],
  )
}

/** Counts up with every secret that is stored: two equal answers mean the same secret. */
export async function connectionSecretVersion(db: Db | Tx, id: string): Promise<number> {
  return (await getCredential(db, scope, id)).sealed_version
}

function kindFor(username: string): { kind: 'basic' | 'bearer'; username: string | null } {
  return username === '' ? { kind: 'bearer', username: null } : { kind: 'basic', username }
}

async function lockConnectionCredential(tx: Tx, id: string): Promise<CredentialRow> {
  const row = await tx
    .selectFrom('credentials')
    .selectAll()
    .where('id', '=', id)
    .where('scope', '=', scope)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw notFound('Credential', id)
  return row
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
