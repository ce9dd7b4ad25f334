/** Writes documents in bulk: the only way content enters the store. It never forgets a newer version for an older one. */
import type { Tx } from '#server/db/open.ts'
import { newId } from '#server/platform/ids.ts'
import { contentHash, tidy, toContentRow, type IncomingDocument } from './incoming.ts'
import { indexDocuments } from './index-words.ts'
import { findPartTexts } from './part-texts.ts'
import { findSets, hasLocks, holdTree, relockDocuments } from './locks.ts'
import { comparePlaces, writePlaces, type PlaceChange } from './place.ts'
import { upsertSearch } from './store-search.ts'
import { lockDocuments, upsertDocuments, upsertVersions, type PlaceRow, type Stored } from './store.ts'

/**
 * What a put did to one document. `content`: `created`, `restored` (was removed before), `updated` (a newer version),
 * `rewritten` (the same version with another body, title or conversion), `unchanged`, or `stale` (an older version than
 * the stored one came late: nothing was written). The flags say what else differed from before; all are false for a created
 * one. `edited`: what a reader sees of the body differs; told of updated and rewritten ones.
 */
export type PutOutcome = PlaceChange & {
  edited: boolean
  externalId: string
  id: string
  content: 'created' | 'restored' | 'updated' | 'rewritten' | 'unchanged' | 'stale'
  previousVersion: number | null
}

type Judged = {
  document: IncomingDocument
  stored: Stored | undefined
  id: string
  labels: string[]
  outcome: PutOutcome
}

/** Puts up to 250 documents of one space, each external id once (of doubles the newest counts). Idempotent. Outcomes come in the order of the documents. */
export async function putDocuments(
  tx: Tx,
  space: { id: string },
  integrationId: string,
  documents: IncomingDocument[],
): Promise<PutOutcome[]> {
  const newest = newestOfEach(documents.map(tidy))
  const isLocked = await hasLocks(tx, integrationId)
  if (isLocked) await holdTree(tx, space.id)
  const stored = await lockDocuments(tx, integrationId, [...newest.keys()])
  const judged = [...newest.values()].map((document) => judge(space.id, document, stored.get(document.externalId)))

  const changed = judged.filter(({ outcome }) => outcome.content !== 'unchanged' && outcome.content !== 'stale')
  const beaten = await writeContent(tx, space.id, integrationId, changed, isLocked)
  const unchanged = judged.filter(({ outcome }) => outcome.content === 'unchanged')
  await writePlaces(
    tx,
    integrationId,
    unchanged.flatMap((one) => (one.stored === undefined ? [] : [{ from: one.stored, to: placeOf(space.id, one) }])),
  )
  if (beaten.length === 0) return judged.map(({ outcome }) => outcome)

  // Somebody else created these between our look and our write; now they are there to be compared with.
  const again = new Map((await putDocuments(tx, space, integrationId, beaten)).map((put) => [put.externalId, put]))
  return judged.map(({ outcome }) => again.get(outcome.externalId) ?? outcome)
}

function newestOfEach(documents: IncomingDocument[]): Map<string, IncomingDocument> {
  const newest = new Map<string, IncomingDocument>()
  for (const document of documents) {
    const other = newest.get(document.externalId)
    if (other === undefined || other.version <= document.version) newest.set(document.externalId, document)
  }
  return newest
}

function judge(spaceId: string, document: IncomingDocument, stored: Stored | undefined): Judged {
  const id = stored?.id ?? newId()
  const labels = document.labels ?? stored?.labels ?? []
  const same = { moved: false, relabelled: false, retitled: false, statusChanged: false, edited: false }
  const base = { externalId: document.externalId, id, previousVersion: stored?.version ?? null }
  if (stored === undefined) return { document, stored, id, labels, outcome: { ...base, ...same, content: 'created' } }
  const edited = isEdited(document, stored)
  const content = judgeContent(document, stored, edited)
  if (content === 'stale') return { document, stored, id, labels, outcome: { ...base, ...same, content } }
  const outcome = { ...base, ...comparePlaces(stored, placeOf(spaceId, { document, id, labels })), edited, content }
  return { document, stored, id, labels, outcome }
}

function isEdited(document: IncomingDocument, stored: Stored): boolean {
  if (document.version < stored.version || stored.deleted) return false
  return contentHash(document) !== stored.content_hash
}

function judgeContent(document: IncomingDocument, stored: Stored, edited: boolean): PutOutcome['content'] {
  if (document.version < stored.version) return 'stale'
  if (stored.deleted) return 'restored'
  if (document.version > stored.version) return 'updated'
  return edited ? 'rewritten' : 'unchanged'
}

/** Returns the documents that another transaction wrote first. */
async function writeContent(
  tx: Tx,
  spaceId: string,
  integrationId: string,
  changed: Judged[],
  isLocked: boolean,
): Promise<IncomingDocument[]> {
  if (changed.length === 0) return []
  // One order for all writers: two that bring the same new documents wait for each other once, not crosswise.
  const ordered = changed.toSorted((a, b) => (a.document.externalId < b.document.externalId ? -1 : 1))
  const rows = ordered.map(({ document, id, labels }) => toContentRow(document, { id, spaceId, labels }))
  const written = new Set(await upsertDocuments(tx, integrationId, rows, isLocked))
  const ours = changed.filter(({ id }) => written.has(id))
  const parts = await findPartTexts(
    tx,
    ours.filter(({ stored }) => stored !== undefined).map(({ id }) => id),
  )
  // Before the index, which then holds what is right at once.
  const replaced = ours.filter(({ outcome }) => outcome.moved || isNew(outcome))
  await relockDocuments(
    tx,
    integrationId,
    replaced.map(({ document }) => document.externalId),
  )
  // Also where locks do not count at present: once they do again, only what differs is indexed anew.
  const sets = await findSets(
    tx,
    ours.map(({ id }) => id),
  )
  const indexed = ours.map((one) => ({ ...one, parts: parts.get(one.id), accessSet: sets.get(one.id) ?? null }))
  await upsertSearch(tx, await indexDocuments(tx, spaceId, indexed))
  await upsertVersions(
    tx,
    ours.map(({ document, id }) => ({
      document_id: id,
      number: document.version,
      author: document.versionAuthor,
      message: document.versionMessage,
      minor_edit: document.minorEdit ?? false,
      at: document.versionAt,
    })),
  )
  return changed.filter(({ id }) => !written.has(id)).map(({ document }) => document)
}

function isNew({ content }: PutOutcome): boolean {
  return content === 'created' || content === 'restored'
}

function placeOf(spaceId: string, { document, id, labels }: Pick<Judged, 'document' | 'id' | 'labels'>): PlaceRow {
  return {
    id,
    space_id: spaceId,
    type: document.type,
    status: document.status,
    title: document.title,
    parent_external_id: document.parentExternalId,
    position: document.position,
    version_at: document.versionAt,
    labels,
  }
}
