/** Who may see and change workflows: admins of their scope. Global ones are also read by admins of a space: they may copy them. */
import { spaceRole } from '#server/access/policy.ts'
import type { App } from '#server/app.ts'
import {
  administers,
  findScope,
  GLOBAL,
  INTEGRATIONS,
  requireScopeAdmin,
  type Scope,
} from '#server/credentials/scope.ts'
import type { Db, Tx } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { forbidden, notFound } from '#server/platform/problem.ts'
import { findWorkflow, lockWorkflow, type WorkflowRow } from './store.ts'

/** The scope of this label; integrations have no workflows. */
export async function findWorkflowScope(app: Pick<App, 'db'>, actor: Actor, label: string): Promise<Scope> {
  const scope = await findScope(app.db, actor, label)
  if (scope.id === INTEGRATIONS.id) throw notFound('Scope', label)
  return scope
}

/** Lets those pass who may read definitions of the scope; a key that may only read will do. */
export function requireToRead(actor: Actor, { spaceId }: Pick<Scope, 'spaceId'>): void {
  if (administers(actor, { spaceId })) return
  if (spaceId !== null) throw forbidden('Only admins of the space may see its workflows.')
  if (!administersAny(actor)) throw forbidden('Only admins may see global workflows.')
}

/** The workflow, for who may read its definition: 404 for one of a space that the actor cannot see, 403 otherwise. */
export async function getReadableWorkflow(db: Db | Tx, actor: Actor, id: string): Promise<WorkflowRow> {
  const row = visible(actor, id, await findWorkflow(db, id))
  requireToRead(actor, { spaceId: row.space_id })
  return row
}

/** The workflow, for admins of its scope: 404 for one of a space that the actor cannot see, 403 otherwise. */
export async function getAdministeredWorkflow(db: Db | Tx, actor: Actor, id: string): Promise<WorkflowRow> {
  const row = visible(actor, id, await findWorkflow(db, id))
  requireScopeAdmin(actor, { spaceId: row.space_id })
  return row
}

/** The same, held until the transaction ends: who changes it after this one waits, and sees what became of it. */
export async function lockAdministeredWorkflow(tx: Tx, actor: Actor, id: string): Promise<WorkflowRow> {
  const row = visible(actor, id, await lockWorkflow(tx, id))
  requireScopeAdmin(actor, { spaceId: row.space_id })
  return row
}

function visible(actor: Actor, id: string, row: WorkflowRow | undefined): WorkflowRow {
  if (row === undefined) throw notFound('Workflow', id)
  if (row.space_id !== null && spaceRole(actor, row.space_id) === undefined) throw notFound('Workflow', id)
  return row
}

function administersAny(actor: Actor): boolean {
  return administers(actor, GLOBAL) || (actor.kind === 'user' && [...actor.spaceRoles.values()].includes('admin'))
}
