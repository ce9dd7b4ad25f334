/** Whose accounts in the outside system are whose here: by e-mail address, or as an admin says. What changes counts at once. */
import { sql, type RawBuilder } from 'kysely'
import type { AccountLink, SourceAccount, SourceAccountQuery } from '#schema/read-access.ts'
import { isAccountOf } from '#server/access/opened-locks.ts'
import { authorize } from '#server/access/policy.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import { setAccounts } from '#server/content/accounts.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { fromCursor, toPage, type Page } from '#server/platform/page.ts'
import { notFound, Problem } from '#server/platform/problem.ts'
import { openConnection } from './open-source.ts'
import { getIntegrationRow } from './store.ts'

/** By name. */
export async function listAccounts(
  app: Pick<App, 'db'>,
  actor: Actor,
  integrationId: string,
  query: SourceAccountQuery,
): Promise<Page<SourceAccount>> {
  authorize(actor, 'integration.read')
  await getIntegrationRow(app.db, integrationId)
  const conditions: RawBuilder<unknown>[] = []
  if (query.q !== undefined && query.q !== '') {
    const pattern = `%${query.q.toLowerCase().replace(/[\\%_]/g, (character) => `\\${character}`)}%`
    conditions.push(sql`(lower(name) like ${pattern} or lower(email) like ${pattern} or "accountId" = ${query.q})`)
  }
  if (query.linked !== undefined) conditions.push(sql`(user_id is not null) = ${query.linked}`)
  if (query.cursor !== undefined) {
    const [name, accountId] = fromCursor(query.cursor, 2)
    if (typeof name !== 'string' || typeof accountId !== 'string')
      throw new Problem(400, 'bad-cursor', 'The cursor is not one this list gave out. Start again without it.')
    conditions.push(sql`(lower(name), "accountId") > (${name}, ${accountId})`)
  }
  const rows = await findAccounts(app.db, integrationId, conditions, query.limit + 1)
  const page = toPage(rows, query.limit, (row) => [row.name.toLowerCase(), row.accountId])
  return { ...page, items: page.items.map(present) }
}

/** Says whose account it is, or (null) that it is nobody's here. One that no sync has met is asked for first. */
export async function linkAccount(
  app: Pick<App, 'db' | 'keys' | 'fetch' | 'clock' | 'config'>,
  actor: Actor,
  integrationId: string,
  accountId: string,
  { userId }: AccountLink,
): Promise<SourceAccount> {
  authorize(actor, 'integration.update')
  const integration = await getIntegrationRow(app.db, integrationId)
  if ((await findAccount(app.db, integrationId, accountId)) === undefined) {
    const { source } = await openConnection(app, integration, { isUrgent: true })
    const told = await source.findAccounts([accountId], true)
    if (!told.has(accountId)) throw notFound('Account', accountId)
    await transact(app.db, (tx) => setAccounts(tx, integrationId, [accountId], told))
  }
  return transact(app.db, async (tx) => {
    if (
      userId !== null &&
      (await tx.selectFrom('users').select('id').where('id', '=', userId).executeTakeFirst()) === undefined
    )
      throw notFound('User', userId)
    await tx
      .updateTable('source_people')
      .set({ user_id: userId, unlinked: userId === null })
      .where('integration_id', '=', integrationId)
      .where('account_id', '=', accountId)
      .execute()
    const account = await findAccount(tx, integrationId, accountId)
    if (account === undefined) throw notFound('Account', accountId)
    const action = userId === null ? 'account.unlinked' : 'account.linked'
    const detail = {
      accountId,
      name: account.name,
      ...(userId === null ? {} : { userId, userName: account.user?.name }),
    }
    await record(tx, actor, action, `integration:${integrationId}`, detail)
    return account
  })
}

type Row = {
  accountId: string
  name: string
  email: string | null
  user_id: string | null
  user_name: string | null
  user_email: string | null
  linkedBy: SourceAccount['linkedBy']
}

async function findAccount(db: Db | Tx, integrationId: string, accountId: string): Promise<SourceAccount | undefined> {
  const [row] = await findAccounts(db, integrationId, [sql`"accountId" = ${accountId}`], 1)
  return row && present(row)
}

async function findAccounts(
  db: Db | Tx,
  integrationId: string,
  conditions: readonly RawBuilder<unknown>[],
  limit: number,
): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select * from (
      select account.account_id as "accountId", account.name, account.email, person.id as user_id,
        person.name as user_name, person.email as user_email,
        case when person.id is null then null when account.user_id is null then 'email' else 'admin' end as "linkedBy"
      from source_people as account
      left join users as person on ${isAccountOf}
        and (account.user_id = person.id or lower(account.email) = person.email)
      where account.integration_id = ${integrationId}
    ) as one
    where ${sql.join([sql`true`, ...conditions], sql` and `)}
    order by lower(name), "accountId" limit ${limit}`.execute(db)
  return rows
}

function present({ accountId, name, email, user_id, user_name, user_email, linkedBy }: Row): SourceAccount {
  const user = user_id === null ? null : { id: user_id, name: user_name ?? '', email: user_email ?? '' }
  return { accountId, name, email, user, linkedBy }
}
