/** What somebody may read, as a condition for every statement that shows documents. */
import { sql, type RawBuilder } from 'kysely'
import type { Db, Tx } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { openedLocks, takesReaders } from './opened-locks.ts'
import { readableSpaceIds } from './policy.ts'

/** `all`: platform admins and the system, whom no lock keeps out. */
export type Reader = 'all' | Readable
export type Readable = {
  /** Spaces whose members read all that is in them. */
  spaces: string[]
  /** Sets of locks of the other spaces, by whether they open for the person. What is in neither is shut. */
  open: number[]
  shut: number[]
}

/** Two queries; what it says holds for the moment. */
export async function findReader(db: Db | Tx, actor: Actor): Promise<Reader> {
  const roles = readableSpaceIds(actor)
  if (roles === 'all') return 'all'
  const spaces = await sql<{ id: string }>`
    select space.id from spaces as space
    left join integrations as integration on integration.id = space.integration_id
    where space.id = any(${roles}::uuid[]) and ${takesReaders} is not true`.execute(db)
  const sets = await sql<{ id: number; opens: boolean }>`
    with opened as materialized (${openedLocks(sql`${actor.id}::uuid`)})
    select one.id, one.locks <@ (select coalesce(array_agg(id), '{}') from opened) and cardinality(one.locks) > 0 as opens
    from access_sets as one
    join integrations as integration on integration.id = one.integration_id and ${takesReaders}`.execute(db)
  const ids = (opens: boolean) => sets.rows.filter((row) => row.opens === opens).map((row) => row.id)
  return { spaces: spaces.rows.map((row) => row.id), open: ids(true), shut: ids(false) }
}

type Columns = { space: RawBuilder<unknown>; set: RawBuilder<unknown> }
const OF_DOCUMENT: Columns = { space: sql`document.space_id`, set: sql`document.access_set_id` }

/** True of the rows that the reader may see; by default of `documents as document`. Never null. */
export function mayRead(reader: Reader, { space, set }: Columns = OF_DOCUMENT): RawBuilder<boolean> {
  if (reader === 'all') return sql`true`
  const isOpen = reader.open.length === 0 ? sql`false` : sql`coalesce(${set} = any(${reader.open}::integer[]), false)`
  return sql`(${space} = any(${reader.spaces}::uuid[]) or ${isOpen})`
}
