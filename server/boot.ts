/** Puts the parts together and takes them apart again; holds no thought of its own. */
import { createServer } from 'node:net'
import { once } from 'node:events'
import type { App } from './app.ts'
import type { Config } from './config.ts'
import { migrate } from './db/migrate.ts'
import { openSource } from './db/source.ts'
import { openEgress } from './egress/fetch.ts'
import { parseEgressAllow } from './egress/guard.ts'
import { serveHttp } from './http/server.ts'
import { openJobs, workJobs } from './jobs/jobs.ts'
import { systemClock, type Clock } from './platform/clock.ts'
import { openLog, type Log } from './platform/log.ts'
import { handlersOf } from './tasks.ts'
import { openKeys } from './vault/keys.ts'

/** What the outside lends; tests lend their own. */
export type Lent = { clock?: Clock; log?: Log }

export type Running = AsyncDisposable & {
  app: App
  /** Where the server listens. */
  url: string
  /** Milliseconds of each part of the start. */
  timings: Readonly<Record<string, number>>
}

/** Starts a whole Lockkeeper. What was opened is closed again when a later part fails. */
export async function boot(given: Config, lent: Lent = {}): Promise<Running> {
  const timings: Record<string, number> = {}
  let since = performance.now()
  const lap = (part: string) => {
    timings[part] = Math.round(performance.now() - since)
    since = performance.now()
  }
  await using opening = new AsyncDisposableStack()
  const log = lent.log ?? openLog(given.logLevel)
  const config = await choosePort(given)
  const allow = parseEgressAllow(config.egressAllow)
  const source = opening.use(await openSource(config, log))
  lap('database')
  await migrate(source.db)
  lap('migrations')
  const keys = await openKeys(config, source.db)
  const fetch = opening.use(openEgress({ rules: { allow, ownOrigins: ownOrigins(config) }, log }))
  lap('keys')
  const works = config.roles.includes('worker')
  const jobs = opening.use(await openJobs(source.connection, log, { supervise: works }))
  lap('queue')
  const app: App = { config, db: source.db, fetch, clock: lent.clock ?? systemClock, keys, log, jobs }
  if (works) await workJobs(jobs, handlersOf(app))
  lap('work')
  const http = config.roles.includes('api') ? await serveHttp(app) : undefined
  if (http !== undefined) opening.defer(() => http.close())
  lap('http')
  const opened = opening.move()
  return { app, url: http?.url ?? config.publicUrl, timings, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

/** Takes a free port for port 0, because the public address is needed before the server listens. */
async function choosePort(config: Config): Promise<Config> {
  if (config.port !== 0) return config
  const probe = createServer().listen(0, config.host)
  await once(probe, 'listening')
  const address = probe.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await new Promise((resolve) => {
    probe.close(resolve)
  })
  return { ...config, port, publicUrl: config.publicUrl.replace(/:0$/, `:${port}`) }
}

function ownOrigins({ host, port, publicUrl }: Config): string[] {
  return [`http://${host.includes(':') ? `[${host}]` : host}:${port}`, publicUrl]
}
