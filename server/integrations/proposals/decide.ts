/** A person's word on a proposed edit: approved, it is published in his name; rejected, it is kept with the reason. */
import type { EditProposal, ProposalDecision } from '#schema/publish.ts'
import { authorize } from '#server/access/policy.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { Person } from '#server/platform/actor.ts'
import { forbidden, Problem } from '#server/platform/problem.ts'
import { findArrived, findSendState } from '../publish/store.ts'
import { changeDocument } from '../publish/change.ts'
import { createDocument } from '../publish/create.ts'
import type { Needs } from '../publish/target.ts'
import { trashDocument } from '../publish/trash.ts'
import { getProposal, getReadableProposal } from './read.ts'
import { decideProposalRow, lockProposalRow, markStale, type ProposalRow } from './store.ts'

/** Publishes it. What others did since is merged; where that cannot be, 409 `conflict`, and the proposal is stale. */
export async function approveProposal(
  app: Needs,
  actor: Person,
  id: string,
  { reason }: ProposalDecision,
): Promise<EditProposal> {
  const row = await openForDecision(app, actor, id)
  const documentId = await carryOut(app, actor, row).catch(async (error: unknown) => {
    if (error instanceof Problem && error.code === 'conflict') await markStale(app.db, id)
    throw error
  })
  await decide(app, actor, row, { state: 'published', reason, documentId })
  return getProposal(app, actor, id)
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

/** The id of the document made or changed; undefined: it was thrown away. */
async function carryOut(app: Needs, actor: Person, row: ProposalRow): Promise<string | undefined> {
  const { id: publishId, document_id: documentId, storage, title, message, base_version: version } = row
  // Published by somebody who was stopped before he could note it.
  const made = await findArrived(app.db, publishId)
  if (made !== undefined) return made
  if (row.kind === 'create')
    return createDocument(
      app,
      actor,
      {
        space: row.space_key,
        parentId: row.parent_id,
        type: row.type === 'blogpost' ? 'blogpost' : 'page',
        title,
        storage: storage ?? '',
        labels: row.labels,
        message,
      },
      { publishId },
    )
  if (documentId === null) throw new Problem(409, 'gone', `“${title}” is not here any more.`)
  if (row.kind === 'trash') {
    await trashDocument(app, actor, documentId, { publishId, version: version ?? 1 })
    return undefined
  }
  const base = { title: row.base_title ?? title, storage: row.base_storage ?? '' }
  const change = {
    version: version ?? 1,
    storage: storage ?? '',
    message,
    minorEdit: row.minor_edit,
    ...(title === base.title ? {} : { title }),
  }
  return changeDocument(app, actor, documentId, change, { base, publishId })
}

/** What is being published, or is, cannot be rejected any more. */
async function refuseSent(tx: Tx, { id, title }: ProposalRow): Promise<void> {
  await lockProposalRow(tx, id)
  const state = await findSendState(tx, id)
  if (state === 'sent') throw new Problem(409, 'in-progress', `“${title}” is being published. Look again in a moment.`)
  if (state === 'arrived')
    throw new Problem(409, 'published', `“${title}” is in Confluence already. Approve it, so that it is noted here.`)
}

async function decide(
  app: Pick<App, 'db' | 'clock'>,
  actor: Person,
  row: ProposalRow,
  { documentId, ...verdict }: { state: 'published' | 'rejected'; reason: string; documentId?: string | undefined },
): Promise<void> {
  await transact(app.db, async (tx) => {
    if (verdict.state === 'rejected') await refuseSent(tx, row)
    const made = documentId === undefined ? {} : { documentId }
    const isOurs = await decideProposalRow(tx, row.id, {
      ...verdict,
      ...made,
      decidedBy: actor.id,
      at: app.clock.now(),
    })
    if (!isOurs) throw new Problem(409, 'decided', 'Somebody else has decided on this proposal meanwhile.')
    await record(
      tx,
      actor,
      `proposal.${verdict.state === 'published' ? 'approved' : 'rejected'}`,
      `proposal:${row.id}`,
      {
        kind: row.kind,
        title: row.title,
        document: documentId ?? row.document_id,
        proposedBy: row.proposed_by,
        apiKey: row.proposed_with,
        reason: verdict.reason,
      },
    )
  })
}
