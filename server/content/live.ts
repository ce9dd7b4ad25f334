import { sql } from 'kysely'
import type { Tx } from '#server/db/open.ts'

/** Notes by external id which documents are live ones: a page becomes one, and a page again, without a new version. */
export async function markLive(tx: Tx, integrationId: string, told: ReadonlyMap<string, boolean>): Promise<void> {
  if (told.size === 0) return
  const live = [...told].filter(([, isLive]) => isLive).map(([id]) => id)
  await sql`
    update documents set is_live = not is_live
    where integration_id = ${integrationId} and external_id = any(${[...told.keys()]}::text[])
      and is_live <> (external_id = any(${live}::text[]))`.execute(tx)
}
