/** The pages that wait for the caller's approval. */
import { sql, type RawBuilder } from 'kysely'
import type { ListQuery } from '#schema/common.ts'
import type { PendingApproval, PendingApprovalPage } from '#schema/page-status.ts'
import type { Definition, Transition } from '#schema/workflow.ts'
import { readableSpaceIds } from '#server/access/policy.ts'
import { findReader, mayRead, type Reader } from '#server/access/reader.ts'
import type { App } from '#server/app.ts'
import type { Db } from '#server/db/open.ts'
import type { Person } from '#server/platform/actor.ts'
import { toPage } from '#server/platform/page.ts'
import { findActive, type Definitions } from './active.ts'
import { isVisible } from './applies.ts'
import { findApprovals, findAuthors, findPeople, tally } from './approvals.ts'
import { readCursor } from './cursor.ts'
import { statusName } from './page-state.ts'
import { DEFAULT_WHO, rolesFrom, spaceRoleOf } from './who.ts'

type Needs = Pick<App, 'db'>

/** A step that the caller may approve: in these spaces (null: all that he can read), and anywhere on pages of his own. */
type Rule = {
  workflow: { id: string; name: string; definition: Definition }
  step: Transition
  spaces: string[] | null
  byAuthor: boolean
}

type Row = {
  rule: number
  documentId: string
  title: string
  version: number
  spaceId: string
  spaceKey: string
  since: Date
}

/** More than this are not counted. */
const MOST_COUNTED = 1000

/** Those that wait longest first. A fixed number of queries; `total` counts them, up to a thousand. */
export async function listPendingApprovals(app: Needs, actor: Person, query: ListQuery): Promise<PendingApprovalPage> {
  const rules = await findRules(app.db, actor)
  if (rules.length === 0) return { items: [], nextCursor: null, total: 0 }
  const reader = await findReader(app.db, actor)
  const rows = await findRows(app.db, actor, reader, rules, query)
  const page = toPage(rows, query.limit, (row) => [row.since.toISOString(), row.documentId, String(row.rule)])
  const isAll = query.cursor === undefined && page.nextCursor === null
  const total = isAll ? rows.length : await countRows(app.db, actor, reader, rules)
  return { ...page, items: await present(app.db, rules, page.items), total }
}

const known = new WeakMap<Db, Definitions>()

async function findRules(db: Db, actor: Person): Promise<Rule[]> {
  const definitions = known.get(db) ?? new Map()
  known.set(db, definitions)
  const readable = readableSpaceIds(actor)
  const workflows = (await findActive(db, definitions)).filter(
    ({ spaceId }) => spaceId === null || readable === 'all' || readable.includes(spaceId),
  )
  return workflows.flatMap((workflow) =>
    (workflow.definition.transitions ?? [])
      .filter((step) => step.approvals !== undefined)
      .map((step) => ({ workflow, step, ...reachOf(step, actor) }))
      .filter(({ spaces, byAuthor }) => byAuthor || spaces === null || spaces.length > 0),
  )
}

function reachOf({ who = DEFAULT_WHO }: Transition, actor: Person): Pick<Rule, 'spaces' | 'byAuthor'> {
  const byAuthor = who.includes('author')
  const roles = who.flatMap((entry) => spaceRoleOf(entry) ?? [])
  if (who.some((entry) => actor.principals.includes(entry)) || (actor.role === 'admin' && roles.length > 0))
    return { spaces: null, byAuthor }
  const enough = new Set(roles.flatMap(rolesFrom))
  return { spaces: [...actor.spaceRoles].filter(([, role]) => enough.has(role)).map(([id]) => id), byAuthor }
}

/**
 * The pages that wait, at most `limit` for each rule, those that wait longest first: the index of page_statuses gives them
 * in this order, so that of very many only the first are looked at. By the same rules as who.ts has for one page.
 */
