import type { AuditQuery } from '#schema/audit.ts'
import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { Db, Tx } from '#server/db/open.ts'
import type { Audit } from '#server/db/tables.ts'

export type StoredRow = Omit<Selectable<Audit>, 'detail'> & { detail: Record<string, unknown> }

/** Rows in the order they were written, after `seq`. */
export async function rowsAfter(db: Db | Tx, seq: number, limit: number): Promise<StoredRow[]> {
  const rows = db.selectFrom('audit').selectAll().where('seq', '>', seq).orderBy('seq').limit(limit)
  return (await rows.execute()).map(toStored)
}

/** Newest first, before `seq` where given. */
export async function newestRows(
  db: Db | Tx,
  query: Omit<AuditQuery, 'cursor'>,
  before: number | undefined,
  limit: number,
): Promise<StoredRow[]> {
  let rows = db.selectFrom('audit').selectAll().orderBy('seq', 'desc').limit(limit)
  if (before !== undefined) rows = rows.where('seq', '<', before)
  if (query.actor !== undefined) rows = rows.where('actor', '=', query.actor)
  if (query.action !== undefined) rows = rows.where('action', '=', query.action)
  if (query.target !== undefined) rows = rows.where('target', '=', query.target)
  return (await rows.execute()).map(toStored)
}

function toStored(row: Selectable<Audit>): StoredRow {
  return { ...row, detail: z.record(z.string(), z.unknown()).catch({}).parse(row.detail) }
}
