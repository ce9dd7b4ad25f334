import { sql } from 'kysely'
import type { ListQuery } from '#schema/common.ts'
import type { Workflow, WorkflowDetail } from '#schema/workflow-api.ts'
import { fromNameCursor } from '#server/access/name-cursor.ts'
import { findReader } from '#server/access/reader.ts'
import type { App } from '#server/app.ts'
import type { Actor } from '#server/platform/actor.ts'
import { toPage, type Page } from '#server/platform/page.ts'
import { findWorkflowScope, getReadableWorkflow, requireToRead } from './access.ts'
import { presentableRows, presentAll, presentDetail } from './present.ts'

type Needs = Pick<App, 'db' | 'clock' | 'config'>

/** The workflows of the scope, by name. */
export async function listWorkflows(
  app: Needs,
  actor: Actor,
  label: string,
  query: ListQuery,
): Promise<Page<Workflow>> {
  const scope = await findWorkflowScope(app, actor, label)
  requireToRead(actor, scope)
  let rows = presentableRows(app.db, await findReader(app.db, actor))
    .where('w.scope', '=', scope.id)
    .orderBy('w.name_key')
    .orderBy('w.id')
    .limit(query.limit + 1)
  const after = fromNameCursor(query.cursor)
  if (after !== undefined)
    rows = rows.where(sql<boolean>`(w.name_key, w.id) > (${after[0]} collate "C", ${after[1]}::uuid)`)
  const { items, nextCursor } = toPage(await rows.execute(), query.limit, (row) => [row.name_key, row.id])
  return { items: await presentAll(app, actor, items), nextCursor }
}

export async function readWorkflow(app: Needs, actor: Actor, id: string): Promise<WorkflowDetail> {
  await getReadableWorkflow(app.db, actor, id)
  return presentDetail(app, actor, id)
}
