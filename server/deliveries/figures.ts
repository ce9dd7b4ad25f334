/** What the charts of the deliveries page show. Attempts come from counts that were kept as they were logged, never from the log. */
import { sql } from 'kysely'
import type { DeliveryFigures, FiguresQuery } from '#schema/delivery.ts'
import type { App } from '#server/app.ts'
import type { Db } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { FINE_HOURS, STEP_SECONDS } from './count-attempts.ts'
import { countOf, spaceCondition } from './filter.ts'
import { listReceivers } from './receiver-states.ts'
import { FAILED, medianOf } from './time-classes.ts'
import { spacesToRead, type Spaces } from './who.ts'

type Step = DeliveryFigures['steps'][number]

/** About so many steps make a chart. */
const STEPS = 48

/**
 * Attempts of the last hours in equal steps, the present one included; how many deliveries are queued, failed and dead now,
 * and how many attempts of those hours were sent; the receivers. The median is of attempts that were sent.
 */
export async function readFigures(
  app: Pick<App, 'db' | 'clock'>,
  actor: Actor,
  { hours, workflow, space }: FiguresQuery,
): Promise<DeliveryFigures> {
  const spaces = await spacesToRead(app.db, actor, space)
  // What is older than two days is kept by the hour (compactFigures).
  const stepSeconds = roundUp((hours * 3600) / STEPS, hours > FINE_HOURS ? 3600 : STEP_SECONDS)
  const stepMs = stepSeconds * 1000
  const now = app.clock.now()
  const first = Math.floor((now.getTime() - hours * 3_600_000) / stepMs) * stepMs
  const counts = await countAttemptsBy(app.db, { from: new Date(first), workflow, spaces, stepSeconds })
  const steps: Step[] = []
  for (let at = first; at <= now.getTime(); at += stepMs) steps.push(toStep(at, counts.get(at)))
  return {
    since: new Date(first).toISOString(),
    stepSeconds,
    steps,
    counts: {
      ...(await countNow(app.db, workflow, spaces)),
      sent: steps.reduce((sum, { sent }) => sum + sent, 0),
    },
    receivers: await listReceivers(app, { workflow, spaces }),
  }
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to
}

type Asked = { from: Date; workflow: string | undefined; spaces: Spaces; stepSeconds: number }

/** Beginning of the step → class of time → attempts. */
async function countAttemptsBy(
  db: Db,
  { from, workflow, spaces, stepSeconds }: Asked,
): Promise<Map<number, Map<number, number>>> {
  const conditions = [sql`d.at >= ${from}`, ...spaceCondition(spaces)]
  if (workflow !== undefined) conditions.push(sql`d.workflow_id = ${workflow}`)
  const { rows } = await sql<{ step: number; bucket: number; count: number }>`
    select floor(extract(epoch from d.at) / ${stepSeconds}::integer)::bigint as step, d.bucket, sum(d.count)::bigint as count
    from delivery_figures d where ${sql.join(conditions, sql` and `)} group by 1, 2`.execute(db)
  const found = new Map<number, Map<number, number>>()
  for (const { step, bucket, count } of rows) {
    const at = step * stepSeconds * 1000
    found.set(at, (found.get(at) ?? new Map<number, number>()).set(bucket, count))
  }
  return found
}

function toStep(at: number, counts: ReadonlyMap<number, number> = new Map()): Step {
  const sent = new Map([...counts].filter(([bucket]) => bucket !== FAILED))
  return {
    at: new Date(at).toISOString(),
    sent: [...sent.values()].reduce((sum, count) => sum + count, 0),
    failed: counts.get(FAILED) ?? 0,
    medianMs: medianOf(sent),
  }
}

async function countNow(db: Db, workflow: string | undefined, spaces: Spaces) {
  const count = async (status: 'queued' | 'failed' | 'dead') =>
    (await countOf({ status, workflow }, spaces).execute(db)).rows[0]?.count ?? 0
  return { queued: await count('queued'), failed: await count('failed'), dead: await count('dead') }
}
