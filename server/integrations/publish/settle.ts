/**
 * Finds out what became of publishes that nobody waits for any more: their process was killed, or the connection failed.
 * It only looks. What arrived is stored in its sender's name; what is not there after a while is lost, and said to be.
 */
import type { App } from '#server/app.ts'
import type { PushedTo } from '#server/connectors/confluence/push.ts'
import type { Db } from '#server/db/open.ts'
import { system } from '#server/platform/actor.ts'
import { Problem, Upstream } from '#server/platform/problem.ts'
import { storeLabelled, storeMoved, storeTrashed } from './arrive-place.ts'
import { storePage, type Place, type Sent } from './arrive.ts'
import { isMade, storeFile } from './arrive-file.ts'
import { findCreated, findEdited, findMoved, findRestored, hasLabels, isTrashed } from './find-arrived.ts'
import { StoredSettings } from '../settings.ts'
import { getIntegrationRow } from '../store.ts'
import { closePublish, listOpenPublishes, listUnsettled, PublishKind, type PublishRow } from './store.ts'
import { openOutlet, type Needs, type Outlet, type Target, type TargetSpace } from './target.ts'

/** What is not there so long after it was sent did not arrive: longer than two requests and the looks between may take. */
const LOST_AFTER_MS = 300_000
/** What cannot be looked for is given up after a day; it may have arrived, and a sync brings it then. */
const GIVEN_UP_AFTER_MS = 86_400_000
/** When so many cannot be looked for, the others wait for the next time. */
const MOST_FAILURES = 3
const NOT_SEEN = 'It was not to be seen in Confluence afterwards.'
/** Whoever sends waits so long for the answer, mostly; nobody looks into his affairs before. */
const UNTOUCHED_MS = 15_000

type Asking = Pick<App, 'db' | 'clock'>
type Opened = Pick<Outlet, 'integrationId' | 'siteBase' | 'source' | 'push'>

/** Settles what is open of this document, so that an edit is made on what is really there. */
export async function settleDocument(app: Asking, target: Target): Promise<void> {
  const open = await listOpenPublishes(app.db, target.integrationId, { documentId: target.id })
  await settleAll(app, target, open)
}

/** Settles what is open of creations under this title; the ids of those that arrived by it, with what was sent. */
export async function settleCreations(app: Asking, space: TargetSpace, title: string): Promise<PublishRow[]> {
  const open = await listOpenPublishes(app.db, space.integrationId, { spaceId: space.spaceId, title })
  return settleAll(app, space, open)
}

/** Settles all that is open of an integration: what a sync does first, so that it meets no stranger's change. */
export async function settlePublishes(app: Asking, outlet: Opened): Promise<void> {
  await settleAll(app, outlet, await listOpenPublishes(app.db, outlet.integrationId))
}

/** Settles what nobody waits for any more, of every integration; one that cannot be asked does not stop the others. */
export async function settleAbandoned(app: Needs): Promise<void> {
  const before = new Date(app.clock.now().getTime() - UNTOUCHED_MS)
  for (const integrationId of await listUnsettled(app.db, before)) {
    try {
      await settlePublishes(app, await openOutlet(app, integrationId))
    } catch (error) {
      if (!(error instanceof Upstream) && !(error instanceof Problem)) throw error
    }
  }
}

/** Those that have arrived, with the document that they made or changed. */
async function settleAll(app: Asking, outlet: Opened, open: readonly PublishRow[]): Promise<PublishRow[]> {
  const arrived: PublishRow[] = []
  let failures = 0
  for (const publish of open) {
    if (failures === MOST_FAILURES) break
    const age = app.clock.now().getTime() - publish.sent_at.getTime()
    try {
      const documentId = await settle(app, outlet, publish)
      if (documentId !== undefined) arrived.push({ ...publish, document_id: documentId })
      else if (age > LOST_AFTER_MS) await closePublish(app.db, publish.id, 'lost', { detail: NOT_SEEN })
    } catch (error) {
      if (!(error instanceof Upstream) && !(error instanceof Problem)) throw error
      failures += 1
      if (age > GIVEN_UP_AFTER_MS) await closePublish(app.db, publish.id, 'lost', { detail: error.message })
    }
  }
  return arrived
}

