import { infiniteQueryOptions } from '@tanstack/react-query'
import { NotificationPage, type ReadNotifications } from '#schema/notification.ts'
import { Nothing, send } from './client.ts'
import { paged } from './paged.ts'

/** One's own, newest first; asked again every minute, as often as the server looks what is due. */
export const notificationsQuery = infiniteQueryOptions({
  ...paged(['notifications'], '/notifications', NotificationPage, { limit: 20 }),
  refetchInterval: 60_000,
})

export function readNotifications(which: ReadNotifications) {
  return send('POST', '/notifications/read', which, Nothing)
}
