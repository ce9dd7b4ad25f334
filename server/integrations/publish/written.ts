/** What the doors call: each write with its answer, and for an API key that may only propose, the proposal instead. */
import type { Document } from '#schema/document.ts'
import type { DocumentChange, DocumentMove, EditProposal, NewDocument } from '#schema/publish.ts'
import type { Person } from '#server/platform/actor.ts'
import { system } from '#server/platform/actor.ts'
import { getDocument } from '#server/content/read.ts'
import { proposeChange, proposeCreation, proposeTrash } from '../proposals/propose.ts'
import { renderDocument } from '../render.ts'
import { changeDocument } from './change.ts'
import { createDocument } from './create.ts'
import { setDocumentLabels } from './labels.ts'
import { moveDocument } from './move.ts'
import type { Needs } from './target.ts'
import { restoreDocument, trashDocument } from './trash.ts'

/** One of both: it is written, or it waits. */
export type Written = { document: Document; proposal?: undefined } | { document?: undefined; proposal: EditProposal }

export async function writeNew(app: Needs, actor: Person, input: NewDocument): Promise<Written> {
  if (actor.mayPropose === true) return { proposal: await proposeCreation(app, actor, input) }
  return { document: await present(app, await createDocument(app, actor, input)) }
}

export async function writeChange(app: Needs, actor: Person, id: string, input: DocumentChange): Promise<Written> {
  if (actor.mayPropose === true) return { proposal: await proposeChange(app, actor, id, input) }
  await changeDocument(app, actor, id, input)
  return { document: await present(app, id) }
}

/** Undefined: it lies in the trash. */
export async function writeTrash(app: Needs, actor: Person, id: string): Promise<EditProposal | undefined> {
  if (actor.mayPropose === true) return proposeTrash(app, actor, id)
  await trashDocument(app, actor, id)
  return undefined
}

export async function writeRestore(app: Needs, actor: Person, id: string): Promise<Document> {
  return present(app, await restoreDocument(app, actor, id))
}

export async function writeMove(app: Needs, actor: Person, id: string, input: DocumentMove): Promise<Document> {
  return present(app, await moveDocument(app, actor, id, input))
}

export async function writeLabels(app: Needs, actor: Person, id: string, labels: string[]): Promise<Document> {
  return present(app, await setDocumentLabels(app, actor, id, labels))
}

/** As it is here now: whoever has just written it is shown it, whatever its new place is locked by. */
function present(app: Needs, id: string): Promise<Document> {
  return getDocument(app, system, id, 'markdown', renderDocument)
}
