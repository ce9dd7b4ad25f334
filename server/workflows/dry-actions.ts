/** What an action would do, in words and as the request that would be sent; nothing is done, sent or opened. */
import type { z } from 'zod'
import type { DryRunResult } from '#schema/workflow-api.ts'
import type { Action, WebhookAction } from '#schema/workflow.ts'
import { findPerson } from '#server/access/actor.ts'
import type { App } from '#server/app.ts'
import { mayUse, refuseExpired, refusePick, refusePlace, type Pickable } from '#server/credentials/pick.ts'
import { judgeUrl, type EgressRules } from '#server/egress/guard.ts'
import type { Actor } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'
import { actionIdOf, type Run } from './actions/action.ts'
import { findRecipients } from './actions/recipients.ts'
import { draftWebhook } from './actions/webhook.ts'
import { standingKey, type Known } from './load-facts.ts'
import { planRequest } from './planned-request.ts'
import { fillText } from './references.ts'
import { findStatus } from './statuses.ts'

export type PlannedAction = z.infer<typeof DryRunResult>['triggers'][number]['actions'][number]
type Planned = Omit<PlannedAction, 'id' | 'type'>

/** `viewer`: who looks at it; what he may not see of a credential is not told. */
export type DryScene = {
  app: Pick<App, 'db' | 'clock'>
  viewer: Actor
  known: Known
  credentials: ReadonlyMap<string, Pickable>
  egress: EgressRules
}

export async function planActions(scene: DryScene, run: Run): Promise<PlannedAction[]> {
  const planned: PlannedAction[] = []
  for (const [index, action] of run.trigger.do.entries()) {
    const id = actionIdOf(run.trigger, action, index)
    planned.push({ id, type: action.type, ...(await plan(scene, run, id, action)) })
  }
  return planned
}

async function plan(scene: DryScene, run: Run, id: string, action: Action): Promise<Planned> {
  const { page } = run
  const noPage = page === undefined ? 'There is no page that this could be done to.' : null
  switch (action.type) {
    case 'webhook':
    case 'authenticated-webhook':
      return planWebhook(scene, run, id, action)
    case 'set-status': {
      const name = findStatus(run.workflow.definition, action.status)?.name ?? action.status
      const isIn = page !== undefined && scene.known.standings.has(standingKey(page.id, run.workflow.id))
      return said(`Sets the status to “${name}”.`, noPage ?? (isIn ? null : 'The page is not in this workflow yet.'))
    }
    case 'add-label':
      return said(`Adds the label “${action.label}” in Confluence.`, noPage)
    case 'remove-label':
      return said(`Removes the label “${action.label}” in Confluence.`, noPage)
    case 'comment':
      return said(`Comments in Confluence: “${fillText(action.text, run.facts)}”`, noPage)
    case 'assign':
    case 'notify':
      return planPeople(scene, run, action)
    default:
      throw new Error(`unknown action ${String(action satisfies never)}`)
  }
}

function said(what: string, problem: string | null): Planned {
  return { what, request: null, problem }
}

async function planPeople(
  { app, known }: DryScene,
  run: Run,
  action: Extract<Action, { type: 'assign' | 'notify' }>,
): Promise<Planned> {
  const key = standingKey(run.page?.id ?? '', run.workflow.id)
  const to = typeof action.to === 'string' ? [action.to] : action.to
  const people = await findRecipients(app.db, run, to, known.standings.get(key)?.assigneeId ?? null)
  const problem = people.length === 0 ? 'Nobody it names may sign in and see this.' : null
  if (action.type === 'assign') return said('Makes somebody responsible for the page.', problem)
  const how = action.mail === true ? 'in the app and by mail' : 'in the app'
  const whom = people.length === 1 ? 'one person' : `${people.length} people`
  return said(`Tells ${whom} ${how}: “${fillText(action.text, run.facts)}”`, problem)
}

async function planWebhook(scene: DryScene, run: Run, id: string, action: WebhookAction): Promise<Planned> {
  const method = action.method ?? 'POST'
  const credential = action.type === 'webhook' ? undefined : scene.credentials.get(action.credentialId)
  const isSeen = credential !== undefined && mayUse(credential, scene.viewer)
  const using = isSeen ? ` with “${credential.name}”` : ' with a credential'
  const what = (host: string) => `Sends ${method} to ${host}${action.type === 'webhook' ? '' : using}.`
  try {
    const draft = draftWebhook(run, id, action)
    const problem = await refusalOf(scene, run, action, draft.url)
    const header = action.type === 'webhook' ? null : (credential?.header ?? 'authorization')
    return { what: what(URL.parse(draft.url)?.host ?? draft.url), request: planRequest(draft, header), problem }
  } catch (error) {
    if (error instanceof Problem) return said(what('its receiver'), error.message)
    throw error
  }
}

/** What would keep it from being sent now, without asking DNS. */
async function refusalOf(scene: DryScene, run: Run, action: WebhookAction, url: string): Promise<string | null> {
  const place = judgeUrl(url, scene.egress)
  if (!place.allowed) return place.reason
  if (action.type === 'webhook') return null
  const credential = scene.credentials.get(action.credentialId)
  const refusal = await refuseCredential(scene, run, credential, url)
  if (refusal === undefined) return null
  const isSeen = credential === undefined || mayUse(credential, scene.viewer)
  return isSeen ? refusal : 'Its credential, which you may not see, would be refused.'
}

async function refuseCredential(
  { app }: DryScene,
  { workflow, runAs }: Run,
  credential: Pickable | undefined,
  url: string,
): Promise<string | undefined> {
  const picked = refusePick(credential, { from: workflow.scope })
  if (picked !== undefined || credential === undefined) return picked
  const person = runAs === undefined ? undefined : await findPerson(app, runAs.id)
  if (person === undefined) return `${runAs?.name ?? 'The owner'}, in whose name this runs, is disabled or deleted.`
  if (!mayUse(credential, person)) return `${person.name} lacks the permission “use” for “${credential.name}”.`
  return refusePlace(credential, url) ?? refuseExpired(credential, app.clock.now())
}
