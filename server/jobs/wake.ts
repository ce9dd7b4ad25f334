/**
 * Tells loops of all processes that there is something to do: each has one connection that listens. A notification may get
 * lost; whoever is woken also looks by himself every second.
 */
import { sql } from 'kysely'
import { Client } from 'pg'
import type { App } from '#server/app.ts'
import type { Connection, Db, Tx } from '#server/db/open.ts'
import { afterCommit } from '#server/db/transact.ts'
import { backoffMs, pause } from '#server/platform/backoff.ts'
import type { Log } from '#server/platform/log.ts'

const CHANNEL = 'lockkeeper'
const RETRY_START_MS = 100
const RETRY_CAP_MS = 5_000

export type Topic = 'events' | 'deliveries' | 'files'
export type Wake = AsyncDisposable & { readonly listeners: Map<Topic, Set<() => void>>; readonly connect: () => void }

/** Connects with the first listener, and again whenever the connection is lost. */
export function openWake(connection: Connection, log: Log): Wake {
  const listeners: Wake['listeners'] = new Map()
  const stopping = new AbortController()
  let listening: Promise<void> | undefined

  function tell(topic: string | undefined): void {
    for (const [known, functions] of listeners) {
      if (topic === undefined || topic === known) for (const wake of functions) wake()
    }
  }

  async function listen(): Promise<void> {
    for (let attempt = 1; !stopping.signal.aborted; attempt += 1) {
      const client = new Client({ keepAlive: true, connectionTimeoutMillis: 10_000, ...connection })
      const { promise: ended, resolve } = Promise.withResolvers<void>()
      const end = () => resolve()
      client.on('error', end)
      client.on('end', end)
      client.on('notification', ({ payload }) => tell(payload))
      stopping.signal.addEventListener('abort', end, { once: true })
      try {
        await client.connect()
        await client.query(`listen ${CHANNEL}`)
        attempt = 0
        // What was told while nobody listened.
        tell(undefined)
        await ended
      } catch (error) {
        log.debug({ err: error }, 'the connection that listens could not be made')
      } finally {
        stopping.signal.removeEventListener('abort', end)
        await client.end().catch(() => {})
      }
      await pause(backoffMs(attempt + 1, RETRY_START_MS, RETRY_CAP_MS), stopping.signal).catch(() => {})
    }
  }

  return {
    listeners,
    connect() {
      listening ??= listen()
    },
    async [Symbol.asyncDispose]() {
      stopping.abort()
      listeners.clear()
      await listening
    },
  }
}

/**
 * Wakes who waits for the topic, in all processes, once the transaction has committed. Not by a notification inside it: from
 * there to the end of its commit such a transaction holds a lock that all others with one wait for, so that each waits for
 * the disk alone, instead of many together.
 */
export function wakeAfterCommit(tx: Tx, topic: Topic): void {
  afterCommit(tx, `wake:${topic}`, (db) => void tellAll(db, topic))
}

/** Notifications follow each other no closer. */
const CLOSEST_MS = 5
const telling = new WeakMap<Db, Map<Topic, 'once' | 'again'>>()

/** What is told while one notification is on its way goes with the next one. */
async function tellAll(db: Db, topic: Topic): Promise<void> {
  const topics = telling.get(db) ?? new Map<Topic, 'once' | 'again'>()
  telling.set(db, topics)
  if (topics.has(topic)) return void topics.set(topic, 'again')
  do {
    topics.set(topic, 'once')
    await sql`select pg_notify(${CHANNEL}, ${topic})`.execute(db).catch(() => {})
    await pause(CLOSEST_MS)
  } while (topics.get(topic) === 'again')
  topics.delete(topic)
}

/** Calls `fn` whenever somebody notified the topic, and after a lost connection; answers what ends it. */
export function onWake({ wake }: Pick<App, 'wake'>, topic: Topic, fn: () => void): () => void {
  const functions = wake.listeners.get(topic) ?? new Set()
  wake.listeners.set(topic, functions.add(fn))
  wake.connect()
  return () => void functions.delete(fn)
}
