/** Reminds people of credentials that expire: each step once, whatever restarts and however many processes look. */
import { sql } from 'kysely'
import { ExpiryPolicy } from '#schema/credential.ts'
import type { App } from '#server/app.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import { emit } from '#server/events/emit.ts'
import { daysLeft, REMINDER_DAYS, reminderLimits } from './expiry.ts'
import { insertNotifications } from './notifications.ts'
import { reminderText, type Reminded } from './reminder-text.ts'

type Needs = Pick<App, 'db' | 'clock' | 'config' | 'log'>

/** Makes the notifications of every reminder that is due; one query when none is. */
export async function remindOfExpiry(app: Needs, signal: AbortSignal): Promise<void> {
  const now = app.clock.now()
  for (const id of await listDue(app.db, now)) {
    if (signal.aborted) return
    const done = await transact(app.db, (tx) => remindOfOne(app, tx, id, now))
    if (done !== undefined) app.log.info({ credential: id, ...done }, 'reminded of an expiry')
  }
}

/**
 * Who inserts the row of the reminder makes its notifications and its event, in the same transaction; another process that inserts the
 * same waits for this one and then gets nothing. A credential that is being changed is left for the next look.
 */
async function remindOfOne(app: Pick<App, 'config'>, tx: Tx, id: string, now: Date) {
  const { rows } = await sql<{ days: number; key: string }>`
    insert into credential_reminders (credential_id, expires_at, days, at)
    select c.id, c.expires_at, due.days, ${now} ${dueSteps(now)} and c.id = ${id} for share of c skip locked
    on conflict do nothing
    returning days, extract(epoch from expires_at)::text as key`.execute(tx)
  const [step] = rows
  if (step === undefined) return undefined
  const credential = await findReminded(tx, id)
  const people = await findPeople(tx, credential)
  const news = reminderText(credential, now)
  await insertNotifications(tx, people, news, { at: now, isMailed: app.config.smtp !== undefined })
  await tellWorkflows(tx, { id, ...step }, credential, now)
  return { days: step.days, people: people.length }
}

/** Of an integration's API key its name is told, by which people know it. */
async function tellWorkflows(
  tx: Tx,
  { id, days, key }: { id: string; days: number; key: string },
  { name, integration, space, expiresAt }: Reminded,
  now: Date,
): Promise<void> {
  await emit(tx, {
    type: 'credential.expiring',
    dedupeKey: `credential.expiring ${id} ${key} ${days}`,
    spaceId: space?.id ?? null,
    subjectId: id,
    payload: {
      credentialId: id,
      name: integration?.name ?? name,
      expiresAt: expiresAt.toISOString(),
      daysLeft: daysLeft(now, expiresAt),
    },
  })
}

/** The most urgent last: it then stands first among what is told. */
async function listDue(db: Db, now: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select c.id ${dueSteps(now)} order by c.expires_at desc, c.id`.execute(db)
  return rows.map(({ id }) => id)
}

/**
 * From and where: credentials `c`, each with the nearest step that is due (`due.days`), unless people were reminded of that
 * step or a nearer one for the same date. Times are compared by the database, which keeps them finer than a Date does.
 */
function dueSteps(now: Date) {
  const limits = reminderLimits(now).map((limit) => limit.toISOString())
  return sql`from credentials c cross join lateral (
      select step.days from unnest(${[...REMINDER_DAYS]}::integer[], ${limits}::timestamptz[]) as step (days, until)
      where c.expires_at <= step.until order by step.days limit 1
    ) as due
    where c.expires_at <= ${limits.at(-1)}::timestamptz and not exists (
      select from credential_reminders r
      where r.credential_id = c.id and r.expires_at = c.expires_at and r.days <= due.days
    )`
}

async function findReminded(tx: Tx, id: string): Promise<Reminded> {
  const row = await tx
    .selectFrom('credentials as c')
    .leftJoin('spaces as s', 's.id', 'c.space_id')
    .leftJoin('credential_references as r', (join) =>
      join.onRef('r.credential_id', '=', 'c.id').on('r.kind', '=', 'integration').on('c.scope', '=', 'integrations'),
    )
    .select(['c.name', 'c.space_id', 'c.expires_at', 'c.expiry_policy', 'c.remind', 's.key as space_key'])
    .select(['s.name as space_name', 'r.ref_id', 'r.name as ref_name'])
    .where('c.id', '=', id)
    .executeTakeFirstOrThrow()
  if (row.expires_at === null) throw new Error('a reminder was made for a credential that does not expire')
  const { ref_id, ref_name, space_id, space_key, space_name } = row
  return {
    name: row.name,
    expiresAt: row.expires_at,
    policy: ExpiryPolicy.parse(row.expiry_policy),
    remind: row.remind,
    integration: ref_id === null || ref_name === null ? undefined : { id: ref_id, name: ref_name },
    space:
      space_id === null || space_key === null || space_name === null
        ? undefined
        : { id: space_id, key: space_key, name: space_name },
  }
}

/** Those who are named and may sign in (of a space's credential: who is in the space), else the admins of the scope. */
async function findPeople(tx: Tx, { space, remind }: Reminded): Promise<string[]> {
  const spaceId = space?.id ?? null
  const { rows } = await sql<{ id: string; is_named: boolean; is_admin: boolean }>`
    select u.id, u.id = any(${remind}::uuid[]) and (${spaceId}::uuid is null or u.role = 'admin' or mine.role is not null) as is_named,
      u.role = 'admin' or coalesce(mine.role = 'admin', false) as is_admin
    from users u left join lateral (
      select m.role from space_members m
      where m.space_id = ${spaceId} and (m.principal in ('everyone', 'user:' || u.id)
        or m.principal in (select 'group:' || g.group_id from group_members g where g.user_id = u.id))
      order by m.role = 'admin' desc limit 1
    ) as mine on true
    where not u.disabled order by u.id`.execute(tx)
  const named = rows.filter((row) => row.is_named)
  return (named.length > 0 ? named : rows.filter((row) => row.is_admin)).map(({ id }) => id)
}
