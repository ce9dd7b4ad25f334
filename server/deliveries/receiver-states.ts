import { sql } from 'kysely'
import type { ReceiverState } from '#schema/delivery.ts'
import type { App } from '#server/app.ts'
import { spaceCondition } from './filter.ts'
import { breakerOf, toHealth, type HealthRow } from './receivers.ts'
import type { Spaces } from './who.ts'

const MOST = 100

type Row = { origin: string; waiting: number; dead: number } & (HealthRow | { failures: null })

/**
 * Receivers that deliveries of these spaces wait for or died at, those in most trouble first, a hundred at most. To platform
 * admins also those that are slowed down though nothing waits for them.
 */
export async function listReceivers(
  { db, clock }: Pick<App, 'db' | 'clock'>,
  { workflow, spaces }: { workflow: string | undefined; spaces: Spaces },
): Promise<ReceiverState[]> {
  const narrowed = [...spaceCondition(spaces)]
  if (workflow !== undefined) narrowed.push(sql`d.workflow_id = ${workflow}`)
  const rest = narrowed.length === 0 ? sql`` : sql`and ${sql.join(narrowed, sql` and `)}`
  const join = narrowed.length === 0 ? sql`full join` : sql`left join`
  const { rows } = await sql<Row>`
    with counted as (
      select origin, sum(waiting)::bigint as waiting, sum(dead)::bigint as dead from (
        select d.origin, count(*) as waiting, 0 as dead from deliveries d
        where d.status in ('queued', 'failed') ${rest} group by d.origin
        union all
        select d.origin, 0, count(*) from deliveries d where d.status = 'dead' ${rest} group by d.origin
      ) each group by origin
    )
    select origin, coalesce(waiting, 0) as waiting, coalesce(dead, 0) as dead, r.failures, r.opened_at, r.open_until,
      r.pause_ms, r.next_at
    from counted ${join}
      (select * from receivers where failures > 0 or pause_ms > 0 or opened_at is not null) r using (origin)
    order by (r.opened_at is not null) desc, coalesce(r.failures, 0) desc, dead desc, waiting desc, origin
    limit ${MOST}`.execute(db)
  const now = clock.now()
  return rows.map((row) => toState(row, now))
}

function toState(row: Row, now: Date): ReceiverState {
  const { origin: receiver, waiting, dead } = row
  if (row.failures === null) return { receiver, waiting, dead, state: 'closed', until: null, failures: 0, pauseMs: 0 }
  const health = toHealth(row)
  const state = breakerOf(health, now)
  const until = state === 'open' ? (health.openUntil?.toISOString() ?? null) : null
  return { receiver, waiting, dead, state, until, failures: health.failures, pauseMs: health.pauseMs }
}
