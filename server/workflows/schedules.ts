import { sql } from 'kysely'
import type { Definition, Trigger } from '#schema/workflow.ts'
import type { Tx } from '#server/db/open.ts'
import { nextDue } from './cron.ts'
import { eventsOf } from './match.ts'

/** What there is to do by the clock: nothing while it is disabled. */
export type Scheduled = { definition: Definition | undefined; enabled: boolean }

/** Notes when each schedule of a workflow is due next. One that stays as it was keeps its time, even if that has come. */
export async function setSchedules(
  tx: Tx,
  workflowId: string,
  now: Date,
  next: Scheduled,
  former: Scheduled = { definition: undefined, enabled: false },
): Promise<void> {
  const before = new Map(schedulesOf(former).map((trigger) => [trigger.id, trigger]))
  const isSame = ({ id, cron, timezone }: Trigger) =>
    before.get(id)?.cron === cron && before.get(id)?.timezone === timezone
  const triggers = schedulesOf(next)
  const kept = triggers.filter(isSame).map(({ id }) => id)
  await tx
    .deleteFrom('workflow_schedules')
    .where('workflow_id', '=', workflowId)
    .where('trigger_id', '<>', sql<string>`all(${kept}::text[])`)
    .execute()
  const rows = triggers.flatMap(({ id, cron, timezone }) => {
    const due = cron === undefined ? undefined : nextDue(cron, timezone, now)
    return due === undefined ? [] : [{ workflow_id: workflowId, trigger_id: id, next_at: due }]
  })
  if (rows.length === 0) return
  await tx
    .insertInto('workflow_schedules')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['workflow_id', 'trigger_id']).doNothing())
    .execute()
}

function schedulesOf({ definition, enabled }: Scheduled): Trigger[] {
  if (!enabled) return []
  return (definition?.triggers ?? []).filter((trigger) => eventsOf(trigger).includes('schedule'))
}
