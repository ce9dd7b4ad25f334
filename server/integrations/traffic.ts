/** Counts requests to an outside system by minute and kind of address, for people to see. A figure lost at a kill harms nobody. */
import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#server/app.ts'
import type { RequestSeen } from '#server/connectors/confluence/client.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import { storableJson } from '#server/platform/storable.ts'
import { holdIntegration } from './run-store.ts'

export type Meter = {
  onRequest: (seen: RequestSeen) => void
  /** Writes what was counted since the last time. */
  flush(): Promise<void>
}

const FLUSH_MS = 3000
const MINUTE_MS = 60_000

/** What an answer told of the site's limit. */
export const LimitSeen = z.object({
  limit: z.number().nullable(),
  remaining: z.number().nullable(),
  resetAt: z.string().nullable(),
  at: z.string(),
})
export type LimitSeen = z.infer<typeof LimitSeen>

type Line = { at: string; endpoint: string; requests: number; limited: number; failed: number; waited_ms: number }

/** A meter of one connection. It writes by itself, some seconds after the first request that is not written. */
export function openMeter(app: Pick<App, 'db' | 'clock'>, integrationId: string): Meter {
  let lines = new Map<string, Line>()
  let limit: LimitSeen | undefined
  let timer: NodeJS.Timeout | undefined

  function lineOf(endpoint: string): Line {
    const minute = Math.floor(app.clock.now().getTime() / MINUTE_MS) * MINUTE_MS
    const at = new Date(minute).toISOString()
    const key = `${at} ${endpoint}`
    const line = lines.get(key) ?? { at, endpoint, requests: 0, limited: 0, failed: 0, waited_ms: 0 }
    lines.set(key, line)
    return line
  }

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const written = [...lines.values()]
    const seen = limit
    lines = new Map()
    limit = undefined
    if (written.length > 0) {
      await transact(app.db, async (tx) => {
        // Before its rows: whoever deletes the integration holds it first and then those, and the two would wait for each other.
        if (await holdIntegration(tx, integrationId)) await addTraffic(tx, integrationId, written)
      })
    }
    if (seen !== undefined) await setLimit(app.db, integrationId, seen)
  }

  return {
    onRequest({ endpoint, status, isLimited, waitedSeconds, headers }) {
      const line = lineOf(endpoint)
      if (waitedSeconds > 0) line.waited_ms += Math.round(waitedSeconds * 1000)
      else {
        line.requests += 1
        if (isLimited) line.limited += 1
        else if (status === 0 || status >= 400) line.failed += 1
      }
      limit = (headers === undefined ? undefined : readLimit(headers, app.clock.now())) ?? limit
      if (timer !== undefined) return
      // The database may be gone by then, with the process or the integration: then these few are not counted.
      timer = setTimeout(() => void flush().catch(() => {}), FLUSH_MS)
      timer.unref()
    },
    flush,
  }
}

/** The headers of Cloud and of Data Center; undefined when there are none. */
export function readLimit(headers: Headers, now: Date): LimitSeen | undefined {
  const limit = numberOf(headers.get('x-ratelimit-limit'))
  const remaining = numberOf(headers.get('x-ratelimit-remaining'))
  if (limit === null && remaining === null) return undefined
  return { limit, remaining, resetAt: timeOf(headers.get('x-ratelimit-reset')), at: now.toISOString() }
}

/** A day of it is kept. */
export async function forgetTraffic(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('source_traffic').where('at', '<', before).execute()
}

async function addTraffic(tx: Tx, integrationId: string, lines: readonly Line[]): Promise<void> {
  // In one order, so that two that write at once wait for each other once.
  const ordered = lines.toSorted((a, b) => (`${a.at} ${a.endpoint}` < `${b.at} ${b.endpoint}` ? -1 : 1))
  await sql`
    insert into source_traffic as traffic (integration_id, at, endpoint, requests, limited, failed, waited_ms)
    select ${integrationId}::uuid, line.at, line.endpoint, line.requests, line.limited, line.failed, line.waited_ms
    from json_to_recordset(${storableJson(ordered)}::json) as line (at timestamptz, endpoint text, requests integer,
      limited integer, failed integer, waited_ms bigint)
    on conflict (integration_id, at, endpoint) do update set requests = traffic.requests + excluded.requests,
      limited = traffic.limited + excluded.limited, failed = traffic.failed + excluded.failed,
      waited_ms = traffic.waited_ms + excluded.waited_ms`.execute(tx)
}

async function setLimit(db: Db, integrationId: string, limit: LimitSeen): Promise<void> {
  await db
    .updateTable('integrations')
    .set({ limit_seen: storableJson(limit) })
    .where('id', '=', integrationId)
    .execute()
}

function numberOf(text: string | null): number | null {
  return text !== null && /^\d{1,12}$/.test(text.trim()) ? Number(text) : null
}

/** Some sites leave the seconds out. */
function timeOf(text: string | null): string | null {
  if (text === null || !/^\d{4}-\d\d-\d\dT/.test(text)) return null
  const at = new Date(text)
  return Number.isNaN(at.getTime()) ? null : at.toISOString()
}
