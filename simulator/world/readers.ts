import { ancestorsOf } from './nodes.ts'
import { seededUuid } from './random.ts'
import type { Account, Node, Principals, Site, Space } from './site.ts'

/*
 * Who may read a space, and what people show of themselves. Kept beside the world: most sites hold nothing of it, and
 * then every licensed user may read every space and nobody shows an e-mail address.
 */
export type SpacePrincipal = { type: 'user' | 'group' | 'role' | 'access-class'; id: string }
export type Shown = { email: boolean; active: boolean; guest: boolean }

const readers = new WeakMap<Space, readonly SpacePrincipal[]>()
const roles = new WeakMap<Space, ReadonlyMap<string, readonly SpacePrincipal[]>>()
const shown = new WeakMap<Account, Shown>()

const EVERYONE: readonly SpacePrincipal[] = [{ type: 'access-class', id: 'ALL_LICENSED_USERS' }]

export function spaceReaders(space: Space): readonly SpacePrincipal[] {
  return readers.get(space) ?? EVERYONE
}

/** Groups by name. `assigned`: who has a role, by the role's id. */
export function setSpaceReaders(
  space: Space,
  to: readonly SpacePrincipal[],
  assigned: Readonly<Record<string, readonly SpacePrincipal[]>> = {},
): void {
  readers.set(space, to)
  roles.set(space, new Map(Object.entries(assigned)))
}

export function roleAssignments(space: Space): [string, SpacePrincipal][] {
  return [...(roles.get(space) ?? [])].flatMap(([role, holders]) =>
    holders.map((one): [string, SpacePrincipal] => [role, one]),
  )
}

export function shownOf(account: Account): Shown {
  return shown.get(account) ?? { email: false, active: true, guest: false }
}

export function setShown(account: Account, change: Partial<Shown>): void {
  shown.set(account, { ...shownOf(account), ...change })
}

/** Follows from the name, so that a group needs no record of its own. */
export function groupId(name: string): string {
  return seededUuid(Buffer.from(name).reduce((sum, byte) => Math.imul(sum, 31) + byte, 7) >>> 0, 1)
}

/** Every group that somebody is in, or that is let in somewhere. */
export function findGroup(site: Site, id: string): string | undefined {
  for (const { groups } of site.accounts.values()) for (const name of groups) if (groupId(name) === id) return name
  for (const space of site.spaces.values())
    for (const one of spaceReaders(space)) if (one.type === 'group' && groupId(one.id) === id) return one.id
  for (const { restrictions } of site.nodes.values())
    for (const name of restrictions?.read?.groups ?? []) if (groupId(name) === id) return name
  return undefined
}

/** Account ids of those who may read a node: what any client must come to. */
export function readersOf(site: Site, node: Node): string[] {
  const path = [...ancestorsOf(node), node]
  return [...site.accounts.values()]
    .filter((account) => shownOf(account).active && isSpaceReader(node.space, account))
    .filter((account) => path.every((one) => isLetIn(one.restrictions?.read, account)))
    .map((account) => account.accountId)
}

function isSpaceReader(space: Space, account: Account): boolean {
  const isOne = ({ type, id }: SpacePrincipal): boolean => {
    if (type === 'user') return id === account.accountId
    if (type === 'group') return account.groups.includes(id)
    if (type === 'role') return (roles.get(space)?.get(id) ?? []).some(isOne)
    return id === 'ALL_LICENSED_USERS' && !shownOf(account).guest
  }
  return spaceReaders(space).some(isOne)
}

function isLetIn(principals: Principals | undefined, account: Account): boolean {
  if (principals === undefined || principals.users.length + principals.groups.length === 0) return true
  return (
    principals.users.includes(account.accountId) || principals.groups.some((group) => account.groups.includes(group))
  )
}
