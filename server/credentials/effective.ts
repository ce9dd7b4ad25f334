/** What a person may do with a credential, and why: the answer to "who can use this?". */
import type { EffectiveAccess, Level } from '#schema/credential.ts'
import { findPerson } from '#server/access/actor.ts'
import { spaceRole } from '#server/access/policy.ts'
import { findPersonRow, type PersonRow } from '#server/access/store.ts'
import type { App } from '#server/app.ts'
import type { Actor, Person } from '#server/platform/actor.ts'
import { notFound } from '#server/platform/problem.ts'
import { namedGrants } from './grant.ts'
import { levelOf, reaches, requireLevelToRead } from './level.ts'
import { auditRefusals } from './refusals.ts'
import { getAnyCredential, type CredentialRow } from './store.ts'

type Reason = EffectiveAccess['reasons'][number]

/** For those who may change the permissions. Grants that have no effect are named with what they lack. */
export async function effectiveAccess(
  app: Pick<App, 'db'>,
  actor: Actor,
  id: string,
  userId: string,
): Promise<EffectiveAccess> {
  const row = await getAnyCredential(app.db, id)
  await auditRefusals(app, actor, `credential:${id}`, 'read access', () =>
    requireLevelToRead(app.db, actor, row, 'administrate'),
  )
  const user = await findPersonRow(app.db, userId)
  if (user === undefined) throw notFound('User', userId)
  const person = await findPerson(app, userId)
  const grants = await namedGrants(app.db, id)
  const lack = lackOf(person, row)
  const principals = new Set([`user:${user.id}`, ...user.groups.map((group) => `group:${group}`), 'everyone'])
  const granted = grants.filter(({ principal }) => principals.has(principal))
  const reasons = [
    ...adminReasons(user, person, row),
    ...granted.map((grant) => ({ level: grant.level, because: `${describe(grant)}${lack}` })),
  ]
  const level = person === undefined ? undefined : levelOf(person, row, grants)
  return { user: { id: user.id, name: user.name }, level: level ?? null, reasons: highestFirst(reasons) }
}

function adminReasons(user: PersonRow, person: Person | undefined, row: CredentialRow): Reason[] {
  if (person === undefined) return []
  if (user.role === 'admin') return [{ level: 'administrate', because: 'admin of Lockkeeper' }]
  const isSpaceAdmin = row.space_id !== null && spaceRole(person, row.space_id) === 'admin'
  return isSpaceAdmin ? [{ level: 'administrate', because: 'admin of the space' }] : []
}

/** Why grants do nothing for this person; empty when they count. */
function lackOf(person: Person | undefined, row: CredentialRow): string {
  if (person === undefined) return ', but the person is disabled'
  if (row.space_id !== null && spaceRole(person, row.space_id) === undefined) return ', but not a member of the space'
  return ''
}

function describe({ principal, name, level }: { principal: string; name: string | null; level: Level }): string {
  if (principal === 'everyone') return `everyone: ${level}`
  return principal.startsWith('group:') ? `group ${name ?? principal}: ${level}` : `named: ${level}`
}

function highestFirst(reasons: readonly Reason[]): Reason[] {
  return reasons.toSorted((a, b) => Number(reaches(b.level, a.level)) - Number(reaches(a.level, b.level)))
}
