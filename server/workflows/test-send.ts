/** Sends one webhook of a workflow to its real address, as the caller, marked as a test. Nothing is kept but the audit record. */
import type { z } from 'zod'
import type { PlannedRequest, SendTest, SendTestResult } from '#schema/workflow-api.ts'
import type { Trigger, WebhookAction } from '#schema/workflow.ts'
import { countAttempt } from '#server/access/limit.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import { findPickable } from '#server/credentials/pick.ts'
import { administers, GLOBAL } from '#server/credentials/scope.ts'
import { openSigner } from '#server/credentials/signing.ts'
import { openCredentialFetch } from '#server/credentials/use.ts'
import { transact } from '#server/db/transact.ts'
import type { DeliveryDraft } from '#server/deliveries/draft.ts'
import { headersOf } from '#server/deliveries/send.ts'
import type { EgressFetch } from '#server/egress/fetch.ts'
import type { Actor } from '#server/platform/actor.ts'
import { newId } from '#server/platform/ids.ts'
import { notFound, Problem, publicFailure, Upstream } from '#server/platform/problem.ts'
import { getAdministeredWorkflow } from './access.ts'
import { draftWebhook } from './actions/webhook.ts'
import { exampleFacts } from './example-facts.ts'
import { fromRow } from './dry-run.ts'
import { loadKnown, toFacts } from './load-facts.ts'
import { eventsOf } from './match.ts'
import { planRequest } from './planned-request.ts'
import { suppose } from './supposed.ts'

type Needs = Pick<App, 'db' | 'keys' | 'fetch' | 'clock' | 'config'>
type Request = z.infer<typeof PlannedRequest>

const TESTS_PER_WINDOW = 10
/** What a receiver may tell a test from the real thing by. */
const MARK = 'webhook-test'

/**
 * Values are of the page, or examples. A place outside the credential's domains or refused by the guard is a 422 Problem,
 * a permission that the caller lacks a 403 or 404 one; a far side that does not answer is a result.
 */
export async function testAction(
  app: Needs,
  actor: Actor,
  workflowId: string,
  actionId: string,
  { documentId }: SendTest,
): Promise<SendTestResult> {
  const row = await getAdministeredWorkflow(app.db, actor, workflowId)
  const workflow = fromRow(row)
  const { trigger, action } = findWebhook(workflow.definition.triggers ?? [], actionId)
  await countAttempt(app, [{ name: `workflow-test:${workflowId}:${actor.id}`, max: TESTS_PER_WINDOW }])

  const [type] = eventsOf(trigger)
  if (type === undefined) throw notFound('Action', actionId)
  const supposed = { type, documentId, triggerId: trigger.id }
  const event = await suppose(app.db, actor, workflow, supposed, app.clock.now())
  const known = await loadKnown(app.db, [event], [workflow])
  const runAs = { id: actor.id, name: actor.name, email: '' }
  const user = known.people.get(actor.id) ?? runAs
  const facts = { ...exampleFacts(event, workflow, toFacts(event, workflow, known)), user }
  const run = { id: newId(), event, workflow, trigger, facts, page: known.pages.get(documentId ?? ''), runAs }
  const draft = draftWebhook(run, actionId, action)
  const header = draft.credentialId === null ? null : await headerOf(app, draft.credentialId)
  const planned = planRequest(draft, header)

  const outcome = await send(app, actor, draft)
  await transact(app.db, (tx) =>
    record(tx, actor, 'workflow.tested', `workflow:${workflowId}`, {
      name: workflow.name,
      action: actionId,
      host: URL.parse(draft.url)?.host ?? '',
      ok: outcome.ok,
      status: outcome.status,
    }),
  )
  return { ...outcome, request: { ...planned, headers: { ...planned.headers, [MARK]: 'true' } } satisfies Request }
}

function findWebhook(triggers: readonly Trigger[], actionId: string): { trigger: Trigger; action: WebhookAction } {
  for (const trigger of triggers) {
    const action = trigger.do.find(({ id }) => id === actionId)
    if (action === undefined) continue
    if (action.type === 'webhook' || action.type === 'authenticated-webhook') return { trigger, action }
    throw new Problem(422, 'not-a-webhook', 'Only webhooks can be sent as a test. A dry run shows what the others do.')
  }
  throw notFound('Action', actionId)
}

async function headerOf(app: Pick<App, 'db'>, credentialId: string): Promise<string> {
  return (await findPickable(app.db, [credentialId])).get(credentialId)?.header ?? 'authorization'
}

async function send(app: Needs, actor: Actor, draft: DeliveryDraft): Promise<Omit<SendTestResult, 'request'>> {
  const purpose = { kind: 'test', id: draft.workflow.id, name: draft.workflow.name } as const
  const { credentialId, scope: from } = draft
  const fetch: EgressFetch =
    credentialId === null ? app.fetch : await openCredentialFetch(app, { actor, credentialId, from, purpose })
  const at = app.clock.now()
  const headers: Record<string, string> = { ...headersOf(draft, at), [MARK]: 'true' }
  if (draft.signing !== null) {
    const sign = await openSigner(app, draft.workflow.id, draft.actionId, draft.signing)
    headers['webhook-signature'] = sign({ id: draft.id, at, body: draft.body ?? '' })
  }
  const { method, url, timeoutMs } = draft
  try {
    const response = await fetch(url, { method, headers, body: draft.body ?? undefined, timeoutMs })
    response.discard()
    const { status } = response
    const ok = status >= 200 && status < 300
    const redirected = status >= 300 && status < 400 ? ' It points elsewhere; redirects are not followed.' : ''
    return { ok, status, detail: `${URL.parse(url)?.host ?? ''} answered ${status}.${redirected}` }
  } catch (error) {
    if (!(error instanceof Upstream)) throw error
    const { message } = administers(actor, GLOBAL) ? error : publicFailure(error)
    return { ok: false, status: null, detail: message }
  }
}
