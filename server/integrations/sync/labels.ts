/** Labels of all documents: Confluence lists pages without them, so they come from one search over everything labelled. */
import { sql } from 'kysely'
import { listLabels, walkLabelled } from '#server/connectors/confluence/pull.ts'
import { setLabels } from '#server/content/place.ts'
import { transact } from '#server/db/transact.ts'
import { findVersions } from '#server/content/find.ts'
import { emit } from '#server/events/emit.ts'
import { count, type Sync } from './context.ts'

const IDS_PER_STATEMENT = 1000

/** Sets labels where they differ, and takes them from documents that the search no longer finds. */
export async function syncLabels(sync: Sync): Promise<void> {
  const keys = [...sync.spaces.values()].map((space) => space.key)
  const names = await listLabels(sync.client)
  const labelled = new Set<string>()
  if (names.length > 0) {
    for await (const batch of walkLabelled(sync.client, names, sync.selected === 'all' ? 'all' : keys)) {
      sync.signal.throwIfAborted()
      for (const id of batch.keys()) labelled.add(id)
      await apply(sync, batch)
    }
  }
  const bare = (await listLabelledIds(sync)).filter((id) => !labelled.has(id))
  for (let start = 0; start < bare.length; start += IDS_PER_STATEMENT)
    await apply(sync, new Map(bare.slice(start, start + IDS_PER_STATEMENT).map((id) => [id, []])))
}

async function apply(sync: Sync, labels: ReadonlyMap<string, string[]>): Promise<void> {
  if (labels.size === 0) return
  await transact(sync.app.db, async (tx) => {
    const changed = await setLabels(tx, sync.integrationId, labels)
    const known = await findVersions(tx, sync.integrationId, changed)
    const silent = new Set([...sync.spaces.values()].filter((space) => space.isFirst).map((space) => space.id))
    for (const [externalId, document] of known) {
      if (silent.has(document.spaceId)) continue
      await emit(tx, {
        type: 'page.labelled',
        dedupeKey: `${sync.integrationId}:${externalId}:labelled:${sync.runId}`,
        spaceId: document.spaceId,
        subjectId: document.id,
        payload: { documentId: document.id, externalId, title: document.title, labels: labels.get(externalId) ?? [] },
      })
    }
    await count(sync, tx, {})
  })
}

async function listLabelledIds(sync: Sync): Promise<string[]> {
  const rows = await sync.app.db
    .selectFrom('documents')
    .select('external_id')
    .where('integration_id', '=', sync.integrationId)
    .where(sql<boolean>`cardinality(labels) > 0`)
    .where('deleted_at', 'is', null)
    .execute()
  return rows.map((row) => row.external_id)
}
