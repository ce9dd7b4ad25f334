/** What happened, told upward: an event is written in the transaction that made it happen. */
import { sql } from 'kysely'
import type { Tx } from '#server/db/open.ts'
import { wakeAfterCommit } from '#server/jobs/wake.ts'
import { newId } from '#server/platform/ids.ts'
import { storableJson } from '#server/platform/storable.ts'

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
      payload: storableJson(event.payload),
    })
    .onConflict((conflict) => conflict.column('dedupe_key').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (row === undefined) return false
  wakeAfterCommit(tx, 'events')
  return true
}

/** The same for many, in one statement; each whose key is already there is dropped. */
export async function emitAll(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return
  const rows = events.map((event) => ({
    id: newId(),
    type: event.type,
    dedupe_key: event.dedupeKey,
    space_id: event.spaceId ?? null,
    subject_id: event.subjectId ?? null,
    actor_id: event.actorId ?? null,
    depth: event.depth ?? 0,
    payload: event.payload,
  }))
  await sql`
    insert into events (id, type, dedupe_key, space_id, subject_id, actor_id, depth, payload)
    select id, type, dedupe_key, space_id, subject_id, actor_id, depth, payload
    from json_to_recordset(${storableJson(rows)}::json) as event (id uuid, type text, dedupe_key text, space_id uuid,
      subject_id uuid, actor_id uuid, depth smallint, payload jsonb)
    on conflict (dedupe_key) do nothing`.execute(tx)
  wakeAfterCommit(tx, 'events')
}
