/**
 * A model check of syncing: the site changes at random, answers badly at random, the server is killed at random. When
 * all that stops, one sweep later the store must hold what the site holds, and nothing was ever taken for purged that lived.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { z } from 'zod'
import { pageOf } from '#schema/common.ts'
import { Document } from '#schema/document.ts'
import { SyncRun, type RunMode } from '#schema/integration.ts'
import { BrakePage } from '#schema/sync-health.ts'
import { startSimulator, type Simulator, type SimulatorOptions } from '#simulator/start.ts'
import type { Db } from '#server/db/open.ts'
import { openClient, type Client } from './client.ts'
import { openTestDatabase } from './database.ts'
import { adminEnv, enterAsOwner, openRealServer } from './real-server.ts'
import { connect, EMAIL, storedTruth, untilOver, wantedTruth } from './sync-site.ts'
import { someFault, type CHANGES, type Step } from './sync-model-steps.ts'

const EVERYBODY = 'confluence-users'
const TEAM = 'team-a'
/** People of the site who are people here too, by their addresses. */
const PEOPLE = [
  { email: 'ann@lockkeeper.example', groups: [EVERYBODY, TEAM] },
  { email: 'bob@lockkeeper.example', groups: [EVERYBODY] },
]

/** What each may come to be in. */
const GROUPS = [[EVERYBODY], [EVERYBODY, TEAM], [TEAM], []]

