// Prometheus' page. Counts and names only, yet it is not for everybody: see `mayRead`.
import type { OpenAPIHono } from '@hono/zod-openapi'
import { createMiddleware } from 'hono/factory'
import { routePath } from 'hono/route'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { App } from '#server/app.ts'
import { authorize } from '#server/access/policy.ts'
import { readQueues } from '#server/ops/system-state.ts'
import { actorOf, type DoorEnv } from './door.ts'
import { isLoopbackName } from './guards.ts'

/** Times every request by method, route pattern and status, and answers GET /metrics. */
export function mountMetrics(http: OpenAPIHono<DoorEnv>, app: App): void {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'lockkeeper_http_request_seconds',
    help: 'Time to answer a request, by method, route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  })
  addQueueDepth(registry, app)

  http.use(
    createMiddleware<DoorEnv>(async (c, next) => {
      const stop = requests.startTimer()
      await next()
      const route = c.res.status === 404 ? 'none' : routePath(c)
      stop({ method: c.req.method, route, status: String(c.res.status) })
    }),
  )
  http.get('/metrics', async (c) => {
    const peer = c.env.incoming?.socket.remoteAddress ?? ''
    if (!isOpenTo(app.config.publicUrl, peer)) authorize(actorOf(c), 'metrics.read')
    return c.text(await registry.metrics(), 200, { 'content-type': registry.contentType, 'cache-control': 'no-store' })
  })
}

function addQueueDepth(registry: Registry, app: App): void {
  const depth = new Gauge({
    name: 'lockkeeper_queue_jobs',
    help: 'Jobs by queue and state, as the queue last counted them; deliveries and events that wait',
    labelNames: ['queue', 'state'],
    registers: [registry],
    async collect() {
      for (const { name, ...states } of await readQueues(app)) {
        for (const [state, count] of Object.entries(states)) depth.set({ queue: name, state }, count)
      }
    },
  })
}

/**
 * Without a key: from this machine, while the public URL says that only this machine uses it. With another public URL a
 * proxy may stand between, and everybody's connection would come from loopback: then it takes an admin's key.
 */
function isOpenTo(publicUrl: string, peer: string): boolean {
  const address = peer.replace(/^::ffff:/, '')
  return isLoopbackName(new URL(publicUrl).hostname) && isLoopbackName(address)
}
