/** What the definition of a workflow was, when, and who made it so. */
import { z } from 'zod'
import type { ListQuery } from '#schema/common.ts'
import type { WorkflowVersion, WorkflowVersionDetail } from '#schema/workflow-api.ts'
import type { App } from '#server/app.ts'
import type { Actor } from '#server/platform/actor.ts'
import { fromCursor, toPage, type Page } from '#server/platform/page.ts'
import { notFound, Problem } from '#server/platform/problem.ts'
import { getReadableWorkflow } from './access.ts'
import { readStored } from './store.ts'

/** Newest first. */
export async function listVersions(
  app: Pick<App, 'db'>,
  actor: Actor,
  id: string,
  query: ListQuery,
): Promise<Page<WorkflowVersion>> {
  await getReadableWorkflow(app.db, actor, id)
  let versions = app.db
    .selectFrom('workflow_versions')
    .select(['version', 'at', 'by', 'by_name'])
    .where('workflow_id', '=', id)
    .orderBy('version', 'desc')
    .limit(query.limit + 1)
  if (query.cursor !== undefined) versions = versions.where('version', '<', fromVersionCursor(query.cursor))
  const items = (await versions.execute()).map(toVersion)
  return toPage(items, query.limit, (item) => [item.version])
}

/** One of them with its definition, as it is imported again. */
export async function readVersion(
  app: Pick<App, 'db'>,
  actor: Actor,
  id: string,
  version: number,
): Promise<WorkflowVersionDetail> {
  await getReadableWorkflow(app.db, actor, id)
  const row = await app.db
    .selectFrom('workflow_versions')
    .selectAll()
    .where('workflow_id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  if (row === undefined) throw notFound('Version', String(version))
  const definition = readStored(row)
  if (definition === undefined)
    throw new Problem(409, 'newer-definition', 'This version was written by another version of Lockkeeper.')
  return { ...toVersion(row), definition }
}

function toVersion(row: { version: number; at: Date; by: string; by_name: string | null }): WorkflowVersion {
  return { version: row.version, at: row.at.toISOString(), by: { id: row.by, name: row.by_name } }
}

function fromVersionCursor(cursor: string): number {
  const version = z.int32().safeParse(fromCursor(cursor, 1)[0])
  if (version.success) return version.data
  throw new Problem(400, 'bad-cursor', 'The cursor is not one this list gave out. Start again without it.')
}
