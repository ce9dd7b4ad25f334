import type { AuditQuery } from '#schema/audit.ts'
import type { Db, Tx } from '#server/db/open.ts'

/** Rows in the order they were written, after `seq`. */
export function rowsAfter(db: Db | Tx, seq: number, limit: number) {
  return db.selectFrom('audit').selectAll().where('seq', '>', seq).orderBy('seq').limit(limit).execute()
}

/** Newest first, before `seq` where given. */
export function newestRows(db: Db | Tx, query: Omit<AuditQuery, 'cursor'>, before: number | undefined, limit: number) {
  let rows = db.selectFrom('audit').selectAll().orderBy('seq', 'desc').limit(limit)
  if (before !== undefined) rows = rows.where('seq', '<', before)
  if (query.actor !== undefined) rows = rows.where('actor', '=', query.actor)
  if (query.action !== undefined) rows = rows.where('action', '=', query.action)
  if (query.target !== undefined) rows = rows.where('target', '=', query.target)
  return rows.execute()
}
