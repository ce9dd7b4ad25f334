import { sql } from 'kysely'
import { access, constants, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Config } from '#server/config.ts'
import { attachSource } from '#server/db/source.ts'
import type { Log } from '#server/platform/log.ts'
import { findRootKey, rootKeyPath } from '#server/vault/root-key.ts'
import { findRootKeys } from '#server/vault/root-key-files.ts'

export type Finding = { name: string; ok: boolean; detail: string }

const LOW_BYTES = 1024 ** 3

/** Looks at what a deployment needs, from outside or beside a running server, and changes nothing it can avoid changing. */
export async function examine(config: Config, log: Log): Promise<Finding[]> {
  return [
    await find('data directory', () => examineDirectory(config.dataDir)),
    await find('root key', () => examineRootKey(config)),
    ...(await examineDatabase(config, log)),
  ]
}

async function examineDirectory(path: string): Promise<string> {
  const there = await firstExisting(path)
  await access(there, constants.W_OK)
  const { bavail, bsize } = await statfs(there)
  const free = bavail * bsize
  const gigabytes = `${(free / 1024 ** 3).toFixed(1)} GB free`
  if (free < LOW_BYTES) throw new Error(`${path}: only ${gigabytes}`)
  return `${path}${there === path ? '' : ' (made at the first start)'}, ${gigabytes}`
}

async function firstExisting(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  return found === undefined && dirname(path) !== path ? firstExisting(dirname(path)) : path
}

async function examineRootKey(config: Config): Promise<string> {
  const key = await findRootKey(config)
  return key === undefined
    ? `none yet; the first start makes one at ${rootKeyPath(config)}`
    : `${key.fingerprint}, from ${key.source}`
}

async function examineDatabase(config: Config, log: Log): Promise<Finding[]> {
  const embedded = config.databaseUrl === undefined
  const fresh = embedded && (await stat(`${config.dataDir}/postgres`).catch(() => undefined)) === undefined
  if (fresh) return [{ name: 'database', ok: true, detail: 'none yet; the first start makes the embedded one' }]
  try {
    await using source = await attachSource(config, log)
    const { rows } = await sql<{ version: string; bytes: number }>`
      select current_setting('server_version') as version, pg_database_size(current_database()) as bytes`.execute(
      source.db,
    )
    const megabytes = Math.round((rows[0]?.bytes ?? 0) / 1024 ** 2)
    const database = `PostgreSQL ${rows[0]?.version} (${embedded ? 'embedded' : 'DATABASE_URL'}), ${megabytes} MB`
    return [
      { name: 'database', ok: true, detail: database },
      await find('root key fits', async () => compareFingerprints(config, await neededFingerprint(source.db))),
    ]
  } catch (error) {
    return [{ name: 'database', ok: false, detail: error instanceof Error ? error.message : String(error) }]
  }
}

type Db = Awaited<ReturnType<typeof attachSource>>['db']

async function neededFingerprint(db: Db): Promise<string | undefined> {
  const { rows } = await sql<{ made: boolean }>`select to_regclass('root_keys') is not null as made`.execute(db)
  if (rows[0]?.made !== true) return undefined
  const row = await db.selectFrom('root_keys').select('fingerprint').where('state', '=', 'active').executeTakeFirst()
  return row?.fingerprint
}

async function compareFingerprints(config: Config, needed: string | undefined): Promise<string> {
  if (needed === undefined) return 'the database was not used with any yet'
  const { current, next, previous } = await findRootKeys(config)
  const here = [current, next, previous].flatMap((key) => key?.fingerprint ?? [])
  if (here.includes(needed)) return needed
  throw new Error(
    `the database needs the root key ${needed}, but ${here.length === 0 ? 'none is there' : `${here.join(', ')} is`}`,
  )
}

async function find(name: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { name, ok: true, detail: await look() }
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) }
  }
}