export type ModelServer = AsyncDisposable & {
  db: Db
  admin(): Client
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
  const server = opening.use(
    openRealServer({
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: database.url,
      LOCKKEEPER_PORT: '0',
      LOCKKEEPER_DATA_DIR: join(dir, 'data'),
      LOCKKEEPER_CONFIG_DIR: join(dir, 'config'),
      LOCKKEEPER_ROOT_KEY: randomBytes(32).toString('base64'),
      LOCKKEEPER_LOG_LEVEL: 'fatal',
      LOCKKEEPER_EGRESS_ALLOW: '127.0.0.0/8',
      ...adminEnv,
    }),
  )
  let origin = await server.start()
  const cookie = await enterAsOwner(origin)
  const cookies = new Map<string, string>()
  for (const { email } of PEOPLE) {
    const account = { email, password: 'a long enough password' }
    expect((await openClient(origin, { cookie }).post('/users', { name: email, ...account })).status).toBe(201)
    const entered = await openClient(origin).post('/sessions', account)
    cookies.set(email, entered.headers.getSetCookie()[0]?.split(';')[0] ?? '')
  }
  const opened = opening.move()
  return {
    db: database.db,
    admin: () => openClient(origin, { cookie }),
    as: (email) => openClient(origin, { cookie: cookies.get(email) ?? '' }),
    crash: async () => void (origin = await server.killAndStart()),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

export type World = AsyncDisposable & {
  server: ModelServer
  simulator: Simulator
  /** Account ids by address. */
  accounts: ReadonlyMap<string, string>
  integrationId: string
  /** A run that goes on while the site changes. */
  beside: string | undefined
  titles: number
}

/** Carries the steps out on a site of its own and holds the store against it; throws where they differ. */
export async function checkModel(server: ModelServer, steps: readonly Step[]): Promise<void> {
  await using world = await openWorld(server, { pages: 70, blogPosts: 6 })
  await untilOver(server.admin(), world.integrationId)
  for (const step of steps) await take(world, step)
  await settle(world)
  await proveEqual(world)
  expect((await server.admin().delete(`/integrations/${world.integrationId}`)).status).toBe(204)
}

/** A site whose first import has just begun. */
export async function openWorld(server: ModelServer, options: SimulatorOptions): Promise<World> {
  const users = [{ email: EMAIL }, ...PEOPLE]
  await using opening = new AsyncDisposableStack()
  const simulator = opening.use(await startSimulator({ spaces: 3, personalSpaces: 1, users, ...options }))
  const accounts = new Map(users.map(({ email }) => [email, accountOf(simulator, email)]))
  // By name in the first: of whom nothing in Confluence speaks, Lockkeeper does not know.
  const people = [...accounts.values()].map((id) => ({ type: 'user' as const, id }))
  for (const [at, { key }] of simulator.control.truth().spaces.entries())
    simulator.control.setSpaceReaders(key, [{ type: 'group', id: EVERYBODY }, ...(at === 0 ? people : [])])
  const integrationId = await connect(server.admin(), simulator, 'all', 'confluence')
  const opened = opening.move()
  return {
    server,
    simulator,
    accounts,
    integrationId,
    beside: undefined,
    titles: 0,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** What the site holds is in the store, and nothing else; each of `PEOPLE` is shown what the site lets him read. How many documents. */
export async function proveEqual(world: World): Promise<number> {
  const { server, simulator } = world
  const stored = await storedTruth(server.db)
  expect(withoutEmptyFolders(stored)).toEqual(withoutEmptyFolders(wantedTruth(simulator)))
  const living = new Set(simulator.control.truth().nodes.map((node) => node.id))
  expect(stored.filter((node) => !living.has(node.id))).toEqual([])
  for (const { email } of PEOPLE) await proveReaders(world, email, stored)
  return stored.length
}

/** The person's account, who shows his address from now on. */
function accountOf({ control }: Simulator, email: string): string {
  control.setAccount(email, { email: true })
  return control.addUser({ email, key: `key of ${email}` }).accountId
}

/** Lists, for a person, show exactly what the site lets his account read. */
async function proveReaders(world: World, email: string, stored: readonly Compared[]): Promise<void> {
  const account = world.accounts.get(email) ?? ''
  const wanted = stored.filter(({ id }) => world.simulator.control.readers(id).includes(account)).map(({ id }) => id)
  const shown: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const at = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page = DocumentPage.parse((await world.server.as(email).get(`/documents?limit=250${at}`)).body)
    shown.push(...page.items.map((document) => document.externalId))
    cursor = page.nextCursor
  }
  expect(shown.toSorted()).toEqual(wanted.toSorted())
}

const DocumentPage = pageOf(Document.pick({ externalId: true }))

/** No list tells of a folder in which nothing is: one that was met before may be there or not. */
function withoutEmptyFolders(nodes: readonly Compared[]): Compared[] {
  const parents = new Set(nodes.map((node) => node.parentId))
  const kept = nodes.filter((node) => node.kind !== 'folder' || parents.has(node.id))
  return kept.length === nodes.length ? kept : withoutEmptyFolders(kept)
}

type Compared = Awaited<ReturnType<typeof storedTruth>>[number]

/** Faults stop and one sweep follows; where a brake asks, somebody says that it is right. */
export async function settle(world: World): Promise<void> {
  await endBeside(world)
  world.simulator.control.clearFaults()
  await sync(world, 'sweep')
  const waiting = await world.server.admin().get(`/integrations/${world.integrationId}/brakes?state=waiting`)
  for (const brake of BrakePage.parse(waiting.body).items) {
    expect((await world.server.admin().post(`/brakes/${brake.id}/confirm`, {})).status).toBe(200)
    await untilOver(world.server.admin(), world.integrationId)
  }
}

async function take(world: World, step: Step): Promise<void> {
  const { control } = world.simulator
  switch (step.kind) {
    case 'fault':
      return control.setFault(someFault(step))
    case 'clear-faults':
      return control.clearFaults()
    case 'incremental':
    case 'sweep':
    case 'full':
      await endBeside(world)
      await sync(world, step.kind)
      return proveNothingLivingPurged(world)
    case 'beside':
      await endBeside(world)
      world.beside = await queue(world, step.a % 2 === 0 ? 'incremental' : 'sweep')
      return
    case 'crash':
      return world.server.crash()
    default:
      change(world, step.kind, step)
  }
}

export function change(world: World, kind: (typeof CHANGES)[number], { a, b }: Step): void {
  const { control } = world.simulator
  const { nodes, spaces } = control.truth()
  const pages = nodes.filter((node) => node.kind === 'page' && node.status === 'current' && node.parentId !== null)
  const page = pages[a % pages.length]
  const other = pages[b % pages.length]
  const trashed = nodes.filter((node) => node.status === 'trashed')
  const gone = trashed[a % trashed.length]
  const space = spaces[b % spaces.length]?.key ?? ''
  const title = `Made ${(world.titles += 1)}`
  if (kind === 'restore' && gone !== undefined) control.restorePage(gone.id)
  if (kind === 'purge' && gone !== undefined) control.purgePage(gone.id)
  const person = PEOPLE[b % PEOPLE.length]?.email ?? ''
  if (kind === 'open-space') openSpace(world, a, b)
  if (kind === 'regroup') control.setAccount(person, { groups: GROUPS[a % GROUPS.length] ?? [] })
  if (kind === 'change-account') control.setAccount(person, { active: a % 4 !== 0, guest: a % 3 === 0 })
  if (kind === 'create') control.createPage({ space, title, storage: `<p>${title}</p>` })
  if (page === undefined || other === undefined) return
  if (kind === 'edit') control.editPage(page.id, { storage: `<p>Edited ${b}</p>` })
  if (kind === 'retitle') control.editPage(page.id, { title })
  if (kind === 'trash') control.trashPage(page.id)
  if (kind === 'archive') control.archivePage(page.id)
  if (kind === 'restrict') restrict(world, page.id, { people: [person], groups: [] })
  if (kind === 'restrict-to-group')
    restrict(world, page.id, { people: [], groups: [b % 2 === 0 ? TEAM : 'another-team'] })
  if (kind === 'lift') control.setRestriction(page.id, null)
  if (kind === 'label') control.addLabel(page.id, `label-${b % 5}`)
  if (kind === 'unlabel') control.removeLabel(page.id, `label-${b % 5}`)
  if (kind === 'create-folder') {
    const folder = control.createPage({ space: page.space, title, kind: 'folder', parentId: page.parentId })
    control.movePage(page.id, { parentId: folder.id })
  }
  if (kind === 'move' && other.space === page.space && !isBelow(nodes, other.id, page.id))
    control.movePage(page.id, { parentId: other.id })
  if (kind === 'move-space') control.movePage(page.id, { space })
}

/** The account of the API key stays a reader: what it cannot see is out of sight, which is another thing. */
function restrict(world: World, id: string, to: { people: string[]; groups: string[] }): void {
  const users = to.people.flatMap((email) => world.accounts.get(email) ?? [])
  const key = world.accounts.get(EMAIL) ?? ''
  world.simulator.control.setRestriction(id, { read: { users: [key, ...users], groups: to.groups } })
}

const ROLE = 'role-1'

/** Says anew who reads a space, in one of the ways there are; of the first, people go on to be named. */
function openSpace({ accounts, simulator: { control } }: World, a: number, b: number): void {
  const spaces = control.truth().spaces.slice(1)
  const space = spaces[b % spaces.length]
  const person = { type: 'user' as const, id: accounts.get(PEOPLE[a % 2]?.email ?? '') ?? '' }
  const team = { type: 'group' as const, id: TEAM }
  const ways: Parameters<typeof control.setSpaceReaders>[1][] = [
    [{ type: 'group', id: EVERYBODY }],
    [team],
    [person],
    [{ type: 'role', id: ROLE }],
    [{ type: 'access-class', id: 'ALL_LICENSED_USERS' }],
    [{ type: 'access-class', id: 'ALL_PRODUCT_ADMINS' }, person, team],
  ]
  const key = { type: 'user' as const, id: accounts.get(EMAIL) ?? '' }
  const readers = [key, ...(ways[a % ways.length] ?? [])]
  if (space !== undefined) control.setSpaceReaders(space.key, readers, { [ROLE]: [b % 2 === 0 ? person : team] })
}

type Placed = { id: string; parentId: string | null }

function isBelow(nodes: readonly Placed[], id: string, ancestor: string): boolean {
  const parents = new Map(nodes.map((node) => [node.id, node.parentId]))
  for (let at: string | null | undefined = id; at !== null && at !== undefined; at = parents.get(at))
    if (at === ancestor) return true
  return false
}

export async function queue(world: World, mode: RunMode): Promise<string> {
  const answer = await world.server.admin().post(`/integrations/${world.integrationId}/sync`, { mode })
  expect([202, 409]).toContain(answer.status)
  if (answer.status === 202) return SyncRun.parse(answer.body).id
  // One is under way already, by the clock or since a crash.
  const { body } = await world.server.admin().get(`/integrations/${world.integrationId}/runs?limit=1`)
  return z.object({ items: z.tuple([SyncRun]) }).parse(body).items[0].id
}

async function sync(world: World, mode: RunMode): Promise<void> {
  for (;;) {
    const run = await untilOver(world.server.admin(), world.integrationId, await queue(world, mode))
    if (run.mode === mode) return
  }
}

async function endBeside(world: World): Promise<void> {
  if (world.beside !== undefined) await untilOver(world.server.admin(), world.integrationId, world.beside)
  world.beside = undefined
}

/** What the site has is, in the store, neither purged nor missing from the rows that were there before. */
export async function proveNothingLivingPurged(world: World): Promise<void> {
  const living = new Set(world.simulator.control.truth().nodes.map((node) => node.id))
  const rows = await world.server.db
    .selectFrom('documents')
    .select('external_id')
    .where('integration_id', '=', world.integrationId)
    .where('deleted_reason', '=', 'purged')
    .execute()
  expect(rows.map((row) => row.external_id).filter((id) => living.has(id))).toEqual([])
}
