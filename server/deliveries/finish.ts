/** Writes what came of attempts, many in one transaction: log, delivery, receiver, alert and count stand together or not at all. */
import { sql } from 'kysely'
import type { App } from '#server/app.ts'
import type { Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import { alertDead } from './alert.ts'
import { nowOf } from './claim.ts'
import { countAttempts } from './count-attempts.ts'
import { noteReports, type Health, type Report } from './receivers.ts'
import { retryDelayMs } from './retry.ts'
import type { Attempt } from './send.ts'

type Needs = Pick<App, 'db' | 'clock' | 'config'>
/** An attempt that was the receiver's probe, or not. */
export type Finished = Attempt & { isProbe: boolean }

/**
 * Attempts of deliveries that this process has no claim to any more are left out: somebody else has taken them up. `inTrouble`:
 * receivers of which something is noted already. Answers the health of those of which something was noted now.
 */
export async function finish(
  app: Needs,
  claimer: string,
  finished: readonly Finished[],
  inTrouble: (origin: string) => boolean,
): Promise<Map<string, Health>> {
  const closed = finished.map(close)
  return transact(app.db, async (tx) => {
    const recorded = await writeAttempts(app, tx, claimer, closed)
    const health = await noteReports(tx, finished.map(toReport).filter(isNews(inTrouble)), app.clock.now())
    const known = closed.flatMap((one) => {
      const status = recorded.get(one.attempt.delivery.id)
      return status === undefined ? [] : [{ ...one, status }]
    })
    await alertDead(app, tx, known.filter(({ status }) => status === 'dead').map(toDead))
    await countAttempts(tx, known.map(toCounted))
    return health
  })
}

/** An attempt, and what it makes of its delivery. `delayMs` null: it is over. */
type Closed = { attempt: Finished; status: 'sent' | 'failed' | 'dead'; delayMs: number | null }
/** What became of each delivery that was still this process's. */
type Recorded = ReadonlyMap<string, Closed['status']>

function close(attempt: Finished): Closed {
  const { verdict, delivery, retryAfterMs } = attempt
  if (verdict !== 'failed') return { attempt, status: verdict, delayMs: null }
  const delayMs = retryDelayMs(delivery.tries + 1, retryAfterMs)
  return delayMs === undefined ? { attempt, status: 'dead', delayMs: null } : { attempt, status: 'failed', delayMs }
}

/**
 * Logs and closes in one statement; answers whose delivery was still this process's. By the ids too, so that no plan reads
 * the table. An attempt that was counted already is left out: one such must not keep all others from being written. One that
 * was replayed while it was on its way (fewer tries than it was claimed with) begins its retries anew.
 */
async function writeAttempts(app: Needs, tx: Tx, claimer: string, closed: readonly Closed[]): Promise<Recorded> {
  const ids = closed.map(({ attempt }) => attempt.delivery.id)
  const { rows } = await sql<{ id: string; status: Closed['status'] }>`
    with result as materialized (
      select * from json_to_recordset(${JSON.stringify(closed.map(toRow))}::json) as result (id uuid, number integer,
        at timestamptz, code text, detail text, status text, answered integer, address text, timing jsonb,
        request jsonb, answer jsonb, delay_ms float8, tries integer, anew_ms float8)
    ), judged as materialized (
      select result.*, case when anew then anew_ms else delay_ms end as wait_ms,
        case when anew then 'failed' else result.status end as outcome
      from result join deliveries held using (id)
      cross join lateral (select held.tries < result.tries and anew_ms is not null as anew) as replayed
      where held.id = any(${ids}::uuid[])
    ), kept as (
      update deliveries d set status = result.outcome, attempts = result.number, tries = d.tries + 1, code = result.code,
        detail = result.detail, next_at = ${nowOf(app)} + result.wait_ms * interval '1 millisecond',
        finished_at = case when result.wait_ms is null then ${app.clock.now()}::timestamptz end,
        claimed_by = null, claimed_until = null
      from judged as result where d.id = result.id and d.id = any(${ids}::uuid[])
        and d.claimed_by = ${claimer} and d.status in ('queued', 'failed') and d.attempts = result.number - 1
      returning d.id, d.status
    ), logged as (
      insert into delivery_attempts (delivery_id, number, at, code, detail, status, address, timing, request, answer)
      select result.id, number, at, code, detail, answered, address, timing, request, answer
      from result join kept using (id)
      on conflict do nothing
      returning delivery_id
    )
    select kept.id, kept.status from kept join logged on logged.delivery_id = kept.id`.execute(tx)
  return new Map(rows.map(({ id, status }) => [id, status]))
}

function toRow({ attempt, status, delayMs }: Closed) {
  const { delivery } = attempt
  return {
    id: delivery.id,
    number: delivery.attempts + 1,
    at: attempt.at,
    code: attempt.code,
    detail: attempt.detail,
    status,
    answered: attempt.status,
    address: attempt.address,
    timing: attempt.timing,
    request: attempt.request,
    answer: attempt.answer,
    delay_ms: delayMs,
    tries: delivery.tries,
    anew_ms: attempt.verdict === 'failed' ? (retryDelayMs(1, attempt.retryAfterMs) ?? null) : null,
  }
}

function toReport({ delivery, receiver, isProbe, retryAfterMs }: Finished): Report {
  return { origin: delivery.origin, kind: receiver, isProbe, retryAfterMs }
}

/** What answers and was never in trouble needs no row. */
function isNews(inTrouble: (origin: string) => boolean) {
  const failing = new Set<string>()
  return ({ origin, kind }: Report): boolean => {
    if (kind === 'slow') failing.add(origin)
    return failing.has(origin) || inTrouble(origin)
  }
}

function toDead({ attempt: { delivery } }: Closed) {
  return { origin: delivery.origin, spaceId: delivery.space_id, workflow: { name: delivery.workflow_name } }
}

function toCounted({ attempt: { at, delivery, timing }, status }: Closed) {
  return {
    at,
    workflowId: delivery.workflow_id,
    spaceId: delivery.space_id,
    isSent: status === 'sent',
    totalMs: timing.totalMs,
  }
}
