/** What happened, told upward: an event is written in the transaction that made it happen. */
import { sql } from 'kysely'
import type { Tx } from '#server/db/open.ts'
import { newId } from '#server/platform/ids.ts'

export type NewEvent = {
  type: string
  /** The same happening has the same key, however often it is seen: the second one is dropped. */
  dedupeKey: string
  spaceId?: string | null
  subjectId?: string | null
  /** The person who caused it; left out: the system. */
  actorId?: string | null
  /** How many workflows' actions stand between it and what happened outside; 0 when left out. */
  depth?: number
  payload: Record<string, unknown>
}

/** Writes the event and wakes who looks at events; false when one with its key is already there. */
export async function emit(tx: Tx, event: NewEvent): Promise<boolean> {
  const row = await tx
    .insertInto('events')
    .values({
      id: newId(),
      type: event.type,
      dedupe_key: event.dedupeKey,
      space_id: event.spaceId ?? null,
      subject_id: event.subjectId ?? null,
      actor_id: event.actorId ?? null,
      depth: event.depth ?? 0,
      payload: JSON.stringify(event.payload),
    })
    .onConflict((conflict) => conflict.column('dedupe_key').doNothing())
    .returning(sql`pg_notify('lockkeeper', 'events')`.as('notified'))
    .executeTakeFirst()
  return row !== undefined
}
