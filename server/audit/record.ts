// The record of who did what: append-only, hash-chained, written in the transaction of the deed itself.
import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '#server/db/open.ts'
import type { Person } from '#server/platform/actor.ts'
import { storable, storableJson } from '#server/platform/storable.ts'
import { chainHash, FIRST_HASH } from './canonical.ts'

/** Whoever holds this advisory lock writes the next row; held until the transaction ends. */
const LOCK = 7_400_003

/**
 * Writes one row, as the last statement of the caller's transaction: the lock that orders the chain is held until it
 * commits. If the row cannot be written, the whole operation fails. `target` is `kind:id`; `detail` never holds a secret.
 */
export async function record(
  tx: Tx,
  actor: Pick<Person, 'id' | 'name'>,
  action: string,
  target: string,
  detail: Record<string, unknown> = {},
): Promise<void> {
  const written = asStored(detail)
  await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx)
  const { seq, previous, at } = await nextLink(tx)
  const row = {
    seq,
    at,
    actor: actor.id,
    actorName: storable(actor.name),
    action,
    target: storable(target),
    detail: written,
  }
  await tx
    .insertInto('audit')
    .values({
      seq,
      at,
      actor: row.actor,
      actor_name: row.actorName,
      action,
      target: row.target,
      detail: JSON.stringify(written),
      previous_hash: previous,
      hash: chainHash(previous, row),
    })
    .execute()
}

/** A statement of its own after the lock, so that it sees the row of whoever held the lock before. */
async function nextLink(tx: Tx): Promise<{ seq: number; previous: string; at: Date }> {
  const last = await tx.selectFrom('audit').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1).executeTakeFirst()
  return { seq: (last?.seq ?? 0) + 1, previous: last?.hash ?? FIRST_HASH, at: new Date() }
}

/** The detail as PostgreSQL's jsonb gives it back: no undefined, no NUL, no lone surrogates, dates as text. */
function asStored(detail: Record<string, unknown>): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(JSON.parse(storableJson(detail)))
}
