// Who may do what. Reads like law: one line an action; every feature's function asks here first.
import type { SpaceRole } from '#schema/access.ts'
import type { Actor, Person } from '#server/platform/actor.ts'
import { forbidden, notFound, Problem } from '#server/platform/problem.ts'

/** anyone = any signed-in person; admin = platform admins; a space role = that role in the space, or a higher one. */
type Rule = 'anyone' | 'admin' | 'reader' | 'editor' | 'space-admin'

const LAW = {
  'integration.read': 'admin',
  'integration.create': 'admin',
  'integration.update': 'admin',
  'integration.delete': 'admin',
  'integration.test': 'admin',
  'integration.sync': 'admin',
  'user.read': 'admin',
  'user.create': 'admin',
  'user.update': 'admin',
  'user.delete': 'admin',
  'group.read': 'admin',
  'group.create': 'admin',
  'group.update': 'admin',
  'group.delete': 'admin',
  'space.read': 'reader',
  'space.create': 'admin',
  'space.update': 'space-admin',
  'space.delete': 'admin',
  'space.members.read': 'space-admin',
  'space.members.update': 'space-admin',
  'document.read': 'reader',
  'document.write': 'editor',
  // With an API key of the scope `propose`: an edit that waits for somebody who may write.
  'document.propose': 'editor',
  'search.read': 'anyone',
  'api-key.read': 'anyone',
  'api-key.create': 'anyone',
  'api-key.delete': 'anyone',
  'system.read': 'admin',
  // Of the space that a delivery is for; without one, and whatever its key is, platform admins alone.
  'delivery.read': 'space-admin',
  'delivery.replay': 'space-admin',
  'egress.read': 'admin',
  'metrics.read': 'admin',
  // The scope global and that of integrations; a space's scope has its own line. What a person may do with one credential
  // stands in its permissions (credentials/level.ts).
  'global-scope.administrate': 'admin',
  'space-scope.administrate': 'space-admin',
} as const satisfies Record<string, Rule>

export type Action = keyof typeof LAW

/**
 * Lets the action pass or throws: 404 for a space the person cannot see, 403 otherwise. Actions that do not end in
 * `.read` also need a session or a key that may write. `spaceId` is needed by every rule about spaces.
 */
export function authorize(actor: Actor, action: Action, spaceId?: string): void {
  if (actor.kind === 'system') return
  if (action === 'document.propose') requirePropose(actor)
  else if (!action.endsWith('.read')) requireWrite(actor)
  const rule: Rule = LAW[action]
  if (rule === 'anyone') return
  if (rule === 'admin') return requireAdmin(actor)
  const needed = rule === 'space-admin' ? 'admin' : rule
  const role = spaceId === undefined ? undefined : spaceRole(actor, spaceId)
  if (role === undefined) throw notFound('Space', spaceId ?? '')
  if (RANK[role] < RANK[needed]) throw forbidden(`This needs the role ${needed} in the space; yours is ${role}.`)
}

/** Platform admins and the system itself only. */
export function requireAdmin(actor: Actor): void {
  if (actor.kind === 'system' || actor.role === 'admin') return
  throw forbidden('Only a platform admin may do this.')
}

/** Refuses an API key that may only read. */
export function requireWrite(actor: Actor): void {
  if (actor.kind === 'system' || actor.mayWrite) return
  throw new Problem(403, 'read-only-key', 'This API key may only read. Use one with the scope "write".')
}

function requirePropose(actor: Person): void {
  if (actor.mayPropose === true) return
  throw new Problem(403, 'read-only-key', 'This API key may not propose edits. Use one with the scope "propose".')
}

const RANK: Record<SpaceRole, number> = { reader: 1, editor: 2, admin: 3 }

/** The higher of two roles. */
export function higherRole(a: SpaceRole, b: SpaceRole | undefined): SpaceRole {
  return b === undefined || RANK[a] >= RANK[b] ? a : b
}

/** The role held in a space; undefined = the space does not exist for this person. */
export function spaceRole(actor: Actor, spaceId: string): SpaceRole | undefined {
  return seesAll(actor) ? 'admin' : actor.spaceRoles.get(spaceId)
}

export function canReadSpace(actor: Actor, spaceId: string): boolean {
  return spaceRole(actor, spaceId) !== undefined
}

/** The spaces to which every list and search of this person is narrowed. */
export function readableSpaceIds(actor: Actor): 'all' | string[] {
  return seesAll(actor) ? 'all' : [...actor.spaceRoles.keys()]
}

/** The spaces that this person is an admin of. */
export function administeredSpaceIds(actor: Actor): 'all' | string[] {
  if (seesAll(actor)) return 'all'
  return [...actor.spaceRoles].filter(([, role]) => role === 'admin').map(([id]) => id)
}

function seesAll(actor: Actor): actor is Exclude<Actor, Person> | (Person & { role: 'admin' }) {
  return actor.kind === 'system' || actor.role === 'admin'
}
