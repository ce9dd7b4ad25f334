import { readdir, readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import type { Db } from './open.ts'

const FOLDER = new URL('../migrations/', import.meta.url)
/** Any number, the same in every process: who holds this advisory lock migrates. */
const LOCK = 7_400_001

/**
 * Brings the schema up to date, forward only, each file in a transaction of its own, under an advisory lock: several
 * processes may start at once. Returns the names applied. Throws when the database is newer than this program.
 */
export async function migrate(db: Db): Promise<string[]> {
  const files = (await readdir(FOLDER)).filter((name) => /^\d{4}_[a-z0-9_-]+\.sql$/.test(name)).sort()
  return db.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(${LOCK})`.execute(connection)
    try {
      await sql`create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())`.execute(
        connection,
      )
      const applied = await sql<{ name: string }>`select name from migrations order by name`.execute(connection)
      const known = new Set(applied.rows.map((row) => row.name))
      const unknown = [...known].filter((name) => !files.includes(name))
      if (unknown.length > 0)
        throw new Error(
          `This database is newer than this Lockkeeper: it knows ${unknown.join(', ')}. Start a newer version.`,
        )
      const missing = files.filter((name) => !known.has(name))
      for (const name of missing) await apply(connection, name)
      return missing
    } finally {
      await sql`select pg_advisory_unlock(${LOCK})`.execute(connection)
    }
  })
}

async function apply(db: Db, name: string): Promise<void> {
  const text = await readFile(new URL(name, FOLDER), 'utf8')
  await db.transaction().execute(async (tx) => {
    await sql.raw(text).execute(tx)
    await sql`insert into migrations (name) values (${name})`.execute(tx)
  })
}
