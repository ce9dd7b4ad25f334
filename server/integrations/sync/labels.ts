/** Labels of all documents: Confluence lists pages without them, so they come from one search over everything, or over everything labelled. */
import { sql } from 'kysely'
import type { Tx } from '#server/db/open.ts'
import { setLabels } from '#server/content/place.ts'
import { findVersions } from '#server/content/find.ts'
import { emit } from '#server/events/emit.ts'
import { findAuthors } from '../publish/authors.ts'
import { besidePublishes } from '../publish/meanwhile.ts'
import { count, write, type Sync } from './context.ts'
import type { BulkRead } from './readers.ts'

const IDS_PER_STATEMENT = 1000
/** Labels of more documents than this are not kept in memory (about 30 MB) but set after the pages. */
const MOST_KEPT = 200_000
/** With more keys the query's address would be too long; what belongs to other spaces is passed over then. */
const MOST_KEYS = 50

/** Reads the labels of everything while the first pages come, unless something else has told them already. */
export async function loadLabels(sync: Sync): Promise<void> {
  if (sync.source.labelsWithPages || sync.hasAllLabels) return
  for await (const batch of walkLabels(sync)) if (!keepLabels(sync, batch)) return
  sync.hasAllLabels = true
}

/** False when they are too many to keep: then they are read again after the pages. */
export function keepLabels(sync: Sync, told: ReadonlyMap<string, string[]>): boolean {
  if (sync.toldLabels.size > MOST_KEPT) return false
  for (const [id, names] of told) if (names.length > 0) sync.toldLabels.set(id, names)
  return sync.toldLabels.size <= MOST_KEPT
}

/**
 * Sets labels where they differ, and takes them from documents that the search no longer finds. Only from those that the
 * lists have shown, and the bulk read if labels came with it: what is out of sight, or new to the search, keeps what it has.
 */
export async function syncLabels(sync: Sync, bulk: BulkRead | undefined): Promise<void> {
  const labelled = new Set<string>()
  const isKnown = sync.source.labelsWithPages || sync.hasAllLabels
  for await (const batch of isKnown ? [sync.toldLabels] : walkLabels(sync)) {
    for (const id of batch.keys()) labelled.add(id)
    await applyAll(sync, batch)
  }
  const bare = (await listLabelledIds(sync)).filter(
    (id) => sync.seen.has(id) && !labelled.has(id) && (sync.source.labelsWithPages || bulk?.shown.has(id) !== false),
  )
  await applyAll(sync, new Map(bare.map((id) => [id, []])))
}

async function* walkLabels(sync: Sync): AsyncGenerator<ReadonlyMap<string, string[]>> {
  const keys = [...sync.spaces.values()].map((space) => space.key)
  const names = await sync.source.listLabels()
  if (names.length === 0) return
  const where = sync.selected === 'all' || keys.length > MOST_KEYS ? 'all' : keys
  for await (const batch of sync.source.walkLabelled(names, where)) {
    sync.signal.throwIfAborted()
    yield batch
  }
}

async function applyAll(sync: Sync, labels: ReadonlyMap<string, string[]>): Promise<void> {
  const entries = [...labels]
  for (let start = 0; start < entries.length; start += IDS_PER_STATEMENT) {
    sync.signal.throwIfAborted()
    await apply(sync, new Map(entries.slice(start, start + IDS_PER_STATEMENT)))
  }
}

async function apply(sync: Sync, told: ReadonlyMap<string, string[]>): Promise<void> {
  await besidePublishes(sync.app.db, sync, (published, recheck) => {
    const labels = new Map([...told].filter(([externalId]) => !published.has(externalId)))
    return write(sync, async (tx) => {
      const changed = await setLabels(tx, sync.integrationId, labels)
      await recheck(tx, [...labels.keys()])
      await tell(sync, tx, labels, changed)
      await count(sync, tx, {})
    })
  })
}

async function tell(
  sync: Sync,
  tx: Tx,
  labels: ReadonlyMap<string, string[]>,
  changed: Awaited<ReturnType<typeof setLabels>>,
): Promise<void> {
  const byId = new Map(changed.map((one) => [one.externalId, one]))
  const known = await findVersions(tx, sync.integrationId, [...byId.keys()])
  const silent = new Set([...sync.spaces.values()].filter((space) => space.isFirst).map((space) => space.id))
  const authorOf = await findAuthors(tx, sync.integrationId)
  for (const [externalId, document] of known) {
    if (silent.has(document.spaceId)) continue
    await emit(tx, {
      type: 'page.labelled',
      dedupeKey: `${sync.integrationId}:${externalId}:labelled:${sync.runId}`,
      spaceId: document.spaceId,
      subjectId: document.id,
      actorId: authorOf('labelled', { externalId, ...document }),
      payload: {
        documentId: document.id,
        externalId,
        title: document.title,
        labels: labels.get(externalId) ?? [],
        changed: ['labels'],
        added: byId.get(externalId)?.added ?? [],
        removed: byId.get(externalId)?.removed ?? [],
      },
    })
  }
}

/** Documents that have labels here and of which the search speaks: archived pages are not in it and keep what they have. */
async function listLabelledIds(sync: Sync): Promise<string[]> {
  const rows = await sync.app.db
    .selectFrom('documents')
    .select('external_id')
    .where('integration_id', '=', sync.integrationId)
    .where(sql<boolean>`cardinality(labels) > 0`)
    .where('status', '!=', 'archived')
    .where('deleted_at', 'is', null)
    .execute()
  return rows.map((row) => row.external_id)
}
