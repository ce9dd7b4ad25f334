/** What a batch of events means for the workflows that hear of them: pages are settled first, then triggers are matched and run. */
import { sql } from 'kysely'
import type { App } from '#server/app.ts'
import type { Tx } from '#server/db/open.ts'
import type { DeliveryDraft } from '#server/deliveries/draft.ts'
import { newId } from '#server/platform/ids.ts'
import type { Run } from './actions/action.ts'
import type { ActiveWorkflow } from './active.ts'
import { judgeLimits, loadRates, type Rates } from './limits.ts'
import { firedBy, hears } from './listening.ts'
import {
  findRunAs,
  isAboutPage,
  loadKnown,
  loadStandings,
  toFacts,
  type Known,
  type RoutedEvent,
} from './load-facts.ts'
import { describeShut, findReadings, readingKey, waysToRead, type Reading } from './page-readers.ts'
import { broken, perform, stopped, writeRuns, type Written } from './run.ts'
import { settlePages, touchedBy } from './settle-pages.ts'
import { settleWorkflow } from './settle.ts'

export type RouteNeeds = Pick<App, 'clock' | 'config' | 'jobs' | 'log'>

export type Heard = { event: RoutedEvent; workflows: ActiveWorkflow[] }

/** Events with those that hear of them; the others need nothing but their mark. */
export function whoHears(workflows: readonly ActiveWorkflow[], events: readonly RoutedEvent[]): Heard[] {
  return events
    .map((event) => ({ event, workflows: workflows.filter((workflow) => hears(workflow, event)) }))
    .filter((heard) => heard.workflows.length > 0)
}

/** Settles the pages that the events are about; answers where deleted ones stood, for those who hear of it. */
export async function settleBatch(
  app: RouteNeeds,
  tx: Tx,
  workflows: readonly ActiveWorkflow[],
  events: readonly RoutedEvent[],
): Promise<Known['standings']> {
  const withStatuses = workflows.filter(({ hasStatuses }) => hasStatuses)
  await settleSpaces(app, tx, withStatuses, events)
  const touched = touchedBy(events)
  if (withStatuses.length === 0 || touched.length === 0) return new Map()
  const deleted = events.flatMap(({ type, subjectId }) =>
    type === 'page.deleted' && subjectId !== null ? [subjectId] : [],
  )
  const ids = withStatuses.map(({ id }) => id)
  const former = await loadStandings(tx, deleted, ids)
  const moved = touched.filter((page) => page.moved).map(({ documentId }) => documentId)
  const held = new Set(moved.length === 0 ? [] : await findHolding(tx, moved))
  const spaces = new Set(events.map(({ spaceId }) => spaceId))
  const concerned = withStatuses.filter(({ id, spaceId }) => spaceId === null || spaces.has(spaceId) || held.has(id))
  await settlePages(app, tx, concerned, touched)
  return former
}

/** Pages that came or went with their whole space were told of by no event of their own. */
async function settleSpaces(
  app: RouteNeeds,
  tx: Tx,
  workflows: readonly ActiveWorkflow[],
  events: readonly RoutedEvent[],
): Promise<void> {
  const spaces = new Set(events.flatMap(({ type, spaceId }) => (WHOLE_SPACES.has(type) ? [spaceId] : [])))
  if (spaces.size === 0) return
  for (const workflow of workflows)
    if (workflow.spaceId === null || spaces.has(workflow.spaceId)) await settleWorkflow(app, tx, workflow)
}

/** What is written at once: what one transaction brings together must not fill the memory. */
const MOST_BYTES = 8 * 1024 * 1024
const WHOLE_SPACES: ReadonlySet<string> = new Set(['space.imported', 'space.hidden'])

