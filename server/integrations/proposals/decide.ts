/** A person's word on a proposed edit: approved, it is published in his name; rejected, it is kept with the reason. */
import type { EditProposal, ProposalApproval, ProposalDecision, PublishPreview } from '#schema/publish.ts'
import { authorize } from '#server/access/policy.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { Person } from '#server/platform/actor.ts'
import { forbidden, Problem } from '#server/platform/problem.ts'
import { findSendState } from '../publish/store.ts'
import type { Needs } from '../publish/target.ts'
import { carryOut, isPublished, previewOutcome } from './carry-out.ts'
import { getProposal, getReadableProposal } from './read.ts'
import { decideProposalRow, lockProposalRow, markStale, type Decision, type ProposalRow } from './store.ts'

/**
 * Publishes it. What others did since is merged; where that cannot be, 409 `conflict`, and the proposal is stale. `resolved`:
 * the whole text as the approver wants it instead; changed once more in the same place since he saw both sides, it is a conflict again.
 */
export async function approveProposal(
  app: Needs,
  actor: Person,
  id: string,
  { reason, resolved }: ProposalApproval,
): Promise<EditProposal> {
  const row = await openForDecision(app, actor, id)
  const made = await carryOut(app, actor, row, resolved).catch(async (error: unknown) => {
    if (error instanceof Problem && error.code === 'conflict') await markStale(app.db, id)
    throw error
  })
  await decide(app, actor, row, { state: 'published', reason, ...made, isResolved: resolved !== undefined })
  return getProposal(app, actor, id)
}

/** What its approval would send; 409 `conflict` with both sides where it would meet one. Nothing is decided. */
export async function previewProposal(
  app: Needs,
  actor: Person,
  id: string,
  { resolved }: ProposalApproval,
): Promise<PublishPreview> {
  return previewOutcome(app, actor, await openForDecision(app, actor, id), resolved)
}

export async function rejectProposal(
  app: Pick<App, 'db' | 'clock'>,
  actor: Person,
  id: string,
  { reason }: ProposalDecision,
): Promise<EditProposal> {
  const row = await openForDecision(app, actor, id)
  await decide(app, actor, row, { state: 'rejected', reason })
  return getProposal(app, actor, id)
}

async function openForDecision(app: Pick<App, 'db'>, actor: Person, id: string): Promise<ProposalRow> {
  const row = await getReadableProposal(app, actor, id)
  authorize(actor, 'document.write', row.space_id)
  if (actor.apiKeyId !== undefined && actor.apiKeyId === row.proposed_key)
    throw forbidden('The API key that proposed an edit cannot decide on it. Let a person do it.')
  if (row.state !== 'waiting' && row.state !== 'stale')
    throw new Problem(409, 'decided', `This proposal was ${row.state} already.`)
  return row
}

/** What is being published, or is, cannot be rejected any more. */
async function refuseSent(tx: Tx, { id, title }: ProposalRow): Promise<void> {
  await lockProposalRow(tx, id)
  const state = await findSendState(tx, id)
  if (state === 'sent') throw new Problem(409, 'in-progress', `“${title}” is being published. Look again in a moment.`)
  if (state === 'arrived') throw isPublished(title)
}

async function decide(
  app: Pick<App, 'db' | 'clock'>,
  actor: Person,
  row: ProposalRow,
  decision: Decision,
): Promise<void> {
  const { state, reason, documentId, version, isResolved = false } = decision
  await transact(app.db, async (tx) => {
    if (state === 'rejected') await refuseSent(tx, row)
    const isOurs = await decideProposalRow(tx, row.id, { ...decision, decidedBy: actor.id, at: app.clock.now() })
    if (!isOurs) throw new Problem(409, 'decided', 'Somebody else has decided on this proposal meanwhile.')
    await record(tx, actor, `proposal.${state === 'published' ? 'approved' : 'rejected'}`, `proposal:${row.id}`, {
      kind: row.kind,
      title: row.title,
      document: documentId ?? row.document_id,
      proposedBy: row.proposed_by,
      apiKey: row.proposed_with,
      reason,
      ...(version === undefined ? {} : { version }),
      ...(isResolved ? { resolved: true } : {}),
    })
  })
}
