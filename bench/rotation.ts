/** How long a scope's key takes to rotate, on an embedded database that waits for the disk as a deployment's does. */
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { continueRotations } from '#server/credentials/continue-rotations.ts'
import { rotateScopeKey } from '#server/credentials/rotate.ts'
import { startEmbedded } from '#server/db/embedded.ts'
import { migrate } from '#server/db/migrate.ts'
import { openDb } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import { system } from '#server/platform/actor.ts'
import { openLog } from '#server/platform/log.ts'
import { putCredentials } from '#server/test/sealed-rows.ts'
import { openKeys } from '#server/vault/open-keys.ts'
import { ensureScopeKey } from '#server/vault/vault.ts'
import type { Figure } from './report.ts'

const CREDENTIALS = 10_000
const PROMISE_SECONDS = 30

/** One rotation of 10,000 credentials by one process, from the request to the destroyed old key. */
export async function benchRotation(): Promise<Figure[]> {
  await using opening = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'lockkeeper-bench-'))
  await chmod(dir, 0o755) // the database may run as another account
  opening.defer(() => rm(dir, { recursive: true, force: true }))
  const embedded = opening.use(await startEmbedded({ dataDir: join(dir, 'data'), log: openLog('silent') }))
  const db = openDb(embedded.connection, () => {})
  opening.defer(() => db.destroy())
  await migrate(db)
  const rootKey = randomBytes(32).toString('base64')
  const keys = await openKeys({ rootKey, rootKeyFile: undefined, configDir: dir, dataDir: dir }, db)
  const app = { db, keys }
  await transact(db, (tx) => ensureScopeKey(app, tx, 'global', 'system'))
  await putCredentials(app, 'global', null, CREDENTIALS)
  const processor = process.cpuUsage()
  const begun = performance.now()
  await rotateScopeKey(app, system, 'global')
  await continueRotations(app)
  const seconds = (performance.now() - begun) / 1000
  const { user, system: kernel } = process.cpuUsage(processor)
  const own = ((user + kernel) / 1_000_000).toFixed(1)
  return [
    {
      name: `rotation of ${CREDENTIALS.toLocaleString('en-US')} credentials`,
      value: `${seconds.toFixed(1)} s (${own} s of them in our process)`,
      promise: `≤ ${PROMISE_SECONDS} s`,
      kept: seconds <= PROMISE_SECONDS,
    },
  ]
}
