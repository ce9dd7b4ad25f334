/** Sending many again: after a receiver was away for longer than the retries last, or its credential was mended. */
import { sql } from 'kysely'
import type { DeliveryRecovered, DeliveryRecovery } from '#schema/delivery.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { Actor } from '#server/platform/actor.ts'
import { transact } from '#server/db/transact.ts'
import { countOf, idsOf, type Filter } from './filter.ts'
import { requeue } from './replay.ts'
import { spacesToRead, spacesToReplay, type Spaces } from './who.ts'

type Needs = Pick<App, 'db' | 'clock'>

/** Rows of one transaction: short enough that the workers, who close other deliveries meanwhile, hardly wait. */
const BATCH = 5_000

/**
 * With `dryRun` counts; otherwise queues them again, in batches, each in a transaction with its audit record. A delivery is
 * taken once, even when it dies again meanwhile.
 */
export async function recoverDeliveries(
  app: Needs,
  actor: Actor,
  { dryRun, space, ...filter }: DeliveryRecovery,
): Promise<DeliveryRecovered> {
  if (dryRun) {
    const { rows } = await countOf(filter, await spacesToRead(app.db, actor, space)).execute(app.db)
    return { dryRun, count: rows[0]?.count ?? 0 }
  }
  const spaces = await spacesToReplay(app.db, actor, space)
  let count = 0
  for (let after: string | undefined; ;) {
    const done = await recoverBatch(app, actor, { ...filter, after }, spaces, space)
    if (done.last === undefined) return { dryRun, count }
    count += done.count
    after = done.last
  }
}

/** `last`: the highest id that was looked at; undefined when there was none left. */
async function recoverBatch(
  app: Needs,
  actor: Actor,
  filter: Filter,
  spaces: Spaces,
  space: string | undefined,
): Promise<{ count: number; last: string | undefined }> {
  return transact(app.db, async (tx) => {
    const found = await idsOf(filter, spaces, { limit: BATCH, oldestFirst: true }).execute(tx)
    const last = found.rows.at(-1)?.id
    if (last === undefined) return { count: 0, last }
    // Whoever replays one or writes what came of one at this moment has it; waiting for him could be waiting crosswise.
    const { rows } = await sql<{ id: string }>`
      select id from deliveries where id = any(${found.rows.map(({ id }) => id)}::uuid[]) and status = ${filter.status}
      order by id for update skip locked`.execute(tx)
    if (rows.length === 0) return { count: 0, last }
    await requeue(
      app,
      tx,
      rows.map(({ id }) => id),
    )
    const { after: _after, ...asked } = filter
    await record(tx, actor, 'delivery.recovered', `deliveries:${space ?? 'all'}`, {
      ...asked,
      space,
      count: rows.length,
    })
    return { count: rows.length, last }
  })
}
