import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { canEnter, runAs, type Account } from './account.ts'
import type { Binaries } from './binaries.ts'

const run = promisify(execFile)

export const ROLE = 'lockkeeper'

/** Makes the data directory, or opens it as far as the account needs: entering it, never reading it. */
export async function prepareDataDir(dataDir: string, account: Account): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: account === undefined ? 0o700 : 0o711 })
  if (await canEnter(account, dataDir)) return
  const { mode, uid } = await stat(dataDir)
  if (uid === 0) await chmod(dataDir, (mode & 0o777) | 0o011)
  if (await canEnter(account, dataDir)) return
  throw new Error(
    `Lockkeeper was started as root, so PostgreSQL runs as "${account?.name}", who cannot enter ${dataDir}. ` +
      'Set LOCKKEEPER_DATA_DIR to a directory such as /var/lib/lockkeeper, or start Lockkeeper as the user who owns it.',
  )
}

/** Makes the cluster when there is none, and returns its role's password. An interrupted making is started over. */
export async function prepareCluster(
  dataDir: string,
  clusterDir: string,
  binaries: Binaries,
  account: Account,
): Promise<string> {
  const passwordFile = join(dataDir, 'postgres-password')
  const version = await readFile(join(clusterDir, 'PG_VERSION'), 'utf8').catch(() => undefined)
  if (version === undefined) return makeCluster(clusterDir, passwordFile, binaries, account)
  if (version.trim() !== binaries.major)
    throw new Error(
      `The data in ${clusterDir} was written by PostgreSQL ${version.trim()}; this Lockkeeper ships ${binaries.major}. ` +
        `Start the Lockkeeper that ships ${version.trim()}, or dump there and restore here: see docs/operating.md.`,
    )
  return (await readFile(passwordFile, 'utf8')).trim()
}

async function makeCluster(
  clusterDir: string,
  passwordFile: string,
  binaries: Binaries,
  account: Account,
): Promise<string> {
  const part = `${clusterDir}.part`
  await rm(part, { recursive: true, force: true })
  await mkdir(part, { mode: 0o700 })
  const password = randomBytes(24).toString('base64url')
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  const initial = `${part}-password`
  await writeFile(initial, password, { mode: 0o600 })
  if (account !== undefined) {
    await chown(part, account.uid, account.gid)
    await chown(initial, account.uid, account.gid)
  }
  try {
    await runInitdb(part, initial, binaries, account)
  } finally {
    await rm(initial, { force: true })
  }
  await rename(part, clusterDir)
  await syncDirectory(passwordFile)
  await syncDirectory(join(clusterDir, '..'))
  return password
}

async function runInitdb(directory: string, passwordFile: string, binaries: Binaries, account: Account): Promise<void> {
  const args = [
    `--pgdata=${directory}`,
    `--username=${ROLE}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Sorting is the server's own, so an upgrade of the machine's libc never breaks an index.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    '--no-instructions',
  ]
  const as = { cwd: '/', env: { LC_ALL: 'C', TZ: 'UTC' }, ...runAs(account) }
  try {
    // Where libc knows C.UTF-8 (every current Linux), letters beyond ASCII count as letters in pg_trgm.
    await run(binaries.initdb, [...args, '--locale=C.UTF-8'], as).catch(async (error: unknown) => {
      if (!/invalid locale name/.test(String(error))) throw error
      await run(binaries.initdb, [...args, '--locale=C'], as)
    })
  } catch (cause) {
    throw new Error(`PostgreSQL's files could not be made in ${directory}. ${reasonOf(cause)}`, { cause })
  }
}

/** The line of initdb's output that says what went wrong. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
  const lines = text.trim().split('\n')
  return lines.find((line) => /error|FATAL|PANIC/.test(line)) ?? lines.at(-1) ?? ''
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
