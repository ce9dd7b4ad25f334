/** Durable jobs on pg-boss, in the schema `jobs` of the same database: enqueuing inside a transaction is the outbox. */
import { fromKysely, PgBoss } from 'pg-boss'
import type { Connection, Tx } from '#server/db/open.ts'
import type { Log } from '#server/platform/log.ts'
import { QUEUES, type Payloads, type QueueName } from './queues.ts'

/** `signal` is aborted when the server stops or the job was given to another process: save and throw, it is tried again. */
export type Handler<Q extends QueueName> = (payload: Payloads[Q], signal: AbortSignal) => Promise<void>
export type Handlers = { [Q in QueueName]?: Handler<Q> }

export type Jobs = AsyncDisposable & {
  /** The underlying boss, for queue depths and schedules. */
  readonly boss: PgBoss
  readonly log: Log
  /** Aborted as soon as this process stops working. */
  readonly stopping: AbortSignal
}

/** What running jobs get to come to a clean stop, before they are left to the next start. */
const STOP_PATIENCE_MS = 6_000

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
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
  })
  // Mostly a lost connection, which the queue mends by itself; what it emits is often no Error.
  boss.on('error', ({ message }) => log.warn({ reason: message }, 'job queue'))
  await boss.start()
  for (const name of queueNames()) {
    const { retryLimit, retryDelaySeconds, expireInSeconds, heartbeatSeconds } = QUEUES[name]
    const settings = {
      retryLimit,
      retryDelay: retryDelaySeconds,
      retryBackoff: true,
      retryDelayMax: 300,
      expireInSeconds,
      heartbeatSeconds,
      notify: true,
    }
    if ((await boss.getQueue(name)) === null) await boss.createQueue(name, { policy: 'standard', ...settings })
    else await boss.updateQueue(name, settings)
  }
  const stopping = new AbortController()
  return {
    boss,
    log,
    stopping: stopping.signal,
    async [Symbol.asyncDispose]() {
      stopping.abort(new Error('the server is stopping'))
      await boss.stop({ graceful: true, timeout: STOP_PATIENCE_MS })
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
  for (const name of queueNames()) await workQueue(jobs, name, handlers)
}

async function workQueue<Q extends QueueName>(jobs: Jobs, name: Q, handlers: Pick<Handlers, Q>): Promise<void> {
  const handler: Handler<Q> | undefined = handlers[name]
  if (handler === undefined) return
  const { concurrency, payload } = QUEUES[name]
  const options = {
    batchSize: 1,
    localConcurrency: concurrency,
    heartbeatRefreshSeconds: 4,
    // New jobs wake us by NOTIFY, but retries and delayed ones do not: those are found by polling.
    pollingIntervalSeconds: 2,
    notifyPollingIntervalSeconds: 2,
  }
  await jobs.boss.work(name, options, async ([job]) => {
    if (job === undefined) return
    try {
      await handler(payload.parse(job.data), AbortSignal.any([job.signal, jobs.stopping]))
    } catch (error) {
      // The last place that sees it: the queue keeps it with the job and tries again.
      if (!jobs.stopping.aborted) jobs.log.error({ err: error, queue: name, job: job.id }, 'a job failed')
      throw error
    }
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
