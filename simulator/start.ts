import { once } from 'node:events'
import type { Server } from 'node:http'
import { openControl, type Control } from './control/control.ts'
import { controlDoor } from './control/door.ts'
import { cloudFront } from './cloud.ts'
import { dcFront } from './dc/front.ts'
import { dcRoutes } from './dc/routes.ts'
import { openDc, type DcOptions } from './dc/settings.ts'
import type { SetFault } from './faults.ts'
import type { Answer } from './answer.ts'
import { mediaServer } from './media.ts'
import { addUser, usernameOf, type SimUser } from './users.ts'
import { emptyLog, type RequestLog } from './log.ts'
import { routeTable } from './route-table.ts'
import { routes } from './routes.ts'
import { siteServer, type State } from './server.ts'
import { generateWorld, type World } from './world/generate.ts'
import { seededUuid } from './world/random.ts'
import { loadSample } from './world/sample.ts'
import { emptySite, type Deployment, type Site } from './world/site.ts'

/*
 * A Confluence that runs here, Cloud or Data Center, for development, tests, demo and benches. It listens on loopback
 * alone, answers like recorded sites, and breaks on demand. It never calls anything.
 */
export type SimulatorOptions = {
  /** A site of Confluence Cloud (the default), or a Data Center of one's own. */
  mode?: Deployment
  /** How the Data Center is set up. */
  dc?: DcOptions
  /** 0 (the default) takes any free port. */
  port?: number
  /** Generated pages: exactly so many, current or archived. */
  pages?: number
  spaces?: number
  personalSpaces?: number
  archivedSpaces?: number
  blogPosts?: number
  attachments?: number
  comments?: number
  seed?: number
  /** Waited before every answer; parallel requests overlap. */
  latencyMs?: number
  /** How far the site's clock is ahead of this machine's. */
  clockSkewMs?: number
  /** Content younger than this is not found by search yet. */
  searchLagMs?: number
  /** The sample knowledge base, beside generated pages. */
  sample?: boolean
  /** Without a key: one that follows from the seed; likewise a Data Center's password. */
  users?: (Omit<SimUser, 'key'> & { key?: string })[]
}
export type Simulator = {
  /** What a person types to reach it: the origin, of a Data Center with its context path. */
  url: string
  cloudId: string
  users: readonly SimUser[]
  control: Control
  requests: RequestLog
  [Symbol.asyncDispose]: () => Promise<void>
}

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const seed = options.seed ?? 1
  const mode = options.mode ?? 'cloud'
  const dc = mode === 'dc' ? openDc(options.dc ?? {}) : undefined
  const site = emptySite(seed, options.clockSkewMs ?? 0, mode)
  generateWorld(site, worldOf(options))
  if (options.sample === true) await addSample(site)
  const users = (options.users ?? [{ email: 'demo@lockkeeper.example' }]).map((user) => withSecrets(user, seed, mode))
  const base = {
    site,
    users: users.map((user) => addUser(site, user)),
    faults: Array<SetFault>(),
    log: emptyLog(),
    latencyMs: options.latencyMs ?? 0,
    searchLagMs: options.searchLagMs ?? 0,
    origin: '',
    mediaOrigin: '',
    routes: routeTable(dc === undefined ? routes : dcRoutes(dc)),
    dc,
    control: (): Answer => ({ status: 404, body: '' }),
  }
  const state: State = Object.assign(base, { front: dc === undefined ? cloudFront(base) : dcFront(base, dc) })
  const control = openControl(state)
  state.control = controlDoor(control)
  const server = siteServer(state)
  const media = mediaServer(site)
  state.origin = await listen(server, options.port ?? 0)
  state.mediaOrigin = await listen(media, 0)
  if (dc !== undefined) dc.origin = state.origin
  return {
    url: `${state.origin}${dc?.contextPath ?? ''}`,
    cloudId: site.cloudId,
    users,
    control,
    requests: state.log,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([close(server), close(media)])
    },
  }
}

function worldOf({ pages = 0, ...options }: SimulatorOptions): World {
  return {
    pages,
    spaces: options.spaces ?? 8,
    personalSpaces: options.personalSpaces ?? 0,
    archivedSpaces: options.archivedSpaces ?? 0,
    blogPosts: options.blogPosts ?? Math.floor(pages / 100),
    attachments: options.attachments ?? Math.floor(pages / 50),
    comments: options.comments ?? Math.floor(pages / 20),
  }
}

// Loaded only when asked for: most tests need none of it.
async function addSample(site: Site): Promise<void> {
  const { knowledgeBase } = await import('./sample/knowledge-base.ts')
  const { displayNames } = await import('./sample/people.ts')
  loadSample(site, knowledgeBase, displayNames)
}

function withSecrets(
  { key, ...user }: Omit<SimUser, 'key'> & { key?: string },
  seed: number,
  mode: Deployment,
): SimUser {
  if (mode === 'cloud') return { ...user, key: key ?? demoKey(seed) }
  const secret = (salt: number) => seededUuid(seed, salt).replaceAll('-', '')
  const username = user.username ?? usernameOf(user.email)
  return { ...user, username, password: user.password ?? secret(98).slice(0, 16), key: key ?? `${secret(99)}sim` }
}

function demoKey(seed: number): string {
  return `ATATT-sim-${seededUuid(seed, 99).replaceAll('-', '')}`
}

async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The simulator has no port')
  return `http://127.0.0.1:${address.port}`
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
}
