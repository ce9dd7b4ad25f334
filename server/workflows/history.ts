/** What happened to a page in its workflows, newest first. */
import { sql } from 'kysely'
import type { Db, Tx } from '#server/db/open.ts'
import { newId } from '#server/platform/ids.ts'

export type Change = {
  workflowId: string
  at: Date
  from: string | null
  to: string
  version: number
  by: string
  byName: string | null
  comment: string | null
  reason: string
}

const MOST_CHANGES = 100

/** The newest hundred of each workflow, by workflow. */
export async function findHistory(db: Db | Tx, documentId: string): Promise<Map<string, Change[]>> {
  const { rows } = await sql<Change>`
    select "workflowId", at, "from", "to", version, by, "byName", comment, reason from (
      select id, workflow_id as "workflowId", at, from_status as "from", to_status as "to", page_version as version, by,
        by_name as "byName", comment, reason,
        row_number() over (partition by workflow_id order by at desc, id desc) as place
      from page_status_changes where document_id = ${documentId}
    ) as change
    where place <= ${MOST_CHANGES}
    order by at desc, id desc`.execute(db)
  const found = new Map<string, Change[]>()
  for (const row of rows) found.set(row.workflowId, [...(found.get(row.workflowId) ?? []), row])
  return found
}

/** Keeps what somebody did that left the page where it is: an approval that was not the last, or a rejection. */
export async function noteStep(
  tx: Tx,
  step: {
    documentId: string
    workflowId: string
    status: string
    version: number
    by: { id: string; name: string }
    at: Date
    comment: string | null
    reason: 'approval' | 'reject'
  },
): Promise<void> {
  await tx
    .insertInto('page_status_changes')
    .values({
      id: newId(),
      document_id: step.documentId,
      workflow_id: step.workflowId,
      at: step.at,
      from_status: step.status,
      to_status: step.status,
      page_version: step.version,
      by: step.by.id,
      by_name: step.by.name,
      comment: step.comment,
      reason: step.reason,
    })
    .execute()
}
