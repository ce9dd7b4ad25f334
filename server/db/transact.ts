import type { Db, Tx } from './open.ts'

/** Runs `work` in one transaction: committed when it resolves, rolled back when it throws. */
export function transact<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.transaction().execute(work)
}
