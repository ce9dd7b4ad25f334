/**
 * What is known of a receiver's health: how it is slowed down, and its breaker. Shared by all processes in the table
 * `receivers`, where a row is made when it first fails; the thinking is pure.
 */
import { sql } from 'kysely'
import type { Db, Tx } from '#server/db/open.ts'

/**
 * `failures`: in a row. `openedAt`: set while the breaker is open. `pauseMs`: between two starts. `nextAt`: nothing is started
 * before; while the breaker is open, until when somebody's probe is waited for.
 */
export type Health = {
  failures: number
  openedAt: Date | null
  openUntil: Date | null
  pauseMs: number
  nextAt: Date | null
}

/** What an attempt told about its receiver. slow: 408, 429, 5xx, no answer; unsent: it was never asked. */
export type Report = {
  origin: string
  kind: 'answered' | 'slow' | 'unsent'
  isProbe: boolean
  retryAfterMs: number | undefined
}

/** So many failures in a row open the breaker. */
export const OPEN_AFTER = 5
const OPEN_START_MS = 30_000
const OPEN_CAP_MS = 600_000
const PAUSE_START_MS = 100
const PAUSE_CAP_MS = 60_000
/** Longer than any attempt may take: a probe whose process died is made again after it. */
const PROBE_MS = 90_000

export const HEALTHY: Health = { failures: 0, openedAt: null, openUntil: null, pauseMs: 0, nextAt: null }

/** closed: it is sent to; open: nothing is sent before `openUntil`; probing: then one attempt tells whether it is back. */
export function breakerOf({ openedAt, openUntil }: Health, now: Date): 'closed' | 'open' | 'probing' {
  if (openedAt === null) return 'closed'
  return openUntil !== null && openUntil > now ? 'open' : 'probing'
}

/** Whether an attempt may start now; while the breaker is open, only the probe. */
export function mayStart(health: Health, now: Date): boolean {
  return (health.nextAt === null || health.nextAt <= now) && breakerOf(health, now) !== 'open'
}

/** The health after these reports, in the order they came in. */
export function afterReports(health: Health, reports: readonly Report[], now: Date): Health {
  return reports.reduce((before, report) => afterReport(before, report, now), health)
}

function afterReport(health: Health, { kind, isProbe, retryAfterMs }: Report, now: Date): Health {
  const isOpen = health.openedAt !== null
  if (kind === 'unsent') return isProbe && isOpen ? { ...health, nextAt: null } : health
  if (kind === 'answered') {
    const pauseMs = Math.floor(health.pauseMs / 2)
    const isHeld = !isOpen && health.nextAt !== null && health.nextAt > now
    return { ...HEALTHY, pauseMs: pauseMs < PAUSE_START_MS ? 0 : pauseMs, nextAt: isHeld ? health.nextAt : null }
  }
  if (isOpen) {
    // Those that were on their way when it opened say nothing new.
    if (!isProbe) return health
    const failures = health.failures + 1
    return { ...health, failures, openUntil: openUntil(failures, now), nextAt: null }
  }
  const failures = health.failures + 1
  const pauseMs = Math.min(Math.max(health.pauseMs * 2, PAUSE_START_MS), PAUSE_CAP_MS)
  if (failures >= OPEN_AFTER)
    return { failures, pauseMs, openedAt: now, openUntil: openUntil(failures, now), nextAt: null }
  const asked = retryAfterMs === undefined ? null : later(now, Math.min(retryAfterMs, PAUSE_CAP_MS))
  const nextAt = asked !== null && (health.nextAt === null || asked > health.nextAt) ? asked : health.nextAt
  return { ...health, failures, pauseMs, nextAt }
}

function openUntil(failures: number, now: Date): Date {
  return later(now, Math.min(OPEN_START_MS * 2 ** (failures - OPEN_AFTER), OPEN_CAP_MS))
}

function later(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms)
}

/** Writes what the reports say; those that answered and were never in trouble need none. Answers the health of each receiver now. */
export async function noteReports(tx: Tx, reports: readonly Report[], now: Date): Promise<Map<string, Health>> {
  const byOrigin = Map.groupBy(reports, ({ origin }) => origin)
  // All processes take the rows in one order, so that nobody waits crosswise.
  const origins = [...byOrigin.keys()].sort()
  if (origins.length === 0) return new Map()
  const failed = origins.filter((origin) => byOrigin.get(origin)?.some(({ kind }) => kind === 'slow') === true)
  if (failed.length > 0)
    await sql`insert into receivers (origin) select unnest(${failed}::text[]) on conflict do nothing`.execute(tx)
  const rows = await tx
    .selectFrom('receivers')
    .select(['origin', ...HEALTH_COLUMNS])
    .where(sql<boolean>`origin = any(${origins}::text[])`)
    .orderBy('origin')
    .forUpdate()
    .execute()
  const changed = rows.map((row) => ({
    origin: row.origin,
    health: afterReports(toHealth(row), byOrigin.get(row.origin) ?? [], now),
  }))
  await writeHealth(tx, changed)
  return new Map(changed.map(({ origin, health }) => [origin, health]))
}

const HEALTH_COLUMNS = ['failures', 'opened_at', 'open_until', 'pause_ms', 'next_at'] as const
export type HealthRow = {
  failures: number
  opened_at: Date | null
  open_until: Date | null
  pause_ms: number
  next_at: Date | null
}

export function toHealth(row: HealthRow): Health {
  return {
    failures: row.failures,
    openedAt: row.opened_at,
    openUntil: row.open_until,
    pauseMs: row.pause_ms,
    nextAt: row.next_at,
  }
}

async function writeHealth(tx: Tx, rows: { origin: string; health: Health }[]): Promise<void> {
  const values = JSON.stringify(rows.map(({ origin, health }) => ({ origin, ...health })))
  await sql`
    update receivers set failures = now.failures, opened_at = now."openedAt", open_until = now."openUntil",
      pause_ms = now."pauseMs", next_at = now."nextAt", updated_at = now()
    from json_to_recordset(${values}::json) as now (origin text, failures integer, "openedAt" timestamptz,
      "openUntil" timestamptz, "pauseMs" integer, "nextAt" timestamptz)
    where receivers.origin = now.origin`.execute(tx)
}

/** Of these receivers, whose breakers are open and whose time is over: those that this caller probes, and nobody else meanwhile. */
export async function takeProbes(db: Db, origins: readonly string[], now: Date): Promise<Set<string>> {
  if (origins.length === 0) return new Set()
  const { rows } = await sql<{ origin: string }>`
    update receivers set next_at = ${later(now, PROBE_MS)}
    where origin = any(${origins}::text[]) and opened_at is not null and open_until <= ${now}
      and (next_at is null or next_at <= ${now})
    returning origin`.execute(db)
  return new Set(rows.map(({ origin }) => origin))
}

/** Probes that were not made after all: whoever looks next may. */
export async function returnProbes(db: Db, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return
  await sql`update receivers set next_at = null where origin = any(${origins}::text[]) and opened_at is not null`.execute(
    db,
  )
}
