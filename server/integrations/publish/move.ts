/** Moves a page in the tree of its space. */
import type { DocumentMove } from '#schema/publish.ts'
import type { MoveTo } from '#server/connectors/confluence/push-page.ts'
import { getReadableDocument, type ReadableDocument } from '#server/content/read-access.ts'
import { afterWrite } from '#server/connectors/confluence/push-outcome.ts'
import type { Db } from '#server/db/open.ts'
import type { Actor } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'
import { storeMoved } from './arrive-place.ts'
import { findMoved } from './find-arrived.ts'
import { requireLivePlace } from './live-place.ts'
import { field, refusalOf } from './refusals.ts'
import { sendOnce } from './send.ts'
import { settleDocument } from './settle.ts'
import { beginPublish } from './store.ts'
import { openTarget, readLive, type Needs, type Target } from './target.ts'

/** Below another parent, or to another place below the same one. Where it stands already, nothing is sent. */
export async function moveDocument(app: Needs, actor: Actor, id: string, input: DocumentMove): Promise<string> {
  const target = await openTarget(app, actor, id)
  if (target.type !== 'page')
    throw new Problem(422, 'not-movable', 'A blog post stands in no tree: it cannot be moved.')
  await settleDocument(app, target)
  const parent = input.parentId === null ? null : await getParent(app.db, actor, target, input.parentId)
  const siblings = await listChildren(app.db, target, parent)
  const to = await placeFor(app.db, actor, target, { parent, siblings, after: input.after })
  const live = await readLive(target)
  const parentExternalId = parent?.externalId ?? null
  if (to !== undefined) await requireLivePlace(target, await getStored(app.db, target, to.externalId))
  const { integrationId, spaceId, externalId, type, title, push } = target
  if (to === undefined && live.parentExternalId === parentExternalId) return id
  const publishId = await beginPublish(app.db, {
    kind: 'move',
    integrationId,
    spaceId,
    documentId: id,
    externalId,
    type,
    title,
    target: parentExternalId ?? undefined,
    actorId: actor.kind === 'user' ? actor.id : null,
    at: app.clock.now(),
  })
  if (publishId === undefined) throw new Error('a publish of its own id could not be begun')
  const arrived = () => findMoved(push, target, parentExternalId)
  const write = async () => {
    if (to === undefined) return arrived()
    await push.movePage(externalId, to)
    return afterWrite(arrived)
  }
  try {
    const page = await sendOnce(app, publishId, { write, arrived, isGuarded: true })
    if (page === undefined) throw new Problem(502, 'not-moved', `Confluence did not put “${title}” where it was sent.`)
    await storeMoved(app, target, target, page, { id: publishId, kind: 'move', actor })
  } catch (error) {
    throw refusalOf(error, target)
  }
  return id
}

async function getParent(db: Db, actor: Actor, target: Target, parentId: string): Promise<ReadableDocument> {
  const parent = await getReadableDocument(db, actor, parentId)
  if (parent.spaceId !== target.spaceId || parent.integrationId !== target.integrationId)
    throw field(
      422,
      'invalid-parent',
      'parentId',
      `“${parent.title}” is in another space. Pages are moved within theirs.`,
    )
  if (parent.type !== 'page' && parent.type !== 'folder')
    throw field(422, 'invalid-parent', 'parentId', `Nothing can stand below a ${parent.type}.`)
  if (await isBelow(db, parent.id, target.id))
    throw field(422, 'invalid-parent', 'parentId', `“${target.title}” cannot be moved below itself.`)
  return parent
}

/** What Confluence is asked for; undefined when the page stands there by what is stored. */
async function placeFor(
  db: Db,
  actor: Actor,
  target: Target,
  { parent, siblings, after }: { parent: ReadableDocument | null; siblings: string[]; after: string | undefined },
): Promise<MoveTo | undefined> {
  const at = siblings.indexOf(target.externalId)
  if (after !== undefined) {
    const sibling = await getReadableDocument(db, actor, after)
    if (sibling.id === target.id || !siblings.includes(sibling.externalId))
      throw field(422, 'invalid-place', 'after', `“${sibling.title}” is not below the same parent.`)
    if (at > 0 && siblings[at - 1] === sibling.externalId) return undefined
    return { position: 'after', externalId: sibling.externalId }
  }
  if (at >= 0 && at === siblings.length - 1) return undefined
  if (parent !== null) return { position: 'append', externalId: parent.externalId }
  const last = siblings.findLast((externalId) => externalId !== target.externalId)
  if (last === undefined)
    throw field(422, 'invalid-place', 'parentId', 'The space has no page at its top beside which this one could stand.')
  return { position: 'after', externalId: last }
}

/** External ids of the living pages and nodes below the parent, in the order of the tree. */
async function listChildren(db: Db, target: Target, parent: ReadableDocument | null): Promise<string[]> {
  const rows = await db
    .selectFrom('documents')
    .select('external_id')
    .where('space_id', '=', target.spaceId)
    .where('type', '!=', 'blogpost')
    .where('deleted_at', 'is', null)
    .where('status', 'in', ['current', 'archived'])
    .where('parent_external_id', parent === null ? 'is' : '=', parent?.externalId ?? null)
    .orderBy('position', (order) => order.asc().nullsLast())
    .orderBy('title_folded')
    .orderBy('id')
    .execute()
  return rows.map((row) => row.external_id)
}

/** What the page is to stand below or behind. */
function getStored(db: Db, { integrationId }: Target, externalId: string) {
  return db
    .selectFrom('documents')
    .select(['type', 'external_id as externalId', 'title'])
    .where('integration_id', '=', integrationId)
    .where('external_id', '=', externalId)
    .executeTakeFirstOrThrow()
}

async function isBelow(db: Db, id: string, ancestorId: string): Promise<boolean> {
  const seen = new Set<string>()
  for (let at: string | undefined = id; at !== undefined && !seen.has(at);) {
    if (at === ancestorId) return true
    seen.add(at)
    const parent: { id: string } | undefined = await db
      .selectFrom('documents as child')
      .innerJoin('documents as parent', (join) =>
        join
          .onRef('parent.integration_id', '=', 'child.integration_id')
          .onRef('parent.external_id', '=', 'child.parent_external_id'),
      )
      .select('parent.id')
      .where('child.id', '=', at)
      .executeTakeFirst()
    at = parent?.id
  }
  return false
}
