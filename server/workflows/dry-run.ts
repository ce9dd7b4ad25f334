/** What would happen if an event befell a page now: which triggers fire and why, and the very requests. Nothing is written or sent. */
import type { DryRun, DryRunResult } from '#schema/workflow-api.ts'
import type { Definition, Trigger } from '#schema/workflow.ts'
import type { App } from '#server/app.ts'
import { findPickable } from '#server/credentials/pick.ts'
import type { Actor } from '#server/platform/actor.ts'
import { newId } from '#server/platform/ids.ts'
import { Problem } from '#server/platform/problem.ts'
import { findWorkflowScope, requireToRead } from './access.ts'
import { digest, type ActiveWorkflow } from './active.ts'
import { egressRules } from './check.ts'
import { explain } from './conditions.ts'
import { planActions, type DryScene } from './dry-actions.ts'
import type { Facts } from './facts.ts'
import { findRunAs, isAboutPage, loadKnown, toFacts, type Known, type RoutedEvent } from './load-facts.ts'
import { applies, listensTo } from './match.ts'
import { readDefinition } from './read-definition.ts'
import { getOwnWorkflow } from './runs.ts'
import { firstStatus } from './statuses.ts'
import { readStored, type WorkflowRow } from './store.ts'
import { suppose } from './supposed.ts'

type Needs = Pick<App, 'db' | 'clock' | 'config'>

/** Of a saved workflow, enabled or not; with `definition` as if that had been saved in its place. */
export async function dryRun(app: Needs, actor: Actor, id: string, asked: DryRun): Promise<DryRunResult> {
  const row = await getOwnWorkflow(app.db, actor, id)
  return run(app, actor, fromRow(row, asked.definition), asked)
}

/** Of a definition that is not saved, as if the caller had made a workflow of it. */
export async function dryRunDraft(app: Needs, actor: Actor, label: string, asked: DryRun): Promise<DryRunResult> {
  const scope = await findWorkflowScope(app, actor, label)
  requireToRead(actor, scope)
  const definition = readOrThrow(asked.definition)
  const about = { id: newId(), scope: scope.id, spaceId: scope.spaceId, version: 0, enabled: false, ownerId: actor.id }
  return run(app, actor, { ...about, name: definition.name, ...digest(definition) }, asked)
}

/** The workflow as the router would know it. */
export function fromRow(row: WorkflowRow, instead?: unknown): ActiveWorkflow {
  const { id, scope, space_id: spaceId, version, enabled, owner_id: ownerId } = row
  const definition = instead === undefined ? readStored(row) : readOrThrow(instead, readStored(row))
  if (definition === undefined)
    throw new Problem(409, 'newer-definition', 'Another version of Lockkeeper wrote this workflow. Update this one.')
  return { id, scope, spaceId, version, enabled, ownerId, name: definition.name, ...digest(definition) }
}

function readOrThrow(raw: unknown, former?: Definition): Definition {
  const read = readDefinition(raw, former)
  if (read.ok) return read.definition
  const [first] = read.faults
  const detail = first === undefined ? 'The definition cannot be read.' : `${first.path}: ${first.message}`
  throw new Problem(422, read.isNewer ? 'newer-definition' : 'invalid-definition', detail, { errors: read.faults })
}

async function run(app: Needs, actor: Actor, workflow: ActiveWorkflow, asked: DryRun): Promise<DryRunResult> {
  const now = app.clock.now()
  const event = await suppose(app.db, actor, workflow, { ...asked, type: asked.event }, now)
  const known = await loadKnown(app.db, [event], [workflow])
  const triggers = workflow.definition.triggers ?? []
  const ids = triggers.flatMap((trigger) =>
    trigger.do.flatMap((action) => (action.type === 'authenticated-webhook' ? [action.credentialId] : [])),
  )
  const credentials = await findPickable(app.db, [...new Set(ids)])
  const scene = { app, viewer: actor, known, credentials, egress: egressRules(app.config) }
  const result: DryRunResult = { applies: isItsPage(workflow, event, known), triggers: [] }
  for (const trigger of triggers) result.triggers.push(await runTrigger(scene, workflow, event, trigger))
  return result
}

async function runTrigger(
  scene: DryScene,
  workflow: ActiveWorkflow,
  event: RoutedEvent,
  trigger: Trigger,
): Promise<DryRunResult['triggers'][number]> {
  const { known } = scene
  const facts = settled(toFacts(event, workflow, known), workflow)
  const { fires, because } = judge(workflow, event, trigger, facts, known)
  const runAs = findRunAs(event, workflow, known)
  const about = { id: newId(), event, workflow, trigger, facts, page: facts.page, runAs }
  return {
    id: trigger.id,
    fires,
    because,
    runAs: runAs === undefined ? null : { id: runAs.id, name: runAs.name },
    actions: fires ? await planActions(scene, about) : [],
  }
}

function judge(
  workflow: ActiveWorkflow,
  event: RoutedEvent,
  trigger: Trigger,
  facts: Facts,
  known: Known,
): { fires: boolean; because: string } {
  if (!listensTo(trigger, event.type)) return { fires: false, because: `It does not listen to ${event.type}.` }
  if (!isItsPage(workflow, event, known)) return { fires: false, because: 'The workflow is not about this page.' }
  if (trigger.if === undefined) return { fires: true, because: `It listens to ${event.type}, without a condition.` }
  const { holds, because } = explain(trigger.if, facts)
  return { fires: holds, because }
}

function isItsPage({ spaceId, definition }: ActiveWorkflow, event: RoutedEvent, known: Known): boolean {
  if (!isAboutPage(event.type)) return true
  const page = known.pages.get(event.subjectId ?? '')
  if (page === undefined) return definition.appliesTo === undefined
  return (spaceId === null || spaceId === page.space.id) && applies(definition, page)
}

/** Where the page would stand once it is settled: what an edit does to the status, and where it begins. */
function settled(facts: Facts, { definition, hasStatuses }: ActiveWorkflow): Facts {
  if (!hasStatuses || facts.page === undefined) return facts
  const isEdit =
    facts.event.type === 'page.updated' && facts.changed.some((what) => what === 'title' || what === 'body')
  const now = facts.pageStatus ?? firstStatus(definition)?.id ?? null
  return { ...facts, pageStatus: facts.status?.to ?? (isEdit ? definition.onEdit : undefined) ?? now }
}
