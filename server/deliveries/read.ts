import { sql } from 'kysely'
import { z } from 'zod'
import { DeliveryAttempt, type Delivery, type DeliveryDetail } from '#schema/delivery.ts'
import type { App } from '#server/app.ts'
import type { Db, Tx } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { notFound } from '#server/platform/problem.ts'
import { attemptFor, findShown, seesNetwork, withoutContent } from './present.ts'
import { requireDelivery } from './who.ts'

const Headers = z.record(z.string(), z.string()).catch({})

/** One delivery with every attempt, oldest first. */
export async function readDelivery(app: Pick<App, 'db' | 'clock'>, actor: Actor, id: string): Promise<DeliveryDetail> {
  const row = await app.db
    .selectFrom('deliveries')
    .select(['space_id', 'document_id', 'headers', 'body'])
    .where('id', '=', id)
    .executeTakeFirst()
  requireDelivery(actor, id, row)
  const shown = await showDelivery(app, app.db, actor, id)
  const log = await findAttempts(app.db, id)
  const attempts = log.map((attempt) => attemptFor(attempt, shown.receiver, seesNetwork(actor)))
  if (row?.document_id && shown.document === null)
    return { ...shown, headers: {}, body: null, log: attempts.map((one) => withoutContent(one, shown.receiver)) }
  return { ...shown, headers: Headers.parse(row?.headers), body: row?.body ?? null, log: attempts }
}

/** For an actor who was let pass already. */
export async function showDelivery(app: Pick<App, 'clock'>, db: Db | Tx, actor: Actor, id: string): Promise<Delivery> {
  const spaces = actor.kind === 'system' || actor.role === 'admin' ? 'all' : [...actor.spaceRoles.keys()]
  const [shown] = await findShown(app, db, actor, spaces, sql`select id from deliveries where id = ${id}`)
  if (shown === undefined) throw notFound('Delivery', id)
  return shown
}

async function findAttempts(db: Db, id: string): Promise<DeliveryAttempt[]> {
  const rows = await db
    .selectFrom('delivery_attempts')
    .select(['number', 'at', 'code', 'detail', 'status', 'address', 'timing', 'request', 'answer'])
    .where('delivery_id', '=', id)
    .orderBy('number')
    .execute()
  return rows.map((row) => DeliveryAttempt.parse({ ...row, at: row.at.toISOString() }))
}
