/** What tests of deliveries share: drafts, and looking at what became of them. */
import { sql } from 'kysely'
import { expect } from 'vitest'
import { transact } from '#server/db/transact.ts'
import { enqueueDeliveries } from '#server/deliveries/enqueue.ts'
import type { DeliveryDraft } from '#server/deliveries/draft.ts'
import type { App } from '#server/app.ts'
import { newId } from '#server/platform/ids.ts'
import { UNKNOWN } from './credential-world.ts'

export type Delivered = Awaited<ReturnType<typeof deliveryOf>>

const PATIENCE = { timeout: 20_000, interval: 15 }

/** A plain, unsigned POST; `more` replaces parts. */
export function draftTo(url: string, more: Partial<DeliveryDraft> = {}): DeliveryDraft {
  return {
    id: newId(),
    runId: UNKNOWN,
    actionId: 'tell',
    eventId: null,
    workflow: { id: UNKNOWN, name: 'Publish' },
    scope: 'global',
    document: null,
    spaceId: null,
    credentialId: null,
    runAs: null,
    method: 'POST',
    url,
    headers: {},
    body: '{"title":"Reset a password"}',
    timeoutMs: 5_000,
    signing: null,
    ...more,
  }
}

/** Queues drafts as an event would; answers their ids. */
export async function queue(app: Pick<App, 'db'>, ...drafts: DeliveryDraft[]): Promise<string[]> {
  await transact(app.db, (tx) => enqueueDeliveries(tx, drafts))
  return drafts.map(({ id }) => id)
}

/** Has every dispatcher look at once: after a test has moved the clock or the stored state. */
export async function nudge(app: Pick<App, 'db'>): Promise<void> {
  await sql`select pg_notify('lockkeeper', 'deliveries')`.execute(app.db)
}

export function deliveryOf({ db }: Pick<App, 'db'>, id: string) {
  return db.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

/** Oldest first. */
export function attemptsOf({ db }: Pick<App, 'db'>, id: string) {
  return db.selectFrom('delivery_attempts').selectAll().where('delivery_id', '=', id).orderBy('number').execute()
}

/** How many deliveries stand in each status. */
export async function countsOf({ db }: Pick<App, 'db'>): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom('deliveries')
    .select((eb) => ['status', eb.fn.countAll<number>().as('count')])
    .groupBy('status')
    .execute()
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]))
}

/** The delivery once this is so. */
export async function until(
  app: Pick<App, 'db'>,
  id: string,
  isSo: (delivery: Delivered) => boolean,
): Promise<Delivered> {
  await expect.poll(async () => isSo(await deliveryOf(app, id)), PATIENCE).toBe(true)
  return deliveryOf(app, id)
}

/** As if no receiver had ever been in trouble. */
export async function closeBreakers(app: Pick<App, 'db'>): Promise<void> {
  await app.db.deleteFrom('receivers').execute()
}
