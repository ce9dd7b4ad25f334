/** Counts attempts for the charts, so that no chart ever reads the log itself. */
import { sql } from 'kysely'
import type { Db, Tx } from '#server/db/open.ts'
import { FAILED, timeClass } from './time-classes.ts'

export const STEP_SECONDS = 300
/** After so many hours five minutes become an hour. */
export const FINE_HOURS = 48
/** The charts show thirty days. */
const KEPT_DAYS = 31

export type CountedAttempt = { at: Date; workflowId: string; spaceId: string | null; isSent: boolean; totalMs: number }

/**
 * Belongs into the transaction that logs the attempts, as its last statement: rows that several processes count in are
 * held until it ends. They are taken in one order, so that nobody waits crosswise.
 */
export async function countAttempts(tx: Tx, attempts: readonly CountedAttempt[]): Promise<void> {
  if (attempts.length === 0) return
  const counts = new Map<string, number>()
  for (const attempt of attempts) {
    const key = keyOf(attempt)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const rows = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, count]) => [...key.split(' '), String(count)])
  const column = (n: number) => rows.map((row) => row[n] ?? '')
  await sql`
    insert into delivery_figures (at, workflow_id, space_id, bucket, count)
    select at, workflow_id, nullif(space_id, '-')::uuid, bucket, count
    from unnest(${column(0)}::timestamptz[], ${column(1)}::uuid[], ${column(2)}::text[], ${column(3)}::smallint[],
      ${column(4)}::integer[]) as counted (at, workflow_id, space_id, bucket, count)
    on conflict on constraint delivery_figures_key do update set count = delivery_figures.count + excluded.count`.execute(
    tx,
  )
}

function keyOf({ at, workflowId, spaceId, isSent, totalMs }: CountedAttempt): string {
  const step = STEP_SECONDS * 1000
  const from = new Date(Math.floor(at.getTime() / step) * step).toISOString()
  return [from, workflowId, spaceId ?? '-', isSent ? timeClass(totalMs) : FAILED].join(' ')
}

/** Adds up what is old by the hour, and removes what no chart shows any more. */
export async function compactFigures(db: Db, now: Date): Promise<void> {
  const hours = (count: number) => new Date(Math.floor(now.getTime() / 3_600_000 - count) * 3_600_000)
  await sql`
    with fine as (
      delete from delivery_figures
      where at < ${hours(FINE_HOURS + 1)} and extract(epoch from at)::bigint % 3600 <> 0
      returning to_timestamp(floor(extract(epoch from at) / 3600) * 3600) as at, workflow_id, space_id, bucket, count
    )
    insert into delivery_figures (at, workflow_id, space_id, bucket, count)
    select at, workflow_id, space_id, bucket, sum(count) from fine group by 1, 2, 3, 4
    on conflict on constraint delivery_figures_key do update set count = delivery_figures.count + excluded.count`.execute(
    db,
  )
  await db
    .deleteFrom('delivery_figures')
    .where('at', '<', hours(KEPT_DAYS * 24))
    .execute()
}
