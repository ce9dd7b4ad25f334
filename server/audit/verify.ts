import type { z } from 'zod'
import type { AuditVerdict } from '#schema/audit.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { chainHash, FIRST_HASH } from './canonical.ts'
import { rowsAfter } from './store.ts'

type Verdict = z.infer<typeof AuditVerdict>

/**
 * Walks the whole chain. `brokenAt` is the first seq whose row was changed, inserted or follows a removed one. Rows cut off
 * at the end leave an intact chain: compare `rows`, or an earlier export, to see those.
 */
export async function verifyAudit(db: Db | Tx): Promise<Verdict> {
  let seq = 0
  let previous = FIRST_HASH
  for (;;) {
    const rows = await rowsAfter(db, seq, 1000)
    for (const row of rows) {
      const chained = { ...row, actorName: row.actor_name }
      const intact = row.seq === seq + 1 && row.previous_hash === previous && row.hash === chainHash(previous, chained)
      if (!intact) return { ok: false, rows: seq, brokenAt: row.seq }
      seq = row.seq
      previous = row.hash
    }
    if (rows.length < 1000) return { ok: true, rows: seq }
  }
}
