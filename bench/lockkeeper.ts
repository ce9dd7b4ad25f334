/** The Lockkeeper of a measurement: the whole product as a process of its own, with its embedded database, spoken to over HTTP. */
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Integration, SyncRun, type RunMode } from '#schema/integration.ts'
import { openDatabase } from '#server/boot.ts'
import { readConfig } from '#server/config.ts'
import type { Source } from '#server/db/source.ts'
import { openLog } from '#server/platform/log.ts'
import { freePort, startNode, type Part } from './processes.ts'
import type { Site } from './site.ts'

const READY_WITHIN_MS = 60_000
const RUN_WITHIN_MS = 900_000

export type Call = (method: string, path: string, body?: unknown) => Promise<unknown>
export type Lockkeeper = AsyncDisposable & {
  url: string
  pid: number
  call: Call
  /** The same database, beside the running server. */
  openDatabase: () => Promise<Source>
}
export type Progress = { at: number; done: number }

/** What `npm start` gives the process: memory is taken back sooner, at the price of some processor time. */
const AS_STARTED = {
  env: { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '65536' },
  nodeArgs: ['--max-semi-space-size=8', '--heap-growing-percent=40'],
}

/** A directory for Lockkeepers that come one after another; removed when disposed. */
export async function makeHome(): Promise<AsyncDisposable & { dir: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'lockkeeper-bench-'))
  // As root, the database runs as another user, who has to pass through; what is inside is private by itself.
  await chmod(dir, 0o755)
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) }
}

/** Starts the server process; `usable` in milliseconds from its start until the page and the readiness both answer 200. */
export async function spawnServer(
  dir: string,
  env: Record<string, string> = {},
  nodeArgs: string[] = [],
): Promise<Part & { url: string; usableMs: number; env: Record<string, string> }> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const all = {
    ...AS_STARTED.env,
    LOCKKEEPER_PORT: String(port),
    LOCKKEEPER_DATA_DIR: join(dir, 'data'),
    LOCKKEEPER_CONFIG_DIR: join(dir, 'config'),
    LOCKKEEPER_LOG_LEVEL: 'warn',
    ...env,
  }
  const begun = performance.now()
  const part = startNode([...AS_STARTED.nodeArgs, ...nodeArgs, 'server/main.ts'], all)
  while (!((await answers(`${url}/`)) && (await answers(`${url}/api/v1/ready`)))) {
    if (part.child.exitCode !== null || performance.now() - begun > READY_WITHIN_MS)
      throw new Error(`Lockkeeper did not become ready: ${part.output()}`)
    await pause(10)
  }
  return { ...part, url, usableMs: performance.now() - begun, env: all }
}

/** A fresh Lockkeeper with an admin who is signed in. */
export async function startLockkeeper(options: { site?: Site; nodeArgs?: string[] } = {}): Promise<Lockkeeper> {
  await using opening = new AsyncDisposableStack()
  const home = opening.use(await makeHome())
  const account = { email: 'bench@lockkeeper.example', password: randomBytes(12).toString('base64url') }
  const env = {
    LOCKKEEPER_ADMIN_EMAIL: account.email,
    LOCKKEEPER_ADMIN_PASSWORD: account.password,
    ...(options.site === undefined ? {} : { LOCKKEEPER_EGRESS_ALLOW: new URL(options.site.url).host }),
  }
  const server = opening.use(await spawnServer(home.dir, env, options.nodeArgs))
  const call = await signIn(server.url, account)
  const opened = opening.move()
  return {
    url: server.url,
    pid: server.pid,
    call,
    openDatabase: () => openDatabase(readConfig(server.env), openLog('error', 2)),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Who reads what is synced: as permissions of the site say (the standard), or all members of a space. */
export type Readers = 'confluence' | 'members'

/** Connects the site as a person would; its first full sync has begun then. */
export async function connect(lockkeeper: Lockkeeper, site: Site, readers: Readers): Promise<Integration> {
  return Integration.parse(
    await lockkeeper.call('POST', '/integrations', {
      connector: 'confluence',
      name: 'Bench',
      settings: { deployment: 'cloud', url: site.url, username: site.email, spaces: 'all', readers },
      secret: { apiKey: site.key },
    }),
  )
}

export async function startRun(lockkeeper: Lockkeeper, integrationId: string, mode: RunMode): Promise<SyncRun> {
  return SyncRun.parse(await lockkeeper.call('POST', `/integrations/${integrationId}/sync`, { mode }))
}

/** Follows a run to its end; throws unless it succeeded. `hear` gets the pages done so far, four times a second. */
export async function awaitRun(
  lockkeeper: Lockkeeper,
  run: { id: string; integrationId: string },
  hear: (progress: Progress) => void = () => {},
): Promise<SyncRun & { seconds: number }> {
  const begun = performance.now()
  for (;;) {
    const now = SyncRun.parse(await lockkeeper.call('GET', `/integrations/${run.integrationId}/runs/${run.id}`))
    hear({ at: performance.now(), done: now.progress.done })
    if (now.finishedAt !== null) {
      if (now.status !== 'succeeded') throw new Error(`The sync ${now.status}: ${now.error?.detail ?? ''}`)
      return { ...now, seconds: (Date.parse(now.finishedAt) - Date.parse(now.queuedAt)) / 1000 }
    }
    if (performance.now() - begun > RUN_WITHIN_MS) throw new Error('The sync did not end in time.')
    await pause(250)
  }
}

async function answers(url: string): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
  await answer?.arrayBuffer()
  return answer?.status === 200
}

/** Speaks to the API as this person. */
export async function signIn(url: string, account: { email: string; password: string }): Promise<Call> {
  let cookie = ''
  const call: Call = async (method, path, body) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
    cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
    return text === '' ? undefined : JSON.parse(text)
  }
  await call('POST', '/sessions', account)
  return call
}
