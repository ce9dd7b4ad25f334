import { sql } from 'kysely'
import type { SystemState } from '#schema/system.ts'
import type { App } from '#server/app.ts'
import manifest from '../../package.json' with { type: 'json' }

type Needs = Pick<App, 'db' | 'config' | 'keys' | 'jobs'>

export const VERSION: string = manifest.version

/** What runs here: versions, the root key's fingerprint, storage, how much work waits. */
export async function readSystemState(app: Needs): Promise<SystemState> {
  const [database, queue, nodes] = await Promise.all([readDatabase(app), readQueues(app), readNodes(app)])
  return {
    version: VERSION,
    node: process.version,
    database,
    rootKeyFingerprint: app.keys.fingerprint,
    queue,
    nodes,
  }
}

/** What waits, is worked on and failed: jobs of each queue, as the queue last counted them; then what has a queue of its own. */
export async function readQueues(app: Pick<Needs, 'jobs' | 'db'>): Promise<SystemState['queue']> {
  const [jobs, own] = await Promise.all([readJobs(app), readOwnQueues(app)])
  return [...jobs, ...own]
}

async function readJobs(app: Pick<Needs, 'jobs'>): Promise<SystemState['queue']> {
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

/** Deliveries that are open, on their way, dead; events that workflows have not looked at. Each count reads no more than it counts. */
async function readOwnQueues({ db }: Pick<Needs, 'db'>): Promise<SystemState['queue']> {
  const { rows } = await sql<SystemState['queue'][number]>`
    select 'deliveries' as name, open.waiting, open.active, dead.failed from
      (select count(*) filter (where claimed_until is null or claimed_until < now()) as waiting,
        count(*) filter (where claimed_until >= now()) as active
      from deliveries where status in ('queued', 'failed')) open,
      (select count(*) as failed from deliveries where status = 'dead') dead
    union all
    select 'events', count(*), 0, 0 from events where routed_at is null`.execute(db)
  return rows
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
