/** Who may take a step: the rules of `who` and of approvals, for people however they were found. Pure. */
import type { SpaceRole } from '#schema/access.ts'
import type { Transition } from '#schema/workflow.ts'
import type { Person } from '#server/platform/actor.ts'

/** A person as seen from one page. `role`: in its space, as a member; a platform admin needs none. */
export type Candidate = {
  id: string
  name: string
  isAdmin: boolean
  role: SpaceRole | undefined
  /** user:ID and each group:ID. */
  principals: readonly string[]
}

/**
 * Who wrote the page's version, by the name that Confluence shows, for its accounts are not ours. `namesakes`: our people
 * with just this name. `isUnique`: one account there and one person here have it.
 */
export type Author = { name: string; namesakes: readonly string[]; isUnique: boolean }

/** Left out in a definition: editors of the space. */
export const DEFAULT_WHO = ['space:editor']

const RANK: Record<SpaceRole, number> = { reader: 1, editor: 2, admin: 3 }

export function toCandidate(actor: Person, spaceId: string): Candidate {
  const { id, name, principals } = actor
  return { id, name, isAdmin: actor.role === 'admin', role: actor.spaceRoles.get(spaceId), principals }
}

/** Whether the person may take the step, as far as `who` says it; of the page's author only when he is surely that person. */
export function mayTake(
  { who = DEFAULT_WHO }: Pick<Transition, 'who'>,
  one: Candidate,
  author: Author | null,
): boolean {
  if (!one.isAdmin && one.role === undefined) return false
  return who.some((entry) => entry.startsWith('space:') && one.isAdmin) || isNamed({ who }, one, author)
}

/** The same without what platform admins may everywhere: these people are counted where all must approve. */
export function isNamed(
  { who = DEFAULT_WHO }: Pick<Transition, 'who'>,
  one: Candidate,
  author: Author | null,
): boolean {
  if (!one.isAdmin && one.role === undefined) return false
  return who.some((entry) => {
    if (entry === 'author') return author !== null && author.isUnique && author.namesakes.includes(one.id)
    const role = spaceRoleOf(entry)
    if (role === undefined) return one.principals.includes(entry)
    return one.role !== undefined && RANK[one.role] >= RANK[role]
  })
}

/** Whether the step is closed to the person because he may have written the version: whoever has the author's name. */
export function isBarredAuthor(
  { approvals }: Pick<Transition, 'approvals'>,
  id: string,
  author: Author | null,
): boolean {
  return approvals?.notAuthor === true && author !== null && author.namesakes.includes(id)
}

export function spaceRoleOf(entry: string): SpaceRole | undefined {
  if (entry === 'space:reader') return 'reader'
  if (entry === 'space:editor') return 'editor'
  return entry === 'space:admin' ? 'admin' : undefined
}

/** Roles in a space that reach the needed one. */
export function rolesFrom(needed: SpaceRole): SpaceRole[] {
  return (['reader', 'editor', 'admin'] as const).filter((role) => RANK[role] >= RANK[needed])
}
