/** What a person should know: shown in the app to nobody else, and mailed by mail.ts. */
import { sql } from 'kysely'
import { Notification } from '#schema/credential.ts'
import type { NotificationPage, NotificationQuery, ReadNotifications } from '#schema/notification.ts'
import { requireWrite } from '#server/access/policy.ts'
import type { App } from '#server/app.ts'
import type { Db, Tx } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { newId } from '#server/platform/ids.ts'
import { fromCursor, toPage } from '#server/platform/page.ts'
import { Problem } from '#server/platform/problem.ts'

type Needs = Pick<App, 'db'>

/** `link`: a path of this server's pages. */
export type News = Pick<Notification, 'kind' | 'title' | 'text'> & { link: string }

/** The actor's own, newest first. */
export async function listNotifications(app: Needs, actor: Actor, query: NotificationQuery): Promise<NotificationPage> {
  const rows = await findNotifications(app.db, actor.id, query)
  const { items, nextCursor } = toPage(rows, query.limit, (row) => [row.at.toISOString(), row.id])
  return { items: items.map(toNotification), nextCursor, unread: await countUnread(app.db, actor.id) }
}

/** Marks the actor's own as read; those that are not his stay as they are. */
export async function readNotifications(
  app: Pick<App, 'db' | 'clock'>,
  actor: Actor,
  which: ReadNotifications,
): Promise<void> {
  requireWrite(actor)
  const unread = app.db
    .updateTable('notifications')
    .set({ read_at: app.clock.now() })
    .where('user_id', '=', actor.id)
    .where('read_at', 'is', null)
  await ('all' in which ? unread : unread.where(sql<boolean>`id = any(${which.ids}::uuid[])`)).execute()
}

/** One row for each person. `isMailed`: it waits for the mail to be sent too. */
export async function insertNotifications(
  tx: Tx,
  userIds: readonly string[],
  { kind, title, text, link }: News,
  { at, isMailed }: { at: Date; isMailed: boolean },
): Promise<void> {
  if (userIds.length === 0) return
  const mail = isMailed ? 'waiting' : 'none'
  const rows = userIds.map((userId) => ({ id: newId(), user_id: userId, kind, title, text, link, at, mail }))
  await tx.insertInto('notifications').values(rows).execute()
}

function findNotifications(db: Db | Tx, userId: string, query: NotificationQuery) {
  let rows = db
    .selectFrom('notifications')
    .select(['id', 'kind', 'title', 'text', 'link', 'at', 'read_at'])
    .where('user_id', '=', userId)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
  if (query.unread === 'true') rows = rows.where('read_at', 'is', null)
  const after = query.cursor === undefined ? undefined : parseCursor(query.cursor)
  if (after !== undefined) rows = rows.where(sql<boolean>`(at, id) < (${after.at}::timestamptz, ${after.id}::uuid)`)
  return rows.execute()
}

type Row = Awaited<ReturnType<typeof findNotifications>>[number]

function toNotification({ id, kind, title, text, link, at, read_at }: Row): Notification {
  return {
    id,
    kind: Notification.shape.kind.parse(kind),
    title,
    text,
    link,
    at: at.toISOString(),
    readAt: read_at?.toISOString() ?? null,
  }
}

async function countUnread(db: Db | Tx, userId: string): Promise<number> {
  const { count } = await db
    .selectFrom('notifications')
    .select(sql<number>`count(*)`.as('count'))
    .where('user_id', '=', userId)
    .where('read_at', 'is', null)
    .executeTakeFirstOrThrow()
  return count
}

function parseCursor(cursor: string): { at: string; id: string } {
  const [at, id] = fromCursor(cursor, 2)
  const key = Notification.pick({ at: true, id: true }).safeParse({ at, id })
  if (key.success) return key.data
  throw new Problem(400, 'bad-cursor', 'The cursor is not one this list gave out. Start again without it.')
}
