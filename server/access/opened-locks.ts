/** Which read locks a person opens: through the accounts that are his in the outside systems, and the groups these are in. */
import { sql, type RawBuilder } from 'kysely'

/** Integrations that take their readers from the source; the others' documents are read by the members of their spaces. */
export const takesReaders: RawBuilder<boolean> = sql`(integration.settings ->> 'readers' = 'confluence')`

/**
 * Whether an account of `source_people as account` is that of this row of `users as person`: linked by an admin, or of the
 * same e-mail address (which admins alone set here, and the outside system has verified). One that is closed is nobody's.
 */
export const isAccountOf: RawBuilder<boolean> = sql`(account.active and case
  when account.user_id is not null then account.user_id = person.id
  else not account.unlinked and lower(account.email) = lower(person.email) end)`

/** Rows `id, space_id` (null: of a document) of the locks that the person with this id opens. One that nobody opens is in no row. */
export function openedLocks(userId: RawBuilder<unknown>): RawBuilder<{ id: number; space_id: string | null }> {
  return sql`
    select lock.id, lock.space_id
    from read_locks as lock
    join integrations as integration on integration.id = lock.integration_id and ${takesReaders}
    left join (${principalsOf(userId)}) as principal on principal.integration_id = lock.integration_id
    where lock.principals && (array['class:anonymous'] || coalesce(principal.names, '{}'))`
}

/** Rows `integration_id, names`: all that the person is in each outside system. */
export function principalsOf(userId: RawBuilder<unknown>): RawBuilder<{ integration_id: string; names: string[] }> {
  return sql`
    with account as materialized (
      select account.integration_id, account.account_id, account.guest
      from users as person
      join source_people as account on account.user_id = person.id or lower(account.email) = lower(person.email)
      where person.id = ${userId} and not person.disabled and ${isAccountOf}
    )
    select integration_id, array_agg(name) as names from (
      select integration_id, 'account:' || account_id as name from account
      union all
      select integration_id, 'class:licensed' from account where not guest
      union all
      select integration_id, 'group:' || member.group_id
      from account join source_group_members as member using (integration_id, account_id)
    ) as one
    group by integration_id`
}
