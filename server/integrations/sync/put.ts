/** Brings one batch of pulled pages into the store: converted and written a few at a time, with events and cursor in one transaction. */
import { setImmediate as breathe } from 'node:timers/promises'
import { convertStorage } from '#server/connectors/confluence/storage/convert.ts'
import type { PulledPage, Unreadable } from '#server/connectors/confluence/pull.ts'
import { findVersions, type KnownVersion } from '#server/content/find.ts'
import type { IncomingDocument } from '#server/content/incoming.ts'
import { markLive } from '#server/content/live.ts'
import { placeDocuments, type PlaceOutcome } from '#server/content/place.ts'
import { putDocuments, type PutOutcome } from '#server/content/put.ts'
import { forgetRestrictions } from '#server/content/restrictions.ts'
import type { Tx } from '#server/db/open.ts'
import { emit } from '#server/events/emit.ts'
import { newId } from '#server/platform/ids.ts'
import { findAuthors, type AuthorOf } from '../publish/authors.ts'
import { besidePublishes } from '../publish/meanwhile.ts'
import type { RunCounts } from '#schema/integration.ts'
import { insertSkipped, type NewSkip } from '../run-store.ts'
import { count, write, type Sync, type SyncSpace } from './context.ts'

/** Pages of this many are converted before other work gets its turn: about 10 ms. */
const PAGES_PER_BREATH = 16
/** Pages converted and sent to the database at once: what a batch holds in memory besides its pages is a fifth so. */
const PAGES_PER_WRITE = 50

/**
 * Writes a batch of one space. Pages that are stored in the same version are not converted again, only put in their place.
 * `also` runs in the same transaction: it moves the cursor, so that a page is never counted twice.
 */
export async function putBatch(
  sync: Sync,
  space: SyncSpace,
  listed: PulledPage[],
  also: (tx: Tx) => Promise<void>,
): Promise<void> {
  for (const page of listed) {
    sync.seen.add(page.externalId)
    if (page.labels !== undefined && page.labels.length > 0) sync.toldLabels.set(page.externalId, page.labels)
  }
  if (space.isFirst) return putListed(sync, space, listed, also)
  await besidePublishes(sync.app.db, sync, (published, recheck) => {
    const pages = listed.filter((page) => !published.has(page.externalId))
    const ids = pages.map((page) => page.externalId)
    return putListed(sync, space, pages, async (tx) => {
      await recheck(tx, ids)
      if (pages.length < listed.length) await count(sync, tx, { seen: listed.length - pages.length })
      await also(tx)
    })
  })
}

async function putListed(
  sync: Sync,
  space: SyncSpace,
  pages: PulledPage[],
  also: (tx: Tx) => Promise<void>,
): Promise<void> {
  const known = await findVersions(
    sync.app.db,
    sync.integrationId,
    pages.map((page) => page.externalId),
  )
  const isFresh = (page: PulledPage) => isNewer(page, known.get(page.externalId), space)
  const fresh = pages.filter(isFresh)
  const placed = pages.filter((page) => !isFresh(page))
  await write(sync, async (tx) => {
    const skipped: NewSkip[] = []
    const outcomes: PutOutcome[] = []
    for (let start = 0; start < fresh.length; start += PAGES_PER_WRITE) {
      const incoming = await convertAll(sync, space, fresh.slice(start, start + PAGES_PER_WRITE), skipped)
      outcomes.push(...(await putDocuments(tx, space, sync.integrationId, incoming)))
    }
    const moves = placed.length === 0 ? [] : await placeDocuments(tx, sync.integrationId, placed.map(toPlacement))
    await markLive(tx, sync.integrationId, liveToTell(space, pages))
    await forgetRestrictions(tx, sync.integrationId, archivedNow(pages, [...outcomes, ...moves]))
    if (!space.isFirst) await tell(sync, tx, space, pages, outcomes, moves)
    await insertSkipped(tx, skipped)
    await also(tx)
    await count(sync, tx, { seen: pages.length, ...countsOf(outcomes, placed, moves, skipped) })
  })
}

/** What is new is none until it is said to be: a first import says it of the live ones alone. */
function liveToTell(space: SyncSpace, pages: PulledPage[]): Map<string, boolean> {
  const told = pages.filter(({ isLive }) => isLive === true || (isLive === false && !space.isFirst))
  return new Map(told.map(({ externalId, isLive }) => [externalId, isLive === true]))
}

/** Not every site's search shows what is archived: what was set shortly before might never be told. */
function archivedNow(pages: PulledPage[], outcomes: (PutOutcome | PlaceOutcome)[]): string[] {
  const archived = new Set(pages.filter((page) => page.status === 'archived').map((page) => page.externalId))
  return outcomes.flatMap((one) => (one.statusChanged && archived.has(one.externalId) ? [one.externalId] : []))
}

function countsOf(
  outcomes: PutOutcome[],
  placed: PulledPage[],
  moves: PlaceOutcome[],
  skipped: NewSkip[],
): Partial<RunCounts> {
  const put = (...contents: PutOutcome['content'][]) =>
    outcomes.filter((outcome) => contents.includes(outcome.content)).length
  return {
    created: put('created', 'restored'),
    updated: put('updated', 'rewritten') + moves.length,
    unchanged: placed.length - moves.length + put('unchanged', 'stale'),
    skipped: skipped.length,
  }
}

