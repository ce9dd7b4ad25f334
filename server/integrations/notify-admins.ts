import type { App } from '#server/app.ts'
import { insertNotifications, type News } from '#server/credentials/notifications.ts'
import type { Tx } from '#server/db/open.ts'

/** Tells every platform admin, in the app and by mail where there is a mail server. */
export async function notifyAdmins(
  app: Pick<App, 'clock' | 'config'>,
  tx: Tx,
  news: Omit<News, 'kind'>,
): Promise<void> {
  const admins = await tx
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'admin')
    .where('disabled', '=', false)
    .orderBy('id')
    .execute()
  const at = app.clock.now()
  const isMailed = app.config.smtp !== undefined
  await insertNotifications(
    tx,
    admins.map(({ id }) => id),
    { kind: 'sync', ...news },
    { at, isMailed },
  )
}
