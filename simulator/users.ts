import { makeAccount } from './world/generate.ts'
import { mix, seededUuid } from './world/random.ts'
import { ancestorsOf } from './world/nodes.ts'
import type { Account, Node, Principals, Site, Space } from './world/site.ts'

/** Who may call. Several may share an e-mail address with different keys: they are one person's tokens. */
export type SimUser = {
  email: string
  key: string
  name?: string
  groups?: string[]
  /** A scoped token: works at the gateway address alone, and for these scopes. Without: a classic token. */
  scopes?: string[]
  /** The keys of the spaces this person sees; without: all. */
  spaces?: string[]
  /** Of a Data Center: what stands before the @ of the address when not given, and what is accepted beside it. */
  username?: string
  password?: string
  /** IANA zone in which this person's CQL dates are read. */
  timeZone?: string | undefined
}
export type User = SimUser & { account: Account; revoked: boolean }

export function addUser(site: Site, user: SimUser): User {
  const known = [...site.accounts.values()].find((account) => account.email === user.email)
  const number = Buffer.from(user.email).reduce((sum, byte) => mix(sum, byte), site.seed)
  const groups = user.groups ?? ['confluence-users']
  const account =
    known ??
    makeAccount(site, user.name ?? usernameOf(user.email), user.email, `712020:${seededUuid(number, 1)}`, groups)
  if (user.username !== undefined) account.username = user.username
  return { ...user, account, revoked: false }
}

export function usernameOf(email: string): string {
  return email.split('@')[0] ?? email
}

export function canSeeSpace(user: User, space: Space): boolean {
  return user.spaces === undefined || user.spaces.includes(space.key)
}

/** A page is seen when its space is, and every read restriction from the root down to it names the reader. */
export function canSee(user: User, node: Node): boolean {
  if (!canSeeSpace(user, node.space)) return false
  return allows(user, node) && ancestorsOf(node).every((above) => allows(user, above))
}

export function canEdit(user: User, node: Node): boolean {
  return canSee(user, node) && names(user.account, node.restrictions?.update)
}

function allows(user: User, node: Node): boolean {
  return node.restrictions === undefined || names(user.account, node.restrictions.read)
}

function names(account: Account, principals: Principals | undefined): boolean {
  if (principals === undefined) return true
  if (principals.users.length === 0 && principals.groups.length === 0) return true
  return (
    principals.users.includes(account.accountId) || principals.groups.some((group) => account.groups.includes(group))
  )
}
