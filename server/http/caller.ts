import { createMiddleware } from 'hono/factory'
import { findCaller } from '#server/access/actor.ts'
import type { App } from '#server/app.ts'
import type { DoorEnv } from './door.ts'
import { clientIp } from './guards.ts'

/** Addresses that answer without the database. */
const NEEDS_NOBODY = new Set(['/api/v1/health', '/api/v1/ready'])

/** Finds out who calls and from where. A session that was prolonged sends its cookie again. */
export function recogniseCaller(app: App) {
  return createMiddleware<DoorEnv>(async (c, next) => {
    const peer = c.env.incoming?.socket.remoteAddress
    c.set('ip', clientIp(app.config, peer, c.req.header('x-forwarded-for')))
    const caller = NEEDS_NOBODY.has(c.req.path) ? undefined : await findCaller(app, c.req.raw.headers)
    c.set('actor', caller?.actor)
    for (const cookie of caller?.setCookies ?? []) c.header('set-cookie', cookie, { append: true })
    await next()
  })
}
