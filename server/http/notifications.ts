import { createRoute } from '@hono/zod-openapi'
import { NotificationPage, NotificationQuery, ReadNotifications } from '#schema/notification.ts'
import type { App } from '#server/app.ts'
import { listNotifications, readNotifications } from '#server/credentials/notifications.ts'
import { actorOf, body, done, json, openDoor, problems, type Door } from './door.ts'

const tags = ['Notifications']

export function notificationDoors(app: App): Door {
  const door = openDoor()

  const list = {
    method: 'get',
    path: '/notifications',
    tags,
    summary: 'What I should know',
    request: { query: NotificationQuery },
  } as const
  const page = json(NotificationPage, 'Newest first; `unread` counts all that I have not read.')
  door.openapi(createRoute({ ...list, responses: { ...problems, 200: page } }), async (c) =>
    c.json(NotificationPage.parse(await listNotifications(app, actorOf(c), c.req.valid('query'))), 200),
  )

  const read = {
    method: 'post',
    path: '/notifications/read',
    tags,
    summary: 'Mark mine as read',
    request: { body: body(ReadNotifications) },
  } as const
  door.openapi(createRoute({ ...read, responses: { ...problems, 204: done } }), async (c) => {
    await readNotifications(app, actorOf(c), c.req.valid('json'))
    return c.body(null, 204)
  })
  return door
}
