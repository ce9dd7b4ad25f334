import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import { Pool, types as standard, type CustomTypesConfig, type PoolConfig } from 'pg'
import type { DB } from './tables.ts'

export type Db = Kysely<DB>
/** Only inside a transaction. */
export type Tx = Transaction<DB>

export type Connection = PoolConfig

/** bigint columns are counts and sequence numbers here: all below 2^53, so plain numbers. */
const numbers: CustomTypesConfig = {
  getTypeParser: (oid, format) => (oid === standard.builtins.INT8 ? Number : standard.getTypeParser(oid, format)),
}

/** A pool of connections. `onError` hears of idle connections that the server closed; queries fail by themselves. */
export function openDb(connection: Connection, onError: (error: Error) => void): Db {
  const pool = new Pool({ max: 10, connectionTimeoutMillis: 10_000, ...connection, types: numbers })
  pool.on('error', onError)
  // A connection that is lent out and idle has nobody else to hear that the server closed it; its next query fails.
  pool.on('connect', (client) => client.on('error', () => {}))
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
}
