import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isAlive } from '#server/db/embedded/leftover.ts'
import { openClient, signIn } from './client.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
const children: ChildProcess[] = []
let base: string

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'lockkeeper-process-'))
  await chmod(base, 0o755)
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  await rm(base, { recursive: true, force: true })
})

function start(env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env['PATH'],
      LOCKKEEPER_PORT: '0',
      LOCKKEEPER_DATA_DIR: join(base, 'store'),
      LOCKKEEPER_CONFIG_DIR: join(base, 'config'),
      LOCKKEEPER_LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  return child
}

/** Waits for what a person sees: the address, and at the first start the token. */
async function untilReady(child: ReturnType<typeof start>): Promise<{ url: string; token: string | undefined }> {
  const complaints = text(child.stderr)
  let url: string | undefined
  for await (const line of createInterface({ input: child.stdout })) {
    url ??= /running at (\S+)/.exec(line)?.[1]
    const token = /set-up token (\S+)/.exec(line)?.[1]
    if (url !== undefined && (token !== undefined || (await isSetUp(url)))) return { url, token }
  }
  throw new Error(`it did not start: ${await complaints}`)
}

async function isSetUp(url: string): Promise<boolean> {
  return (
    (
      await openClient(url).post('/setup', {
        token: 'x',
        name: 'x',
        email: 'x@lockkeeper.example',
        password: 'x'.repeat(12),
      })
    ).status === 409
  )
}

async function databasePid(): Promise<number> {
  return Number((await readFile(join(base, 'store', 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0])
}

const owner = { email: 'owner@lockkeeper.example', password: 'a long enough password' }

test('set up at the first start, killed, started again: the account is there, one database runs, and stopping ends both', async () => {
  const first = start()
  const { url, token } = await untilReady(first)
  expect((await openClient(url).post('/setup', { token, name: 'Owner', ...owner })).status).toBe(201)
  const left = await databasePid()
  first.kill('SIGKILL')
  await once(first, 'exit')
  expect(isAlive(left)).toBe(true)
  const second = start()
  const again = await untilReady(second)
  expect(again.token).toBeUndefined()
  expect(isAlive(left)).toBe(false)
  await signIn(openClient(again.url), owner.email, owner.password)
  const running = await databasePid()
  second.kill('SIGTERM')
  expect(await once(second, 'exit')).toEqual([0, null])
  expect(isAlive(running)).toBe(false)
})

test('the operator’s admin is made at the first start', async () => {
  const child = start({ LOCKKEEPER_ADMIN_EMAIL: owner.email, LOCKKEEPER_ADMIN_PASSWORD: owner.password })
  const { url, token } = await untilReady(child)
  expect(token).toBeUndefined()
  await signIn(openClient(url), owner.email, owner.password)
})

test.each([
  [{ LOCKKEEPER_PORT: 'seven' }, /LOCKKEEPER_PORT must be a number/],
  [{ LOCKKEEPER_ADMIN_EMAIL: 'a@b.example' }, /LOCKKEEPER_ADMIN_PASSWORD together/],
  [{ LOCKKEEPER_ROLES: 'api,wroker' }, /LOCKKEEPER_ROLES must be/],
  [{ LOCKKEEPER_EGRESS_ALLOW: 'http://a.example' }, /LOCKKEEPER_EGRESS_ALLOW/],
  [{ LOCKKEEPER_ROOT_KEY: 'short' }, /LOCKKEEPER_ROOT_KEY is malformed/],
  [{ LOCKKEEPER_ADMIN_EMAIL: 'a@b.example', LOCKKEEPER_ADMIN_PASSWORD: 'short' }, /12 to 128/],
])('with %j it stops with a sentence', async (env, sentence) => {
  const child = start(env)
  const [complaint, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  expect(complaint).toMatch(sentence)
  expect(complaint).not.toMatch(/\n\s+at /)
  expect(code).toBe(1)
})

test('a port that is taken is named, and the database is stopped again', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  const port = String(typeof address === 'object' ? address?.port : '')
  const child = start({ LOCKKEEPER_PORT: port })
  const [complaint, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  other.close()
  expect(complaint).toContain(`Port ${port} on 127.0.0.1 is taken`)
  expect(code).toBe(1)
  await expect(databasePid()).rejects.toThrow('ENOENT')
})