/** Matches and runs; what is asked for is written at the end, each kind at once. */
export async function runHeard(
  app: RouteNeeds,
  tx: Tx,
  heard: readonly Heard[],
  former: Known['standings'],
): Promise<void> {
  if (heard.length === 0) return
  const known = await loadKnown(
    tx,
    heard.map(({ event }) => event),
    [...new Set(heard.flatMap(({ workflows }) => workflows))],
  )
  for (const [key, standing] of former) if (!known.standings.has(key)) known.standings.set(key, standing)
  const rates = await ratesOf(app, tx, heard)
  const readable = await findReadings(tx, readingsOf(heard, known))
  const written: Written = { runs: [], drafts: [] }
  for (const { event, workflows } of heard)
    for (const workflow of workflows) {
      await runOne(app, tx, { event, workflow, known, rates, readable, written })
      if (sizeOf(written.drafts) < MOST_BYTES) continue
      await writeRuns(app, tx, written)
      written.runs.length = 0
      written.drafts.length = 0
    }
  await writeRuns(app, tx, written)
}

function sizeOf(drafts: readonly DeliveryDraft[]): number {
  return drafts.reduce((bytes, { url, body }) => bytes + url.length + (body?.length ?? 0), 0)
}

type Judged = {
  event: RoutedEvent
  workflow: ActiveWorkflow
  known: Known
  rates: Rates
  /** Keys of who may read which page, of those that must be able to. */
  readable: ReadonlySet<string>
  written: Written
}

async function runOne(app: RouteNeeds, tx: Tx, judged: Judged): Promise<void> {
  const { event, workflow, known, rates, readable, written } = judged
  const fault = workflow.fault ?? event.fault
  if (fault !== null) return void written.runs.push(broken(workflow, event, '-', fault))
  const facts = toFacts(event, workflow, known)
  const isOwnStep = event.type === 'status.changed' && event.payload.workflowId === workflow.id
  const hasMovedOn = isOwnStep && facts.pageStatus !== null && facts.pageStatus !== event.payload.to
  for (const trigger of firedBy(workflow, event, facts)) {
    const runAs = findRunAs(event, workflow, known)
    const run: Run = { id: newId(), event, workflow, trigger, facts, page: facts.page, runAs, hasMovedOn }
    const about = { documentId: facts.page?.id, workflowId: workflow.id, triggerId: trigger.id }
    const reading = readingOf(event, workflow, known)
    const isShut = reading !== undefined && !waysToRead(reading).some((way) => readable.has(readingKey(way)))
    const why = isShut ? describeShut(runAs) : judgeLimits(rates, event.depth, about)
    if (why === undefined) await perform(app, tx, run, known, written)
    else written.runs.push(stopped(run, why))
  }
}

/** What must be so for a space's workflow to act: its admins hear by it of pages, and those may be shut to them. */
function readingOf(event: RoutedEvent, workflow: ActiveWorkflow, known: Known): Reading | undefined {
  if (workflow.spaceId === null || !isAboutPage(event.type)) return undefined
  const page = known.pages.get(event.subjectId ?? '')
  if (page === undefined) return undefined
  return { personId: findRunAs(event, workflow, known)?.id ?? null, documentId: page.id }
}

function readingsOf(heard: readonly Heard[], known: Known): Reading[] {
  return heard.flatMap(({ event, workflows }) =>
    workflows.flatMap((workflow) => {
      const reading = readingOf(event, workflow, known)
      return reading === undefined ? [] : waysToRead(reading)
    }),
  )
}

function ratesOf(app: RouteNeeds, tx: Tx, heard: readonly Heard[]): Promise<Rates> {
  const documents = heard.flatMap(({ event }) =>
    isAboutPage(event.type) && event.subjectId !== null ? [event.subjectId] : [],
  )
  const workflows = heard.flatMap((one) => one.workflows.map(({ id }) => id))
  return loadRates(tx, [...new Set(documents)], [...new Set(workflows)], app.clock.now())
}

/** Workflows in which some of these pages stand: those of a space that a page has left among them. */
async function findHolding(tx: Tx, documentIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct workflow_id as id from page_statuses where document_id = any(${documentIds}::uuid[])`.execute(tx)
  return rows.map(({ id }) => id)
}
