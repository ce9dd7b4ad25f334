import { pause } from '#server/platform/backoff.ts'
import type { Db, Tx } from './open.ts'

const afterwards = new WeakMap<Tx, Map<string, (db: Db) => void>>()

/** Runs `work` in one transaction: committed when it resolves, rolled back when it throws. */
export async function transact<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  const deeds = new Map<string, (db: Db) => void>()
  const result = await db.transaction().execute((tx) => {
    afterwards.set(tx, deeds)
    return work(tx)
  })
  for (const deed of deeds.values()) deed(db)
  return result
}

const DEADLOCK = '40P01'
const MOST_TRIES = 5
const PAUSE_MS = 50

/**
 * The same, begun anew when PostgreSQL ends it to break a deadlock: for deletions that take so much along that others, who
 * hold a part of it, cannot all keep one order. The work must have no effect outside of its transaction.
 */
export async function transactAnew<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transact(db, work)
    } catch (error) {
      const isDeadlock = error instanceof Error && 'code' in error && error.code === DEADLOCK
      if (!isDeadlock || attempt === MOST_TRIES) throw error
      // Else it would take what the other, woken by its end, is just about to take.
      await pause(Math.random() * PAUSE_MS * attempt)
    }
  }
}

/**
 * Has `deed` done once the transaction of `transact` has committed, and never when it is rolled back; of one key the last.
 * It must not throw, and is lost when the process dies in between: only for what somebody looks for anyway.
 */
export function afterCommit(tx: Tx, key: string, deed: (db: Db) => void): void {
  afterwards.get(tx)?.set(key, deed)
}