/** Lists what Confluence sent in a form that could not be read: nothing is left out silently. */
export async function noteUnreadable(sync: Sync, tx: Tx, spaceKey: string | null, items: Unreadable[]): Promise<void> {
  if (items.length === 0) return
  await insertSkipped(
    tx,
    items.map((item) => skip(sync, spaceKey, { ...item, type: 'page' })),
  )
  await count(sync, tx, { skipped: items.length })
}

function isNewer(page: PulledPage, known: KnownVersion | undefined, space: SyncSpace): boolean {
  return known === undefined || page.version !== known.version || known.spaceId !== space.id
}

async function convertAll(
  sync: Sync,
  space: SyncSpace,
  pages: PulledPage[],
  skipped: NewSkip[],
): Promise<IncomingDocument[]> {
  const incoming: IncomingDocument[] = []
  for (const [index, page] of pages.entries()) {
    if (index % PAGES_PER_BREATH === PAGES_PER_BREATH - 1) await breathe()
    try {
      incoming.push(toIncoming(sync, space, page))
    } catch (error) {
      sync.app.log.error({ err: error, page: page.externalId }, 'a page could not be converted')
      skipped.push(
        skip(sync, space.key, {
          externalId: page.externalId,
          type: page.type,
          title: page.title,
          reason: 'The page could not be converted; see the log.',
        }),
      )
    }
  }
  return incoming
}

function toIncoming(sync: Sync, space: SyncSpace, page: PulledPage): IncomingDocument {
  const storage = page.storage ?? ''
  const converted = convertStorage(storage, { baseUrl: sync.siteBase, spaceKey: space.key, pageId: page.externalId })
  return {
    ...toPlacement(page),
    type: page.type,
    version: page.version,
    versionAt: page.versionAt,
    versionAuthor: page.versionAuthor,
    versionMessage: page.versionMessage,
    minorEdit: page.minorEdit,
    author: page.author,
    createdAt: page.createdAt,
    url: page.webPath === null ? null : sync.siteBase + page.webPath,
    // Later changes of labels are news of their own and come after the pages.
    labels: space.isFirst ? (page.labels ?? sync.toldLabels.get(page.externalId)) : undefined,
    storage,
    markdown: converted.markdown,
    text: converted.text,
    headings: converted.headings,
  }
}

/** Where a page stands, apart from its content. */
export function toPlacement(page: PulledPage) {
  return {
    externalId: page.externalId,
    parentExternalId: page.parentExternalId,
    position: page.position,
    status: page.status,
    title: page.title,
  }
}

/** `page.created`, `page.updated`, `page.moved`: once each, in the transaction of the change itself. */
async function tell(
  sync: Sync,
  tx: Tx,
  space: SyncSpace,
  pages: PulledPage[],
  outcomes: PutOutcome[],
  moves: PlaceOutcome[],
): Promise<void> {
  if (outcomes.length + moves.length === 0) return
  const authorOf = await findAuthors(tx, sync.integrationId)
  const byId = new Map(pages.map((page) => [page.externalId, page]))
  for (const outcome of outcomes) {
    const page = byId.get(outcome.externalId)
    if (page === undefined) continue
    if (outcome.content === 'created' || outcome.content === 'restored')
      await tellOne(
        sync,
        tx,
        space,
        authorOf,
        page,
        outcome.id,
        'created',
        outcome.content === 'created' ? '1' : sync.runId,
      )
    if (outcome.content === 'updated')
      await tellOne(sync, tx, space, authorOf, page, outcome.id, 'updated', String(page.version), {
        previousVersion: outcome.previousVersion,
        changed: changesOf(outcome),
      })
    if (outcome.moved)
      await tellOne(sync, tx, space, authorOf, page, outcome.id, 'moved', sync.runId, { changed: ['parent'] })
  }
  for (const move of moves) {
    const page = byId.get(move.externalId)
    if (page !== undefined && move.moved)
      await tellOne(sync, tx, space, authorOf, page, move.id, 'moved', sync.runId, { changed: ['parent'] })
  }
}

/** What an update changed, in the words that conditions of workflows use. */
function changesOf({ retitled, edited, moved, relabelled }: PutOutcome): string[] {
  const flags = { title: retitled, body: edited, parent: moved, labels: relabelled }
  return Object.entries(flags).flatMap(([what, isChanged]) => (isChanged ? [what] : []))
}

async function tellOne(
  sync: Sync,
  tx: Tx,
  space: SyncSpace,
  authorOf: AuthorOf,
  page: PulledPage,
  id: string,
  what: string,
  once: string,
  more: { previousVersion?: number | null; changed?: string[] } = {},
): Promise<void> {
  await emit(tx, {
    type: `page.${what}`,
    dedupeKey: `${sync.integrationId}:${page.externalId}:${what}:${once}`,
    spaceId: space.id,
    subjectId: id,
    actorId: authorOf(what, page),
    payload: {
      documentId: id,
      externalId: page.externalId,
      type: page.type,
      title: page.title,
      space: space.key,
      version: page.version,
      ...more,
    },
  })
}

function skip(
  sync: Sync,
  spaceKey: string | null,
  item: { externalId: string; type: string; title: string; reason: string },
): NewSkip {
  return {
    id: newId(),
    run_id: sync.runId,
    external_id: item.externalId,
    type: item.type,
    title: item.title,
    space_key: spaceKey,
    reason: item.reason,
  }
}
