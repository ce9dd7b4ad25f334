import { spawn, type ChildProcess } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Log } from '#server/platform/log.ts'
import { runAs, type Account } from './account.ts'
import { SETTINGS } from './settings.ts'

/** Where the server listens: a socket below the cluster, or loopback where that path is too long. */
export type Address = { host: string; port: number }

export type ServerOptions = {
  postgres: string
  clusterDir: string
  address: Address
  account: Account
  settings: Record<string, string>
  log: Log
}

/** sun_path holds 108 bytes on Linux and 104 on macOS, with the closing zero. */
const SOCKET_PATH_BYTES = 103

export async function chooseAddress(clusterDir: string): Promise<Address> {
  const socket = join(clusterDir, '.s.PGSQL.5432')
  if (Buffer.byteLength(socket) <= SOCKET_PATH_BYTES) return { host: clusterDir, port: 5432 }
  return { host: '127.0.0.1', port: await freePort() }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}

/** Starts the server and resolves once it accepts connections; rejects with its last words when it ends before. */
export function spawnServer(options: ServerOptions): Promise<ChildProcess> {
  const { address, account, log } = options
  const onSocket = address.host === options.clusterDir
  const settings = {
    ...SETTINGS,
    ...options.settings,
    port: String(address.port),
    listen_addresses: onSocket ? '' : address.host,
    unix_socket_directories: onSocket ? address.host : '',
    unix_socket_permissions: '0700',
  }
  const child = spawn(
    options.postgres,
    ['-D', options.clusterDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      cwd: '/',
      env: { LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'ignore', 'pipe'],
      // Its own session: a Ctrl-C in the terminal reaches us alone, and we stop it after our last query.
      detached: true,
      ...runAs(account),
    },
  )
  return new Promise((resolve, reject) => {
    let last = ''
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line !== '' && !/^(FATAL|PANIC)/.test(last)) last = line
      writeLine(log, line)
      if (line.includes('database system is ready to accept connections')) resolve(child)
    })
    child.on('error', reject)
    child.on('close', (code, signal) =>
      reject(new Error(`The embedded PostgreSQL did not start (${signal ?? `code ${code}`}): ${last}`)),
    )
  })
}

/** A connection that ends because the server was told to stop is no news. */
const QUIET = /^FATAL: {2}(terminating connection due to administrator command|the database system is )/

function writeLine(log: Log, line: string): void {
  if (/^(PANIC|FATAL)/.test(line) && !QUIET.test(line)) log.warn({ postgres: line }, 'embedded PostgreSQL')
  else if (line !== '') log.debug({ postgres: line }, 'embedded PostgreSQL')
}

/** Asks for a fast shutdown (open transactions are rolled back, everything is flushed) and waits for it. */
export function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGINT')
  })
}
