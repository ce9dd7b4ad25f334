import { isDeepStrictEqual } from 'node:util'
import type { WorkflowChange, WorkflowDetail } from '#schema/workflow-api.ts'
import type { Definition } from '#schema/workflow.ts'
import { findReader, type Reader } from '#server/access/reader.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import { holdSpace } from '#server/credentials/hold-space.ts'
import type { Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'
import { getAdministeredWorkflow, lockAdministeredWorkflow } from './access.ts'
import { checkToSave } from './check.ts'
import { chooseOwner } from './owner.ts'
import { presentDetail, scopeOf } from './present.ts'
import { readDefinition } from './read-definition.ts'
import { credentialsOf } from './referred.ts'
import { listenedEvents, settleSaved } from './settle-saved.ts'
import { countStanding, insertVersion, readStored, updateWorkflow, type WorkflowRow } from './store.ts'

type Needs = Pick<App, 'db' | 'clock' | 'config' | 'keys'>

/**
 * Replaces the definition, the owner, and whether it is enabled. Pages in a status that is no more need another one named for
 * them (409 `in-use` with counts of those that the actor may read; the others come to the first status when none is named).
 * What changes nothing makes no version. A definition that stays as it is may have become faulty, and the workflow can be
 * disabled all the same.
 */
export async function changeWorkflow(
  app: Needs,
  actor: Actor,
  id: string,
  input: WorkflowChange,
): Promise<WorkflowDetail> {
  const before = await getAdministeredWorkflow(app.db, actor, id)
  refuseStale(before, input.version)
  const scope = await scopeOf(app.db, before)
  const ownerId = await chooseOwner(app, actor, before.owner_id, input.owner)
  const former = readStored(before)
  const definition =
    (input.enabled ? undefined : unchanged(input.definition, former)) ??
    (await checkToSave(app, input.definition, { scope, saver: actor, ownerId, former }))

  const signing = await transact(app.db, async (tx) => {
    await holdSpace(tx, scope)
    const row = await lockAdministeredWorkflow(tx, actor, id)
    refuseStale(row, input.version)
    const fields = changedFields(row, { definition, enabled: input.enabled, ownerId })
    if (fields.length === 0) return []
    await refuseLostPages(tx, await findReader(tx, actor), row, definition, input.statuses ?? {})
    const { name } = definition
    await updateWorkflow(tx, id, {
      name,
      definition: JSON.stringify(definition),
      events: listenedEvents(definition),
      enabled: input.enabled,
      owner_id: ownerId,
      updated_by: actor.id,
      updated_by_name: actor.name,
    })
    const version = row.version + 1
    if (fields.includes('definition')) await insertVersion(tx, actor, { workflowId: id, version, definition })
    const workflow = { id, name, version, enabled: input.enabled, spaceId: row.space_id, definition }
    const made = await settleSaved(app, tx, workflow, {
      by: actor,
      former: { definition: former, enabled: row.enabled },
      statuses: input.statuses ?? {},
    })
    const saved = { version, enabled: input.enabled, owner: ownerId, credentials: credentialsOf(definition) }
    const detail = { name, scope: scope.label, fields, ...saved }
    await record(tx, actor, 'workflow.changed', `workflow:${id}`, detail)
    return made
  })
  return presentDetail(app, actor, id, signing)
}

/** The stored definition, when that is what was given. */
function unchanged(raw: unknown, former: Definition | undefined): Definition | undefined {
  if (former === undefined) return undefined
  const read = readDefinition(raw, former)
  return read.ok && isDeepStrictEqual(read.definition, former) ? former : undefined
}

export function refuseStale(row: WorkflowRow, version: number): void {
  if (row.version === version) return
  const by = { id: row.updated_by, name: row.updated_by_name }
  const detail = `"${row.name}" was changed meanwhile (by ${by.name ?? by.id}). Look at it again, then change it.`
  throw new Problem(409, 'stale', detail, { current: row.version, by })
}

type Changed = 'definition' | 'enabled' | 'owner'

/** The order of fields counts: it is how the definition is shown. */
function changedFields(
  row: WorkflowRow,
  next: { definition: Definition; enabled: boolean; ownerId: string | null },
): Changed[] {
  const fields: Changed[] = []
  if (JSON.stringify(readStored(row)) !== JSON.stringify(next.definition)) fields.push('definition')
  if (row.enabled !== next.enabled) fields.push('enabled')
  if (row.owner_id !== next.ownerId) fields.push('owner')
  return fields
}

/** Pages in a status that is no more go where `statuses` says; to nowhere (an empty text) when no status is left at all. */
async function refuseLostPages(
  tx: Tx,
  reader: Reader,
  row: WorkflowRow,
  definition: Definition,
  statuses: Readonly<Record<string, string>>,
): Promise<void> {
  const known = new Set((definition.statuses ?? []).map((status) => status.id))
  const named = new Map(Object.entries(statuses))
  const standing = await countStanding(tx, reader, row.id)
  const lost = standing.flatMap(({ status, pages }) => (pages === 0 || known.has(status) ? [] : [{ status, pages }]))
  const isNamed = (to: string | undefined) => to !== undefined && (known.size === 0 ? to === '' : known.has(to))
  const open = lost.filter(({ status }) => !isNamed(named.get(status)))
  if (open.length === 0) return
  const shown = open.map(({ status, pages }) => `${status} (${pages})`).join(', ')
  const todo =
    known.size === 0
      ? 'No status is left for them: say that they lose theirs ("statuses": { "old": "" }).'
      : 'Say for each which status they come to.'
  const pages = open.reduce((sum, { pages: count }) => sum + count, 0)
  throw new Problem(409, 'in-use', `Pages stand in statuses that would be no more: ${shown}. ${todo}`, {
    pages,
    statuses: open,
  })
}
