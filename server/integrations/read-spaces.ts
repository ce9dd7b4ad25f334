/** Which spaces are in step: only of these it is known what came back. */
import { sql } from 'kysely'
import type { Db } from '#server/db/open.ts'
import type { StoredSettings } from './settings.ts'

/** Ids of the chosen spaces that the newest succeeded full run or sweep read. Of others nobody knows what came back since. */
export async function listReadSpaces(
  db: Db,
  integrationId: string,
  selected: StoredSettings['spaces'],
): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select space.id from spaces space
    where space.integration_id = ${integrationId} and exists (
      select from sync_walks walk
      where walk.run_id = (
          select run.id from sync_runs run
          where run.integration_id = ${integrationId} and run.mode in ('full', 'sweep') and run.status = 'succeeded'
          order by run.id desc limit 1
        )
        and walk.space_external_id = space.external_id and walk.stream in ('pages', 'sweep')
        and (${selected === 'all'} or walk.space_key = any(${selected === 'all' ? [] : selected}::text[]))
    )`.execute(db)
  return new Set(rows.map((row) => row.id))
}
