/** Durable jobs on pg-boss, in the schema `jobs` of the same database: enqueuing inside a transaction is the outbox. */
import { fromKysely, PgBoss } from 'pg-boss'
import type { Connection, Tx } from '#server/db/open.ts'
import type { Log } from '#server/platform/log.ts'
import { QUEUES, type Payloads, type QueueName } from './queues.ts'

export type Handler<Q extends QueueName> = (payload: Payloads[Q], signal: AbortSignal) => Promise<void>
export type Handlers = { [Q in QueueName]?: Handler<Q> }

export type Jobs = AsyncDisposable & {
  /** The underlying boss, for queue depths and schedules. */
  readonly boss: PgBoss
}

/**
 * Connects to the queue and makes what is missing. With `supervise` this process also does the queue's housekeeping
 * and cron; a process that only enqueues leaves it off.
 */
export async function openJobs(connection: Connection, log: Log, options: { supervise: boolean }): Promise<Jobs> {
  const boss = new PgBoss({
    ...bossConnection(connection),
    schema: 'jobs',
    max: 4,
    useListenNotify: true,
    supervise: options.supervise,
    schedule: options.supervise,
  })
  boss.on('error', (error) => log.warn({ err: error }, 'job queue'))
  await boss.start()
  for (const name of queueNames()) {
    const { retryLimit, retryDelaySeconds, expireInSeconds } = QUEUES[name]
    const settings = {
      retryLimit,
      retryDelay: retryDelaySeconds,
      retryBackoff: true,
      retryDelayMax: 300,
      expireInSeconds,
      notify: true,
    }
    if ((await boss.getQueue(name)) === null) await boss.createQueue(name, { policy: 'standard', ...settings })
    else await boss.updateQueue(name, settings)
  }
  return {
    boss,
    async [Symbol.asyncDispose]() {
      await boss.stop({ graceful: true, timeout: 10_000 })
    },
  }
}

/** Adds a job in the caller's transaction: it exists exactly when the transaction commits. `key` keeps one such job waiting at a time. */
export async function enqueue<Q extends QueueName>(
  jobs: Jobs,
  tx: Tx,
  queue: Q,
  payload: Payloads[Q],
  options: { startAfter?: Date; key?: string } = {},
): Promise<void> {
  await jobs.boss.send(queue, QUEUES[queue].payload.parse(payload), {
    db: fromKysely(tx),
    ...(options.startAfter === undefined ? {} : { startAfter: options.startAfter }),
    ...(options.key === undefined ? {} : { singletonKey: options.key }),
  })
}

/** Starts working the queues that have a handler; a job whose payload does not parse fails at once. */
export async function workJobs(jobs: Jobs, handlers: Handlers): Promise<void> {
  const work = <Q extends QueueName>(name: Q) => workQueue(jobs, name, handlers[name])
  for (const name of queueNames()) await work(name)
}

async function workQueue<Q extends QueueName>(jobs: Jobs, name: Q, handler: Handler<Q> | undefined): Promise<void> {
  if (handler === undefined) return
  await jobs.boss.work(name, { batchSize: 1, localConcurrency: 4, pollingIntervalSeconds: 2 }, async ([job]) => {
    if (job === undefined) return
    const payload = QUEUES[name].payload.parse(job.data)
    await handler(payload, job.signal)
  })
}

function queueNames(): QueueName[] {
  return Object.keys(QUEUES).filter((name): name is QueueName => name in QUEUES)
}

function bossConnection(connection: Connection) {
  if (connection.connectionString !== undefined) return { connectionString: connection.connectionString }
  const { host, port, user, password, database } = connection
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
    ...(database === undefined ? {} : { database }),
    ...(typeof password === 'string' ? { password } : {}),
  }
}
