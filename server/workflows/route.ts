/**
 * Events become runs: a batch of those that nobody has looked at yet is judged by all workflows that listen, and what they
 * ask for is written with the mark that the events were routed, in one transaction. Killed in between, it never happened.
 */
import { sql } from 'kysely'
import { takesReaders } from '#server/access/opened-locks.ts'
import type { App } from '#server/app.ts'
import type { Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import { findActive, type ActiveWorkflow, type Definitions } from './active.ts'
import { runHeard, settleBatch, whoHears, type RouteNeeds } from './route-batch.ts'
import { EventPayload, type RoutedEvent } from './load-facts.ts'
import { routeAlone } from './route-alone.ts'
import { isTransient } from '#server/platform/transient.ts'

type Needs = RouteNeeds & Pick<App, 'db'>

/** Events of one transaction: their facts are asked for together. */
const BATCH = 500

/** What a router keeps from batch to batch. */
export type Router = { definitions: Definitions }

export function openRouter(): Router {
  return { definitions: new Map() }
}

/** Routes what waits, and what comes of it, until nothing does or it is to stop; answers how many events. */
export async function routeWaiting(app: Needs, router: Router, isStopping = () => false): Promise<number> {
  let routed = 0
  while (!isStopping()) {
    const taken = await routeBatch(app, router)
    if (taken === 0) break
    routed += taken
  }
  return routed
}

/** One batch. When something in it fails by its own fault, its events are routed one by one, so that it keeps no other. */
async function routeBatch(app: Needs, router: Router): Promise<number> {
  try {
    return await routeSome(app, router, BATCH, async (tx, workflows, events) => {
      const former = await settleBatch(app, tx, workflows, events)
      await runHeard(app, tx, whoHears(workflows, events), former)
    })
  } catch (error) {
    if (isTransient(error)) throw error
    app.log.warn({ err: error }, 'a batch of events failed; its events are routed one by one')
  }
  let routed = 0
  while (routed < BATCH) {
    const taken = await routeSome(app, router, 1, async (tx, workflows, events) => {
      for (const event of events) await routeAlone(app, tx, workflows, event)
    })
    if (taken === 0) break
    routed += taken
  }
  return routed
}

async function routeSome(
  app: Needs,
  router: Router,
  limit: number,
  judge: (tx: Tx, workflows: ActiveWorkflow[], events: RoutedEvent[]) => Promise<void>,
): Promise<number> {
  return transact(app.db, async (tx) => {
    const events = await takeEvents(tx, limit, app.clock.now())
    if (events.length === 0) return 0
    await judge(tx, await findActive(tx, router.definitions), events)
    const ids = events.map(({ id }) => id)
    await sql`update events set routed_at = ${app.clock.now()} where id = any(${ids}::uuid[])`.execute(tx)
    return events.length
  })
}

type Row = Omit<RoutedEvent, 'payload' | 'fault'> & { payload: unknown }

/** A scalar, so that no plan compares events with all documents: it is looked up for each event by a whole key. */
const isUntold = sql<boolean>`(
  select not exists (select from document_restrictions as known where known.integration_id = document.integration_id
    and known.external_id = document.external_id and known.failed is not null)
  from documents as document join integrations as integration on integration.id = document.integration_id
  where document.id = events.subject_id and document.deleted_at is null and coalesce(document.access_set_id, 0) = 0
    and ${takesReaders})`

/** So long an event waits until its page's readers are told: a sync writes new pages first and asks who may read them then. */
const UNTOLD_MS = 600_000

/**
 * The oldest that wait; what another process works on is passed over. A space's workflow would not be let act on a page that
 * nobody may read yet.
 */
async function takeEvents(tx: Tx, limit: number, now: Date): Promise<RoutedEvent[]> {
  const patience = new Date(now.getTime() - UNTOLD_MS)
  const { rows } = await sql<Row>`
    select id, type, space_id as "spaceId", subject_id as "subjectId", actor_id as "actorId", depth, at, payload
    from events where routed_at is null and (at < ${patience} or subject_id is null or ${isUntold} is not true)
    order by id limit ${limit} for no key update skip locked`.execute(tx)
  return rows.map((row) => {
    const payload = EventPayload.safeParse(row.payload)
    if (payload.success) return { ...row, payload: payload.data, fault: null }
    return { ...row, payload: {}, fault: 'A fault in Lockkeeper: what was noted of this event cannot be read.' }
  })
}
