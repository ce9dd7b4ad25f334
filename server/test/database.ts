import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { inject } from 'vitest'
import { openDb, type Db } from '#server/db/open.ts'

/** Migrated, empty, never connected to: each test file's database is a copy of it. */
export const TEMPLATE = 'lockkeeper_template'

export type TestDatabase = AsyncDisposable & { url: string; db: Db }

/** A fresh, migrated database of the file's own, dropped when disposed. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('serverUrl')
  const name = `test_${randomBytes(6).toString('hex')}`
  await onServer(serverUrl, `create database ${name} template ${TEMPLATE}`)
  const url = databaseUrl(serverUrl, name)
  let closing = false
  const db = openDb({ connectionString: url }, ({ message }) => {
    if (!closing) console.error(message) // the drop below cuts connections that are still saying goodbye
  })
  return {
    url,
    db,
    async [Symbol.asyncDispose]() {
      closing = true
      await db.destroy()
      await onServer(serverUrl, `drop database ${name} with (force)`)
    },
  }
}

/** Runs one statement as the server's administrator. */
export async function onServer(serverUrl: string, statement: string): Promise<void> {
  const admin = openDb({ connectionString: serverUrl, max: 1 }, () => {})
  try {
    await sql.raw(statement).execute(admin)
  } finally {
    await admin.destroy()
  }
}

export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}
