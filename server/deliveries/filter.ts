/** Finding deliveries among millions: every condition has an index, or is judged on what an index has narrowed. */
import { sql, type RawBuilder } from 'kysely'
import type { DeliveryStatus } from '#schema/delivery.ts'
import { firstIdAt } from '#server/platform/ids.ts'
import type { Spaces } from './who.ts'

export type Filter = {
  status?: DeliveryStatus | undefined
  workflow?: string | undefined
  run?: string | undefined
  receiver?: string | undefined
  since?: string | undefined
  /** Only with a lower id. */
  before?: string | undefined
  /** Only with a higher id. */
  after?: string | undefined
}

/** An id may be made a little before its row is. */
const ID_AHEAD_MS = 3_600_000

/**
 * The ids, at most `limit`, newest first or oldest first. A space is asked for by itself: its index then yields its newest
 * without sorting all that it has.
 */
export function idsOf(
  filter: Filter,
  spaces: Spaces,
  { limit, oldestFirst = false }: { limit: number; oldestFirst?: boolean },
): RawBuilder<{ id: string }> {
  const order = oldestFirst ? sql`order by id` : sql`order by id desc`
  const conditions = conditionsOf(filter)
  if (spaces === 'all')
    return sql`select d.id from deliveries d where ${sql.join(conditions, sql` and `)} ${order} limit ${limit}`
  return sql`
    select found.id from unnest(${spaces}::uuid[]) as space (id) cross join lateral (
      select d.id from deliveries d
      where d.space_id = space.id and ${sql.join(conditions, sql` and `)} ${order} limit ${limit}
    ) found ${order} limit ${limit}`
}

/** How many there are. */
export function countOf(filter: Filter, spaces: Spaces): RawBuilder<{ count: number }> {
  const conditions = [...conditionsOf(filter), ...spaceCondition(spaces)]
  return sql`select count(*) as count from deliveries d where ${sql.join(conditions, sql` and `)}`
}

/** For what needs no order; a status narrows it first. */
export function spaceCondition(spaces: Spaces): RawBuilder<unknown>[] {
  return spaces === 'all' ? [] : [sql`d.space_id = any(${spaces}::uuid[])`]
}

function conditionsOf({ status, workflow, run, receiver, since, before, after }: Filter): RawBuilder<unknown>[] {
  const conditions: RawBuilder<unknown>[] = [sql`true`]
  // Literal, so that the planner knows which partial index has them.
  if (status !== undefined) conditions.push(sql`d.status = ${sql.lit(status)}`)
  if (workflow !== undefined) conditions.push(sql`d.workflow_id = ${workflow}`)
  if (run !== undefined) conditions.push(sql`d.run_id = ${run}`)
  if (receiver !== undefined) conditions.push(sql`d.origin = ${receiver}`)
  if (since !== undefined) {
    const first = firstIdAt(new Date(Date.parse(since) - ID_AHEAD_MS))
    conditions.push(sql`d.id >= ${first}`, sql`d.created_at >= ${since}::timestamptz`)
  }
  if (before !== undefined) conditions.push(sql`d.id < ${before}`)
  if (after !== undefined) conditions.push(sql`d.id > ${after}`)
  return conditions
}
