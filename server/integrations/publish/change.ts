/** Edits a page or blog post: expected version, merge with what others did meanwhile, one request, and the store at once. */
import type { DocumentChange, PublishPreview } from '#schema/publish.ts'
import { isVersionConflict } from '#server/connectors/confluence/push-outcome.ts'
import type { PulledPage } from '#server/connectors/confluence/pull.ts'
import type { Actor } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'
import { storePage } from './arrive.ts'
import { contextOf, editedStorage } from './bodies.ts'
import { findEdited } from './find-arrived.ts'
import { refuseUnpublished } from './live-edits.ts'
import { mergeTexts, type Text } from './merge.ts'
import { previewOf } from './preview.ts'
import { refusalOf } from './refusals.ts'
import { bodyHash, isSameText } from './same-body.ts'
import { sendOnce } from './send.ts'
import { settleDocument } from './settle.ts'
import { beginPublish } from './store.ts'
import { openTarget, readLive, type Needs, type Target } from './target.ts'

/** What is written instead of the present version. */
type Plan = { live: PulledPage & { storage: string }; next: Text; merged: boolean }

/** `base`: the edited version where it is known better than by asking; `publishId`: of a proposal, which is carried out once. */
export type Given = { base?: Text | undefined; publishId?: string | undefined }

/** Others may publish between our look and our write; so often it is looked and merged again. */
const MOST_ROUNDS = 5

/** The document's id and the version made. An edit that changes nothing sends nothing: then it is the present one. */
export async function changeDocument(
  app: Needs,
  actor: Actor,
  id: string,
  input: DocumentChange,
  given: Given = {},
): Promise<{ id: string; version: number }> {
  const target = await openTarget(app, actor, id)
  await settleDocument(app, target)
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const plan = await planChange(app, target, input, given)
    if (isSameText(plan.next, plan.live)) {
      if (plan.live.version !== target.version) await storePage(app, target, plan.live, undefined)
      return { id, version: plan.live.version }
    }
    await refuseUnpublished(target, plan.live)
    const page = await publish(app, actor, target, plan, input, given)
    if (page !== undefined) return { id, version: plan.live.version + 1 }
  }
  throw new Problem(
    409,
    'busy',
    `“${target.title}” is being changed over and over in Confluence. Try again in a moment.`,
  )
}

/** What it would send. */
export async function previewChange(
  app: Needs,
  actor: Actor,
  id: string,
  input: DocumentChange,
  given: Pick<Given, 'base'> = {},
): Promise<PublishPreview> {
  const target = await openTarget(app, actor, id, { intent: 'draft' })
  const { live, next, merged } = await planChange(app, target, input, given)
  return previewOf(id, live, next, merged, await contextOf(app.db, target, live.storage + next.storage))
}

/** An edit as it is proposed: what was edited, and what it would become. Nothing is sent. */
export async function draftChange(
  app: Needs,
  actor: Actor,
  id: string,
  input: DocumentChange,
): Promise<{ target: Target; base: Text; mine: Text }> {
  const target = await openTarget(app, actor, id, { intent: 'draft' })
  const base = await baseOf(target, input.version, await readLive(target), {})
  const storage = await editedStorage(app.db, target, base.storage, input)
  const mine = { title: input.title ?? base.title, storage }
  if (isSameText(base, mine)) throw new Problem(422, 'no-change', `This changes nothing of “${base.title}”.`)
  return { target, base, mine }
}

async function planChange(app: Needs, target: Target, input: DocumentChange, given: Given): Promise<Plan> {
  const live = await readLive(target)
  const base = await baseOf(target, input.version, live, given)
  const storage = await editedStorage(app.db, target, base.storage, input)
  const mine = { title: input.title ?? base.title, storage }
  if (live.version === input.version || isSameText(mine, live)) return { live, next: mine, merged: false }
  const context = await contextOf(app.db, target, base.storage + mine.storage + live.storage)
  const next = await mergeTexts(app.db, target, { base, baseVersion: input.version, mine, live, context })
  return { live, next, merged: !isSameText(next, live) }
}

async function baseOf(
  target: Target,
  version: number,
  live: PulledPage & { storage: string },
  given: Given,
): Promise<Text> {
  if (live.version === version) return live
  if (given.base !== undefined) return given.base
  if (target.version === version) return target
  const former = version < live.version ? await target.push.readVersion(target, version) : undefined
  if (former?.storage !== undefined) return { title: former.title, storage: former.storage }
  throw new Problem(
    409,
    'unknown-version',
    `Confluence has no version ${version} of “${live.title}” to compare with; the present one is ${live.version}. Read the document again.`,
  )
}

/** The page as published; undefined when somebody else was first. */
async function publish(
  app: Needs,
  actor: Actor,
  target: Target,
  { live, next }: Plan,
  { message = '', minorEdit }: DocumentChange,
  { publishId }: Given,
): Promise<PulledPage | undefined> {
  const version = live.version + 1
  const storageHash = bodyHash(next.storage)
  const { integrationId, spaceId, externalId, type, push } = target
  const id = await beginPublish(app.db, {
    id: publishId,
    kind: 'edit',
    integrationId,
    spaceId,
    documentId: target.id,
    externalId,
    type,
    title: next.title,
    baseVersion: live.version,
    storageHash,
    message,
    minorEdit,
    actorId: actor.kind === 'user' ? actor.id : null,
    at: app.clock.now(),
  })
  if (id === undefined)
    throw new Problem(
      409,
      'in-progress',
      `This change of “${target.title}” is being published. Look again in a moment.`,
    )
  try {
    const page = await sendOnce(app, id, {
      write: () => push.updatePage({ ...next, externalId, type, version, message, minorEdit }),
      arrived: () => findEdited(push, target, { version, title: next.title, storageHash }),
      isGuarded: true,
    })
    await storePage(app, target, page, { id, kind: 'edit', actor, message, minorEdit })
    return page
  } catch (error) {
    if (isVersionConflict(error)) return undefined
    throw refusalOf(error, { ...target, title: next.title })
  }
}
