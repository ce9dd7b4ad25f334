import { sql } from 'kysely'
import type { Db, Tx } from '#server/db/open.ts'
import type { Fault } from './kinds/checked.ts'

/** A fault at `remind.N` for each id that is nobody's. */
export async function checkReminded(db: Db | Tx, ids: readonly string[]): Promise<Fault[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<{ n: number }>`
    select n::integer from unnest(${ids}::uuid[]) with ordinality as r (id, n)
    where not exists (select from users where users.id = r.id)`.execute(db)
  return rows.map(({ n }) => ({ path: `remind.${n - 1}`, message: `User ${ids[n - 1] ?? ''} does not exist.` }))
}
