/** Puts the parts together and takes them apart again; holds no thought of its own. */
import { createServer } from 'node:net'
import { once } from 'node:events'
import { ensureFirstAdmin, ensureSetupToken } from './access/setup.ts'
import type { App } from './app.ts'
import { record } from './audit/record.ts'
import type { Config } from './config.ts'
import { migrate } from './db/migrate.ts'
import { attachSource, openSource, type Source } from './db/source.ts'
import { ownOrigins } from './egress/check.ts'
import { openEgress } from './egress/fetch.ts'
import { parseEgressAllow } from './egress/guard.ts'
import { serveHttp } from './http/server.ts'
import { openJobs, workJobs } from './jobs/jobs.ts'
import { openWake } from './jobs/wake.ts'
import { startHeartbeat } from './ops/heartbeat.ts'
import { system } from './platform/actor.ts'
import { systemClock, type Clock } from './platform/clock.ts'
import { openLog, type Log } from './platform/log.ts'
import { handlersOf, startSchedules } from './tasks.ts'
import { openKeys } from './vault/open-keys.ts'

/** What the outside lends; tests lend their own. `signal` gives up the start while it only waits. */
export type Lent = { clock?: Clock; log?: Log; signal?: AbortSignal }

export type Running = AsyncDisposable & {
  app: App
  /** Where the server listens. */
  url: string
  /** For the operator's eyes: who holds it makes the first admin. Null once anybody exists, or when the operator chose it. */
  setupToken: string | null
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
  const source = opening.use(await openSource(config, log, lent.signal))
  lap('database')
  await migrate(source.db)
  lap('migrations')
  const keys = await openKeys(config, source.db, {
    record: (tx, action, target, detail) => record(tx, system, action, target, detail),
    warn: (sentence) => log.warn(sentence),
  })
  opening.use(await startHeartbeat({ db: source.db, config, keys, log }))
  const fetch = opening.use(openEgress({ rules: { allow, ownOrigins: ownOrigins(config) }, log }))
  lap('keys')
  const works = config.roles.includes('worker')
  const jobs = opening.use(await openJobs(source.connection, log, { supervise: works }))
  const wake = opening.use(openWake(source.connection, log))
  lap('queue')
  const app: App = { config, db: source.db, fetch, clock: lent.clock ?? systemClock, keys, log, jobs, wake }
  if (config.admin !== undefined) await ensureFirstAdmin(app, config.admin)
  const setupToken = config.roles.includes('api') ? await ensureSetupToken(app) : null
  lap('people')
  if (works) await workJobs(jobs, handlersOf(app))
  const schedules = works ? startSchedules(app) : undefined
  const http = config.roles.includes('api') ? await listen(app) : undefined
  // Together, so that all come to their end within the time a stop has: answers being written, jobs being saved, loops.
  opening.defer(
    async () =>
      void (await Promise.all([http?.close(), jobs[Symbol.asyncDispose](), schedules?.[Symbol.asyncDispose]()])),
  )
  lap('http')
  const opened = opening.move()
  const url = http?.url ?? config.publicUrl
  return { app, url, setupToken, timings, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

/** The database alone, for a command: beside a running server, or started for as long as the command runs. */
export function openDatabase(config: Config, log: Log): Promise<Source> {
  return attachSource(config, log)
}

async function listen(app: App) {
  try {
    return await serveHttp(app)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    const { host, port } = app.config
    if (code === 'EADDRINUSE')
      throw new Error(`Port ${port} on ${host} is taken by another program. Set LOCKKEEPER_PORT to a free one.`, {
        cause,
      })
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL')
      throw new Error(`Port ${port} on ${host} may not be used here. Set LOCKKEEPER_HOST and LOCKKEEPER_PORT.`, {
        cause,
      })
    throw cause
  }
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
