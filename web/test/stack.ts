// A whole Lockkeeper for browser tests: its own process, database and port, and a simulated Confluence beside it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Simulator, type SimulatorOptions, startSimulator } from '#simulator/start.ts'

export const setupToken = 'browser-test-token'
export const botEmail = 'bot@lockkeeper.example'
export const admin = { name: 'Ada Weir', email: 'ada@lockkeeper.example', password: 'a-long-enough-password' }

export type Stack = AsyncDisposable & { url: string; simulator: Simulator; confluence: string; apiKey: string }

const root = fileURLToPath(new URL('../..', import.meta.url))
const startMs = 60_000

type StackOptions = Pick<SimulatorOptions, 'mode' | 'latencyMs' | 'pages'> & { withAdmin?: boolean; allow?: string }

/** Starts both; `withAdmin` makes the first admin as an operator would, without the set-up page; `allow`: hosts that it may call. */
export async function startStack({ withAdmin = false, allow = '', ...options }: StackOptions = {}): Promise<Stack> {
  const simulator = await startSimulator({ sample: true, users: [{ email: botEmail }], ...options })
  const directory = await mkdtemp(join(tmpdir(), 'lockkeeper-browser-'))
  await chmod(directory, 0o755) // started as root, the database runs as another account, who must get in
  const port = await freePort()
  const server = spawn(process.env['LOCKKEEPER_NODE'] ?? join(root, 'node_modules/.bin/node'), ['server/main.ts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: directory,
      LOCKKEEPER_PORT: String(port),
      LOCKKEEPER_DATA_DIR: join(directory, 'data'),
      LOCKKEEPER_CONFIG_DIR: join(directory, 'config'),
      LOCKKEEPER_SETUP_TOKEN: setupToken,
      LOCKKEEPER_EGRESS_ALLOW: [new URL(simulator.url).host, allow].filter((host) => host !== '').join(','),
      LOCKKEEPER_LOG_LEVEL: 'warn',
      ...(withAdmin && { LOCKKEEPER_ADMIN_EMAIL: admin.email, LOCKKEEPER_ADMIN_PASSWORD: admin.password }),
    },
  })
  const url = `http://127.0.0.1:${port}`
  await untilReady(server, url)
  return {
    url,
    simulator,
    confluence: simulator.url,
    apiKey: simulator.users[0]?.key ?? '',
    async [Symbol.asyncDispose]() {
      if (server.exitCode === null) {
        server.kill('SIGTERM')
        await once(server, 'exit')
      }
      await simulator[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function untilReady(server: ChildProcess, url: string): Promise<void> {
  let log = ''
  for (const stream of [server.stdout, server.stderr]) stream?.on('data', (chunk) => (log = (log + chunk).slice(-8000)))
  const deadline = Date.now() + startMs
  while (Date.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`Lockkeeper ended with code ${server.exitCode}:\n${log}`)
    const answer = await fetch(`${url}/api/v1/status`).catch(() => undefined)
    if (answer?.ok === true) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  server.kill('SIGKILL')
  throw new Error(`Lockkeeper was not ready within ${startMs / 1000} s:\n${log}`)
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('No free port')
  return address.port
}
