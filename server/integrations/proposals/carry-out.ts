/** Brings an approved proposal to Confluence once, as it was proposed or as the approver resolved it; or tells what that would send. */
import type { DocumentChange, NewDocument, ProposalResolution, PublishPreview } from '#schema/publish.ts'
import type { Person } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'
import { changeDocument, previewChange } from '../publish/change.ts'
import { createDocument, previewCreation } from '../publish/create.ts'
import type { Text } from '../publish/merge.ts'
import { bodyHash } from '../publish/same-body.ts'
import { findArrived, type PublishRow } from '../publish/store.ts'
import type { Needs } from '../publish/target.ts'
import { trashDocument } from '../publish/trash.ts'
import type { ProposalRow } from './store.ts'

/** `version` undefined: it was thrown away. */
export type Made = { documentId?: string | undefined; version?: number | undefined }

/** What was made or changed; what another approval has made already is not made again. */
export async function carryOut(
  app: Needs,
  actor: Person,
  row: ProposalRow,
  resolved: ProposalResolution | undefined,
): Promise<Made> {
  const { id: publishId, kind } = row
  requireEdit(row, resolved)
  // Published by somebody who was stopped before he could note it.
  const arrived = await findArrived(app.db, publishId)
  if (arrived !== undefined) return readMade(arrived, resolved)
  if (kind === 'create')
    return { documentId: await createDocument(app, actor, creationOf(row), { publishId }), version: 1 }
  const documentId = requireDocument(row)
  if (kind === 'trash') {
    await trashDocument(app, actor, documentId, { publishId, version: row.base_version ?? 1 })
    return {}
  }
  const { change, base } = editOf(row, resolved)
  const { version } = await changeDocument(app, actor, documentId, change, { base, publishId })
  return { documentId, version }
}

/** Throws 409 `conflict` where carrying it out would. */
export async function previewOutcome(
  app: Needs,
  actor: Person,
  row: ProposalRow,
  resolved: ProposalResolution | undefined,
): Promise<PublishPreview> {
  requireEdit(row, resolved)
  if ((await findArrived(app.db, row.id)) !== undefined) throw isPublished(row.title)
  if (row.kind === 'create') return previewCreation(app, actor, creationOf(row))
  if (row.kind === 'trash')
    throw new Problem(422, 'no-preview', `“${row.title}” is to be thrown away: that has no text.`)
  const { change, base } = editOf(row, resolved)
  return previewChange(app, actor, requireDocument(row), change, { base })
}

export function isPublished(title: string): Problem {
  return new Problem(
    409,
    'published',
    `“${title}” is in Confluence already. Approve it without another text, so that it is noted here.`,
  )
}

function requireEdit({ kind }: ProposalRow, resolved: ProposalResolution | undefined): void {
  if (resolved !== undefined && kind !== 'edit')
    throw new Problem(422, 'not-an-edit', 'Only a proposed edit can be approved with another text.', {
      errors: [{ path: 'resolved', message: 'Only a proposed edit can be approved with another text.' }],
    })
}

/** What stands in Confluence is not what this approver chose: he is told, rather than that his text was taken. */
function readMade(arrived: PublishRow, resolved: ProposalResolution | undefined): Made {
  const isOurs = resolved?.title === arrived.title && bodyHash(resolved.storage) === arrived.storage_hash
  if (resolved !== undefined && !isOurs) throw isPublished(arrived.title)
  const documentId = arrived.document_id ?? undefined
  return arrived.kind === 'trash' ? { documentId } : { documentId, version: (arrived.base_version ?? 0) + 1 }
}

function requireDocument({ document_id: id, title }: ProposalRow): string {
  if (id === null) throw new Problem(409, 'gone', `“${title}” is not here any more.`)
  return id
}

function creationOf({ space_key: space, parent_id: parentId, type, title, storage, labels, message }: ProposalRow) {
  return {
    space,
    parentId,
    type: type === 'blogpost' ? 'blogpost' : 'page',
    title,
    storage: storage ?? '',
    labels,
    message,
  } satisfies NewDocument
}

/** As proposed, an edit of the version that the proposal stands on; as resolved, one of the version whose conflict was shown. */
function editOf(
  { title, storage, message, minor_edit: minorEdit, ...row }: ProposalRow,
  resolved: ProposalResolution | undefined,
): { change: DocumentChange; base?: Text } {
  if (resolved !== undefined) return { change: { ...resolved, message, minorEdit } }
  const base = { title: row.base_title ?? title, storage: row.base_storage ?? '' }
  const change = { version: row.base_version ?? 1, storage: storage ?? '', message, minorEdit }
  return { change: title === base.title ? change : { ...change, title }, base }
}
