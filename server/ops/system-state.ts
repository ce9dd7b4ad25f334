import { sql } from 'kysely'
import type { SystemState } from '#schema/system.ts'
import type { App } from '#server/app.ts'
import manifest from '../../package.json' with { type: 'json' }

type Needs = Pick<App, 'db' | 'config' | 'keys' | 'jobs'>

export const VERSION: string = manifest.version

/** What runs here: versions, the root key's fingerprint, storage, how much work waits. */
export async function readSystemState(app: Needs): Promise<SystemState> {
  const [database, queue, nodes] = await Promise.all([readDatabase(app), readQueue(app), readNodes(app)])
  return {
    version: VERSION,
    node: process.version,
    database,
    rootKeyFingerprint: app.keys.fingerprint,
    queue,
    nodes,
  }
}

/** Waiting, running and failed jobs of each queue, as the queue last counted them. */
export async function readQueue(app: Pick<Needs, 'jobs'>): Promise<SystemState['queue']> {
  const queues = await app.jobs.boss.getQueues()
  return queues
    .filter((queue) => !queue.name.startsWith('__'))
    .map((queue) => ({
      name: queue.name,
      waiting: queue.readyCount,
      active: queue.activeCount,
      failed: queue.failedCount,
    }))
}

/** The processes whose heart beats (heartbeat.ts). */
async function readNodes({ db }: Pick<Needs, 'db'>): Promise<SystemState['nodes']> {
  const rows = await db
    .selectFrom('nodes')
    .select(['name', 'roles', 'seen_at'])
    .where('seen_at', '>', sql<Date>`now() - interval '30 seconds'`)
    .orderBy('name')
    .execute()
  return rows.map(({ name, roles, seen_at }) => ({ id: name, roles, seenAt: seen_at.toISOString() }))
}

async function readDatabase(app: Pick<Needs, 'db' | 'config'>): Promise<SystemState['database']> {
  const { rows } = await sql<{ version: string; bytes: number }>`
    select current_setting('server_version') as version, pg_database_size(current_database()) as bytes`.execute(app.db)
  return { version: '', bytes: 0, ...rows[0], embedded: app.config.databaseUrl === undefined }
}
