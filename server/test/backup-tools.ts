import { execFile } from 'node:child_process'
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import { inject } from 'vitest'
import { chooseAccount, runAs } from '#server/db/embedded/account.ts'
import { openDb } from '#server/db/open.ts'
import { newId } from '#server/platform/ids.ts'
import { onServer } from './database.ts'

const run = promisify(execFile)

/** A server, and the folder of the tools that dump and restore its databases. */
export type BackupTools = AsyncDisposable & { bin: string; serverUrl: string; suffix: string }

/**
 * pg_dump and pg_restore with a server that they take: the one of this run, or, when they are older, one of their own
 * version, which a deployment may bring as well. Undefined, said aloud, where there is neither.
 */
export async function findBackupTools(): Promise<BackupTools | undefined> {
  const serverUrl = inject('serverUrl')
  const suffix = newId().slice(-12)
  const wanted = await majorOf(serverUrl)
  for (const bin of await listBinaries()) {
    const { stdout } = await run(join(bin, 'pg_dump'), ['--version']).catch(() => ({ stdout: '' }))
    const major = Number(/\) (\d+)/.exec(stdout)?.[1] ?? 0)
    if (major >= wanted) return { bin, serverUrl, suffix, [Symbol.asyncDispose]: () => dropBoth(serverUrl, suffix) }
    if (major < 15) continue
    const own = await startOwn(bin).catch(() => undefined)
    if (own !== undefined) return { ...own, bin, suffix }
  }
  console.error('NOT TESTED: backup by pg_dump. Install the client of PostgreSQL (postgresql-client), 15 or newer.')
  return undefined
}

/** Debian keeps each version in a folder of its own; newest first, then whatever is on the path. */
async function listBinaries(): Promise<string[]> {
  const root = '/usr/lib/postgresql'
  const versions = await readdir(root).catch(() => [])
  const own = versions.toSorted((a, b) => Number(b) - Number(a)).map((version) => join(root, version, 'bin'))
  return [...own, '/usr/local/bin', '/usr/bin']
}

async function majorOf(serverUrl: string): Promise<number> {
  const db = openDb({ connectionString: serverUrl, max: 1 }, () => {})
  try {
    const { rows } = await sql<{ version: string }>`select current_setting('server_version_num') as version`.execute(db)
    return Math.floor(Number(rows[0]?.version) / 10_000)
  } finally {
    await db.destroy()
  }
}

async function dropBoth(serverUrl: string, suffix: string): Promise<void> {
  for (const name of ['here', 'there'])
    await onServer(serverUrl, `drop database if exists ${name}_${suffix} with (force)`)
}

/** A server of the tools' own version, made for this test. */
async function startOwn(bin: string): Promise<{ serverUrl: string } & AsyncDisposable> {
  const dir = await mkdtemp(join(tmpdir(), 'lockkeeper-postgres-'))
  const account = await chooseAccount(dir)
  if (account !== undefined) await chown(dir, account.uid, account.gid)
  const as = { ...runAs(account), cwd: '/', env: { LC_ALL: 'C' } }
  const port = await freePort()
  const data = ['-D', dir]
  const settings = `-c port=${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off`
  try {
    await run(join(bin, 'initdb'), [...data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C'], as)
    await run(join(bin, 'pg_ctl'), [...data, '-w', '-l', join(dir, 'log'), '-o', settings, 'start'], as)
  } catch (error) {
    await rm(dir, { recursive: true, force: true })
    throw error
  }
  return {
    serverUrl: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async [Symbol.asyncDispose]() {
      await run(join(bin, 'pg_ctl'), [...data, '-w', '-m', 'immediate', 'stop'], as)
      await rm(dir, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}
