import type { WorkflowCopy, WorkflowDetail } from '#schema/workflow-api.ts'
import type { App } from '#server/app.ts'
import { GLOBAL, requireScopeAdmin } from '#server/credentials/scope.ts'
import type { Actor } from '#server/platform/actor.ts'
import { findWorkflowScope, getReadableWorkflow } from './access.ts'
import { checkToSave } from './check.ts'
import { store } from './define.ts'
import { readStored } from './store.ts'

/**
 * Copies a definition into a scope that the actor administrates: disabled, in his name, and checked as anything else that he
 * saves there. A copy of a global one remembers it, and tells when that one has moved on.
 */
export async function copyWorkflow(
  app: Pick<App, 'db' | 'clock' | 'config' | 'keys'>,
  actor: Actor,
  id: string,
  input: WorkflowCopy,
): Promise<WorkflowDetail> {
  const source = await getReadableWorkflow(app.db, actor, id)
  const scope = await findWorkflowScope(app, actor, input.scope)
  requireScopeAdmin(actor, scope)
  const ownerId = actor.kind === 'user' ? actor.id : null
  const stored = readStored(source)
  const named = stored === undefined ? source.definition : { ...stored, name: input.name ?? source.name }
  const definition = await checkToSave(app, named, { scope, saver: actor, ownerId })
  const isOfGlobal = source.scope === GLOBAL.id
  const original = isOfGlobal ? { original: { id, version: source.version } } : {}
  return store(app, actor, scope, { definition, enabled: false, ownerId, ...original }, 'workflow.copied')
}
