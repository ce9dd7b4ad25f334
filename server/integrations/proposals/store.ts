/** Edits that wait for a person. */
import { sql, type RawBuilder, type Selectable } from 'kysely'
import { z } from 'zod'
import type { Db, Tx } from '#server/db/open.ts'
import type { EditProposals } from '#server/db/tables.ts'

export type ProposalRow = Selectable<EditProposals> & {
  space_key: string
  space_name: string
  document_title: string | null
  proposer: string | null
  decider: string | null
}
export const ProposalKind = z.enum(['create', 'edit', 'trash'])

/** Of a list: bodies stay in the database. */
export type ListedProposal = Omit<ProposalRow, 'storage' | 'base_storage'>

const listed = sql`proposal.id, proposal.kind, proposal.space_id, proposal.document_id, proposal.parent_id, proposal.type,
  proposal.title, proposal.labels, proposal.base_version, proposal.base_title, proposal.message, proposal.minor_edit,
  proposal.state, proposal.reason, proposal.published_version, proposal.resolved, proposal.proposed_by, proposal.proposed_key, proposal.proposed_with,
  proposal.proposed_at, proposal.decided_by, proposal.decided_at, space.key as space_key, space.name as space_name,
  document.title as document_title, proposer.name as proposer, decider.name as decider`
const joined = sql`edit_proposals as proposal
  join spaces as space on space.id = proposal.space_id
  left join documents as document on document.id = proposal.document_id
  left join documents as parent on parent.id = proposal.parent_id
  left join users as proposer on proposer.id = proposal.proposed_by
  left join users as decider on decider.id = proposal.decided_by`

/** Newest first. `conditions` are over proposal, space, document and parent. */
export async function listProposalRows(
  db: Db,
  conditions: readonly RawBuilder<unknown>[],
  limit: number,
): Promise<ListedProposal[]> {
  const { rows } = await sql<ListedProposal>`
    select ${listed} from ${joined} where ${sql.join([sql`true`, ...conditions], sql` and `)}
    order by proposal.proposed_at desc, proposal.id desc limit ${limit}`.execute(db)
  return rows
}

export async function findProposalRow(db: Db | Tx, id: string): Promise<ProposalRow | undefined> {
  const { rows } = await sql<ProposalRow>`
    select ${listed}, proposal.storage, proposal.base_storage from ${joined} where proposal.id = ${id}`.execute(db)
  return rows[0]
}

/** Waits for whoever is just beginning to publish it. */
export async function lockProposalRow(tx: Tx, id: string): Promise<void> {
  await tx.selectFrom('edit_proposals').select('id').where('id', '=', id).forUpdate().execute()
}

/** `documentId`, `version`: what was made. `isResolved`: with a text that the approver chose. */
export type Decision = {
  state: 'published' | 'rejected'
  reason: string
  documentId?: string | undefined
  version?: number | undefined
  isResolved?: boolean
}

/** False when it was decided already. */
export async function decideProposalRow(
  tx: Tx,
  id: string,
  decision: Decision & { decidedBy: string; at: Date },
): Promise<boolean> {
  const { state, reason, decidedBy, at, documentId, version = null, isResolved = false } = decision
  const row = await tx
    .updateTable('edit_proposals')
    .set({
      state,
      reason,
      published_version: version,
      resolved: isResolved,
      decided_by: decidedBy,
      decided_at: at,
      ...(documentId === undefined ? {} : { document_id: documentId }),
      // What was made stands for itself from now on, whatever becomes of its parent.
      ...(state === 'published' ? { parent_id: null } : {}),
    })
    .where('id', '=', id)
    .where('state', 'in', ['waiting', 'stale'])
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Its document went on: it cannot be published as it is. */
export async function markStale(db: Db, id: string): Promise<void> {
  await db
    .updateTable('edit_proposals')
    .set({ state: 'stale' })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .execute()
}
