import { sql } from 'kysely'
import type { Config } from '#server/config.ts'
import { backoffMs, pause } from '#server/platform/backoff.ts'
import type { Log } from '#server/platform/log.ts'
import { DATABASE, startEmbedded } from './embedded.ts'
import { findRunning } from './embedded/running.ts'
import { openDb, type Connection, type Db } from './open.ts'

type Where = Pick<Config, 'databaseUrl' | 'dataDir'>

export type Source = AsyncDisposable & { connection: Connection; db: Db; embedded: boolean }

const OLDEST_VERSION = 150_000
const PATIENCE_MS = 60_000

/** The database of this deployment: DATABASE_URL, waited for up to a minute, or the embedded one. Owns the pool. */
export async function openSource(where: Where, log: Log, signal?: AbortSignal): Promise<Source> {
  const { databaseUrl, dataDir } = where
  const embedded = databaseUrl === undefined ? await startEmbedded({ dataDir, log }) : undefined
  const connection: Connection = embedded?.connection ?? { connectionString: databaseUrl }
  let closing = false
  // A lost idle connection is replaced by the pool; whoever queries meanwhile is told.
  const db = openDb({ keepAlive: true, ...connection }, ({ message }) => {
    if (!closing) log.warn({ reason: message }, 'database connection lost')
  })
  const close = async () => {
    closing = true
    await db.destroy()
    await embedded?.[Symbol.asyncDispose]()
  }
  try {
    const version = await waitForVersion(db, log, signal)
    if (version < OLDEST_VERSION)
      throw new Error(
        `The database at DATABASE_URL is PostgreSQL ${Math.floor(version / 10_000)}; Lockkeeper needs 15 or newer.`,
      )
    return { connection, db, embedded: embedded !== undefined, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The same database for a command: beside a running server where there is one, else for as long as the command runs. */
export async function attachSource(where: Where, log: Log): Promise<Source> {
  const connection = where.databaseUrl === undefined ? await findRunning(where.dataDir, DATABASE) : undefined
  if (connection === undefined) return openSource(where, log)
  const db = openDb({ ...connection, max: 2 }, ({ message }) =>
    log.warn({ reason: message }, 'database connection lost'),
  )
  return { connection, db, embedded: true, [Symbol.asyncDispose]: () => db.destroy() }
}

/** Asks for the server's version, again and again while it only cannot be reached: it may be starting beside us. */
async function waitForVersion(db: Db, log: Log, signal: AbortSignal | undefined): Promise<number> {
  const deadline = performance.now() + PATIENCE_MS
  for (let attempt = 1; ; attempt++) {
    try {
      const { rows } = await sql<{ version: string }>`select current_setting('server_version_num') as version`.execute(
        db,
      )
      return Number(rows[0]?.version)
    } catch (error) {
      if (!isStarting(error))
        throw new Error(`The database refused the connection: ${sentenceOf(error)}`, { cause: error })
      if (performance.now() > deadline)
        throw new Error(`The database cannot be reached: ${sentenceOf(error)}. Check DATABASE_URL.`, { cause: error })
      log.warn({ attempt }, 'waiting for the database')
      await pause(backoffMs(attempt, 250, 3_000), signal)
    }
  }
}

/** Not listening yet, or saying itself that it is starting (57P03). */
function isStarting(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return ['ECONNREFUSED', 'ENOENT', 'EAI_AGAIN', 'ECONNRESET', '57P03'].includes(code)
}

/** A driver's error names host and role at most, never the password. */
function sentenceOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(sentenceOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
