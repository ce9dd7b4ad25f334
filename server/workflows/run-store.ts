import type { Selectable } from 'kysely'
import { z } from 'zod'
import { RunAction } from '#schema/workflow-api.ts'
import type { WorkflowRuns } from '#server/db/tables.ts'

export type RunRow = Selectable<WorkflowRuns>

/** As it is kept: `input` is what a job has still to do with it, `tries` how often it did not go well. */
export const StoredAction = RunAction.extend({ input: z.string().optional(), tries: z.number().int().optional() })
export type StoredAction = z.infer<typeof StoredAction>

export function actionsOf(run: Pick<RunRow, 'actions'>): StoredAction[] {
  return StoredAction.array().parse(run.actions)
}
