import type { z } from 'zod'
import type { AuditQuery, AuditRow, AuditVerdict } from '#schema/audit.ts'
import type { App } from '#server/app.ts'
import type { Actor } from '#server/platform/actor.ts'
import { fromCursor, toPage, type Page } from '#server/platform/page.ts'
import { forbidden } from '#server/platform/problem.ts'
import { newestRows, rowsAfter, type StoredRow } from './store.ts'
import { verifyAudit } from './verify.ts'

type Needs = Pick<App, 'db'>

/** Newest first, for platform admins. */
export async function listAudit(app: Needs, actor: Actor, query: AuditQuery): Promise<Page<AuditRow>> {
  requireReader(actor)
  const before = query.cursor === undefined ? undefined : toSeq(fromCursor(query.cursor, 1)[0])
  const rows = await newestRows(app.db, query, before, query.limit + 1)
  return toPage(rows.map(toAuditRow), query.limit, (row) => [row.seq])
}

function toSeq(part: unknown): number {
  return Number.isSafeInteger(part) ? Number(part) : 0
}

/** Verifies the whole chain, for platform admins. */
export async function checkAudit(app: Needs, actor: Actor): Promise<z.infer<typeof AuditVerdict>> {
  requireReader(actor)
  return verifyAudit(app.db)
}

/** Every row with its hashes, oldest first, one JSON object a line: enough to verify the chain elsewhere. */
export function exportAudit(app: Needs, actor: Actor): AsyncGenerator<string> {
  requireReader(actor)
  return lines(app)
}

/** The record names everybody, so it is for admins alone. Asked here and not of the policy, which lies above. */
function requireReader(actor: Actor): void {
  if (actor.kind === 'user' && actor.role !== 'admin')
    throw forbidden('Only a platform admin may read the audit record.')
}

async function* lines(app: Needs): AsyncGenerator<string> {
  let seq = 0
  for (;;) {
    const rows = await rowsAfter(app.db, seq, 500)
    if (rows.length === 0) return
    yield rows.map((row) => `${JSON.stringify(toExported(row))}\n`).join('')
    seq = rows.at(-1)?.seq ?? seq
  }
}

function toAuditRow(row: StoredRow): AuditRow {
  const { seq, at, actor, actor_name: actorName, action, target, detail } = row
  return { seq, at: at.toISOString(), actor, actorName, action, target, detail }
}

function toExported(row: StoredRow) {
  return { ...toAuditRow(row), previousHash: row.previous_hash, hash: row.hash }
}
