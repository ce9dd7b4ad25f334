/** What a space's complete list no longer shows: each document's fate is asked for before it is hidden. */
import { listExternalIds } from '#server/content/find.ts'
import { holdBack, isBraked, noteFrozen } from './brake.ts'
import type { Sync, SyncSpace } from './context.ts'
import { hideGone, renewLiving } from './fates.ts'
import { hideNodes } from './renew-nodes.ts'

const IDS_PER_STATEMENT = 1000

/**
 * Hides what is in the trash, out of sight or out of the chosen spaces; brings up to date what lives on elsewhere. `goneNodes`: folders
 * and their like that were asked for and are gone.
 */
export async function hideVanished(
  sync: Sync,
  space: SyncSpace,
  seen: ReadonlySet<string>,
  goneNodes: ReadonlySet<string>,
): Promise<void> {
  const stored = await listStored(sync, space)
  const nodes = await listNodeIds(sync, space)
  const vanished = stored.filter((id) => !seen.has(id) && !nodes.has(id))
  const living = vanished.length === 0 ? new Set<string>() : await renewLiving(sync, vanished)
  if (isBraked(living.size, stored.length)) {
    const what = `Confluence’s list of this space left out ${living.size} documents that are still there`
    await noteFrozen(sync, space, what)
  }
  const missing = [...vanished.filter((id) => !living.has(id)), ...[...nodes].filter((id) => goneNodes.has(id))]
  const going = await holdBack(sync, space, {
    reason: 'vanished',
    externalIds: missing,
    all: stored.length,
    why: `${missing.length} of ${stored.length} documents of this space are missing from Confluence at once`,
  })
  await hideGone(
    sync,
    space,
    going.filter((id) => !nodes.has(id)),
  )
  await hideNodes(
    sync,
    going.filter((id) => nodes.has(id)),
  )
}

async function listStored(sync: Sync, space: SyncSpace): Promise<string[]> {
  const stored: string[] = []
  for (;;) {
    const ids = await listExternalIds(sync.app.db, sync.integrationId, space.id, stored.at(-1), IDS_PER_STATEMENT)
    stored.push(...ids)
    if (ids.length < IDS_PER_STATEMENT) return stored
  }
}

/** Folders and their like have no list: that they are not in one says nothing. */
async function listNodeIds(sync: Sync, space: SyncSpace): Promise<Set<string>> {
  const rows = await sync.app.db
    .selectFrom('documents')
    .select('external_id')
    .where('space_id', '=', space.id)
    .where('type', 'not in', ['page', 'blogpost'])
    .where('deleted_at', 'is', null)
    .execute()
  return new Set(rows.map((row) => row.external_id))
}
