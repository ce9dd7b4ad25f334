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
const [LEAST, MOST] = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']

type Way = { limit: number; direction: RawBuilder<unknown> }

/** The ids, at most `limit`, newest first or oldest first. */
export function idsOf(
  filter: Filter,
  spaces: Spaces,
  { limit, oldestFirst = false }: { limit: number; oldestFirst?: boolean },
): RawBuilder<{ id: string }> {
  const way = { limit, direction: oldestFirst ? sql`asc` : sql`desc` }
  if (spaces !== 'all') return idsInSpaces(filter, spaces, way)
  const { workflow, ...rest } = filter
  if (workflow === undefined || isUnsent(filter)) return idsWhere(conditionsOf(filter), way)
  return idsOfWorkflow(rest, sql`${workflow}::uuid`, sql`true`, way)
}

/** Each space by itself, and in it each workflow: an index then yields the newest of both, without reading what is of others. */
function idsInSpaces(filter: Filter, spaces: readonly string[], way: Way): RawBuilder<{ id: string }> {
  const { limit, direction } = way
  const { workflow, ...rest } = filter
  const inSpace = sql`d.space_id = space.id`
  const workflows = workflow === undefined ? workflowsOfSpace() : sql`(select ${workflow}::uuid as id) workflow`
  const found = isUnsent(filter)
    ? sql`lateral (${idsWhere([inSpace, ...conditionsOf(filter)], way)}) found`
    : sql`${workflows} cross join lateral (${idsOfWorkflow(rest, sql`workflow.id`, inSpace, way)}) found`
  return sql`
    select found.id from unnest(${spaces}::uuid[]) as space (id) cross join ${found}
    order by found.id ${direction} limit ${limit}`
}

/** One step along the index for each workflow. */
function workflowsOfSpace() {
  const next = (after: RawBuilder<unknown>) => sql`
    select d.space_id, d.workflow_id from deliveries d
    where d.space_id is not null and (d.space_id, d.workflow_id) > (space.id, ${after})
    order by d.space_id, d.workflow_id limit 1`
  return sql`lateral (
    with recursive step (space_id, id) as (
      (${next(sql`${LEAST}::uuid`)})
      union all
      select further.* from step cross join lateral (${next(sql`step.id`)}) further where step.space_id = space.id
    )
    select id from step where space_id = space.id
  ) workflow`
}

/** Of these there are indexes of their own, and few. */
function isUnsent({ status }: Filter): boolean {
  return status !== undefined && status !== 'sent'
}

function idsWhere(conditions: readonly RawBuilder<unknown>[], { limit, direction }: Way): RawBuilder<{ id: string }> {
  return sql`
    select d.id from deliveries d where ${sql.join(conditions, sql` and `)} order by d.id ${direction} limit ${limit}`
}

/**
 * Walks an index that ends in (workflow_id, id), as a range of both and in the order of both. Asked for as "workflow_id = x
 * order by id" the planner may walk the primary key in the hope to meet one soon: 3 s among 1,000,000 rows, beside 1 ms.
 */
function idsOfWorkflow(
  filter: Filter,
  id: RawBuilder<unknown>,
  where: RawBuilder<unknown>,
  { limit, direction }: Way,
): RawBuilder<{ id: string }> {
  const { before = MOST, after = LEAST } = filter
  const first = firstOf(filter) ?? LEAST
  return sql`
    select d.id from deliveries d
    where ${where} and (d.workflow_id, d.id) > (${id}, ${first > after ? first : after}::uuid)
      and (d.workflow_id, d.id) < (${id}, ${before}::uuid) and ${sql.join(conditionsOf(filter), sql` and `)}
    order by d.workflow_id ${direction}, d.id ${direction} limit ${limit}`
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

function conditionsOf(filter: Filter): RawBuilder<unknown>[] {
  const { status, workflow, run, receiver, since, before, after } = filter
  const conditions: RawBuilder<unknown>[] = [sql`true`]
  // Literal, so that the planner knows which partial index has them.
  if (status !== undefined) conditions.push(sql`d.status = ${sql.lit(status)}`)
  if (workflow !== undefined) conditions.push(sql`d.workflow_id = ${workflow}`)
  if (run !== undefined) conditions.push(sql`d.run_id = ${run}`)
  if (receiver !== undefined) conditions.push(sql`d.origin = ${receiver}`)
  if (since !== undefined) conditions.push(sql`d.id >= ${firstOf(filter)}`, sql`d.created_at >= ${since}::timestamptz`)
  if (before !== undefined) conditions.push(sql`d.id < ${before}`)
  if (after !== undefined) conditions.push(sql`d.id > ${after}`)
  return conditions
}

/** The least id that a delivery of this filter's time can have. */
function firstOf({ since }: Filter): string | undefined {
  return since === undefined ? undefined : firstIdAt(new Date(Date.parse(since) - ID_AHEAD_MS))
}
