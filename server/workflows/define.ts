import type { NewWorkflow, WorkflowDetail } from '#schema/workflow-api.ts'
import type { Definition } from '#schema/workflow.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import { holdSpace } from '#server/credentials/hold-space.ts'
import { requireScopeAdmin, type Scope } from '#server/credentials/scope.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { newId } from '#server/platform/ids.ts'
import { findWorkflowScope } from './access.ts'
import { checkToSave } from './check.ts'
import { chooseOwner } from './owner.ts'
import { presentDetail } from './present.ts'
import { credentialsOf } from './referred.ts'
import { listenedEvents, settleSaved } from './settle-saved.ts'
import { insertVersion, insertWorkflow } from './store.ts'

type Needs = Pick<App, 'db' | 'clock' | 'config' | 'keys'>

/**
 * Stores a definition for the scope; only its admins may. The signing secrets of its webhooks are in the answer, and in no
 * other. A 422 Problem lists everything that is wrong with it.
 */
export async function createWorkflow(
  app: Needs,
  actor: Actor,
  label: string,
  input: NewWorkflow,
): Promise<WorkflowDetail> {
  const scope = await findWorkflowScope(app, actor, label)
  requireScopeAdmin(actor, scope)
  const ownerId = await chooseOwner(app, actor, actor.kind === 'user' ? actor.id : null, input.owner)
  const definition = await checkToSave(app, input.definition, { scope, saver: actor, ownerId })
  return store(app, actor, scope, { definition, enabled: input.enabled, ownerId })
}

/** `original`: the global workflow, and the version of it, that this is a copy of. */
export type Draft = {
  definition: Definition
  enabled: boolean
  ownerId: string | null
  original?: { id: string; version: number }
}

/** Writes a definition that was checked; `action` is what the audit record calls it. */
export async function store(
  app: Needs,
  actor: Actor,
  scope: Scope,
  { definition, enabled, ownerId, original }: Draft,
  action = 'workflow.created',
): Promise<WorkflowDetail> {
  const id = newId()
  const { name } = definition
  const signing = await transact(app.db, async (tx) => {
    await holdSpace(tx, scope)
    await insertWorkflow(tx, {
      id,
      scope: scope.id,
      space_id: scope.spaceId,
      name,
      definition: JSON.stringify(definition),
      events: listenedEvents(definition),
      enabled,
      owner_id: ownerId,
      copied_from: original?.id ?? null,
      copied_version: original?.version ?? null,
      updated_by: actor.id,
      updated_by_name: actor.name,
    })
    await insertVersion(tx, actor, { workflowId: id, version: 1, definition })
    const workflow = { id, name, version: 1, enabled, spaceId: scope.spaceId, definition }
    const made = await settleSaved(app, tx, workflow, { by: actor })
    const detail = {
      name,
      scope: scope.label,
      enabled,
      owner: ownerId,
      credentials: credentialsOf(definition),
      ...(original === undefined ? {} : { original }),
    }
    await record(tx, actor, action, `workflow:${id}`, detail)
    return made
  })
  return presentDetail(app, actor, id, signing)
}
