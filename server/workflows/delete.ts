import type { WorkflowDeletion } from '#schema/workflow-api.ts'
import { findReader } from '#server/access/reader.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import { setReferences } from '#server/credentials/references.ts'
import { holdSpace } from '#server/credentials/hold-space.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'
import { getAdministeredWorkflow, lockAdministeredWorkflow } from './access.ts'
import { scopeOf } from './present.ts'
import { countStanding, deleteWorkflow } from './store.ts'

/**
 * Deletes the definition with its versions and where pages stand in it: pages that would lose their status need
 * `pages=forget` (409 `in-use` with the count). Pages that the actor may not read lose theirs unsaid: a refusal would tell of
 * them. What it did stays in the log, and deliveries on their way still go out.
 */
export async function removeWorkflow(
  app: Pick<App, 'db'>,
  actor: Actor,
  id: string,
  { pages }: WorkflowDeletion,
): Promise<void> {
  const scope = await scopeOf(app.db, await getAdministeredWorkflow(app.db, actor, id))
  await transact(app.db, async (tx) => {
    await holdSpace(tx, scope)
    const row = await lockAdministeredWorkflow(tx, actor, id)
    const standing = await countStanding(tx, await findReader(tx, actor), id)
    const seen = standing.reduce((sum, { pages: count }) => sum + count, 0)
    if (seen > 0 && pages !== 'forget') throw inUse(row.name, seen)
    await setReferences(tx, { kind: 'workflow', id, name: row.name, spaceId: row.space_id }, [])
    await deleteWorkflow(tx, id)
    const forgotten = standing.reduce((sum, { all }) => sum + all, 0)
    const detail = { name: row.name, scope: scope.label, version: row.version, pages: forgotten }
    await record(tx, actor, 'workflow.deleted', `workflow:${id}`, detail)
  })
}

function inUse(name: string, pages: number): Problem {
  const have = pages === 1 ? 'One page has its' : `${pages} pages have their`
  const detail = `${have} status in "${name}". Delete it with pages=forget, and they lose it.`
  return new Problem(409, 'in-use', detail, { pages })
}
