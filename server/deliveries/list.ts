import { z } from 'zod'
import type { Delivery, DeliveryQuery } from '#schema/delivery.ts'
import type { App } from '#server/app.ts'
import type { Actor } from '#server/platform/actor.ts'
import { fromCursor, toPage, type Page } from '#server/platform/page.ts'
import { Problem } from '#server/platform/problem.ts'
import { idsOf } from './filter.ts'
import { findShown } from './present.ts'
import { spacesToRead } from './who.ts'

/** Newest first by id, so that a page stays what it is while others come in. */
export async function listDeliveries(
  app: Pick<App, 'db' | 'clock'>,
  actor: Actor,
  query: DeliveryQuery,
): Promise<Page<Delivery>> {
  const spaces = await spacesToRead(app.db, actor, query.space)
  refuseUnboundReceiver(query)
  const { limit, cursor, space: _space, ...filter } = query
  const ids = idsOf({ ...filter, before: idIn(cursor) }, spaces, { limit: limit + 1 })
  return toPage(await findShown(app, app.db, actor, spaces, ids), limit, (row) => [row.id])
}

/** What was sent is kept by no receiver: that would cost every delivery. */
function refuseUnboundReceiver({ receiver, status }: DeliveryQuery): void {
  if (receiver === undefined || (status !== undefined && status !== 'sent')) return
  const detail = 'With a receiver give a status, too: queued, failed or dead.'
  throw new Problem(400, 'invalid-request', detail, { errors: [{ path: 'status', message: detail }] })
}

function idIn(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined
  const read = z.tuple([z.uuid()]).safeParse(fromCursor(cursor, 1))
  if (read.success) return read.data[0]
  throw new Problem(400, 'bad-cursor', 'The cursor is not one this list gave out. Start again without it.')
}
