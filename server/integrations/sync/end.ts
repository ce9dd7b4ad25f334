/** How a run ends: complete, incomplete, failed; or not yet, when nobody could do anything about it but wait. */
import type { App } from '#server/app.ts'
import { settleSearch } from '#server/content/settle.ts'
import { transact } from '#server/db/transact.ts'
import { emit } from '#server/events/emit.ts'
import { Problem, Upstream } from '#server/platform/problem.ts'
import type { Tx } from '#server/db/open.ts'
import { finishRun, listWalks, type RunRow, type WalkRow } from '../run-store.ts'
import { stateAfter } from '../state.ts'
import { isConnectionNewer, updateIntegration } from '../store.ts'
import { count, write, type Sync } from './context.ts'
import { noteFailure, noteSuccess } from './failing.ts'
import { setWatermarksOf } from './full.ts'

export type End = { code: string; detail: string }

const SPACES_NAMED = 5
/** Classes of PostgreSQL errors that trying again does not heal: wrong data, broken rules, wrong statements. */
const LASTING = /^(?:22|23|42)/

/** Ends a run that came through: `succeeded`, or `failed` with the spaces that could not be read to their end. */
export async function finish(app: Pick<App, 'db' | 'log' | 'clock'>, sync: Sync): Promise<void> {
  const walks = await listWalks(app.db, sync.runId)
  const failed = walks.filter((walk) => walk.status === 'failed')
  const end = failed.length === 0 ? null : { code: 'incomplete', detail: describeFailed(failed) }
  await write(sync, async (tx) => {
    await setWatermarksOf(sync, tx)
    await count(sync, tx, {})
    await finishRun(tx, sync.runId, sync.runner, end === null ? 'succeeded' : 'failed', end)
    await updateIntegration(tx, sync.integrationId, stateAfter(undefined, undefined))
    await tellImported(sync, tx, walks)
    const about = { integrationId: sync.integrationId, runId: sync.runId, mode: sync.mode, at: app.clock.now() }
    await (end === null ? noteSuccess(tx, about) : noteFailure(tx, about, end.code))
  })
  const { integrationId: integration, runId: run, mode } = sync
  app.log.info({ integration, run, mode, failed: failed.length }, 'sync finished')
  // Everything is found already; this only makes the next searches as fast as any.
  if (mode === 'full') await settleSearch(app.db)
}

/** Ends a run that cannot go on; says it at the integration, and tells of it once. */
export async function fail(
  app: Pick<App, 'db' | 'log' | 'clock'>,
  run: RunRow,
  runner: string,
  end: End,
): Promise<void> {
  app.log.warn({ integration: run.integration_id, run: run.id, code: end.code }, 'sync failed')
  await transact(app.db, async (tx) => {
    await finishRun(tx, run.id, runner, 'failed', end)
    // The run began with the old key: what it met says nothing of one that was entered since.
    const isRenewed = await isConnectionNewer(tx, run.integration_id, run.heartbeat_at)
    if (!isRenewed) await updateIntegration(tx, run.integration_id, stateAfter(end.code, end.detail))
    const about = { integrationId: run.integration_id, runId: run.id, mode: run.mode, at: app.clock.now() }
    await noteFailure(tx, about, end.code)
  })
}

/** What ends a run, in words; undefined when waiting may heal it: a database that is away or full. */
export function describeEnd(error: unknown): End | undefined {
  if (error instanceof Upstream || error instanceof Problem) return { code: error.code, detail: error.message }
  const code = sqlState(error)
  const isOurs = code === undefined ? isBug(error) : LASTING.test(code)
  return isOurs
    ? { code: 'internal-error', detail: 'A fault in Lockkeeper stopped this sync; see its log.' }
    : undefined
}

/** Why an open run does not get on for now. */
export function describeTrouble(error: unknown): End {
  return sqlState(error) === '53100'
    ? {
        code: 'storage-full',
        detail: 'The database’s disk is full. Free some space; the sync goes on by itself where it stopped.',
      }
    : {
        code: 'interrupted',
        detail: 'The database was away or did not answer. The sync goes on by itself where it stopped.',
      }
}

function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  return /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined
}

function isBug(error: unknown): boolean {
  const bugs = [TypeError, RangeError, ReferenceError, SyntaxError]
  return bugs.some((bug) => error instanceof bug) || (error instanceof Error && error.name === 'ZodError')
}

/** Of a first import no page is news; that the space is here now is, once. */
async function tellImported(sync: Sync, tx: Tx, walks: readonly WalkRow[]): Promise<void> {
  for (const walk of walks) {
    const space = sync.spaces.get(walk.space_external_id)
    if (walk.stream !== 'pages' || walk.status !== 'succeeded' || space?.isFirst !== true) continue
    await emit(tx, {
      type: 'space.imported',
      dedupeKey: `${sync.integrationId}:${space.externalId}:space.imported:${sync.runId}`,
      spaceId: space.id,
      subjectId: space.id,
      payload: { spaceId: space.id, space: space.key },
    })
  }
}

function describeFailed(failed: WalkRow[]): string {
  const what = failed.length === 1 ? 'One space' : `${failed.length} spaces`
  const which = failed.slice(0, SPACES_NAMED).map((walk) => `${walk.space_key} (${walk.detail ?? 'unknown'})`)
  return `${what} could not be read to the end: ${which.join('; ')}. The others are complete.`
}
