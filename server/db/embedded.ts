/**
 * The database that comes along: PostgreSQL's own server as a supervised child, its files below the data directory,
 * reachable by a socket there (or loopback) with a random password. Never a second server on one directory.
 */
import type { ChildProcess } from 'node:child_process'
import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { backoffMs, pause } from '#server/platform/backoff.ts'
import type { Log } from '#server/platform/log.ts'
import { chooseAccount } from './embedded/account.ts'
import { findBinaries } from './embedded/binaries.ts'
import { prepareCluster, prepareDataDir, ROLE } from './embedded/cluster.ts'
import { stopLeftover } from './embedded/leftover.ts'
import { lockDirectory } from './embedded/lock.ts'
import { chooseAddress, spawnServer, stopServer, type Address, type ServerOptions } from './embedded/server-process.ts'
import type { Connection } from './open.ts'

export const DATABASE = 'lockkeeper'

export type EmbeddedOptions = {
  /** PostgreSQL's files go to `postgres` below it. */
  dataDir: string
  log: Log
  /** Server settings that replace our own. */
  settings?: Record<string, string>
}

export type Embedded = AsyncDisposable & {
  /** postgres://… of the database `lockkeeper`, with its password: never print it. */
  readonly url: string
  readonly connection: Connection
  readonly version: string
  /** The server's process id; another one after it was restarted. */
  readonly pid: number
  /** Hears each time the server ended without being asked to; it is started again by itself. */
  onExit(listener: () => void): void
}

/** Starts the database below `dataDir`, making it first where there is none. Throws a sentence that says what is wrong. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const clusterOf = (directory: string) => join(directory, 'postgres')
  const account = await chooseAccount(clusterOf(options.dataDir))
  await prepareDataDir(options.dataDir, account)
  const dataDir = await realpath(options.dataDir)
  const clusterDir = clusterOf(dataDir)
  const lock = await lockDirectory(dataDir)
  try {
    const binaries = await findBinaries(dataDir, account)
    const password = await prepareCluster(dataDir, clusterDir, binaries, account)
    const leftover = await stopLeftover(clusterDir)
    if (leftover !== undefined)
      options.log.warn({ pid: leftover }, 'stopped a database left running by a killed process')
    const address = await chooseAddress(clusterDir)
    const { postgres } = binaries
    const settings = options.settings ?? {}
    const server: ServerOptions = { postgres, clusterDir, address, account, settings, log: options.log }
    const supervised = await supervise(server)
    const connection = { ...address, user: ROLE, password, database: DATABASE }
    await createDatabase(connection).catch(async (error: unknown) => {
      await supervised.stop()
      throw error
    })
    return {
      url: toUrl(address, password),
      connection,
      version: binaries.version,
      get pid() {
        return supervised.pid()
      },
      onExit: (listener) => supervised.onExit(listener),
      async [Symbol.asyncDispose]() {
        await supervised.stop()
        await lock[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await lock[Symbol.asyncDispose]()
    throw error
  }
}

function toUrl(address: Address, password: string): string {
  return `postgres://${ROLE}:${encodeURIComponent(password)}@${encodeURIComponent(address.host)}:${address.port}/${DATABASE}`
}

async function createDatabase(connection: Connection): Promise<void> {
  const client = new Client({ ...connection, database: 'postgres' })
  await client.connect()
  try {
    const found = await client.query('select from pg_database where datname = $1', [DATABASE])
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`)
  } finally {
    await client.end()
  }
}

/** Keeps the server running: one that ends by itself is started again, at first at once, then ever more slowly. */
async function supervise(options: ServerOptions) {
  const stopping = new AbortController()
  const listeners = new Set<() => void>()
  let child = await spawnServer(options)
  let restarting: Promise<void> = Promise.resolve()
  const watch = (watched: ChildProcess) =>
    watched.once('exit', (code, signal) => {
      if (stopping.signal.aborted) return
      options.log.error({ code, signal }, 'the embedded PostgreSQL ended by itself; starting it again')
      for (const listener of listeners) listener()
      restarting = restart()
    })
  async function restart(): Promise<void> {
    for (let attempt = 1; !stopping.signal.aborted; attempt++) {
      try {
        child = await spawnServer(options)
        options.log.warn({ pid: child.pid, attempt }, 'the embedded PostgreSQL runs again')
        watch(child)
        return
      } catch (error) {
        options.log.error({ err: error, attempt }, 'the embedded PostgreSQL did not start')
        await pause(backoffMs(attempt, 200, 15_000), stopping.signal).catch(() => {})
      }
    }
  }
  watch(child)
  return {
    pid: () => child.pid ?? 0,
    onExit(listener: () => void) {
      listeners.add(listener)
    },
    async stop() {
      stopping.abort()
      await restarting
      await stopServer(child)
    },
  }
}
