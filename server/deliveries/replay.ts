import { sql } from 'kysely'
import type { Delivery, DeliveryReplay } from '#schema/delivery.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import { requireWrite } from '#server/access/policy.ts'
import type { Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { wakeAfterCommit } from '#server/jobs/wake.ts'
import { Problem } from '#server/platform/problem.ts'
import { nowOf } from './claim.ts'
import { showDelivery } from './read.ts'
import { requireDelivery } from './who.ts'

type Needs = Pick<App, 'db' | 'clock'>

/**
 * Sends a delivery again under the same id, by which receivers know it: the log goes on counting, the schedule of retries
 * begins anew. Who may have it sent is judged when it is. 409 for one that waits for its first attempt.
 */
export async function replayDelivery(
  app: Needs,
  actor: Actor,
  id: string,
  { reason }: DeliveryReplay,
): Promise<Delivery> {
  requireWrite(actor)
  return transact(app.db, async (tx) => {
    const row = await lockDelivery(tx, id)
    requireDelivery(actor, id, row)
    if (row?.status === 'queued')
      throw new Problem(409, 'already-queued', 'This delivery waits to be sent already; nothing was changed.')
    await requeue(app, tx, [id])
    const { workflow_name: workflow, origin: receiver, status: before } = row ?? {}
    await record(tx, actor, 'delivery.replayed', `delivery:${id}`, { workflow, receiver, before, reason })
    return showDelivery(app, tx, actor, id)
  })
}

function lockDelivery(tx: Tx, id: string) {
  return tx
    .selectFrom('deliveries')
    .select(['space_id', 'status', 'origin', 'workflow_name'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

/**
 * Due now, with the schedule of retries before them, and the workers woken once the transaction has committed. The claim on
 * one that is on its way at this moment stays: that attempt is the one asked for.
 */
export async function requeue(app: Pick<App, 'clock'>, tx: Tx, ids: readonly string[]): Promise<void> {
  await sql`
    update deliveries set status = 'queued', tries = 0, next_at = ${nowOf(app)}, finished_at = null, code = null,
      detail = null
    where id = any(${ids}::uuid[])`.execute(tx)
  wakeAfterCommit(tx, 'deliveries')
}
