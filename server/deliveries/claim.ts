/**
 * Who works on what: a claim is a lease on a delivery, so that one process at a time sends it, and another takes it up when
 * that one dies. Leases go by the database's clock. So do due times, ahead of it by what the app's clock is ahead of the
 * real one: only tests lend such a clock, and machines whose clocks differ agree.
 */
import { sql } from 'kysely'
import type { App } from '#server/app.ts'
import type { Db } from '#server/db/open.ts'
import { toHealth, type Health, type HealthRow } from './receivers.ts'

export const LEASE_MS = 30_000

/** A delivery that this process may send. `claimedMs`, `leaseEndsMs`: by performance.now(). */
export type Claimed = {
  id: string
  origin: string
  workflow_id: string
  workflow_name: string
  action_id: string
  scope: string
  space_id: string | null
  credential_id: string | null
  run_as: string | null
  run_as_name: string | null
  method: string
  url: string
  headers: Record<string, string>
  body: string | null
  timeout_ms: number
  signing: 'v1' | 'v1a' | 'both' | null
  attempts: number
  tries: number
  next_at: Date
  claimedMs: number
  leaseEndsMs: number
}

/** A receiver with open deliveries. `dueInMs`: until its first one is due, 0 or less when it is. `health`: undefined = never in trouble. */
export type Due = { origin: string; dueInMs: number; health: Health | undefined }

/** Each receiver that anything waits for: one step along the index for each, however many deliveries wait. */
export async function listDue(app: Pick<App, 'db' | 'clock'>): Promise<Due[]> {
  const { rows } = await sql<{ origin: string; due_in_ms: number } & (HealthRow | { failures: null })>`
    with recursive found (origin, next_at) as (
      (select origin, next_at from deliveries where status in ('queued', 'failed') order by origin, next_at limit 1)
      union all
      select further.origin, further.next_at from found cross join lateral (
        select d.origin, d.next_at from deliveries d
        where d.status in ('queued', 'failed') and d.origin > found.origin order by d.origin, d.next_at limit 1
      ) further
    )
    select found.origin, extract(epoch from found.next_at - ${nowOf(app)})::float8 * 1000 as due_in_ms,
      r.failures, r.opened_at, r.open_until, r.pause_ms, r.next_at
    from found left join receivers r on r.origin = found.origin
      and (r.failures > 0 or r.pause_ms > 0 or r.opened_at is not null or r.next_at is not null)`.execute(app.db)
  return rows.map((row) => ({
    origin: row.origin,
    dueInMs: row.due_in_ms,
    health: row.failures === null ? undefined : toHealth(row),
  }))
}

/** Claims up to `room` due deliveries of each receiver, oldest first; what others hold or lock is passed over. */
export async function claim(
  app: Pick<App, 'db' | 'clock'>,
  claimer: string,
  wanted: readonly { origin: string; room: number }[],
): Promise<Claimed[]> {
  if (wanted.length === 0) return []
  const claimedMs = performance.now()
  const lease = { claimedMs, leaseEndsMs: claimedMs + LEASE_MS }
  // Through an array, so that no plan ever reads the whole table to join it.
  const { rows } = await sql<Omit<Claimed, keyof typeof lease>>`
    with picked as (
      select due.id from json_to_recordset(${JSON.stringify(wanted)}::json) as wanted (origin text, room integer)
      cross join lateral (
        select d.id from deliveries d
        where d.origin = wanted.origin and d.status in ('queued', 'failed') and d.next_at <= ${nowOf(app)}
          and (d.claimed_until is null or d.claimed_until < now())
        order by d.next_at limit wanted.room for no key update skip locked
      ) due
    )
    update deliveries set claimed_by = ${claimer}, claimed_until = ${leaseEnd()}
    where id = any(array(select id from picked))
    returning id, origin, workflow_id, workflow_name, action_id, scope, space_id, credential_id, run_as, run_as_name,
      method, url, headers, body, timeout_ms, signing, attempts, tries, next_at`.execute(app.db)
  return rows
    .map((row) => Object.assign(row, lease))
    .sort((a, b) => a.next_at.getTime() - b.next_at.getTime() || (a.id < b.id ? -1 : 1))
}

/** Holds claims for another lease; answers those that are still this process's. */
export async function renewClaims(db: Db, claimer: string, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    update deliveries set claimed_until = ${leaseEnd()}
    where id = any(${ids}::uuid[]) and claimed_by = ${claimer} returning id`.execute(db)
  return new Set(rows.map(({ id }) => id))
}

/** Gives claims back; `delayMs`: nobody takes them up before. */
export async function releaseClaims(db: Db, claimer: string, ids: readonly string[], delayMs = 0): Promise<void> {
  if (ids.length === 0) return
  const delay = sql`greatest(next_at, now() + ${delayMs} * interval '1 millisecond')`
  await sql`
    update deliveries set claimed_by = null, claimed_until = null, next_at = ${delayMs === 0 ? sql`next_at` : delay}
    where id = any(${ids}::uuid[]) and claimed_by = ${claimer} and next_at is not null`.execute(db)
}

/** The time by which deliveries are due. */
export function nowOf({ clock }: Pick<App, 'clock'>) {
  const aheadMs = clock.now().getTime() - Date.now()
  // A reading or two apart is no difference.
  return Math.abs(aheadMs) < 50 ? sql`now()` : sql`(now() + ${aheadMs} * interval '1 millisecond')`
}

function leaseEnd() {
  return sql`now() + ${LEASE_MS} * interval '1 millisecond'`
}

/** About how much memory it takes. */
export function bytesOf({ url, body }: Pick<Claimed, 'url' | 'body'>): number {
  return 500 + url.length + (body?.length ?? 0)
}
