import { ensureSyncedSpace } from '#server/access/synced-space.ts'
import { Problem } from '#server/platform/problem.ts'
import { findWatermarks } from '../run-store.ts'
import { write, type Sync } from './context.ts'

/**
 * Asks Confluence for its spaces and makes or renews those that are selected. Fills `sync.spaces`; returns the outside
 * ids of all that the key sees. No space at all is an error: a key that lost its access must not look like an empty site.
 */
export async function discoverSpaces(sync: Sync): Promise<Set<string>> {
  const listed = await sync.source.listSpaces()
  const wanted = listed.filter((space) => isSelected(sync, space.key))
  if (wanted.length === 0)
    throw new Problem(
      409,
      'no-space-visible',
      'The API key sees none of the chosen spaces. Nothing was changed. Check the account’s access.',
    )
  const watermarks = await findWatermarks(sync.app.db, sync.integrationId, 'pages')
  await write(sync, async (tx) => {
    for (const space of wanted) {
      const { id } = await ensureSyncedSpace(tx, { integrationId: sync.integrationId, ...space })
      sync.spaces.set(space.externalId, {
        id,
        key: space.key,
        name: space.name,
        externalId: space.externalId,
        isFirst: !watermarks.has(space.externalId),
      })
    }
  })
  return new Set(listed.map((space) => space.externalId))
}

/** The chosen spaces known from former runs: an incremental run asks for no list of them. */
export async function recallSpaces(sync: Sync): Promise<void> {
  const watermarks = await findWatermarks(sync.app.db, sync.integrationId, 'pages')
  for (const space of await listStoredSpaces(sync)) {
    if (isSelected(sync, space.key) && watermarks.has(space.externalId))
      sync.spaces.set(space.externalId, { ...space, isFirst: false })
  }
}

/** The integration's spaces here, with their keys in Confluence. */
export async function listStoredSpaces(
  sync: Sync,
): Promise<{ id: string; key: string; name: string; externalId: string }[]> {
  const rows = await sync.app.db
    .selectFrom('spaces')
    .select(['id', 'key', 'name', 'external_id'])
    .where('integration_id', '=', sync.integrationId)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    // A key that was taken here got a number; the tilde of a personal space stands in front.
    key: row.key.replace(/(?<=.)~\d+$/, ''),
    name: row.name,
    externalId: row.external_id ?? '',
  }))
}

export function isSelected(sync: Sync, key: string): boolean {
  return sync.selected === 'all' || sync.selected.includes(key)
}
