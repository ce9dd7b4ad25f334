/** Makes a page or blog post in Confluence, and here at once. */
import type { NewDocument, PublishPreview } from '#schema/publish.ts'
import type { PulledPage } from '#server/connectors/confluence/pull.ts'
import { getReadableDocument } from '#server/content/read-access.ts'
import type { Actor } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'
import { storePage } from './arrive.ts'
import { newStorage } from './bodies.ts'
import { findCreated } from './find-arrived.ts'
import { readLabels } from './labels.ts'
import { previewOf } from './preview.ts'
import { requireLivePlace } from './live-place.ts'
import { field, refusalOf, titleTaken } from './refusals.ts'
import { bodyHash } from './same-body.ts'
import { sendOnce } from './send.ts'
import { settleCreations } from './settle.ts'
import { beginPublish } from './store.ts'
import { linksOf, openTargetSpace, type Needs, type TargetSpace } from './target.ts'

/** The id of the document made. `publishId`: of a proposal, which is carried out once. */
export async function createDocument(
  app: Needs,
  actor: Actor,
  input: NewDocument,
  { publishId }: { publishId?: string | undefined } = {},
): Promise<string> {
  const space = await openTargetSpace(app, actor, input.space)
  const labels = readLabels(input.labels)
  const parentExternalId = await findParent(app, actor, space, input)
  const storage = newStorage(input, linksOf(space))
  const storageHash = bodyHash(storage)
  // The same sent before, by somebody who never heard the answer.
  const arrived = await settleCreations(app, space, input.title)
  const same = arrived.find((publish) => publish.storage_hash === storageHash && publish.actor_id === actorIdOf(actor))
  if (same?.document_id) return same.document_id
  await refuseTaken(space, input)
  const page = {
    type: input.type,
    spaceExternalId: space.spaceExternalId,
    parentExternalId,
    title: input.title,
    storage,
  }
  const at = app.clock.now()
  const id = await beginPublish(app.db, {
    id: publishId,
    kind: 'create',
    integrationId: space.integrationId,
    spaceId: space.spaceId,
    type: input.type,
    title: input.title,
    baseVersion: 0,
    storageHash,
    target: labels.length === 0 ? undefined : JSON.stringify(labels),
    message: input.message,
    actorId: actorIdOf(actor),
    at,
  })
  if (id === undefined)
    throw new Problem(409, 'in-progress', `“${input.title}” is being published. Look again in a moment.`)
  let made: PulledPage
  try {
    made = await sendOnce(app, id, {
      write: () => space.push.createPage(page),
      arrived: () => findCreated(space.push, page, { storageHash, at }),
      // Blog posts may share a title: nothing would stop a second one.
      isGuarded: input.type === 'page',
    })
  } catch (error) {
    throw refusalOf(error, { ...space, title: input.title })
  }
  if (labels.length > 0) await space.push.addLabels(made, labels)
  const sent = { id, kind: 'create', actor, message: input.message ?? '' } as const
  return storePage(app, space, made, sent, labels)
}

/** What would be made. */
export async function previewCreation(app: Needs, actor: Actor, input: NewDocument): Promise<PublishPreview> {
  const { space, storage } = await draftCreation(app, actor, input)
  return previewOf(null, undefined, { title: input.title, storage }, false, linksOf(space))
}

/** A new document as it is proposed. Nothing is sent. */
export async function draftCreation(
  app: Needs,
  actor: Actor,
  input: NewDocument,
): Promise<{ space: TargetSpace; storage: string; labels: string[] }> {
  const space = await openTargetSpace(app, actor, input.space, 'draft')
  const labels = readLabels(input.labels)
  await findParent(app, actor, space, input)
  await refuseTaken(space, input)
  return { space, storage: newStorage(input, linksOf(space)), labels }
}

async function findParent(
  app: Needs,
  actor: Actor,
  space: TargetSpace,
  { parentId, type }: NewDocument,
): Promise<string | null> {
  if (parentId === undefined || parentId === null) return null
  if (type === 'blogpost') throw field(422, 'invalid-parent', 'parentId', 'A blog post stands below nothing.')
  const parent = await getReadableDocument(app.db, actor, parentId)
  if (parent.spaceId !== space.spaceId)
    throw field(422, 'invalid-parent', 'parentId', `“${parent.title}” is in another space.`)
  if (parent.type !== 'page' && parent.type !== 'folder')
    throw field(422, 'invalid-parent', 'parentId', `Nothing can stand below a ${parent.type}.`)
  await requireLivePlace(space, parent)
  return parent.externalId
}

/** Asked before, so that the answer does not hang on how Confluence words its refusal. */
async function refuseTaken(space: TargetSpace, { type, title }: NewDocument): Promise<void> {
  if (type !== 'page') return
  const others = await space.push.findByTitle({ type, spaceExternalId: space.spaceExternalId, title })
  if (others.length > 0) throw titleTaken({ title, spaceName: space.spaceName })
}

function actorIdOf(actor: Actor): string | null {
  return actor.kind === 'user' ? actor.id : null
}
