/** How well an integration is kept in step: in one sentence, and with what stands behind it. */
import { sql } from 'kysely'
import type { IntegrationHealth, Traffic } from '#schema/sync-health.ts'
import { authorize } from '#server/access/policy.ts'
import type { App } from '#server/app.ts'
import type { Db } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { countWaiting } from './brake-store.ts'
import { judgeHealth, type Facts } from './judge-health.ts'
import { WAIT_MINUTES } from './open-source.ts'
import { countSkipped } from './retry-skipped.ts'
import { findOpenRun } from './run-store.ts'
import { INCREMENTAL_EVERY_MS } from './schedule.ts'
import { StoredSettings } from './settings.ts'
import { countDocuments, findExpiries, getIntegrationRow, type IntegrationRow } from './store.ts'
import { LimitSeen } from './traffic.ts'
import { nextInWindow } from './window.ts'

type Needs = Pick<App, 'db' | 'clock'>

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MOST_CAUSES = 20

export async function getHealth(app: Needs, actor: Actor, id: string): Promise<IntegrationHealth> {
  authorize(actor, 'integration.read')
  const row = await getIntegrationRow(app.db, id)
  const { manners } = StoredSettings.parse(row.settings)
  const now = app.clock.now()
  const yesterday = new Date(now.getTime() - DAY_MS)
  const [completeUntil, brakes, documents, hidden, unmatchedPeople, expiries, failures, skipped, traffic, open] =
    await Promise.all([
      findCompleteUntil(app.db, id),
      countWaiting(app.db, id),
      countDocuments(app.db, [id]),
      countHidden(app.db, id),
      countUnmatched(app.db, id),
      findExpiries(app.db, [row.credential_id]),
      listFailures(app.db, id, yesterday),
      countSkipped(app, id, yesterday, MOST_CAUSES),
      listTraffic(app.db, id, new Date(now.getTime() - HOUR_MS)),
      findOpenRun(app.db, id),
    ])
  const facts: Facts = { row, window: manners.window, completeUntil, brakes, failure: failures[0], now }
  return {
    ...judgeHealth(facts),
    completeUntil: completeUntil?.toISOString() ?? null,
    lagSeconds: completeUntil === null ? null : seconds(now.getTime() - completeUntil.getTime()),
    lastSuccessAt: row.last_success_at?.toISOString() ?? null,
    lastSweepAt: row.last_sweep_at?.toISOString() ?? null,
    nextRunAt: nextRunOf(row, manners.window, now)?.toISOString() ?? null,
    keyExpiresAt: expiries.get(row.credential_id)?.toISOString() ?? null,
    documents: documents.get(id) ?? 0,
    hidden,
    brakes,
    unmatchedPeople,
    failures: failures.map(({ lastAt, ...failure }) => ({ ...failure, lastAt: lastAt.toISOString() })),
    skipped,
    traffic,
    limit: row.limit_seen === null ? null : LimitSeen.parse(row.limit_seen),
    waiting:
      open === undefined
        ? null
        : {
            waitedSeconds: Math.round(open.waited_ms / 1000),
            maySeconds: (manners.waitMinutes ?? WAIT_MINUTES) * 60,
          },
  }
}

/** Everything up to here is known to be stored: the earliest of what each space's lists were read to. */
async function findCompleteUntil(db: Db, id: string): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(mark.complete_until) as at from sync_watermarks mark
    join spaces space on space.integration_id = mark.integration_id and space.external_id = mark.space_external_id
    where mark.integration_id = ${id} and mark.stream in ('pages', 'blogposts')
      and exists (select from documents where documents.space_id = space.id and documents.deleted_at is null)`.execute(
    db,
  )
  return rows[0]?.at ?? null
}

async function countHidden(db: Db, id: string): Promise<number> {
  const { count } = await db
    .selectFrom('documents')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('integration_id', '=', id)
    .where('deleted_at', 'is not', null)
    .executeTakeFirstOrThrow()
  return count
}

/** Accounts with an e-mail address or a lock's word about them that nobody here is linked to. */
async function countUnmatched(db: Db, id: string): Promise<number> {
  const { count } = await db
    .selectFrom('source_people')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('integration_id', '=', id)
    .where('user_id', 'is', null)
    .where('unlinked', '=', false)
    .where(sql<boolean>`not exists (select from users where lower(users.email) = lower(source_people.email))`)
    .executeTakeFirstOrThrow()
  return count
}

/** Failed runs by cause, the newest cause first. */
async function listFailures(db: Db, id: string, since: Date) {
  const { rows } = await sql<{ code: string; detail: string; runs: number; lastAt: Date; runId: string }>`
    select error->>'code' as code, (array_agg(error->>'detail' order by id desc))[1] as detail, count(*)::int as runs,
      max(coalesce(finished_at, queued_at)) as "lastAt", (array_agg(id order by id desc))[1] as "runId"
    from sync_runs
    where integration_id = ${id} and status = 'failed' and error is not null and queued_at >= ${since}
    group by error->>'code'
    order by max(id::text) desc
    limit ${MOST_CAUSES}`.execute(db)
  return rows
}

async function listTraffic(db: Db, id: string, since: Date): Promise<Traffic[]> {
  const rows = await db
    .selectFrom('source_traffic')
    .select(['at', 'endpoint', 'requests', 'limited', 'failed', 'waited_ms'])
    .where('integration_id', '=', id)
    .where('at', '>=', since)
    .orderBy('at')
    .orderBy('endpoint')
    .execute()
  return rows.map(({ at, endpoint, requests, limited, failed, waited_ms }) => ({
    at: at.toISOString(),
    endpoint,
    requests,
    limited,
    failed,
    waitedSeconds: waited_ms / 1000,
  }))
}

/** When the schedule starts the next run; null while it does not: no key that works. */
function nextRunOf(row: IntegrationRow, window: Facts['window'], now: Date): Date | null {
  if (row.state !== 'connected' && row.state !== 'unreachable') return null
  const due = row.next_sync_at ?? new Date(row.created_at.getTime() + INCREMENTAL_EVERY_MS)
  return nextInWindow(window, new Date(Math.max(due.getTime(), now.getTime())))
}

function seconds(milliseconds: number): number {
  return Math.max(0, Math.round(milliseconds / 1000))
}
