/**
 * Attachments and comments that a complete list no longer shows: each is asked for before it goes, and many of a space at once
 * wait for an admin.
 */
import { sql } from 'kysely'
import type { PartKind } from '#server/connectors/confluence/parts.ts'
import { listPlacedParts, type PlacedPart } from '#server/content/list-parts.ts'
import { removeAttachments } from '#server/content/put-attachments.ts'
import { removeComments } from '#server/content/put-comments.ts'
import { listConfirmed, listHolding } from '../brake-store.ts'
import { listWalks } from '../run-store.ts'
import { holdBack, isBraked } from './brake.ts'
import { endConfirmed } from './confirmed.ts'
import { count, write, type Sync, type SyncSpace } from './context.ts'
import { NAMES, noteSkippedParts } from './note-parts.ts'

const IDS_PER_STATEMENT = 1000
/** One request each: what is left waits for the next sweep. */
const MOST_ASKED = 500
/** A run that breaks off in the middle of many has these behind it. */
const CONFIRMED_AT_ONCE = 100

type Vanished = { all: number; parts: PlacedPart[] }

/**
 * Removes those that Confluence says are gone, but for those that the brake holds back. Only spaces that this run read to their
 * end are judged: where the key lost a space, or cannot read it now, its parts stay or go with its pages.
 */
export async function removeVanishedParts(sync: Sync, kind: PartKind, seen: ReadonlySet<string>): Promise<void> {
  const walks = await listWalks(sync.app.db, sync.runId)
  const failed = new Set(walks.filter(({ status }) => status === 'failed').map((walk) => walk.space_external_id))
  const spaces = [...sync.spaces.values()].filter((space) => !failed.has(space.externalId))
  const vanished = await findVanished(sync, kind, spaces, seen)
  let mayAsk = MOST_ASKED
  for (const space of spaces)
    mayAsk -= await judgeSpace(sync, kind, space, vanished.get(space.id) ?? { all: 0, parts: [] }, mayAsk)
}

/** Carries out what admins confirmed: exactly those go, but for those that are back or whose page is hidden by now. */
export async function removeConfirmedParts(sync: Sync, kind: PartKind): Promise<void> {
  for (const brake of await listConfirmed(sync.app.db, sync.integrationId, [kind])) {
    const isSynced = sync.spaces.values().some((space) => space.id === brake.space_id)
    const ids = isSynced ? await findStored(sync, kind, brake.external_ids) : []
    let removed = 0
    for (let start = 0; start < ids.length; start += CONFIRMED_AT_ONCE)
      removed += await remove(sync, kind, await askFor(sync, kind, ids.slice(start, start + CONFIRMED_AT_ONCE)))
    await endConfirmed(sync, brake, removed === 0)
  }
}

/** Of each space, how many it has and which of them were not seen. */
async function findVanished(
  sync: Sync,
  kind: PartKind,
  spaces: readonly SyncSpace[],
  seen: ReadonlySet<string>,
): Promise<Map<string, Vanished>> {
  const bySpace = new Map<string, Vanished>()
  const where = { stream: kind, spaceIds: spaces.map((space) => space.id) }
  for (let after = ''; ;) {
    const parts = await listPlacedParts(sync.app.db, sync.integrationId, where, after, IDS_PER_STATEMENT)
    for (const part of parts) {
      const own = bySpace.get(part.space_id) ?? { all: 0, parts: [] }
      bySpace.set(part.space_id, own)
      own.all += 1
      if (!seen.has(part.external_id)) own.parts.push(part)
    }
    if (parts.length < IDS_PER_STATEMENT) return bySpace
    after = parts.at(-1)?.external_id ?? ''
  }
}

/** Answers how many were asked for. Those over `mayAsk` count at the brake, and none of them goes unasked. */
async function judgeSpace(
  sync: Sync,
  kind: PartKind,
  space: SyncSpace,
  { all, parts }: Vanished,
  mayAsk: number,
): Promise<number> {
  // What hangs on a page that is held back itself is out of sight with it, and stays or goes with it.
  const pages = await findHeld(sync, space, 'vanished')
  const missing = parts.filter((part) => !pages.has(part.page_external_id)).map((part) => part.external_id)
  const held = await findHeld(sync, space, kind)
  const asked = missing.filter((id) => !held.has(id)).slice(0, mayAsk)
  const gone = new Set(await askFor(sync, kind, asked))
  const living = asked.length - gone.size
  const isListBroken = isBraked(living, asked.length)
  if (isListBroken) {
    const what = `Confluence’s list left out ${living} of the space ${space.key} that are still there.`
    await noteSkippedParts(sync, kind, `${what} They stay.`)
  }
  const judged = new Set(asked)
  const externalIds = missing.filter((id) => held.has(id) || gone.has(id) || (!judged.has(id) && !isListBroken))
  const why = `${externalIds.length} of ${all} ${NAMES[kind].toLowerCase()} of this space are missing from Confluence at once`
  const going = await holdBack(sync, space, { reason: kind, externalIds, all, why })
  await remove(
    sync,
    kind,
    going.filter((id) => gone.has(id)),
  )
  return asked.length
}

async function findHeld(sync: Sync, space: SyncSpace, reason: PartKind | 'vanished'): Promise<Set<string>> {
  const holding = await listHolding(sync.app.db, space.id, reason)
  return new Set(holding.flatMap((brake) => brake.external_ids))
}

/** Those that are gone. */
async function askFor(sync: Sync, kind: PartKind, ids: readonly string[]): Promise<string[]> {
  const gone: string[] = []
  for (const id of ids) {
    sync.signal.throwIfAborted()
    if (!(await sync.source.hasPart(kind, id))) gone.push(id)
  }
  return gone
}

async function remove(sync: Sync, kind: PartKind, gone: readonly string[]): Promise<number> {
  if (gone.length === 0) return 0
  return write(sync, async (tx) => {
    const removeParts = kind === 'attachments' ? removeAttachments : removeComments
    const removed = await removeParts(tx, sync.integrationId, gone)
    await count(sync, tx, {})
    return removed
  })
}

/** Those that still hang on visible pages. */
async function findStored(sync: Sync, kind: PartKind, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ external_id: string }>`
    select part.external_id from ${kind === 'attachments' ? sql`attachments` : sql`comments`} as part
    join documents as page on page.id = part.document_id and page.deleted_at is null
    where part.integration_id = ${sync.integrationId} and part.external_id = any(${ids}::text[]) and part.deleted_at is null
    order by part.external_id`.execute(sync.app.db)
  return rows.map((row) => row.external_id)
}
