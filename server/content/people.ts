/** Names of the source's accounts, so that authors and mentions read as people. */
import { sql } from 'kysely'
import type { Db, Tx } from '#server/db/open.ts'

/** Account ids of authors of pages, their present versions, attachments and comments that have no name yet; at most `limit`. */
export async function listUnnamedAuthors(db: Db, integrationId: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ author: string }>`
    select distinct account.author
    from (
      select author from documents where integration_id = ${integrationId}
      union all select version_author from documents where integration_id = ${integrationId}
      union all select author from attachments where integration_id = ${integrationId}
      union all select author from comments where integration_id = ${integrationId}
    ) as account
    where account.author is not null
      and not exists (select from source_people as person
        where person.integration_id = ${integrationId} and person.account_id = account.author)
    limit ${limit}`.execute(db)
  return rows.map((row) => row.author)
}

/** Sets names by account id; a changed name replaces the old one. */
export async function namePeople(
  db: Db | Tx,
  integrationId: string,
  names: ReadonlyMap<string, string>,
): Promise<void> {
  if (names.size === 0) return
  await db
    .insertInto('source_people')
    .values([...names].map(([account_id, name]) => ({ integration_id: integrationId, account_id, name })))
    .onConflict((conflict) =>
      conflict.columns(['integration_id', 'account_id']).doUpdateSet({ name: sql`excluded.name` }),
    )
    .execute()
}

/** The known names among these account ids. */
export async function findNames(
  db: Db | Tx,
  integrationId: string,
  accountIds: readonly string[],
): Promise<Map<string, string>> {
  if (accountIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('source_people')
    .select(['account_id', 'name'])
    .where('integration_id', '=', integrationId)
    .where('account_id', 'in', [...accountIds])
    .execute()
  return new Map(rows.map((row) => [row.account_id, row.name]))
}

/** The known names of those whom a page's raw storage mentions; of the first thousand. */
export function findMentioned(db: Db | Tx, integrationId: string, storage: string): Promise<Map<string, string>> {
  const ids = new Set(Array.from(storage.matchAll(/ri:account-id="([^"]{1,128})"/g), (match) => match[1] ?? ''))
  return findNames(db, integrationId, [...ids].slice(0, 1000))
}