/** The document's id when it is there. */
async function settle(app: Asking, outlet: Opened, publish: PublishRow): Promise<string | undefined> {
  const place = await findPlace(app, outlet, publish)
  if (place === undefined) return undefined
  const { push } = outlet
  const { id, message, minor_edit: minorEdit } = publish
  const sent: Sent = {
    id,
    kind: PublishKind.parse(publish.kind),
    actor: await findActor(app.db, publish),
    message,
    minorEdit,
  }
  const type = publish.type === 'blogpost' ? 'blogpost' : 'page'
  const at = { storageHash: publish.storage_hash, at: publish.sent_at }
  if (sent.kind === 'create') {
    const page = await findCreated(push, { type, spaceExternalId: place.spaceExternalId, title: publish.title }, at)
    if (page === undefined) return undefined
    const labels = toList(publish.target)
    if (labels.length > 0) await push.addLabels(page, labels)
    return storePage(app, place, page, sent, labels.length > 0 ? labels : undefined)
  }
  const document = await findDocument(app.db, publish)
  if (document === undefined) return undefined
  const to: PushedTo = { externalId: document.externalId, type }
  switch (sent.kind) {
    case 'edit': {
      const version = (publish.base_version ?? 0) + 1
      const page = await findEdited(push, to, { version, title: publish.title, storageHash: publish.storage_hash })
      return page && storePage(app, place, page, sent)
    }
    case 'restore': {
      const page = await findRestored(push, to)
      return page && storePage(app, place, page, sent)
    }
    case 'move': {
      const page = await findMoved(push, { ...to, spaceExternalId: place.spaceExternalId }, publish.target)
      if (page === undefined) return undefined
      await storeMoved(app, place, document, page, sent)
      return document.id
    }
    case 'labels': {
      const labels = toList(publish.target)
      if (!(await hasLabels(push, to, labels))) return undefined
      await storeLabelled(app, place, document, labels, sent)
      return document.id
    }
    case 'trash': {
      if (!(await isTrashed(push, to))) return undefined
      await storeTrashed(app, place, document, sent)
      return document.id
    }
    case 'attach': {
      const file = await push.findFile(to, publish.title)
      const made = { version: (publish.base_version ?? 0) + 1, size: Number(publish.target) }
      if (file === undefined || !isMade(file, made)) return undefined
      await storeFile(
        app,
        { ...place, megabytes: await findLimit(app.db, place.integrationId) },
        document.id,
        file,
        sent,
      )
      return document.id
    }
    default:
      return sent.kind satisfies never
  }
}

function toList(target: string | null): string[] {
  const list: unknown = JSON.parse(target ?? '[]')
  return Array.isArray(list) ? list.filter((name) => typeof name === 'string') : []
}

/** The space that the document is in here now, else the one that it was sent to. */
async function findPlace(
  app: Pick<App, 'db'>,
  { integrationId, siteBase, source }: Opened,
  publish: PublishRow,
): Promise<Place | undefined> {
  const row = await app.db
    .selectFrom('spaces')
    .leftJoin('documents', (join) =>
      join.onRef('documents.space_id', '=', 'spaces.id').on('documents.id', '=', publish.document_id),
    )
    .select(['spaces.id', 'spaces.key', 'spaces.external_id'])
    .where((eb) => eb.or([eb('spaces.id', '=', publish.space_id), eb('documents.id', 'is not', null)]))
    .orderBy('documents.id', (order) => order.asc().nullsLast())
    .executeTakeFirst()
  if (row === undefined || row.external_id === null) return undefined
  const spaceKey = row.key.replace(/(?<=.)~\d+$/, '')
  return { integrationId, siteBase, source, spaceId: row.id, spaceKey, spaceExternalId: row.external_id }
}

async function findDocument(db: Db, publish: PublishRow) {
  const row = await db
    .selectFrom('documents')
    .select(['id', 'external_id', 'type', 'title', 'version'])
    .where('id', '=', publish.document_id)
    .executeTakeFirst()
  return row && { id: row.id, externalId: row.external_id, type: row.type, title: row.title, version: row.version }
}

async function findLimit(db: Db, integrationId: string): Promise<number> {
  const row = await getIntegrationRow(db, integrationId)
  return StoredSettings.parse(row.settings).attachmentMegabytes
}

/** Whoever sent it; the system, when he is gone. */
async function findActor(db: Db, { actor_id }: PublishRow): Promise<Sent['actor']> {
  if (actor_id === null) return system
  const row = await db.selectFrom('users').select(['id', 'name']).where('id', '=', actor_id).executeTakeFirst()
  return row ?? system
}
