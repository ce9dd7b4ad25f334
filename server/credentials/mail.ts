/**
 * Sends notifications by mail where a mail server is set. A row is marked `sending` before and `sent` after: what was
 * perhaps taken is never sent twice, so a lost connection or a killed process can cost a mail, but not repeat one.
 */
import { sql } from 'kysely'
import type { App } from '#server/app.ts'
import type { Db } from '#server/db/open.ts'
import { backoffMs } from '#server/platform/backoff.ts'
import type { Message, Outcome } from './deliver-mail.ts'

type Needs = Pick<App, 'db' | 'clock' | 'config' | 'log'>

const MOST_TRIES = 5
const FIRST_RETRY_MS = 15 * 60_000
const LONGEST_RETRY_MS = 12 * 60 * 60_000
/** Far longer than one mail may take (deliver-mail.ts), so that no living sender is taken for dead. */
const LEASE_MS = 10 * 60_000

/** Sends what waits, one after the other. Ends early when the server takes no mail now: the rest waits for the next look. */
export async function sendWaitingMails(app: Needs, signal: AbortSignal): Promise<void> {
  const { smtp } = app.config
  if (smtp === undefined) return
  await giveUpLost(app)
  while (!signal.aborted) {
    const row = await takeNext(app)
    if (row === undefined) return
    const { deliverMail } = await import('./deliver-mail.ts')
    const outcome = await deliverMail(smtp, toMessage(row, app.config.publicUrl), signal)
    // Stopped before it was handed over: as if it had not been taken.
    if (signal.aborted && outcome.kind === 'refused') return putBack(app.db, row.id)
    await settle(app, row, outcome)
    if (outcome.kind === 'refused' && outcome.byServer) return
  }
}

/** Rows whose sender died, and those of people who may not sign in any more. */
async function giveUpLost(app: Needs): Promise<void> {
  const note = 'Its sender ended while it was being sent. It may have arrived, so it is not sent again.'
  const lost = await app.db
    .updateTable('notifications')
    .set({ mail: 'failed', mail_note: note, mail_next_at: null })
    .where('mail', '=', 'sending')
    .where('mail_next_at', '<=', app.clock.now())
    .returning('id')
    .execute()
  for (const { id } of lost) app.log.warn({ notification: id, reason: note }, 'a mail was given up')
  await app.db
    .updateTable('notifications')
    .set({ mail: 'none' })
    .where('mail', '=', 'waiting')
    .where((e) => e('user_id', 'in', e.selectFrom('users').select('id').where('disabled', '=', true)))
    .execute()
}

/** Marks the oldest that is due as `sending`; what another process takes is passed over. */
async function takeNext(app: Needs) {
  const now = app.clock.now()
  const { rows } = await sql<Taken>`
    update notifications n set mail = 'sending', mail_next_at = ${new Date(now.getTime() + LEASE_MS)}
    from users u
    where u.id = n.user_id and n.id = (
      select id from notifications where mail = 'waiting' and (mail_next_at is null or mail_next_at <= ${now})
      order by at, id limit 1 for update skip locked
    )
    returning n.id, n.title, n.text, n.link, n.at, n.mail_tries, u.email`.execute(app.db)
  return rows[0]
}

type Taken = {
  id: string
  title: string
  text: string
  link: string | null
  at: Date
  mail_tries: number
  email: string
}

function toMessage({ id, email, title, text, link, at }: Taken, publicUrl: string): Message {
  const page = link === null ? '' : `${publicUrl}${link}\n\n`
  const why = 'You are named for its reminders, or administrate what it belongs to.'
  return {
    id,
    to: email,
    at,
    subject: title,
    text: `${title}.\n\n${text}\n\n${page}-- \nLockkeeper, ${publicUrl}\n${why}\n`,
  }
}

async function settle(app: Needs, row: Taken, outcome: Outcome): Promise<void> {
  if (outcome.kind === 'sent') return mark(app.db, row.id, { mail: 'sent', mail_next_at: null, mail_note: null })
  const tries = row.mail_tries + 1
  const isOver = outcome.kind === 'unknown' || tries >= MOST_TRIES
  const retryMs = backoffMs(tries, FIRST_RETRY_MS, LONGEST_RETRY_MS)
  await mark(app.db, row.id, {
    mail: isOver ? 'failed' : 'waiting',
    mail_tries: tries,
    mail_next_at: isOver ? null : new Date(app.clock.now().getTime() + retryMs),
    mail_note: outcome.reason,
  })
  const about = { notification: row.id, tries, reason: outcome.reason }
  app.log.warn(about, isOver ? 'a mail was given up' : 'a mail was refused; it is tried again')
}

function putBack(db: Db, id: string): Promise<void> {
  return mark(db, id, { mail: 'waiting', mail_next_at: null })
}

type Mark = { mail: string; mail_tries?: number; mail_next_at: Date | null; mail_note?: string | null }

async function mark(db: Db, id: string, change: Mark): Promise<void> {
  await db.updateTable('notifications').set(change).where('id', '=', id).execute()
}
