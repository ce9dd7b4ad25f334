/** The brake: so much would go at once that a person must say whether that is right. Until then it stays as it was. */
import type { Brake } from '#schema/sync-health.ts'
import type { Tx } from '#server/db/open.ts'
import { emit } from '#server/events/emit.ts'
import { newId } from '#server/platform/ids.ts'
import { changeBrake, endBrakes, insertBrake, listHolding, type BrakeRow } from '../brake-store.ts'
import { notifyAdmins } from '../notify-admins.ts'
import { insertSkipped } from '../run-store.ts'
import { write, type Sync } from './context.ts'

export const OF_DOCUMENTS = ['vanished', 'lost-access'] as const
const OF_SYNCED_SPACES = ['vanished', 'attachments', 'footer-comments', 'inline-comments'] as const
/** What it is that would go. */
const NOUNS: Readonly<Record<Brake['reason'], string>> = {
  vanished: 'documents',
  'lost-access': 'documents',
  attachments: 'attachments',
  'footer-comments': 'comments',
  'inline-comments': 'inline comments',
}

/** So many and such a share at once is more likely a mistake than a clean-up. */
const BRAKE_COUNT = 20
const BRAKE_SHARE = 0.2

export type BrakedSpace = { id: string; externalId: string; key: string; name: string }
type Missing = {
  reason: Brake['reason']
  externalIds: readonly string[]
  /** How many the space has. */
  all: number
  /** What happened, for the run's list of skipped things. */
  why: string
  /** Left out: judged by this space alone. */
  isTooMuch?: boolean
}

export function isBraked(gone: number, all: number): boolean {
  return gone >= BRAKE_COUNT && gone >= all * BRAKE_SHARE
}

/**
 * Judges all that a space is missing now (none as well, which ends a brake). Returns those that may go. The others stay:
 * they wait for an admin, who is told once; or an admin has rejected it, and is not asked again for the same ones.
 */
export async function holdBack(sync: Sync, space: BrakedSpace, missing: Missing): Promise<string[]> {
  const holding = await listHolding(sync.app.db, space.id, missing.reason)
  const waiting = holding.find((brake) => brake.state === 'waiting')
  const rejected = holding.filter((brake) => brake.state === 'rejected')
  const decided = holding.filter((brake) => brake !== waiting)
  const kept = new Set(decided.flatMap((brake) => brake.external_ids))
  const asked = missing.externalIds.filter((id) => !kept.has(id))
  const isTooMuch = asked.length > 0 && (missing.isTooMuch ?? isBraked(asked.length, missing.all))
  const now = new Set(missing.externalIds)
  const over = rejected.filter((brake) => !brake.external_ids.some((id) => now.has(id)))
  if (holding.length === 0 && !isTooMuch) return asked
  await write(sync, async (tx) => {
    for (const brake of over) await changeBrake(tx, brake, { state: 'over' })
    if (isTooMuch) await brakeFor(sync, tx, space, { ...missing, externalIds: asked }, waiting)
    else if (waiting !== undefined) await changeBrake(tx, waiting, { state: 'over' })
    const isRejected = rejected.some((brake) => !over.includes(brake))
    if (isTooMuch || isRejected) await noteSkipped(sync, tx, space, whyLeft(missing.why, isTooMuch))
  })
  return isTooMuch ? [] : asked
}

/** The same for a part of what a space is missing: it adds to a brake, and never ends one. */
export async function holdBackSome(sync: Sync, space: BrakedSpace, missing: Missing): Promise<string[]> {
  const holding = await listHolding(sync.app.db, space.id, missing.reason)
  const waiting = holding.find((brake) => brake.state === 'waiting')
  const kept = new Set(holding.flatMap((brake) => brake.external_ids))
  const asked = missing.externalIds.filter((id) => !kept.has(id))
  if (asked.length === 0 || !isBraked(asked.length, missing.all)) return asked
  const externalIds = [...(waiting?.external_ids ?? []), ...asked]
  await write(sync, async (tx) => {
    await brakeFor(sync, tx, space, { ...missing, externalIds }, waiting)
    await noteSkipped(sync, tx, space, whyLeft(missing.why, true))
  })
  return []
}

/** Ends the brakes of lost access but those of these spaces, and all brakes of spaces that are no longer synced. */
export async function settleBrakes(
  sync: Sync,
  { lost, synced }: { lost: readonly string[]; synced: readonly string[] },
): Promise<void> {
  await write(sync, async (tx) => {
    await endBrakes(tx, sync.integrationId, ['lost-access'], lost)
    await endBrakes(tx, sync.integrationId, OF_SYNCED_SPACES, [...synced, ...lost])
  })
}

/** Lists a space whose documents stay as they are, with the reason. */
export async function noteFrozen(
  sync: Sync,
  space: { externalId: string; key: string; name: string },
  why: string,
): Promise<void> {
  const reason = `${why.replace(/\.$/, '')}. Nothing was removed. Check the account’s access to the space.`
  await write(sync, (tx) => noteSkipped(sync, tx, space, reason))
}

function whyLeft(why: string, isTooMuch: boolean): string {
  return isTooMuch
    ? `${why}. Nothing was removed: an admin must confirm it first. Check the account’s access to the space.`
    : `${why}. They stay, because an admin rejected their removal.`
}

async function brakeFor(
  sync: Sync,
  tx: Tx,
  space: BrakedSpace,
  { reason, externalIds, all }: Missing,
  waiting: BrakeRow | undefined,
): Promise<void> {
  const now = { run_id: sync.runId, external_ids: [...externalIds], all_count: all }
  if (waiting !== undefined) return changeBrake(tx, waiting, now)
  const id = newId()
  const at = sync.app.clock.now()
  await insertBrake(tx, { id, integration_id: sync.integrationId, space_id: space.id, reason, at, ...now })
  const gone = externalIds.length
  await notifyAdmins(sync.app, tx, {
    title: `${gone} ${NOUNS[reason]} of the space ${space.name} would go`,
    text: `${
      reason === 'lost-access'
        ? `The API key no longer sees the space ${space.key} with its ${gone} documents.`
        : `A sync misses ${gone} of the ${all} ${NOUNS[reason]} of ${space.key} in Confluence.`
    } They stay until an admin confirms or rejects it.`,
    link: `/settings/integrations/${sync.integrationId}/health`,
  })
  await emit(tx, {
    type: 'sync.braked',
    dedupeKey: `${sync.integrationId}:sync.braked:${id}`,
    subjectId: sync.integrationId,
    payload: {
      integrationId: sync.integrationId,
      runId: sync.runId,
      brakeId: id,
      space: space.key,
      code: reason,
      gone,
    },
  })
}

async function noteSkipped(
  sync: Sync,
  tx: Tx,
  space: { externalId: string; key: string; name: string },
  reason: string,
): Promise<void> {
  sync.app.log.warn({ integration: sync.integrationId, run: sync.runId, space: space.key }, 'a space was left alone')
  await insertSkipped(tx, [
    {
      id: newId(),
      run_id: sync.runId,
      external_id: space.externalId,
      type: 'space',
      title: space.name,
      space_key: space.key,
      reason,
    },
  ])
}
