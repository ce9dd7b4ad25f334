/** Approvals of a step: who gave one that counts, how many are needed, who can still give one. */
import { sql } from 'kysely'
import type { SpaceRole } from '#schema/access.ts'
import type { Transition } from '#schema/workflow.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { isBarredAuthor, isNamed, mayTake, type Author, type Candidate } from './who.ts'

export type Approval = {
  documentId: string
  workflowId: string
  from: string
  to: string
  version: number
  userId: string
  name: string
  comment: string | null
  at: Date
}

/** `needed`: at least one, also where `all` finds nobody. `missing`: the people who may and have not. */
export type Tally = { needed: number; given: Approval[]; missing: Candidate[]; isEnough: boolean }

/**
 * Counts the approvals of the page's present version that were given by people who may still give them. `all`: everybody
 * whom `who` names as a person, by a group or by a role held in the space, but the author where he is barred.
 */
export function tally(
  step: Transition,
  page: { version: number; author: Author | null },
  approvals: readonly Approval[],
  people: readonly Candidate[],
): Tally {
  const byId = new Map(people.map((one) => [one.id, one]))
  const may = (one: Candidate) => mayTake(step, one, page.author) && !isBarredAuthor(step, one.id, page.author)
  const given = approvals.filter((approval) => {
    if (approval.from !== step.from || approval.to !== step.to || approval.version !== page.version) return false
    const one = byId.get(approval.userId)
    return one !== undefined && may(one)
  })
  const done = new Set(given.map(({ userId }) => userId))
  const asked = people.filter((one) => may(one) && isNamed(step, one, page.author))
  const missing = asked.filter(({ id }) => !done.has(id))
  const minimum = step.approvals?.minimum ?? 1
  if (minimum !== 'all') return { needed: minimum, given, missing, isEnough: given.length >= minimum }
  return { needed: Math.max(1, asked.length), given, missing, isEnough: missing.length === 0 && given.length > 0 }
}

/** Approvals of these pages in any workflow, oldest first; some may be of former versions. */
export async function findApprovals(db: Db | Tx, documentIds: readonly string[]): Promise<Approval[]> {
  if (documentIds.length === 0) return []
  const { rows } = await sql<Approval>`
    select document_id as "documentId", workflow_id as "workflowId", from_status as "from", to_status as "to",
      page_version as version, user_id as "userId", user_name as name, comment, at
    from page_approvals where document_id = any(${documentIds}::uuid[]) order by at, user_id`.execute(db)
  return rows
}

/** The enabled people who can read each of these spaces, by name; of them only `ids`, when given. */
export async function findPeople(
  db: Db | Tx,
  spaceIds: readonly string[],
  ids?: readonly string[],
): Promise<Map<string, Candidate[]>> {
  if (spaceIds.length === 0 || ids?.length === 0) return new Map()
  const { rows } = await sql<Omit<Candidate, 'role'> & { role: SpaceRole | null; spaceId: string }>`
    select space.id as "spaceId", person.id, person.name, person.role = 'admin' as "isAdmin", mine.role,
      array(select 'user:' || person.id union all
        select 'group:' || member.group_id from group_members as member where member.user_id = person.id) as principals
    from unnest(${spaceIds}::uuid[]) as space (id)
    cross join users as person
    left join lateral (
      select member.role from space_members as member
      where member.space_id = space.id and (member.principal in ('everyone', 'user:' || person.id)
        or member.principal in (select 'group:' || g.group_id from group_members as g where g.user_id = person.id))
      order by array_position(array['admin', 'editor', 'reader'], member.role) limit 1
    ) as mine on true
    where not person.disabled and (person.role = 'admin' or mine.role is not null)
      ${ids === undefined ? sql`` : sql`and person.id = any(${ids}::uuid[])`}
    order by lower(person.name), person.id`.execute(db)
  const found = new Map<string, Candidate[]>()
  for (const { spaceId, role, ...person } of rows) {
    const people = found.get(spaceId) ?? []
    people.push({ ...person, role: role ?? undefined })
    found.set(spaceId, people)
  }
  return found
}

export async function peopleOf(db: Db | Tx, spaceId: string): Promise<Candidate[]> {
  return (await findPeople(db, [spaceId])).get(spaceId) ?? []
}

/** Who wrote the present versions of documents; those whose name Confluence has not told are missing. */
export async function findAuthors(db: Db | Tx, documentIds: readonly string[]): Promise<Map<string, Author>> {
  if (documentIds.length === 0) return new Map()
  const { rows } = await sql<Author & { documentId: string }>`
    select document.id as "documentId", account.name, namesakes.ids as namesakes,
      cardinality(namesakes.ids) = 1 and not exists (
        select from source_people as other where other.integration_id = account.integration_id
          and other.account_id <> account.account_id and lower(other.name) = lower(account.name)) as "isUnique"
    from documents as document
    join source_people as account on account.integration_id = document.integration_id
      and account.account_id = coalesce(document.version_author, document.author)
    cross join lateral (
      select array(select person.id from users as person where lower(person.name) = lower(account.name)) as ids
    ) as namesakes
    where document.id = any(${documentIds}::uuid[])`.execute(db)
  return new Map(rows.map(({ documentId, ...author }) => [documentId, author]))
}
