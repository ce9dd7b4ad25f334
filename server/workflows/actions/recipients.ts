/** Who is meant by the recipients of a notification, as people are now. */
import { sql } from 'kysely'
import type { Db, Tx } from '#server/db/open.ts'
import { findAuthors } from '../approvals.ts'
import type { PageFacts } from '../facts.ts'
import { findReadings, readingKey } from '../page-readers.ts'
import type { Run } from './action.ts'

/** What is asked of the database: people, members of groups, and holders of a role in the space. Who reads a page is asked apart. */
type Wanted = { users: string[]; groups: string[]; roles: string[]; spaceId: string | null; hasPage: boolean }

/**
 * The ids of those that `to` names and who may sign in. Of a page they must be able to read it, or they would be told of what
 * they may not see.
 */
export async function findRecipients(
  db: Db | Tx,
  run: Run,
  to: readonly string[],
  assigneeId: string | null,
): Promise<string[]> {
  const place = { spaceId: run.page?.space.id ?? run.workflow.spaceId, hasPage: run.page !== undefined }
  const wanted: Wanted = { users: [], groups: [], roles: [], ...place }
  for (const recipient of to) {
    const [kind = '', name = ''] = recipient.split(':')
    if (kind === 'user') wanted.users.push(name)
    if (kind === 'group') wanted.groups.push(name)
    if (recipient === 'space:admin') wanted.roles.push('admin')
    if (recipient === 'space:editor') wanted.roles.push('admin', 'editor')
    if (recipient === 'owner' && run.workflow.ownerId !== null) wanted.users.push(run.workflow.ownerId)
    if (recipient === 'assignee' && assigneeId !== null) wanted.users.push(assigneeId)
    if (recipient === 'author' && run.page !== undefined) wanted.users.push(...(await findAuthor(db, run.page)))
  }
  return mayRead(db, run.page, await select(db, wanted))
}

async function mayRead(db: Db | Tx, page: PageFacts | undefined, people: string[]): Promise<string[]> {
  if (page === undefined) return people
  const readings = people.map((personId) => ({ personId, documentId: page.id }))
  const open = await findReadings(db, readings)
  return readings.filter((one) => open.has(readingKey(one))).map(({ personId }) => personId)
}

/** Confluence's accounts are not ours: the page's author is known only where one person surely is meant. */
async function findAuthor(db: Db | Tx, { id }: PageFacts): Promise<readonly string[]> {
  const author = (await findAuthors(db, [id])).get(id)
  return author?.isUnique === true ? author.namesakes : []
}

async function select(db: Db | Tx, { users, groups, roles, spaceId, hasPage }: Wanted): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select u.id from users u
    cross join lateral (
      select coalesce(array_agg(m.role), '{}') as roles from space_members m
      where m.space_id = ${spaceId}::uuid and (m.principal in ('everyone', 'user:' || u.id)
        or m.principal in (select 'group:' || g.group_id from group_members g where g.user_id = u.id))
    ) as here
    where not u.disabled
      and (${hasPage} or ${spaceId}::uuid is null or u.role = 'admin' or cardinality(here.roles) > 0)
      and (u.id = any(${users}::uuid[]) or here.roles && ${roles}::text[]
        or exists (select from group_members g where g.user_id = u.id and g.group_id = any(${groups}::uuid[])))
    order by u.id`.execute(db)
  return rows.map(({ id }) => id)
}
