import { ensureSyncedSpace } from '#server/access/synced-space.ts'
import { listSpaces } from '#server/connectors/confluence/pull.ts'
import { transact } from '#server/db/transact.ts'
import { findWatermarks } from '../run-store.ts'
import type { Sync } from './context.ts'

/** Asks Confluence for its spaces and makes or renews those that are selected. Fills `sync.spaces`. */
export async function discoverSpaces(sync: Sync): Promise<void> {
  const { selected } = sync
  const listed = await listSpaces(sync.client)
  const wanted = listed.filter((space) => selected === 'all' || selected.includes(space.key))
  const watermarks = await findWatermarks(sync.app.db, sync.integrationId, 'pages')
  await transact(sync.app.db, async (tx) => {
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
}

/** The spaces known from former runs: an incremental run asks for no list of them. */
export async function recallSpaces(sync: Sync): Promise<void> {
  const watermarks = await findWatermarks(sync.app.db, sync.integrationId, 'pages')
  const rows = await sync.app.db
    .selectFrom('spaces')
    .select(['id', 'key', 'name', 'external_id'])
    .where('integration_id', '=', sync.integrationId)
    .execute()
  for (const row of rows) {
    const externalId = row.external_id ?? ''
    sync.spaces.set(externalId, {
      id: row.id,
      key: row.key,
      name: row.name,
      externalId,
      isFirst: !watermarks.has(externalId),
    })
  }
}
