/** Accounts of the source: what they show of themselves, for names and for knowing whose they are here. */
import { sql } from 'kysely'
import type { Db, Tx } from '#server/db/open.ts'

export type ToldAccount = { name: string; email: string | null; active: boolean; guest: boolean }

/**
 * Accounts that locks, groups, authors or links name and that were never asked about; `again`: also those that were asked
 * about before this run began, so that a changed or closed account is noticed.
 */
export async function listUnaskedAccounts(
  db: Db | Tx,
  integrationId: string,
  runId: string,
  page: { after: string; limit: number; again: boolean; linkedAlone: boolean },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select named.id from (
      select substr(principal, 9) as id from read_locks as lock cross join unnest(lock.principals) as principal
        where lock.integration_id = ${integrationId} and principal like 'account:%'
      union select account_id from source_group_members where integration_id = ${integrationId}
      union select account_id from source_people where integration_id = ${integrationId}
    ) as named
    left join source_people as known on known.integration_id = ${integrationId} and known.account_id = named.id
    where named.id > ${page.after} and (known.asked_at is null
      or (${page.again} and (known.user_id is not null or not ${page.linkedAlone}) and known.asked_at < (select queued_at from sync_runs where id = ${runId})))
    order by named.id limit ${page.limit}`.execute(db)
  return rows.map((row) => row.id)
}

/** Keeps what was told; an account that was asked about and is not among them is closed, or was never one. */
export async function setAccounts(
  tx: Tx,
  integrationId: string,
  asked: readonly string[],
  told: ReadonlyMap<string, ToldAccount>,
): Promise<void> {
  const rows = [...told].map(([account_id, one]) => ({ account_id, ...one }))
  await sql`
    insert into source_people (integration_id, account_id, name, email, active, guest, asked_at)
    select ${integrationId}, told.account_id, told.name, told.email, told.active, told.guest, now()
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as told (account_id text, name text, email text, active boolean, guest boolean)
    order by told.account_id
    on conflict (integration_id, account_id) do update set name = excluded.name, email = excluded.email,
      active = excluded.active, guest = excluded.guest, asked_at = excluded.asked_at`.execute(tx)
  const missing = asked.filter((id) => !told.has(id))
  // Without a name: it is shown by its id, and authors are asked for as before.
  await sql`
    update source_people set email = null, active = false, asked_at = now()
    where integration_id = ${integrationId} and account_id = any(${missing}::text[])`.execute(tx)
}
