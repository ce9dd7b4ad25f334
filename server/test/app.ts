import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App } from '#server/app.ts'
import { boot, type Lent } from '#server/boot.ts'
import { readConfig, type Config } from '#server/config.ts'
import { openLog } from '#server/platform/log.ts'
import { openClient, type Client } from './client.ts'
import { openTestDatabase } from './database.ts'

export type TestApp = AsyncDisposable & {
  app: App
  /** Where it listens, on loopback, without a trailing slash. */
  url: string
  /** Signed out. */
  client: Client
  admin: { email: string; password: string }
}

/** A whole Lockkeeper of the test's own: a fresh database, a random port, workers and a first admin. `config` replaces parts. */
export async function startTestApp(options: { config?: Partial<Config>; lent?: Lent } = {}): Promise<TestApp> {
  await using opening = new AsyncDisposableStack()
  const database = opening.use(await openTestDatabase())
  const dir = await mkdtemp(join(tmpdir(), 'lockkeeper-app-'))
  opening.defer(() => rm(dir, { recursive: true, force: true }))
  const admin = { email: 'admin@lockkeeper.example', password: 'correct horse battery staple' }
  const config: Config = {
    ...readConfig({ LOCKKEEPER_PORT: '0', DATABASE_URL: database.url }),
    dataDir: join(dir, 'data'),
    configDir: join(dir, 'config'),
    rootKey: randomBytes(32).toString('base64'),
    admin,
    ...options.config,
  }
  const running = opening.use(await boot(config, { log: openLog('fatal'), ...options.lent }))
  const opened = opening.move()
  return {
    app: running.app,
    url: running.url,
    client: openClient(running.url),
    admin,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
