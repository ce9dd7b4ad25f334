/** What became of a workflow's triggers: for those who administrate it. */
import { sql } from 'kysely'
import { RunStatus, type RunQuery, type WorkflowRun } from '#schema/workflow-api.ts'
import { findReader, mayRead, type Reader } from '#server/access/reader.ts'
import type { App } from '#server/app.ts'
import { administers } from '#server/credentials/scope.ts'
import type { Db } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { toPage, type Page } from '#server/platform/page.ts'
import { forbidden } from '#server/platform/problem.ts'
import { getReadableWorkflow } from './access.ts'
import { readCursor } from './cursor.ts'
import { actionsOf, type RunRow } from './run-store.ts'
import type { WorkflowRow } from './store.ts'

/** Newest first. */
export async function listRuns(
  app: Pick<App, 'db'>,
  actor: Actor,
  workflowId: string,
  query: RunQuery,
): Promise<Page<WorkflowRun>> {
  const workflow = await getOwnWorkflow(app.db, actor, workflowId)
  const rows = await findRuns(app.db, await findReader(app.db, actor), workflow, query)
  const { items, nextCursor } = toPage(rows, query.limit, (row) => [row.at.toISOString(), row.id])
  return { items: items.map(present), nextCursor }
}

/** The workflow for who may see its pages and requests: of a global one these are of any space. */
export async function getOwnWorkflow(db: Db, actor: Actor, id: string): Promise<WorkflowRow> {
  const row = await getReadableWorkflow(db, actor, id)
  if (administers(actor, { spaceId: row.space_id })) return row
  throw forbidden('Only platform admins may see what global workflows do.')
}

type ListedRow = RunRow & { title: string | null; is_shut: boolean }

/** A page that has left the workflow's space, or that the actor may not read, is not named, and its runs are not asked for. */
async function findRuns(
  db: Db,
  reader: Reader,
  { id, space_id: spaceId }: Pick<WorkflowRow, 'id' | 'space_id'>,
  query: RunQuery,
): Promise<ListedRow[]> {
  const [, before] = query.cursor === undefined ? [] : readCursor(query.cursor, 2)
  const conditions = [sql`run.workflow_id = ${id}`]
  if (before !== undefined) conditions.push(sql`run.id < ${before}::uuid`)
  if (query.status !== undefined) conditions.push(sql`run.status = ${query.status}`)
  const isShut = reader === 'all' ? sql`false` : sql`run.document_id is not null and document.id is null`
  if (query.document !== undefined) conditions.push(sql`run.document_id = ${query.document} and not (${isShut})`)
  const { rows } = await sql<ListedRow>`
    select run.*, document.title, ${isShut} as is_shut from workflow_runs run
    left join documents document on document.id = run.document_id
      and (${spaceId}::uuid is null or document.space_id = ${spaceId}) and ${mayRead(reader)}
    where ${sql.join(conditions, sql` and `)} order by run.id desc limit ${query.limit + 1}`.execute(db)
  return rows
}

function present(row: ListedRow): WorkflowRun {
  const { document_id: documentId, title, is_shut: isShut } = row
  return {
    id: row.id,
    workflowId: row.workflow_id,
    workflowVersion: row.workflow_version,
    triggerId: row.trigger_id,
    event: { id: row.event_id, type: row.event_type },
    document: documentId === null || title === null ? null : { id: documentId, title },
    at: row.at.toISOString(),
    status: RunStatus.parse(row.status),
    detail: row.detail,
    runAs: row.run_as === null ? null : { id: row.run_as, name: row.run_as_name },
    // Why an action failed may name its page.
    actions: actionsOf(row).map((action) => (isShut ? { ...action, detail: null } : action)),
  }
}
