/** Forgets publishes of which it has long been known what came of them; the audit record keeps who changed what. */
import { sql } from 'kysely'
import type { App } from '#server/app.ts'
import { firstIdAt } from '#server/platform/ids.ts'

const DAY_MS = 86_400_000
const KEPT_DAYS = 90
/** An id may be made by another machine's clock. */
const ID_APART_MS = 3_600_000
/** Rows of one statement. */
const BATCH = 1_000

/**
 * How many were forgotten. Never an open one; nor that of a proposal on which nobody has decided: by its row alone it is
 * known that the proposal was carried out already, by somebody who was stopped before he could note it.
 */
export async function forgetPublishes(app: Pick<App, 'db' | 'clock'>, signal: AbortSignal): Promise<number> {
  const before = new Date(app.clock.now().getTime() - KEPT_DAYS * DAY_MS)
  const beyond = firstIdAt(new Date(before.getTime() + ID_APART_MS))
  let count = 0
  for (let after = firstIdAt(new Date(0)); !signal.aborted;) {
    const { rows } = await sql<{ id: string }>`
      with old as materialized (
        select id from publishes as publish
        where id > ${after}::uuid and id < ${beyond}::uuid and state <> 'sent' and settled_at < ${before}
          and not exists (select from edit_proposals as proposal
            where proposal.id = publish.id and proposal.state in ('waiting', 'stale'))
        order by id limit ${BATCH} for update skip locked
      )
      delete from publishes where id = any(array(select id from old)) returning id`.execute(app.db)
    if (rows.length === 0) break
    count += rows.length
    after = rows.reduce((last, { id }) => (id > last ? id : last), after)
  }
  return count
}
