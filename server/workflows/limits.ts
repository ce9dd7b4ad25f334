/** What ends a loop of workflows that cause one another: how deep an event stands, and how often a trigger may run for a page. */
import { sql } from 'kysely'
import type { Tx } from '#server/db/open.ts'

/** So many changes may workflows cause one another in a row. */
export const MOST_DEPTH = 8
/** So often may one trigger run for one page within ten minutes. Changes that come back through Confluence have no depth. */
export const MOST_RUNS = 20
const WINDOW_MINUTES = 10

type About = { documentId: string | undefined; workflowId: string; triggerId: string }

/** How often triggers ran for pages lately; `add` counts one more. */
export type Rates = Map<string, number>

/** Counts the runs of these workflows for these pages in the last ten minutes, stopped ones not. */
export async function loadRates(
  tx: Tx,
  documentIds: readonly string[],
  workflowIds: readonly string[],
  now: Date,
): Promise<Rates> {
  if (documentIds.length === 0) return new Map()
  const since = new Date(now.getTime() - WINDOW_MINUTES * 60_000)
  const { rows } = await sql<{ documentId: string; workflowId: string; triggerId: string; runs: number }>`
    select document_id as "documentId", workflow_id as "workflowId", trigger_id as "triggerId", count(*) as runs
    from workflow_runs
    where document_id = any(${documentIds}::uuid[]) and workflow_id = any(${workflowIds}::uuid[]) and at > ${since}
      and status <> 'stopped'
    group by 1, 2, 3`.execute(tx)
  return new Map(rows.map((row) => [keyOf(row), row.runs]))
}

/** Why a run is stopped, in a sentence; undefined when it may go on, and is counted. */
export function judgeLimits(rates: Rates, depth: number, about: About): string | undefined {
  if (depth >= MOST_DEPTH)
    return (
      `Stopped: ${MOST_DEPTH} changes in a row were each caused by the one before it, so workflows trigger one another in a circle. ` +
      'Change the conditions of one of them.'
    )
  if (about.documentId === undefined) return undefined
  const key = keyOf({ ...about, documentId: about.documentId })
  const runs = rates.get(key) ?? 0
  if (runs >= MOST_RUNS)
    return (
      `Stopped: this trigger ran ${MOST_RUNS} times for this page within ${WINDOW_MINUTES} minutes. ` +
      'What it does probably triggers it again, perhaps through Confluence. Change its conditions.'
    )
  rates.set(key, runs + 1)
  return undefined
}

function keyOf({ documentId, workflowId, triggerId }: About & { documentId: string }): string {
  return `${documentId} ${workflowId} ${triggerId}`
}