function waitingPages(
  actor: Person,
  reader: Reader,
  rules: readonly Rule[],
  after: RawBuilder<unknown>,
  limit: number,
): RawBuilder<unknown> {
  const rows = rules.map(({ workflow, step, spaces, byAuthor }, index) => ({
    index,
    workflow_id: workflow.id,
    from_status: step.from,
    to_status: step.to,
    spaces,
    by_author: byAuthor,
    not_author: step.approvals?.notAuthor === true,
  }))
  return sql`
    with me as materialized (
      select account.integration_id, account.account_id,
        not exists (select from source_people as other where other.integration_id = account.integration_id
          and other.account_id <> account.account_id and lower(other.name) = lower(account.name))
        and (select count(*) from users as person where lower(person.name) = lower(account.name)) = 1 as is_unique
      from source_people as account where lower(account.name) = lower(${actor.name})
    ), waiting as (
      select rule.index as rule, page.*
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as rule (index integer, workflow_id uuid, from_status text,
        to_status text, spaces uuid[], by_author boolean, not_author boolean)
      cross join lateral (
        select standing.document_id as "documentId", standing.since, document.title, document.version,
          document.space_id as "spaceId"
        from page_statuses as standing
        join documents as document on document.id = standing.document_id
        where standing.workflow_id = rule.workflow_id and standing.status = rule.from_status ${after} and ${isVisible}
          and ${mayRead(reader)}
          and (rule.spaces is null or document.space_id = any(rule.spaces) or (rule.by_author and exists (
            select from me where me.is_unique and ${isWrittenByMe})))
          and not (rule.not_author and exists (select from me where ${isWrittenByMe}))
          and not exists (
            select from page_approvals as mine
            where mine.document_id = standing.document_id and mine.workflow_id = standing.workflow_id
              and mine.from_status = rule.from_status and mine.to_status = rule.to_status and mine.user_id = ${actor.id}
              and mine.page_version = document.version)
        order by standing.since, standing.document_id
        limit ${limit}
      ) as page
    )`
}

const isWrittenByMe = sql`me.integration_id = document.integration_id
  and me.account_id = coalesce(document.version_author, document.author)`

async function findRows(
  db: Db,
  actor: Person,
  reader: Reader,
  rules: readonly Rule[],
  { limit, cursor }: ListQuery,
): Promise<Row[]> {
  const [since, id, rule] = cursor === undefined ? [] : readCursor(cursor, 3)
  const after =
    since === undefined
      ? sql``
      : sql`and (standing.since, standing.document_id) >= (${since}::timestamptz, ${id}::uuid)
          and (standing.since, standing.document_id, rule.index) > (${since}::timestamptz, ${id}::uuid, ${Number(rule) || 0})`
  const { rows } = await sql<Row>`
    ${waitingPages(actor, reader, rules, after, limit + 1)}
    select waiting.*, space.key as "spaceKey" from waiting
    join spaces as space on space.id = waiting."spaceId"
    order by since, "documentId", rule
    limit ${limit + 1}`.execute(db)
  return rows
}

async function countRows(db: Db, actor: Person, reader: Reader, rules: readonly Rule[]): Promise<number> {
  const { rows } = await sql<{ total: number }>`
    ${waitingPages(actor, reader, rules, sql``, MOST_COUNTED)} select least(count(*), ${MOST_COUNTED}) as total from waiting
  `.execute(db)
  return rows[0]?.total ?? 0
}

/** How many approvals each page has and needs: of all their spaces and approvers at once. */
async function present(db: Db, rules: readonly Rule[], rows: readonly Row[]): Promise<PendingApproval[]> {
  const ids = [...new Set(rows.map((row) => row.documentId))]
  const spacesOf = (minimum: 'all' | 'some') => [
    ...new Set(
      rows
        .filter((row) => (rules[row.rule]?.step.approvals?.minimum === 'all') === (minimum === 'all'))
        .map((row) => row.spaceId),
    ),
  ]
  const approvals = await findApprovals(db, ids)
  const authors = await findAuthors(db, ids)
  const everybody = await findPeople(db, spacesOf('all'))
  const approvers = [...new Set(approvals.map(({ userId }) => userId))]
  const gave = await findPeople(db, spacesOf('some'), approvers)
  return rows.flatMap((row) => {
    const rule = rules[row.rule]
    if (rule === undefined) return []
    const { workflow, step } = rule
    const given = approvals.filter((one) => one.documentId === row.documentId && one.workflowId === workflow.id)
    const people = (step.approvals?.minimum === 'all' ? everybody : gave).get(row.spaceId) ?? []
    const counted = tally(step, { version: row.version, author: authors.get(row.documentId) ?? null }, given, people)
    return [
      {
        document: { id: row.documentId, title: row.title, space: row.spaceKey, version: row.version },
        workflow: { id: workflow.id, name: workflow.name },
        transition: { name: step.name, to: statusName(workflow.definition, step.to) },
        given: counted.given.length,
        needed: counted.needed,
        since: row.since.toISOString(),
      },
    ]
  })
}
