/** Scopes: `global`, `integrations`, and one for each space. Stored by the space's id, shown by its key. */
import { getReadableSpace } from '#server/access/spaces.ts'
import { authorize, spaceRole } from '#server/access/policy.ts'
import type { Db, Tx } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { notFound, Problem } from '#server/platform/problem.ts'

/** `id`: as stored and sealed. `label`: as in addresses, `space:KEY`. */
export type Scope = { id: string; label: string; name: string; spaceId: string | null }

export const GLOBAL: Scope = { id: 'global', label: 'global', name: 'Global', spaceId: null }
/** The API keys of integrations: only admins know of it. */
export const INTEGRATIONS: Scope = {
  id: 'integrations',
  label: 'integrations',
  name: 'API keys of integrations',
  spaceId: null,
}

/** The scope of this label. A space that the actor cannot see is "not found", and so is `integrations` to all but admins. */
export async function findScope(db: Db | Tx, actor: Actor, label: string): Promise<Scope> {
  if (label === GLOBAL.label) return GLOBAL
  if (label === INTEGRATIONS.label && administers(actor, INTEGRATIONS)) return INTEGRATIONS
  const key = /^space:(.+)$/.exec(label)?.[1]
  if (key === undefined) throw notFound('Scope', label)
  return scopeOfSpace(await getReadableSpace(db, actor, key))
}

export function scopeOfSpace(space: { id: string; key: string; name: string }): Scope {
  return { id: `space:${space.id}`, label: `space:${space.key}`, name: space.name, spaceId: space.id }
}

/** Whether the actor administrates all of the scope: platform admins, and a space's admins theirs. */
export function administers(actor: Actor, scope: Pick<Scope, 'spaceId'>): boolean {
  if (actor.kind === 'system' || actor.role === 'admin') return true
  return scope.spaceId !== null && spaceRole(actor, scope.spaceId) === 'admin'
}

/** Lets admins of the scope pass: 404 for a space that the actor cannot see, 403 otherwise. */
export function requireScopeAdmin(actor: Actor, scope: Pick<Scope, 'spaceId'>): void {
  if (scope.spaceId === null) authorize(actor, 'global-scope.administrate')
  else authorize(actor, 'space-scope.administrate', scope.spaceId)
}

/** Refuses what is not for the scope of integrations: its credentials are made and changed with their integration. */
export function refuseIntegrations(scope: Pick<Scope, 'id'>): void {
  if (scope.id !== INTEGRATIONS.id) return
  const detail = 'The API keys of integrations are changed at their integration; here only their key can be rotated.'
  throw new Problem(409, 'not-for-integrations', detail)
}
