/** Spaces that are stored here and no longer synced: not chosen any more, or no longer seen by the API key. */
import { listExternalIds } from '#server/content/find.ts'
import { removeDocuments, type RemovalReason } from '#server/content/remove.ts'
import { emit } from '#server/events/emit.ts'
import { Upstream } from '#server/platform/problem.ts'
import { dropWatermarks } from '../run-store.ts'
import { holdBack, isBraked, noteFrozen, settleBrakes } from './brake.ts'
import { count, write, type Sync } from './context.ts'
import { listStoredSpaces } from './spaces.ts'

const IDS_PER_STATEMENT = 500

export type HiddenSpace = { id: string; key: string; name: string; externalId: string }
type Lost = HiddenSpace & { documents: number }

/**
 * Hides the documents of such spaces, without events of theirs: an admin's choice and a lost permission are no news of a page. A
 * space that vanished from the (complete) list is asked for singly; too much at once is left alone and said.
 */
export async function hideLostSpaces(sync: Sync, listed: ReadonlySet<string>): Promise<void> {
  const stored = await listStoredSpaces(sync)
  const counts = await countBySpace(sync)
  const idle = stored
    .filter((space) => !sync.spaces.has(space.externalId))
    .map((space) => ({ ...space, documents: counts.get(space.id) ?? 0 }))
    .filter((space) => space.documents > 0)
  const vanished = idle.filter((space) => sync.selected === 'all' && !listed.has(space.externalId))
  for (const space of idle) if (!vanished.includes(space)) await hideSpace(sync, space, 'unselected')

  const lost: Lost[] = []
  const unclear: Lost[] = []
  for (const space of vanished) {
    const isHidden = await isHiddenFromKey(sync, space)
    if (isHidden === undefined) unclear.push(space)
    else if (isHidden) lost.push(space)
  }
  const gone = lost.reduce((sum, space) => sum + space.documents, 0)
  const all = counts.values().reduce((sum, one) => sum + one, 0)
  for (const space of lost) {
    const stays = await holdBackSpace(sync, space, isBraked(gone, all))
    if (!stays) await hideSpace(sync, space, 'lost-access')
  }
  await settleBrakes(sync, {
    lost: [...lost, ...unclear].map((space) => space.id),
    synced: [...sync.spaces.values()].map((space) => space.id),
  })
}

/** Whether the space stays for now, because so much is out of sight that an admin must say so, or has said no. */
async function holdBackSpace(sync: Sync, space: Lost, isTooMuch: boolean): Promise<boolean> {
  const externalIds = await listAllIds(sync, space)
  const going = await holdBack(sync, space, {
    reason: 'lost-access',
    externalIds,
    all: externalIds.length,
    why: 'The API key no longer sees this space',
    isTooMuch,
  })
  return going.length < externalIds.length
}

async function listAllIds(sync: Sync, space: Lost): Promise<string[]> {
  const all: string[] = []
  for (;;) {
    const ids = await listExternalIds(sync.app.db, sync.integrationId, space.id, all.at(-1), IDS_PER_STATEMENT)
    all.push(...ids)
    if (ids.length < IDS_PER_STATEMENT) return all
  }
}

/** Undefined when it cannot be told: then the run lists the space. */
async function isHiddenFromKey(sync: Sync, space: Lost): Promise<boolean | undefined> {
  try {
    return await sync.source.isSpaceHidden(space.externalId)
  } catch (error) {
    if (!(error instanceof Upstream) || sync.signal.aborted) throw error
    await noteFrozen(sync, space, `This space is missing from the list of spaces, and ${error.message}`)
    return undefined
  }
}

/** Hides all that is stored of the space. */
async function hideSpace(sync: Sync, space: HiddenSpace, reason: RemovalReason): Promise<void> {
  for (;;) {
    sync.signal.throwIfAborted()
    const ids = await listExternalIds(sync.app.db, sync.integrationId, space.id, undefined, IDS_PER_STATEMENT)
    await write(sync, async (tx) => {
      const removed = await removeDocuments(tx, sync.integrationId, ids, reason)
      // When it comes back, it is a first import: no page of it is news.
      await dropWatermarks(tx, sync.integrationId, space.externalId)
      await count(sync, tx, { deleted: removed.length })
    })
    if (ids.length < IDS_PER_STATEMENT) return tellHidden(sync, space)
  }
}

/** That its pages are gone from sight is told once, not of each. */
export function tellHidden(sync: Sync, space: HiddenSpace): Promise<void> {
  return write(sync, async (tx) => {
    await emit(tx, {
      type: 'space.hidden',
      dedupeKey: `${sync.integrationId}:${space.externalId}:space.hidden:${sync.runId}`,
      spaceId: space.id,
      subjectId: space.id,
      payload: { spaceId: space.id, space: space.key },
    })
  })
}

async function countBySpace(sync: Sync): Promise<Map<string, number>> {
  const rows = await sync.app.db
    .selectFrom('documents')
    .select(['space_id', (eb) => eb.fn.countAll<number>().as('count')])
    .where('integration_id', '=', sync.integrationId)
    .where('deleted_at', 'is', null)
    .groupBy('space_id')
    .execute()
  return new Map(rows.map((row) => [row.space_id, row.count]))
}
