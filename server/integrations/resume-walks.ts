import { sql } from 'kysely'
import type { Db, Tx } from '#server/db/open.ts'

/**
 * Takes over what the integration's last run had come to, when that ended for its waiting alone: finished walks count, open
 * ones go on at their cursors.
 */
export async function resumeWalks(db: Db | Tx, integrationId: string, runId: string): Promise<void> {
  await sql`
    update sync_walks as walk set status = before.status, cursor = before.cursor, done = before.done,
      first_seen_at = before.first_seen_at
    from sync_walks before
    where before.run_id = (
        select last.id from sync_runs last
        where last.integration_id = ${integrationId} and last.id < ${runId} order by last.id desc limit 1
      )
      and exists (
        select from sync_runs last where last.id = before.run_id and last.error->>'code' = 'rate-limit-budget'
      )
      and before.stream in ('pages', 'blogposts') and before.status in ('running', 'succeeded')
      and before.first_seen_at is not null
      and walk.run_id = ${runId} and walk.space_external_id = before.space_external_id and walk.stream = before.stream
      and walk.status = 'waiting' and walk.cursor is null`.execute(db)
}
