/** A Lockkeeper as a process of its own on its own embedded database, of which all that comes out is kept. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { openDatabase } from '#server/boot.ts'
import { readConfig } from '#server/config.ts'
import { openLog } from '#server/platform/log.ts'
import type { Client } from './client.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

export type CanaryServer = AsyncDisposable & {
  url: string
  dir: string
  env: Record<string, string | undefined>
  /** What it wrote to standard output and standard error so far. */
  logged(): string
  stop(): Promise<void>
}

export async function startCanaryServer(given: Record<string, string>): Promise<CanaryServer> {
  const dir = await mkdtemp(join(tmpdir(), 'lockkeeper-canary-'))
  // As root, the database runs as another user, who has to pass through.
  await chmod(dir, 0o755)
  const env = {
    PATH: process.env['PATH'],
    LOCKKEEPER_PORT: '0',
    LOCKKEEPER_DATA_DIR: join(dir, 'data'),
    LOCKKEEPER_CONFIG_DIR: join(dir, 'config'),
    LOCKKEEPER_LOG_LEVEL: 'debug',
    ...given,
  }
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  const started = new Promise<string>((resolve) => {
    const hear = (chunk: Buffer) => {
      log += chunk.toString()
      const url = /running at (\S+)/.exec(log)?.[1]
      if (url !== undefined) resolve(url)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
  })
  const exited = once(child, 'exit')
  const stop = async () => {
    if (child.exitCode === null) child.kill('SIGTERM')
    await exited
  }
  const failed = exited.then(() => Promise.reject(new Error(`it did not start: ${log}`)))
  const url = await Promise.race([started, failed])
  failed.catch(() => {}) // once it runs, its end is no failure
  return {
    url,
    dir,
    env,
    logged: () => log,
    stop,
    async [Symbol.asyncDispose]() {
      await stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** The same client, of which every answer, with its headers, is also put into `heard`. */
export function recordAnswers(client: Client, heard: string[]): Client {
  const send: Client['send'] = async (method, path, init) => {
    const answer = await client.send(method, path, init)
    heard.push(
      `${method} ${path.split('?')[0] ?? ''} → ${JSON.stringify([answer.status, [...answer.headers], answer.body])}`,
    )
    return answer
  }
  return {
    send,
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, { body }),
    put: (path, body) => send('PUT', path, { body }),
    patch: (path, body) => send('PATCH', path, { body }),
    delete: (path, body) => send('DELETE', path, { body }),
    withHeaders: (headers) => recordAnswers(client.withHeaders(headers), heard),
  }
}

/** Every row of every table of the running server's database, as JSON. */
export async function dumpDatabase({ env }: Pick<CanaryServer, 'env'>): Promise<string> {
  await using source = await openDatabase(readConfig(env), openLog('fatal'))
  const tables = await sql<{ name: string }>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') order by 1`.execute(source.db)
  const dumps = []
  for (const { name } of tables.rows) {
    const { rows } = await sql<{ row: string }>`select to_jsonb(t)::text as row from ${sql.raw(name)} t`.execute(
      source.db,
    )
    dumps.push(`${name}\n${rows.map(({ row }) => row).join('\n')}`)
  }
  return dumps.join('\n')
}
