import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { openLog } from '#server/platform/log.ts'
import { canEnter } from './embedded/account.ts'
import { startEmbedded, type Embedded } from './embedded.ts'
import { isAlive } from './embedded/leftover.ts'
import { findRunning } from './embedded/running.ts'
import { openDb } from './open.ts'

const log = openLog('silent')
const asRoot = process.getuid?.() === 0
const NOBODY = 65_534

let base: string
let dataDir: string
const children: ChildProcess[] = []

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'lockkeeper-embedded-'))
  dataDir = join(base, 'store')
  await chmod(base, 0o755)
})

afterEach(async () => {
  for (const child of children.splice(0)) await end(child, 'SIGTERM')
  await rm(base, { recursive: true, force: true })
})

test('the first start makes a durable database and a later one finds it again', async () => {
  {
    await using first = await startEmbedded({ dataDir, log })
    expect(first.version).toMatch(/^18\./)
    await ask(first.url, 'create table kept (n int)')
    await ask(first.url, 'insert into kept values (42)')
  }
  await using later = await startEmbedded({ dataDir, log })
  expect(await ask(later.url, 'select n from kept')).toEqual([{ n: 42 }])
  for (const name of ['fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums'])
    expect(await ask(later.url, `show ${name}`)).toEqual([{ [name]: 'on' }])
})

test('nothing listens but the socket, and it asks for the password', async () => {
  await using embedded = await startEmbedded({ dataDir, log })
  expect(embedded.connection.host).toBe(join(dataDir, 'postgres'))
  expect(await ask(embedded.url, 'show listen_addresses')).toEqual([{ listen_addresses: '' }])
  const wrong = new URL(embedded.url)
  wrong.password = 'wrong'
  await expect(ask(wrong.href, 'select 1')).rejects.toThrow('password authentication failed')
})

