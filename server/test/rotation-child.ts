/**
 * A process that rotates the key of `global` again and again, once it is told to go: to be killed by tests. Environment:
 * DATABASE_URL and LOCKKEEPER_ROOT_KEY.
 */
import { once } from 'node:events'
import { readConfig } from '#server/config.ts'
import { continueRotations } from '#server/credentials/continue-rotations.ts'
import { rotateScopeKey } from '#server/credentials/rotate.ts'
import { openDb } from '#server/db/open.ts'
import { system } from '#server/platform/actor.ts'
import { openKeys } from '#server/vault/open-keys.ts'

const config = readConfig(process.env)
const db = openDb({ connectionString: config.databaseUrl }, () => {})
const app = { db, keys: await openKeys(config, db) }
console.log('ready')
await once(process.stdin, 'data')
for (;;) {
  await continueRotations(app)
  await rotateScopeKey(app, system, 'global')
}
