/** Which people may read which pages, of many at once: by the same rule as access/reader.ts has for one person. */
import { sql } from 'kysely'
import { principalsOf, takesReaders } from '#server/access/opened-locks.ts'
import type { Db, Tx } from '#server/db/open.ts'

/** `personId` null: nobody in particular, who reads what every member of its space may. */
export type Reading = { personId: string | null; documentId: string }

export function readingKey({ personId, documentId }: Reading): string {
  return `${personId ?? '-'} ${documentId}`
}

/**
 * The keys of those that are so, in one query. Of a page in the trash: whether the person might read it if it were back.
 * The disabled read nothing.
 */
export async function findReadings(db: Db | Tx, asked: readonly Reading[]): Promise<ReadonlySet<string>> {
  if (asked.length === 0) return new Set()
  const persons = asked.map(({ personId }) => personId)
  const documents = asked.map(({ documentId }) => documentId)
  const { rows } = await sql<Reading>`
    with asked as materialized (
      select distinct one.person_id, one.document_id, document.space_id, document.access_set_id,
        ${takesReaders} is true as is_locked
      from unnest(${persons}::uuid[], ${documents}::uuid[]) as one (person_id, document_id)
      join documents as document on document.id = one.document_id
      join spaces as space on space.id = document.space_id
      left join integrations as integration on integration.id = space.integration_id
    ), principals as materialized (
      select reader.id as person_id, one.integration_id, one.names
      from (select distinct person_id as id from asked where is_locked) as reader
      cross join lateral (${principalsOf(sql.ref('reader.id'))}) as one
    )
    select asked.person_id as "personId", asked.document_id as "documentId"
    from asked
    left join users as reader on reader.id = asked.person_id
    where case
      when asked.person_id is null then not asked.is_locked
      when reader.disabled is not false then false
      when reader.role = 'admin' then true
      when not asked.is_locked then exists (
        select from space_members as member where member.space_id = asked.space_id
          and (member.principal in ('everyone', 'user:' || reader.id) or member.principal in (
            select 'group:' || mine.group_id from group_members as mine where mine.user_id = reader.id)))
      else exists (
        select from access_sets as one where one.id = asked.access_set_id and cardinality(one.locks) > 0
          and not exists (
            select from unnest(one.locks) as needed (id)
            left join read_locks as lock on lock.id = needed.id
            left join principals as mine
              on mine.person_id = asked.person_id and mine.integration_id = lock.integration_id
            where (lock.principals && (array['class:anonymous'] || coalesce(mine.names, '{}'))) is not true))
    end`.execute(db)
  return new Set(rows.map(readingKey))
}

/** One of these must be so for a space's workflow to act: where every member may read, nothing is shut to it. */
export function waysToRead(reading: Reading): Reading[] {
  return [{ ...reading, personId: null }, reading]
}

/** Why a space's workflow does nothing with a page that this person may not read. */
export function describeShut(person: { name: string } | undefined): string {
  if (person === undefined)
    return 'Nobody is left in whose name this could run, and not every member may read this page.'
  return `${person.name}, in whose name this runs, may not read this page.`
}
