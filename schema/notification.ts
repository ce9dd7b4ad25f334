import { z } from 'zod'
import { Id, ListQuery, pageOf } from './common.ts'
import { Notification } from './credential.ts'

/** `unread=true`: only those that have not been read. */
export const NotificationQuery = ListQuery.extend({ unread: z.enum(['true', 'false']).optional() })
export type NotificationQuery = z.infer<typeof NotificationQuery>

/** Newest first. `unread`: how many of all of one's own have not been read, on this page or not. */
export const NotificationPage = pageOf(Notification)
  .extend({ unread: z.number().int() })
  .meta({ id: 'NotificationPage' })
export type NotificationPage = z.infer<typeof NotificationPage>

/** These, or all of one's own. Ids of others are passed over. */
export const ReadNotifications = z.union([
  z.strictObject({ ids: z.array(Id).max(250) }),
  z.strictObject({ all: z.literal(true) }),
])
export type ReadNotifications = z.infer<typeof ReadNotifications>
