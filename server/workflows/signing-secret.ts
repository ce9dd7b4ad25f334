import type { SigningSecret } from '#schema/workflow-api.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import { renewSigningSecret } from '#server/credentials/signing.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { notFound } from '#server/platform/problem.ts'
import { lockAdministeredWorkflow } from './access.ts'
import { signedActions } from './settle-saved.ts'
import { readStored } from './store.ts'

/** A new signing secret for a webhook, shown this once. The former one signs beside it for 24 hours more. */
export async function renewSecret(
  app: Pick<App, 'db' | 'clock' | 'keys'>,
  actor: Actor,
  id: string,
  actionId: string,
): Promise<SigningSecret> {
  return transact(app.db, async (tx) => {
    const row = await lockAdministeredWorkflow(tx, actor, id)
    const stored = readStored(row)
    const action = stored && signedActions(stored).find((one) => one.actionId === actionId)
    if (action === undefined) throw notFound('Webhook', actionId)
    const secret = await renewSigningSecret(app, tx, id, actionId, action.signing)
    const detail = { name: row.name, action: actionId, signing: action.signing }
    await record(tx, actor, 'workflow.signing-renewed', `workflow:${id}`, detail)
    return secret
  })
}
