/** Changes that come without a new version: where a document stands, its title, status and labels. */
import type { DocumentStatus } from '#schema/document.ts'
import type { Tx } from '#server/db/open.ts'
import { tidyLabels, tidyTitle } from './incoming.ts'
import { indexPlaces } from './index-words.ts'
import { hasLocks, holdTreesOf, relockDocuments } from './locks.ts'
import { renewSearch } from './store-search.ts'
import { findSameLabels, lockDocuments, updatePlaces, type PlaceRow, type Stored } from './store.ts'

export type PlaceChange = {
  /** Another parent or another space; another position alone is not a move. */
  moved: boolean
  relabelled: boolean
  retitled: boolean
  statusChanged: boolean
}

export type PlaceOutcome = PlaceChange & { externalId: string; id: string; spaceId: string }

/** What a listing without bodies says of a document; undefined = leave as it is. */
export type Placement = {
  externalId: string
  parentExternalId?: string | null | undefined
  position?: number | null | undefined
  status?: DocumentStatus | undefined
  title?: string | undefined
}

type Pair = { from: Stored; to: PlaceRow }

/** Writes what a sweep saw. Returns those in which something other than the position changed; unknown and removed ones are passed over. */
export async function placeDocuments(tx: Tx, integrationId: string, placements: Placement[]): Promise<PlaceOutcome[]> {
  const wanted = new Map(placements.map((one) => [one.externalId, one]))
  if (await hasLocks(tx, integrationId)) await holdTreesOf(tx, integrationId, [...wanted.keys()])
  return change(tx, integrationId, wanted, (from, placement) => ({
    ...from,
    parent_external_id: placement.parentExternalId === undefined ? from.parent_external_id : placement.parentExternalId,
    position: placement.position === undefined ? from.position : wholeNumber(placement.position),
    status: placement.status ?? from.status,
    title: placement.title === undefined ? from.title : tidyTitle(placement.title),
  }))
}

export type LabelOutcome = { externalId: string; added: string[]; removed: string[] }

/** Sets the labels of documents by external id. Returns those whose labels changed. */
export async function setLabels(
  tx: Tx,
  integrationId: string,
  labels: ReadonlyMap<string, string[]>,
): Promise<LabelOutcome[]> {
  const wanted = new Map([...labels].map(([externalId, names]) => [externalId, tidyLabels(names)]))
  // Mostly nothing differs: looking first spares a lock on every row.
  const same = await findSameLabels(tx, integrationId, wanted)
  for (const externalId of same) wanted.delete(externalId)
  const former = new Map<string, string[]>()
  const outcomes = await change(tx, integrationId, wanted, (from, names) => {
    former.set(from.external_id, from.labels)
    return { ...from, labels: names }
  })
  return outcomes.map(({ externalId }) => {
    const [before, after] = [former.get(externalId) ?? [], wanted.get(externalId) ?? []]
    const added = after.filter((name) => !before.includes(name))
    return { externalId, added, removed: before.filter((name) => !after.includes(name)) }
  })
}

export function comparePlaces(from: Stored, to: PlaceRow): PlaceChange {
  return {
    moved: from.parent_external_id !== to.parent_external_id || from.space_id !== to.space_id,
    relabelled: JSON.stringify(from.labels) !== JSON.stringify(to.labels),
    retitled: from.title !== to.title,
    statusChanged: from.status !== to.status,
  }
}

/** Writes only rows that differ, and of the search index only those whose words or filters do. */
export async function writePlaces(tx: Tx, integrationId: string, pairs: Pair[]): Promise<void> {
  const differing = pairs.filter(
    ({ from, to }) => isChanged(comparePlaces(from, to)) || from.position !== to.position || from.type !== to.type,
  )
  await updatePlaces(
    tx,
    differing.map(({ to }) => to),
  )
  const moved = differing.filter(({ from, to }) => comparePlaces(from, to).moved)
  await relockDocuments(
    tx,
    integrationId,
    moved.map(({ from }) => from.external_id),
  )
  const indexed = differing.filter(({ from, to }) => isIndexChanged(from, to)).map(({ to }) => to)
  await renewSearch(tx, await indexPlaces(tx, indexed))
}

async function change<T>(
  tx: Tx,
  integrationId: string,
  wanted: ReadonlyMap<string, T>,
  next: (from: Stored, wanted: T) => PlaceRow,
): Promise<PlaceOutcome[]> {
  const stored = await lockDocuments(tx, integrationId, [...wanted.keys()])
  const pairs: Pair[] = []
  for (const [externalId, one] of wanted) {
    const from = stored.get(externalId)
    if (from !== undefined && !from.deleted) pairs.push({ from, to: next(from, one) })
  }
  await writePlaces(tx, integrationId, pairs)
  return pairs
    .map(({ from, to }) => ({
      externalId: from.external_id,
      id: from.id,
      spaceId: to.space_id,
      ...comparePlaces(from, to),
    }))
    .filter(isChanged)
}

function isChanged(change: PlaceChange): boolean {
  return change.moved || change.relabelled || change.retitled || change.statusChanged
}

function isIndexChanged(from: Stored, to: PlaceRow): boolean {
  const { relabelled, retitled, statusChanged } = comparePlaces(from, to)
  return relabelled || retitled || statusChanged || from.space_id !== to.space_id || from.type !== to.type
}

function wholeNumber(position: number | null): number | null {
  return Number.isSafeInteger(position) ? position : null
}
