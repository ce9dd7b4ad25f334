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

/**
 * Has `deed` done once the transaction of `transact` has committed, and never when it is rolled back; of one key the last.
 * It must not throw, and is lost when the process dies in between: only for what somebody looks for anyway.
 */
export function afterCommit(tx: Tx, key: string, deed: (db: Db) => void): void {
  afterwards.get(tx)?.set(key, deed)
}
