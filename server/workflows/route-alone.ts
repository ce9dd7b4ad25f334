/** One event by itself, each workflow on its own: what fails by its own fault ends as a failed run, and the rest goes on. */
import { sql } from 'kysely'
import type { Tx } from '#server/db/open.ts'
import type { ActiveWorkflow } from './active.ts'
import { runHeard, settleBatch, whoHears, type RouteNeeds } from './route-batch.ts'
import type { Known, RoutedEvent } from './load-facts.ts'
import { listensTo } from './match.ts'
import { broken, writeBroken, type RunRecord } from './run.ts'
import { isTransient } from '#server/platform/transient.ts'

const FAULT = 'A fault in Lockkeeper kept this from being run; its log says more.'
const SETTLE_FAULT = 'A fault in Lockkeeper kept the page’s status from being brought up to date; its log says more.'

export async function routeAlone(
  app: RouteNeeds,
  tx: Tx,
  workflows: readonly ActiveWorkflow[],
  event: RoutedEvent,
): Promise<void> {
  const hearing = whoHears(workflows, [event]).flatMap((heard) => heard.workflows)
  let former: Known['standings'] = new Map()
  const settle = async () => void (former = await settleBatch(app, tx, workflows, [event]))
  await attempt(app, tx, event, settle, () =>
    hearing.filter(({ hasStatuses }) => hasStatuses).map((workflow) => broken(workflow, event, '-', SETTLE_FAULT)),
  )
  for (const workflow of hearing) {
    const judge = () => runHeard(app, tx, [{ event, workflows: [workflow] }], former)
    await attempt(app, tx, event, judge, () =>
      (workflow.definition.triggers ?? [])
        .filter((trigger) => listensTo(trigger, event.type))
        .map((trigger) => broken(workflow, event, trigger.id, FAULT)),
    )
  }
}

/** Undoes the work when it fails, and writes runs that say so. What the database may heal by itself is thrown on. */
async function attempt(
  app: RouteNeeds,
  tx: Tx,
  event: RoutedEvent,
  work: () => Promise<void>,
  failed: () => RunRecord[],
): Promise<void> {
  await sql`savepoint attempt`.execute(tx)
  try {
    await work()
    await sql`release savepoint attempt`.execute(tx)
  } catch (error) {
    if (isTransient(error)) throw error
    // Fails when the connection is gone: then nothing is said of the event.
    await sql`rollback to savepoint attempt`.execute(tx)
    app.log.error({ err: error, event: event.id, type: event.type }, 'an event could not be routed')
    await writeBroken(tx, failed(), app.clock.now())
  }
}
