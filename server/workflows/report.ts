/** The pages of a space by status. Whoever may read the space may read this, of the pages that he may read. */
import { sql } from 'kysely'
import type { ReportPage, ReportPagesQuery, SpaceReport } from '#schema/page-status.ts'
import { Definition } from '#schema/workflow.ts'
import { findReader, mayRead, type Reader } from '#server/access/reader.ts'
import { getReadableSpace } from '#server/access/spaces.ts'
import type { App } from '#server/app.ts'
import type { Db } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { toPage, type Page } from '#server/platform/page.ts'
import { notFound } from '#server/platform/problem.ts'
import { isVisible } from './applies.ts'
import { readCursor } from './cursor.ts'
import { statusName } from './page-state.ts'

type Needs = Pick<App, 'db' | 'clock'>

/** Of every enabled workflow of the space, and of every global one that has pages here: how many stand where. */
export async function readSpaceReport(app: Needs, actor: Actor, key: string): Promise<SpaceReport> {
  const space = await getReadableSpace(app.db, actor, key)
  const reader = await findReader(app.db, actor)
  const counts = await countPages(app.db, reader, space.id, app.clock.now())
  const here = counts.map(({ workflowId }) => workflowId)
  const rows = await app.db
    .selectFrom('workflows')
    .select(['id', 'name', 'definition'])
    .where('enabled', '=', true)
    .where((where) => where.or([where('space_id', '=', space.id), sql<boolean>`id = any(${here}::uuid[])`]))
    .orderBy('name_key')
    .orderBy('id')
    .execute()
  const workflows = rows.flatMap(({ id, name, definition }) => {
    const read = Definition.safeParse(definition)
    const statuses = read.data?.statuses ?? []
    if (read.data === undefined || statuses.length === 0) return []
    const found = new Map(counts.filter((one) => one.workflowId === id).map((one) => [one.status, one]))
    return [{ id, name, statuses: statuses.map((status) => presentCount(read.data, status.id, found.get(status.id))) }]
  })
  return { workflows }
}

/** Pages of one workflow in the space, those that stand longest in their status first. */
export async function listReportPages(
  app: Needs,
  actor: Actor,
  key: string,
  query: ReportPagesQuery,
): Promise<Page<ReportPage>> {
  const space = await getReadableSpace(app.db, actor, key)
  const workflow = await app.db
    .selectFrom('workflows')
    .select(['definition', 'space_id'])
    .where('id', '=', query.workflow)
    .executeTakeFirst()
  const definition = Definition.safeParse(workflow?.definition).data
  if (workflow === undefined || definition === undefined || (workflow.space_id ?? space.id) !== space.id)
    throw notFound('Workflow', query.workflow)
  const now = app.clock.now()
  const rows = await findPages(app.db, await findReader(app.db, actor), space.id, query, now)
  const page = toPage(rows, query.limit, (row) => [row.since.toISOString(), row.id])
  return { ...page, items: page.items.map((row) => presentPage(row, definition, now)) }
}

type Count = { workflowId: string; status: string; pages: number; overdue: number }

async function countPages(db: Db, reader: Reader, spaceId: string, now: Date): Promise<Count[]> {
  const { rows } = await sql<Count>`
    select standing.workflow_id as "workflowId", standing.status, count(*) as pages,
      count(*) filter (where standing.expires_at <= ${now}) as overdue
    from documents as document
    join page_statuses as standing on standing.document_id = document.id
    where document.space_id = ${spaceId} and ${isVisible} and ${mayRead(reader)}
    group by standing.workflow_id, standing.status`.execute(db)
  return rows
}

function presentCount(definition: Definition, id: string, count: Count | undefined) {
  return { status: statusName(definition, id), pages: count?.pages ?? 0, overdue: count?.overdue ?? 0 }
}

type PageRow = {
  id: string
  title: string
  status: string
  since: Date
  expiresAt: Date | null
  assigneeId: string | null
  assigneeName: string | null
}

async function findPages(
  db: Db,
  reader: Reader,
  spaceId: string,
  query: ReportPagesQuery,
  now: Date,
): Promise<PageRow[]> {
  const { workflow, status, overdue, limit, cursor } = query
  const conditions = [
    sql`standing.workflow_id = ${workflow}`,
    sql`document.space_id = ${spaceId}`,
    isVisible,
    mayRead(reader),
  ]
  if (status !== undefined) conditions.push(sql`standing.status = ${status}`)
  if (overdue === 'true') conditions.push(sql`standing.expires_at <= ${now}`)
  if (overdue === 'false') conditions.push(sql`coalesce(standing.expires_at > ${now}, true)`)
  if (cursor !== undefined) {
    const [since, id] = readCursor(cursor, 2)
    conditions.push(sql`(standing.since, standing.document_id) > (${since}::timestamptz, ${id}::uuid)`)
  }
  const { rows } = await sql<PageRow>`
    select document.id, document.title, standing.status, standing.since, standing.expires_at as "expiresAt", assignee.id as "assigneeId", assignee.name as "assigneeName"
    from page_statuses as standing
    join documents as document on document.id = standing.document_id
    left join users as assignee on assignee.id = standing.assignee_id
    where ${sql.join(conditions, sql` and `)}
    order by standing.since, standing.document_id
    limit ${limit + 1}`.execute(db)
  return rows
}

function presentPage(row: PageRow, definition: Definition, now: Date): ReportPage {
  const { id, title, since, expiresAt, assigneeId, assigneeName } = row
  return {
    document: { id, title },
    status: statusName(definition, row.status),
    since: since.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    isOverdue: expiresAt !== null && expiresAt <= now,
    assignee: assigneeId === null ? null : { id: assigneeId, name: assigneeName },
  }
}
