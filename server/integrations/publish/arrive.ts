/** Brings what a publish changed into the store at once, as a sync would: the next sync finds nothing new. */
import { convertStorage } from '#server/connectors/confluence/storage/convert.ts'
import type { PulledPage } from '#server/connectors/confluence/pull.ts'
import type { Source } from '#server/connectors/confluence/source.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { IncomingDocument } from '#server/content/incoming.ts'
import { hasLocks } from '#server/content/locks.ts'
import { putDocuments, type PutOutcome } from '#server/content/put.ts'
import { setRestrictions } from '#server/content/restrictions.ts'
import type { Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import { emit } from '#server/events/emit.ts'
import { Problem, Upstream } from '#server/platform/problem.ts'
import { holdIntegration } from '../run-store.ts'
import { movedAway } from './refusals.ts'
import { closePublish, type PublishKind } from './store.ts'
import { linksOf } from './target.ts'

/** Who sent it, as the audit knows him, and the row of what was sent; without one it was only met. */
export type Author = { id: string; name: string }
export type Sent = { id: string; kind: PublishKind; actor: Author; minorEdit?: boolean; message?: string }

/** A space here, and its id in Confluence: what is in another one there is not stored in it. */
export type Place = {
  integrationId: string
  siteBase: string
  spaceId: string
  spaceKey: string
  spaceExternalId: string
  source: Source
}

const AUDITED: Record<PublishKind, string> = {
  create: 'document.created',
  edit: 'document.edited',
  move: 'document.moved',
  trash: 'document.trashed',
  restore: 'document.restored',
  labels: 'document.labelled',
  attach: 'document.attached',
}

/**
 * Stores a page as Confluence has it now, with its events in the sender's name, and closes the publish. Its id here. Throws 409
 * `moved` when it is in another space there: a sync stores it, under that one's readers, and the publish is settled then.
 */
export async function storePage(
  app: Pick<App, 'db'>,
  place: Place,
  page: PulledPage,
  sent: Sent | undefined,
  labels?: string[],
): Promise<string> {
  if (page.spaceExternalId !== place.spaceExternalId) throw await findMovedAway(app, place, page)
  const incoming = toIncoming(place, page, sent, labels)
  const readers = sent?.kind === 'create' || sent?.kind === 'restore' ? await findReaders(app, place, page) : new Map()
  return arrive(app, place, sent, async (tx) => {
    const [outcome] = await putDocuments(tx, { id: place.spaceId }, place.integrationId, [incoming])
    if (outcome === undefined) throw new Error('a page was put without an outcome')
    if (readers.size > 0) await setRestrictions(tx, place.integrationId, readers)
    await tellPut(tx, place, page, outcome, sent)
    return { documentId: outcome.id, detail: { title: page.title, version: page.version } }
  })
}

async function findMovedAway(app: Pick<App, 'db'>, { integrationId }: Place, { externalId }: PulledPage) {
  const row = await app.db
    .selectFrom('documents')
    .select('title')
    .where('integration_id', '=', integrationId)
    .where('external_id', '=', externalId)
    .executeTakeFirst()
  return movedAway(row?.title ?? externalId)
}

/** Who may read what is new there; where that is not told now, it stays shut until a sync asks. */
async function findReaders(app: Pick<App, 'db'>, place: Place, page: PulledPage) {
  if (!(await hasLocks(app.db, place.integrationId))) return new Map()
  try {
    return await place.source.findRestrictions([page.externalId])
  } catch (error) {
    if (error instanceof Upstream) return new Map()
    throw error
  }
}

/** The transaction of an arrival: what is stored, the publish closed, the audit record. Whoever closes it is its witness. */
export async function arrive(
  app: Pick<App, 'db'>,
  place: Place,
  sent: Sent | undefined,
  work: (tx: Tx) => Promise<{ documentId: string; detail: Record<string, unknown> }>,
): Promise<string> {
  return transact(app.db, async (tx) => {
    if (!(await holdIntegration(tx, place.integrationId)))
      throw new Problem(
        409,
        'integration-deleted',
        'The integration was deleted meanwhile. What was sent is in Confluence.',
      )
    const { documentId, detail } = await work(tx)
    if (sent !== undefined && (await closePublish(tx, sent.id, 'arrived', { documentId }))) {
      const message = sent.message === undefined || sent.message === '' ? {} : { message: sent.message }
      await record(tx, sent.actor, AUDITED[sent.kind], `document:${documentId}`, {
        space: place.spaceKey,
        ...detail,
        ...message,
      })
    }
    return documentId
  })
}

/** An event about a page in the words of the sync's own; `once` as there, so that only one of both is told. */
export async function tell(
  tx: Tx,
  place: Place,
  about: { id: string; externalId: string; type: string; title: string; version: number },
  what: string,
  once: string,
  { actorId, ...more }: { actorId: string | null; [field: string]: unknown },
): Promise<void> {
  await emit(tx, {
    type: `page.${what}`,
    dedupeKey: `${place.integrationId}:${about.externalId}:${what}:${once}`,
    spaceId: place.spaceId,
    subjectId: about.id,
    actorId,
    payload: {
      documentId: about.id,
      externalId: about.externalId,
      type: about.type,
      title: about.title,
      space: place.spaceKey,
      version: about.version,
      ...more,
    },
  })
}

/** Users only: the system is nobody in an event. */
export function actorIdOf(sent: Sent | undefined): string | null {
  return sent === undefined || sent.actor.id === 'system' ? null : sent.actor.id
}

async function tellPut(tx: Tx, place: Place, page: PulledPage, outcome: PutOutcome, sent: Sent | undefined) {
  const about = { ...page, id: outcome.id }
  const actorId = actorIdOf(sent)
  const { content, previousVersion, retitled, edited, moved, relabelled } = outcome
  if (content === 'created') await tell(tx, place, about, 'created', '1', { actorId })
  if (content === 'restored') await tell(tx, place, about, 'created', sent?.id ?? String(page.version), { actorId })
  if (content === 'updated') {
    const flags = { title: retitled, body: edited, parent: moved, labels: relabelled }
    const changed = Object.entries(flags).flatMap(([name, isChanged]) => (isChanged ? [name] : []))
    await tell(tx, place, about, 'updated', String(page.version), { actorId, previousVersion, changed })
  }
  if (moved) await tell(tx, place, about, 'moved', sent?.id ?? String(page.version), { actorId, changed: ['parent'] })
}

function toIncoming(place: Place, page: PulledPage, sent: Sent | undefined, labels?: string[]): IncomingDocument {
  const storage = page.storage ?? ''
  const converted = convertStorage(storage, linksOf({ ...place, externalId: page.externalId }))
  return {
    externalId: page.externalId,
    type: page.type,
    status: page.status,
    title: page.title,
    parentExternalId: page.parentExternalId,
    position: page.position,
    version: page.version,
    versionAt: page.versionAt,
    versionAuthor: page.versionAuthor,
    versionMessage: page.versionMessage,
    minorEdit: page.minorEdit || (sent?.kind === 'edit' && sent.minorEdit === true),
    author: page.author,
    createdAt: page.createdAt,
    url: page.webPath === null ? null : place.siteBase + page.webPath,
    labels,
    storage,
    markdown: converted.markdown,
    text: converted.text,
    headings: converted.headings,
  }
}
