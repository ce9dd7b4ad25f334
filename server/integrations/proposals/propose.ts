/** Keeps an edit for a person to approve: what an API key of the scope `propose` sends is never written by itself. */
import type { DocumentChange, EditProposal, NewDocument } from '#schema/publish.ts'
import { record } from '#server/audit/record.ts'
import { transact } from '#server/db/transact.ts'
import { newId } from '#server/platform/ids.ts'
import type { Person } from '#server/platform/actor.ts'
import type { Db } from '#server/db/open.ts'
import { draftChange } from '../publish/change.ts'
import { draftCreation } from '../publish/create.ts'
import { openTarget, type Needs } from '../publish/target.ts'
import { getProposal } from './read.ts'

type Draft = {
  kind: 'create' | 'edit' | 'trash'
  spaceId: string
  documentId?: string
  parentId?: string | null | undefined
  type: string
  title: string
  labels?: string[]
  storage: string | null
  base?: { version: number; title: string; storage: string }
  message?: string | undefined
  minorEdit?: boolean
}

export async function proposeCreation(app: Needs, actor: Person, input: NewDocument): Promise<EditProposal> {
  const { space, storage, labels } = await draftCreation(app, actor, input)
  const { parentId, type, title, message } = input
  return keep(app, actor, { kind: 'create', spaceId: space.spaceId, parentId, type, title, labels, storage, message })
}

export async function proposeChange(
  app: Needs,
  actor: Person,
  id: string,
  input: DocumentChange,
): Promise<EditProposal> {
  const { target, base, mine } = await draftChange(app, actor, id, input)
  const { message, minorEdit, version } = input
  const { spaceId, type } = target
  const kept = { spaceId, documentId: id, type, ...mine, base: { ...base, version }, message, minorEdit }
  return keep(app, actor, { kind: 'edit', ...kept })
}

export async function proposeTrash(app: Needs, actor: Person, id: string): Promise<EditProposal> {
  const target = await openTarget(app, actor, id, { intent: 'draft' })
  const { spaceId, type, title, version, storage } = target
  const base = { version, title, storage }
  return keep(app, actor, { kind: 'trash', spaceId, documentId: id, type, title, storage: null, base })
}

async function keep(app: Needs, actor: Person, draft: Draft): Promise<EditProposal> {
  const id = newId()
  const name = await findKeyName(app.db, actor.apiKeyId)
  await transact(app.db, async (tx) => {
    await tx
      .insertInto('edit_proposals')
      .values({
        id,
        kind: draft.kind,
        space_id: draft.spaceId,
        document_id: draft.documentId ?? null,
        parent_id: draft.parentId ?? null,
        type: draft.type,
        title: draft.title,
        labels: draft.labels ?? [],
        storage: draft.storage,
        base_version: draft.base?.version ?? null,
        base_title: draft.base?.title ?? null,
        base_storage: draft.base?.storage ?? null,
        message: draft.message ?? '',
        minor_edit: draft.minorEdit ?? false,
        proposed_by: actor.id,
        proposed_key: actor.apiKeyId ?? null,
        proposed_with: name,
        proposed_at: app.clock.now(),
      })
      .execute()
    const about = { kind: draft.kind, title: draft.title, document: draft.documentId ?? null, apiKey: name }
    await record(tx, actor, 'proposal.created', `proposal:${id}`, about)
  })
  return getProposal(app, actor, id)
}

async function findKeyName(db: Db, id: string | undefined): Promise<string | null> {
  if (id === undefined) return null
  const row = await db.selectFrom('api_keys').select('name').where('id', '=', id).executeTakeFirst()
  return row?.name ?? null
}
