/** What follows from a saved definition, in the transaction that saves it. */
import type { SigningSecret } from '#schema/workflow-api.ts'
import type { Signing } from '#schema/webhook.ts'
import type { Definition } from '#schema/workflow.ts'
import type { App } from '#server/app.ts'
import { setReferences } from '#server/credentials/references.ts'
import { ensureSigningSecrets } from '#server/credentials/signing.ts'
import type { Tx } from '#server/db/open.ts'
import { eventsOf } from './match.ts'
import { credentialsOf } from './referred.ts'
import { setSchedules, type Scheduled } from './schedules.ts'
import { settleWorkflow } from './settle.ts'
import type { MovedBy, StatusWorkflow } from './statuses.ts'

type Needs = Pick<App, 'clock' | 'keys'>

/**
 * Notes which credentials it uses and when its schedules are due, brings its pages into it, and makes the signing secrets
 * that are still missing: those are the answer. `statuses`: what becomes of pages in a status that is no more.
 */
export async function settleSaved(
  app: Needs,
  tx: Tx,
  workflow: StatusWorkflow,
  change: { by: MovedBy; former?: Scheduled; statuses?: Readonly<Record<string, string>> },
): Promise<SigningSecret[]> {
  const { id, name, spaceId, definition } = workflow
  await setReferences(tx, { kind: 'workflow', id, name, spaceId }, credentialsOf(definition))
  await setSchedules(tx, id, app.clock.now(), workflow, change.former)
  const wasDisabled = change.former?.enabled === false
  await settleWorkflow(app, tx, workflow, { by: change.by, statuses: change.statuses ?? {}, wasDisabled })
  return ensureSigningSecrets(app, tx, id, signedActions(definition))
}

/** Every event that any trigger listens to, each once. */
export function listenedEvents({ triggers = [] }: Definition): string[] {
  return [...new Set(triggers.flatMap(eventsOf))].sort()
}

/** The webhooks, with the way each is signed. */
export function signedActions({ triggers = [] }: Definition): { actionId: string; signing: Signing }[] {
  return triggers
    .flatMap((trigger) => trigger.do)
    .flatMap((action) => {
      if (action.type !== 'webhook' && action.type !== 'authenticated-webhook') return []
      return action.id === undefined ? [] : [{ actionId: action.id, signing: action.signing ?? 'v1' }]
    })
}
