/** Tells people that deliveries died, so that nobody has to look. */
import { sql } from 'kysely'
import type { App } from '#server/app.ts'
import { insertNotifications, type News } from '#server/credentials/notifications.ts'
import type { Tx } from '#server/db/open.ts'

/** A delivery that was just given up. `origin`: of its receiver; `spaceId` null: platform admins alone see it. */
export type Dead = { origin: string; spaceId: string | null; workflow: { name: string } }

/** How long further deaths at the same receiver are not told. */
const QUIET_MS = 3_600_000

/**
 * Notifies the admins of each delivery's space, or the platform's, in the transaction that ends the deliveries: once for a
 * receiver and hour. What a receiver answered is not said: a space's admins see it masked.
 */
export async function alertDead(
  app: Pick<App, 'clock' | 'config'>,
  tx: Tx,
  deliveries: readonly Dead[],
): Promise<void> {
  if (deliveries.length === 0) return
  const now = app.clock.now()
  for (const { origin, space_id } of await findUntold(tx, deliveries, now)) {
    const died = deliveries.filter((one) => one.origin === origin && one.spaceId === space_id)
    const people = await findAdmins(tx, space_id)
    const news = toNews(origin, died, await findSpaceKey(tx, space_id))
    await insertNotifications(tx, people, news, { at: now, isMailed: app.config.smtp !== undefined })
  }
}

/** Of receiver and space those that were not told within the hour; from now on they are. Taken in one order: see countAttempts. */
async function findUntold(tx: Tx, deliveries: readonly Dead[], now: Date) {
  const keys = new Set(deliveries.map(({ origin, spaceId }) => `${spaceId ?? '-'} ${origin}`))
  const pairs = [...keys].sort().map((key) => key.split(' '))
  const { rows } = await sql<{ origin: string; space_id: string | null }>`
    insert into delivery_alerts as alert (origin, space_id, told_at)
    select origin, nullif(space_id, '-')::uuid, ${now}::timestamptz
    from unnest(${pairs.map(([, origin]) => origin ?? '')}::text[], ${pairs.map(([id]) => id ?? '')}::text[])
      as died (origin, space_id)
    on conflict on constraint delivery_alerts_key do update set told_at = excluded.told_at
      where alert.told_at <= ${new Date(now.getTime() - QUIET_MS)}::timestamptz
    returning origin, space_id`.execute(tx)
  return rows
}

/** Platform admins, and those of the space where there is one; nobody who is disabled. */
async function findAdmins(tx: Tx, spaceId: string | null): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select u.id from users u
    where not u.disabled and (u.role = 'admin' or exists (
      select from space_members m
      where m.space_id = ${spaceId}::uuid and m.role = 'admin' and (m.principal in ('everyone', 'user:' || u.id)
        or m.principal in (select 'group:' || g.group_id from group_members g where g.user_id = u.id))
    )) order by u.id`.execute(tx)
  return rows.map(({ id }) => id)
}

async function findSpaceKey(tx: Tx, spaceId: string | null): Promise<string | undefined> {
  if (spaceId === null) return undefined
  const row = await tx.selectFrom('spaces').select('key').where('id', '=', spaceId).executeTakeFirst()
  return row?.key
}

function toNews(origin: string, died: readonly Dead[], spaceKey: string | undefined): News {
  const names = [...new Set(died.map(({ workflow }) => `"${workflow.name}"`))]
  const link = new URLSearchParams({
    status: 'dead',
    receiver: origin,
    ...(spaceKey === undefined ? {} : { space: spaceKey }),
  })
  return {
    kind: 'delivery-dead',
    title: `Deliveries to ${URL.parse(origin)?.host ?? origin} were given up`,
    text:
      `${died.length === 1 ? 'A delivery' : `${died.length} deliveries`} of ${listed(names)} could not be made. ` +
      'Look at the attempts, mend the cause, then send them again. More of them within the next hour are not told.',
    link: `/deliveries?${link.toString()}`,
  }
}

function listed(names: readonly string[]): string {
  const more = names.length - 3
  return more > 0 ? `${names.slice(0, 3).join(', ')} and ${more} more workflows` : names.join(', ')
}
