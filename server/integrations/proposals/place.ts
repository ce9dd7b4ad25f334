import { sql, type RawBuilder } from 'kysely'
import { openedLocks } from '#server/access/opened-locks.ts'
import { mayRead, type Reader } from '#server/access/reader.ts'
import type { Actor } from '#server/platform/actor.ts'

/**
 * True of proposals whose place the actor may read: their document, for a new one the parent below which it is to stand,
 * or the space at whose top. Over `proposal`, `document` and `parent`.
 */
export function isPlaceOpen(actor: Actor, reader: Reader): RawBuilder<boolean> {
  const ofParent = { space: sql`parent.space_id`, set: sql`parent.access_set_id` }
  return sql`(case
    when proposal.document_id is not null then document.deleted_at is null and ${mayRead(reader)}
    when proposal.parent_id is not null then parent.deleted_at is null and ${mayRead(reader, ofParent)}
    else ${isSpaceOpen(actor, reader)} end)`
}

/** Without a document there is no set of locks: the lock of the space itself must open. */
function isSpaceOpen(actor: Actor, reader: Reader): RawBuilder<boolean> {
  if (reader === 'all') return sql`true`
  return sql`(proposal.space_id = any(${reader.spaces}::uuid[]) or proposal.space_id in (
    select opened.space_id from (${openedLocks(sql`${actor.id}::uuid`)}) as opened where opened.space_id is not null))`
}