test('where the path is too long for a socket it listens on loopback alone, with the password', async () => {
  await using embedded = await startEmbedded({ dataDir: join(dataDir, 'd'.repeat(120)), log })
  expect(embedded.connection.host).toBe('127.0.0.1')
  expect(await ask(embedded.url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
  const wrong = new URL(embedded.url)
  wrong.password = 'wrong'
  await expect(ask(wrong.href, 'select 1')).rejects.toThrow('password authentication failed')
})

test('a server left by a killed process is stopped and every committed row is there', async () => {
  const { child, started } = await startChild(dataDir)
  await ask(started.url, 'create table kept (n int)')
  await ask(started.url, 'insert into kept values (7)')
  await end(child, 'SIGKILL')
  expect(isAlive(started.pid)).toBe(true)
  await using next = await startEmbedded({ dataDir, log })
  expect(isAlive(started.pid)).toBe(false)
  expect(await ask(next.url, 'select n from kept')).toEqual([{ n: 7 }])
})

test('two starts at once: one wins, the other says who holds the directory', async () => {
  await mkdir(dataDir)
  const both = await Promise.all([tryChild(dataDir), tryChild(dataDir)])
  const lost = both.filter((outcome) => 'error' in outcome)
  expect(lost).toHaveLength(1)
  expect(lost[0]).toEqual({ error: expect.stringMatching(/^Another Lockkeeper \(process (\d+|unknown)\) is using /) })
})

test('a second start in the same process is refused too', async () => {
  await using first = await startEmbedded({ dataDir, log })
  await expect(startEmbedded({ dataDir, log })).rejects.toThrow(`Another Lockkeeper (process ${process.pid})`)
  expect(await ask(first.url, 'select 1 as n')).toEqual([{ n: 1 }])
})

test('files of another major version are left alone, and the sentence names both', async () => {
  await (await startEmbedded({ dataDir, log }))[Symbol.asyncDispose]()
  await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '17\n')
  await expect(startEmbedded({ dataDir, log })).rejects.toThrow(
    /was written by PostgreSQL 17; this Lockkeeper ships 18\..*docs\/operating\.md/,
  )
})

test('a server that dies is started again at the same address, and a pool goes on', async () => {
  await using embedded = await startEmbedded({ dataDir, log })
  await using db = openDb(embedded.connection, () => {})
  await ask(embedded.url, 'create table kept (n int)')
  const { pid, url } = embedded
  const ended = new Promise<void>((resolve) => embedded.onExit(resolve))
  process.kill(pid, 'SIGKILL')
  await ended
  await expect
    .poll(() => ask(url, 'select count(*)::int as n from kept').catch(String), { timeout: 20_000 })
    .toEqual([{ n: 0 }])
  expect(embedded.pid).not.toBe(pid)
  expect(await db.selectNoFrom((e) => e.val(1).as('one')).execute()).toHaveLength(1)
})

test('a first start that was cut off is started over', async () => {
  await mkdir(join(dataDir, 'postgres.part', 'base'), { recursive: true })
  await using embedded = await startEmbedded({ dataDir, log })
  expect(await ask(embedded.url, 'select 1 as n')).toEqual([{ n: 1 }])
})

test('a command finds the running server, and none after it stopped', async () => {
  {
    await using embedded = await startEmbedded({ dataDir, log })
    expect(await findRunning(dataDir, 'lockkeeper')).toEqual(embedded.connection)
  }
  expect(await findRunning(dataDir, 'lockkeeper')).toBeUndefined()
})

test('a process id that now belongs to another program does not stop the start', async () => {
  await (await startEmbedded({ dataDir, log }))[Symbol.asyncDispose]()
  const file = join(dataDir, 'postgres', 'postmaster.pid')
  await writeFile(file, `${process.pid}\n`)
  const { uid, gid } = await stat(join(dataDir, 'postgres'))
  await chown(file, uid, gid)
  await using embedded = await startEmbedded({ dataDir, log })
  expect(await ask(embedded.url, 'select 1 as n')).toEqual([{ n: 1 }])
})

test.runIf(asRoot)('started as root, the server and its files belong to an unprivileged account', async () => {
  await using embedded = await startEmbedded({ dataDir, log })
  const { uid, mode } = await stat(join(dataDir, 'postgres'))
  expect(uid).not.toBe(0)
  expect(mode & 0o077).toBe(0)
  expect((await stat(`/proc/${embedded.pid}`)).uid).toBe(uid)
})

test.runIf(asRoot)('a directory that the account cannot reach is named, with a way out', async () => {
  await chmod(base, 0o700)
  await expect(startEmbedded({ dataDir, log })).rejects.toThrow(
    new RegExp(`cannot enter ${dataDir}\\. Set LOCKKEEPER_DATA_DIR`),
  )
})

test.runIf(asRoot)('the same works for a process that is not root', async (context) => {
  if (!(await nobodyCanRun())) context.skip()
  await mkdir(dataDir)
  await chown(dataDir, NOBODY, NOBODY)
  const { child, started } = await startChild(dataDir, { uid: NOBODY, gid: NOBODY })
  expect(await ask(started.url, 'select 1 as n')).toEqual([{ n: 1 }])
  expect((await stat(`/proc/${started.pid}`)).uid).toBe(NOBODY)
  await end(child, 'SIGTERM')
  expect(isAlive(started.pid)).toBe(false)
})

test.runIf(asRoot)('a directory that is somebody else’s is named', async (context) => {
  if (!(await nobodyCanRun())) context.skip()
  await mkdir(dataDir)
  await expect(startChild(dataDir, { uid: NOBODY, gid: NOBODY })).rejects.toThrow(`cannot write to ${dataDir}`)
})

async function nobodyCanRun(): Promise<boolean> {
  const nobody = { name: 'nobody', uid: NOBODY, gid: NOBODY }
  const reachable = (await canEnter(nobody, dirname(process.execPath))) && (await canEnter(nobody, import.meta.dirname))
  if (!reachable) console.warn('SKIPPED: a start as another user, because that user cannot enter this checkout')
  return reachable
}

const Started = z.union([z.object({ url: z.string(), pid: z.number() }), z.object({ error: z.string() })])

async function startChild(directory: string, as: { uid?: number; gid?: number } = {}) {
  const script = fileURLToPath(new URL('../test/embedded-child.ts', import.meta.url))
  const child = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/', ...as })
  children.push(child)
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  const started = Started.parse(JSON.parse(String(line)))
  if ('error' in started) throw new Error(started.error)
  return { child, started }
}

async function tryChild(directory: string): Promise<Pick<Embedded, 'url'> | { error: string }> {
  try {
    return (await startChild(directory)).started
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
}

async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}
