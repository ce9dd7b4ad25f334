import { expect } from 'vitest'
import { Integration, type ConfluenceSettings } from '#schema/integration.ts'
import { startSimulator, type Simulator, type SimulatorOptions } from '#simulator/start.ts'
import { SyncRun, type RunMode } from '#schema/integration.ts'
import type { Db } from '#server/db/open.ts'
import { startTestApp, type TestApp } from './app.ts'
import type { Answer, Client } from './client.ts'
import { asAdmin } from './people.ts'
import { untilOver } from './sync-site.ts'

export const BOT = 'bot@dc.example'
export const TOKEN = 'MTA4NDUyOTE0MDc5OqFnb3QgdG9rZW4gb2YgYm90IDEy'
export const PASSWORD = 'bot-password-9876'

export type DataCenterSite = AsyncDisposable & {
  simulator: Simulator
  server: TestApp
  admin: Client
  db: Db
  /** Connects with these settings, over HTTP, by the token unless a user name is given; what was answered. */
  ask(settings?: Partial<ConfluenceSettings>, secret?: string): Promise<Answer>
  /** The same, which must go well, with the first full run over; the integration's id. */
  connect(settings?: Partial<ConfluenceSettings>): Promise<string>
  sync(id: string, mode: RunMode): Promise<SyncRun>
}

/** How a simulated Data Center is set up at first. */
export const USUAL = { sso: 'off', passwords: true, version: '10.0.3', rateLimit: null } as const

/** A Lockkeeper beside a simulated Data Center, not connected yet; `allow`: more hosts that it may call. */
export async function startDataCenterSite(options: SimulatorOptions = {}, allow = ''): Promise<DataCenterSite> {
  await using opening = new AsyncDisposableStack()
  const users = [{ email: BOT, key: TOKEN, password: PASSWORD, groups: ['confluence-administrators'] }]
  const simulator = opening.use(await startSimulator({ users, ...options, mode: 'dc' }))
  const server = opening.use(await startTestApp({ config: { egressAllow: `${new URL(simulator.url).host},${allow}` } }))
  const { client: admin } = await asAdmin(server)
  let made = 0
  const ask: DataCenterSite['ask'] = (settings = {}, secret = TOKEN) =>
    admin.post('/integrations', {
      connector: 'confluence',
      name: `Wiki ${(made += 1)}`,
      settings: { deployment: 'data-center', url: simulator.url, readers: 'members', ...settings },
      secret: { apiKey: secret },
    })
  const opened = opening.move()
  return {
    simulator,
    server,
    admin,
    db: server.app.db,
    ask,
    async connect(settings) {
      const answer = await ask(settings)
      expect(answer).toMatchObject({ status: 201 })
      const { id } = Integration.parse(answer.body)
      const run = await untilOver(admin, id)
      expect(run).toMatchObject({ status: 'succeeded', error: null })
      return id
    },
    async sync(id, mode) {
      const answer = await admin.post(`/integrations/${id}/sync`, { mode })
      expect(answer.status).toBe(202)
      return untilOver(admin, id, SyncRun.parse(answer.body).id)
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
