/** Carries out one sync run: alone per integration over all processes, resumable, and polite when it has to stop. */
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { App } from '#server/app.ts'
import { openClient } from '#server/connectors/confluence/client.ts'
import { CONNECTION_SCOPE } from '#server/credentials/connection.ts'
import { openCredentialFetch } from '#server/credentials/use.ts'
import { transact } from '#server/db/transact.ts'
import { emit } from '#server/events/emit.ts'
import { Problem, Upstream } from '#server/platform/problem.ts'
import { claimRun, findRun, finishRun, listWalks, type RunRow } from '../run-store.ts'
import { StoredSettings } from '../settings.ts'
import { stateAfter } from '../state.ts'
import { getIntegrationRow, updateIntegration } from '../store.ts'
import { count, TakenOver, type Sync } from './context.ts'
import { diagnose } from './diagnose.ts'
import { setWatermarksOf, walkSpaces } from './full.ts'
import { syncChanges } from './incremental.ts'
import { syncLabels } from './labels.ts'
import { addMissingNodes } from './nodes.ts'
import { nameAuthors } from './people.ts'
import { discoverSpaces, recallSpaces } from './spaces.ts'
import { sweepSpaces } from './sweep.ts'

type Needs = Pick<App, 'db' | 'keys' | 'fetch' | 'clock' | 'log' | 'config'>

/**
 * Runs a queued or broken-off run, or returns at once when it is over or another process has it. Ends with the run
 * succeeded or failed; throws only when the run could not be ended, so that it is tried again.
 */
export async function runSync(app: Needs, runId: string, signal: AbortSignal): Promise<void> {
  const waiting = await findRun(app.db, runId)
  if (waiting === undefined || (waiting.status !== 'queued' && waiting.status !== 'running')) return
  await app.db.connection().execute(async (connection) => {
    // Held by this connection: when the process dies, the database lets go and another may take the run over.
    const lock = sql`hashtextextended(${`sync:${waiting.integration_id}`}, 0)`
    const { rows } = await sql<{ held: boolean }>`select pg_try_advisory_lock(${lock}) as held`.execute(connection)
    if (rows[0]?.held !== true) return
    try {
      await runLocked(app, runId, signal)
    } finally {
      await sql`select pg_advisory_unlock(${lock})`.execute(connection)
    }
  })
}

async function runLocked(app: Needs, runId: string, signal: AbortSignal): Promise<void> {
  const runner = randomUUID()
  const run = await claimRun(app.db, runId, runner)
  if (run === undefined) return
  try {
    const sync = await openSync(app, run, runner, signal)
    await carryOut(sync).catch(async (error: unknown) => {
      throw error instanceof Upstream && !signal.aborted ? await diagnose(sync, error) : error
    })
    await finish(app, sync)
  } catch (error) {
    if (error instanceof TakenOver || signal.aborted) return
    const ended = describeEnd(error)
    // Not the other side's doing and not the admin's: a bug or a lost database. The run stays open and is tried again.
    if (ended === undefined) throw error
    await fail(app, run, runner, ended)
  }
}

async function openSync(app: Needs, run: RunRow, runner: string, signal: AbortSignal): Promise<Sync> {
  const integration = await getIntegrationRow(app.db, run.integration_id)
  const settings = StoredSettings.parse(integration.settings)
  const fetch = await openCredentialFetch(app, CONNECTION_SCOPE, integration.credential_id)
  const client = openClient({ fetch, base: settings.base, clock: app.clock, signal })
  return {
    app,
    runId: run.id,
    runner,
    integrationId: run.integration_id,
    mode: run.mode === 'full' || run.mode === 'sweep' ? run.mode : 'incremental',
    client,
    siteBase: `${settings.url}/wiki`,
    selected: settings.spaces,
    spaces: new Map(),
    signal,
    countedRequests: 0,
  }
}

async function carryOut(sync: Sync): Promise<void> {
  if (sync.mode === 'incremental') await recallSpaces(sync)
  if (sync.mode !== 'incremental' || sync.spaces.size === 0) await discoverSpaces(sync)
  const all = [...sync.spaces.values()]
  const first = all.filter((space) => space.isFirst)
  const known = all.filter((space) => !space.isFirst)
  const walked = sync.mode === 'full' ? all : first
  if (walked.length > 0) await walkSpaces(sync, walked)
  if (sync.mode === 'incremental' && known.length > 0) await syncChanges(sync, known)
  if (sync.mode !== 'incremental' && known.length > 0) await sweepSpaces(sync, known)
  if (sync.mode === 'incremental' && first.length === 0) return
  await addMissingNodes(sync)
  await nameAuthors(sync)
  await syncLabels(sync)
}

async function finish(app: Needs, sync: Sync): Promise<void> {
  const failed = (await listWalks(app.db, sync.runId)).filter((walk) => walk.status === 'failed')
  const error =
    failed.length === 0
      ? null
      : {
          code: 'incomplete',
          detail: `${failed.length === 1 ? 'One space' : `${failed.length} spaces`} could not be read to the end: ${failed
            .slice(0, 5)
            .map((walk) => `${walk.space_key} (${walk.detail ?? 'unknown'})`)
            .join('; ')}. The others are complete.`,
        }
  await transact(app.db, async (tx) => {
    await setWatermarksOf(sync, tx)
    await count(sync, tx, {})
    await finishRun(tx, sync.runId, sync.runner, error === null ? 'succeeded' : 'failed', error)
    await updateIntegration(tx, sync.integrationId, stateAfter(undefined, undefined))
  })
  app.log.info(
    { integration: sync.integrationId, run: sync.runId, mode: sync.mode, failed: failed.length },
    'sync finished',
  )
}

type End = { code: string; detail: string }

/** What a person can act on; undefined = nobody can, so the run is not ended but tried again. */
function describeEnd(error: unknown): End | undefined {
  if (error instanceof Upstream || error instanceof Problem) return { code: error.code, detail: error.message }
  if (typeof error === 'object' && error !== null && 'code' in error && error.code === '53100')
    return {
      code: 'storage-full',
      detail: 'The database’s disk is full. Free some space; the sync goes on by itself where it stopped.',
    }
  return undefined
}

async function fail(app: Needs, run: RunRow, runner: string, end: End): Promise<void> {
  app.log.warn({ integration: run.integration_id, run: run.id, code: end.code }, 'sync failed')
  await transact(app.db, async (tx) => {
    await finishRun(tx, run.id, runner, 'failed', end)
    await updateIntegration(tx, run.integration_id, stateAfter(end.code, end.detail))
    await emit(tx, {
      type: 'sync.failed',
      dedupeKey: `${run.integration_id}:sync.failed:${run.id}`,
      subjectId: run.integration_id,
      payload: { integrationId: run.integration_id, runId: run.id, code: end.code },
    })
  })
}
