/** The server and the sites of the model check: a real process, and simulated Confluences whose people are people here too. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { z } from 'zod'
import { Integration } from '#schema/integration.ts'
import { startSimulator, type Simulator, type SimulatorOptions } from '#simulator/start.ts'
import type { App } from '#server/app.ts'
import { boot } from '#server/boot.ts'
import { readConfig } from '#server/config.ts'
import type { Db } from '#server/db/open.ts'
import { openLog } from '#server/platform/log.ts'
import { openClient, type Client } from './client.ts'
import { openTestDatabase } from './database.ts'
import { adminEnv, enterAsOwner, openRealServer } from './real-server.ts'
import type { Deployment } from './sync-model-steps.ts'
import { connect, EMAIL } from './sync-site.ts'

export const EVERYBODY = 'confluence-users'
export const TEAM = 'team-a'
/** People of the site who are people here too, by their addresses. */
export const PEOPLE = [
  { email: 'ann@lockkeeper.example', groups: [EVERYBODY, TEAM] },
  { email: 'bob@lockkeeper.example', groups: [EVERYBODY] },
]

export type ModelServer = AsyncDisposable & {
  db: Db
  /** A process beside it on the same database, which does no work by itself. */
  beside: App
  admin(): Client
  /** Ids here of `PEOPLE`, by address. */
  people: ReadonlyMap<string, string>
  /** A person of `PEOPLE`. */
  as(email: string): Client
  crash(): Promise<void>
}

/** One server for many checks; its sites listen on loopback. */
export async function startModelServer(): Promise<ModelServer> {
  await using opening = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'lockkeeper-model-'))
  opening.defer(() => rm(dir, { recursive: true, force: true }))
  const database = opening.use(await openTestDatabase())
  const env = {
    PATH: process.env['PATH'] ?? '',
    DATABASE_URL: database.url,
    LOCKKEEPER_PORT: '0',
    LOCKKEEPER_DATA_DIR: join(dir, 'data'),
    LOCKKEEPER_CONFIG_DIR: join(dir, 'config'),
    LOCKKEEPER_ROOT_KEY: randomBytes(32).toString('base64'),
    LOCKKEEPER_LOG_LEVEL: 'fatal',
    LOCKKEEPER_EGRESS_ALLOW: '127.0.0.0/8',
  }
  const server = opening.use(openRealServer({ ...env, ...adminEnv }))
  let origin = await server.start()
  const cookie = await enterAsOwner(origin)
  const cookies = new Map<string, string>()
  const people = new Map<string, string>()
  for (const { email } of PEOPLE) {
    const account = { email, password: 'a long enough password' }
    const made = await openClient(origin, { cookie }).post('/users', { name: email, ...account })
    expect(made.status).toBe(201)
    people.set(email, z.object({ id: z.string() }).parse(made.body).id)
    const entered = await openClient(origin).post('/sessions', account)
    cookies.set(email, entered.headers.getSetCookie()[0]?.split(';')[0] ?? '')
  }
  const beside = opening.use(await boot(readConfig({ ...env, LOCKKEEPER_ROLES: 'api' }), { log: openLog('fatal') }))
  const opened = opening.move()
  return {
    db: database.db,
    beside: beside.app,
    people,
    admin: () => openClient(origin, { cookie }),
    as: (email) => openClient(origin, { cookie: cookies.get(email) ?? '' }),
    crash: async () => void (origin = await server.killAndStart()),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

export type World = AsyncDisposable & {
  server: ModelServer
  deployment: Deployment
  simulator: Simulator
  /** Account ids by address. */
  accounts: ReadonlyMap<string, string>
  integrationId: string
  /** A run that goes on while the site changes. */
  beside: string | undefined
  titles: number
  /** Ids of the rows that were there when it was last looked, by external id. */
  rows: ReadonlyMap<string, string>
}

/** A site whose first import has just begun. */
export async function openWorld(server: ModelServer, options: SimulatorOptions): Promise<World> {
  const deployment = options.mode ?? 'cloud'
  const users = [
    { email: EMAIL, groups: [EVERYBODY, ...(deployment === 'dc' ? ['confluence-administrators'] : [])] },
    ...PEOPLE,
  ]
  await using opening = new AsyncDisposableStack()
  const simulator = opening.use(await startSimulator({ spaces: 3, personalSpaces: 1, users, ...options }))
  const accounts = new Map(users.map(({ email }) => [email, accountOf(simulator, email)]))
  // By name in the first: of whom nothing in Confluence speaks, Lockkeeper does not know.
  const people = [...accounts.values()].map((id) => ({ type: 'user' as const, id }))
  for (const [at, { key }] of simulator.control.truth().spaces.entries())
    simulator.control.setSpaceReaders(key, [{ type: 'group', id: EVERYBODY }, ...(at === 0 ? people : [])])
  const integrationId = await (deployment === 'dc'
    ? connectDataCenter(server.admin(), simulator)
    : connect(server.admin(), simulator, 'all', 'confluence'))
  const opened = opening.move()
  return {
    server,
    deployment,
    simulator,
    accounts,
    integrationId,
    beside: undefined,
    titles: 0,
    rows: new Map(),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** The person's account, who shows his address from now on. */
function accountOf({ control }: Simulator, email: string): string {
  control.setAccount(email, { email: true })
  return control.addUser({ email, key: `key of ${email}` }).accountId
}

async function connectDataCenter(admin: Client, simulator: Simulator): Promise<string> {
  const answer = await admin.post('/integrations', {
    connector: 'confluence',
    name: 'Handbook',
    settings: { deployment: 'data-center', url: simulator.url, readers: 'confluence' },
    secret: { apiKey: simulator.users[0]?.key },
  })
  expect(answer).toMatchObject({ status: 201 })
  return Integration.parse(answer.body).id
}

/** Where a site shows no addresses an admin says whose the accounts are, once a run has brought them. */
export async function linkPeople({ server, deployment, integrationId, accounts }: World): Promise<void> {
  if (deployment === 'cloud') return
  for (const [email, userId] of server.people) {
    const path = `/integrations/${integrationId}/accounts/${encodeURIComponent(accounts.get(email) ?? '')}/link`
    expect((await server.admin().put(path, { userId })).status).toBe(200)
  }
}
