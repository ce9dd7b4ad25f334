/** A process that opens its root key as a start does, once it is told to go, and stays: to be killed by tests. */
import { once } from 'node:events'
import { sql } from 'kysely'
import { record } from '#server/audit/record.ts'
import { readConfig } from '#server/config.ts'
import { openDb } from '#server/db/open.ts'
import { system } from '#server/platform/actor.ts'
import { openKeys } from '#server/vault/open-keys.ts'

const config = readConfig(process.env)
const db = openDb({ connectionString: config.databaseUrl }, () => {})
await sql`select 1`.execute(db)
console.log('ready')
await once(process.stdin, 'data')
await openKeys(config, db, {
  record: (tx, action, target, detail) => record(tx, system, action, target, detail),
})
console.log('opened')
await once(process.stdin, 'end')
