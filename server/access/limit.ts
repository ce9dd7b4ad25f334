// How often somebody may guess: counted in the database, so that it holds over every process and every restart.
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { App } from '#server/app.ts'
import { Problem } from '#server/platform/problem.ts'

export type Limit = { name: string; max: number }

const WINDOW_SECONDS = 15 * 60

/** Counts one attempt against each limit before it is made; a 429 Problem when one is used up. Concurrent attempts all count. */
export async function countAttempt(app: Pick<App, 'db' | 'clock'>, limits: readonly Limit[]): Promise<void> {
  const now = app.clock.now()
  for (const limit of limits) {
    const { count, startedAt } = await addAttempt(app, hashed(limit.name), now)
    if (count <= limit.max) continue
    const seconds = Math.max(1, Math.ceil((startedAt.getTime() - now.getTime()) / 1000) + WINDOW_SECONDS)
    const minutes = Math.ceil(seconds / 60)
    const detail = `Too many attempts. Try again in ${minutes} minute${minutes === 1 ? '' : 's'}.`
    throw new Problem(429, 'too-many-attempts', detail, { retryAfterSeconds: seconds })
  }
}

/** Takes one attempt back from each limit: it was no guess. */
export async function forgiveAttempt(app: Pick<App, 'db'>, limits: readonly Limit[]): Promise<void> {
  const names = limits.map((limit) => hashed(limit.name))
  await app.db
    .updateTable('attempts')
    .set({ count: sql<number>`greatest(count - 1, 0)` })
    .where('name', 'in', names)
    .execute()
}

/** Limits for one caller: IPv6 callers own a /64, so that is what counts. */
export function networkOf(ip: string): string {
  if (!ip.includes(':')) return ip
  const [head = '', tail] = ip.split('::')
  const left = head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  return [...left, ...zeros, ...right].slice(0, 4).join(':')
}

async function addAttempt(app: Pick<App, 'db'>, name: string, now: Date): Promise<{ count: number; startedAt: Date }> {
  const windowStart = new Date(now.getTime() - WINDOW_SECONDS * 1000)
  const over = sql<boolean>`attempts.started_at <= ${windowStart}`
  const row = await app.db
    .insertInto('attempts')
    .values({ name, count: 1, started_at: now })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({
        count: sql<number>`case when ${over} then 1 else attempts.count + 1 end`,
        started_at: sql<Date>`case when ${over} then excluded.started_at else attempts.started_at end`,
      }),
    )
    .returning(['count', 'started_at'])
    .executeTakeFirstOrThrow()
  if (row.count === 1) await app.db.deleteFrom('attempts').where('started_at', '<=', windowStart).execute()
  return { count: row.count, startedAt: row.started_at }
}

/** Addresses of people are not kept in clear. */
function hashed(name: string): string {
  return createHash('sha256').update(name).digest('base64url')
}
