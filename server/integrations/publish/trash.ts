/** Throws pages and blog posts into Confluence's trash, and takes them out of it again. */
import { afterWrite } from '#server/connectors/confluence/push-outcome.ts'
import type { Actor } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'
import { storeTrashed } from './arrive-place.ts'
import { storePage } from './arrive.ts'
import { findRestored, isTrashed } from './find-arrived.ts'
import { movedAway, refusalOf } from './refusals.ts'
import { sendOnce } from './send.ts'
import { settleDocument } from './settle.ts'
import { beginPublish } from './store.ts'
import { openTarget, readLive, type Needs, type Target } from './target.ts'

/** Of a proposal: its id, and the version that was proposed to be thrown away. */
export type Proposed = { publishId: string; version: number }

/** Hidden here from then on. What is below it moves up in Confluence; the next sweep shows that. */
export async function trashDocument(app: Needs, actor: Actor, id: string, proposed?: Proposed): Promise<void> {
  const target = await openTarget(app, actor, id)
  await settleDocument(app, target)
  if (target.externalId === target.homepageExternalId)
    throw new Problem(
      422,
      'homepage',
      `“${target.title}” is the homepage of its space. Choose another homepage in Confluence first.`,
    )
  if (!(await isTrashed(target.push, target))) {
    const live = await readLive(target)
    if (proposed !== undefined && live.version !== proposed.version)
      throw new Problem(
        409,
        'conflict',
        `“${live.title}” was changed in Confluence since it was proposed to throw it away: then it was version ${proposed.version}, now it is ${live.version}.`,
      )
  }
  const sent = await begin(app, actor, target, 'trash', proposed?.publishId)
  const arrived = async () => ((await isTrashed(target.push, target)) ? true : undefined)
  const write = async () => {
    if ((await arrived()) === undefined) await target.push.trashPage(target)
    return true
  }
  await send(app, target, sent.id, { write, arrived })
  await storeTrashed(app, target, target, sent)
}

/** The same document again, with its body. It comes back below its former parent while that is there. */
export async function restoreDocument(app: Needs, actor: Actor, id: string): Promise<string> {
  const target = await openTarget(app, actor, id, { removed: true })
  await settleDocument(app, target)
  const trashed = await target.push.readPage(target)
  if (trashed === undefined)
    throw new Problem(409, 'purged', `“${target.title}” is not in Confluence’s trash any more: it cannot be restored.`)
  if (trashed.spaceExternalId !== target.spaceExternalId) throw movedAway(target.title)
  const sent = await begin(app, actor, target, 'restore')
  const arrived = () => findRestored(target.push, target)
  const write = async () => {
    if (trashed.status !== 'trashed') return arrived()
    await target.push.restorePage(trashed)
    return afterWrite(arrived)
  }
  const page = await send(app, target, sent.id, { write, arrived })
  if (page === undefined)
    throw new Problem(
      409,
      'not-restored',
      `Confluence did not restore “${target.title}”. It is ${trashed.status} there.`,
    )
  return storePage(app, target, page, sent)
}

async function begin(app: Needs, actor: Actor, target: Target, kind: 'trash' | 'restore', publishId?: string) {
  const { integrationId, spaceId, externalId, type, title, version } = target
  const id = await beginPublish(app.db, {
    id: publishId,
    kind,
    integrationId,
    spaceId,
    documentId: target.id,
    externalId,
    type,
    title,
    baseVersion: version,
    actorId: actor.kind === 'user' ? actor.id : null,
    at: app.clock.now(),
  })
  if (id === undefined) throw new Problem(409, 'in-progress', `“${title}” is being changed. Look again in a moment.`)
  return { id, kind, actor }
}

async function send<T>(
  app: Needs,
  target: Target,
  id: string,
  sending: { write: () => Promise<T>; arrived: () => Promise<T | undefined> },
): Promise<T> {
  try {
    return await sendOnce(app, id, { ...sending, isGuarded: true })
  } catch (error) {
    throw refusalOf(error, target)
  }
}
