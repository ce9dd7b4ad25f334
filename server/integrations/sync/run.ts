/** Carries out one sync run: alone per integration over all processes, resumable, and polite when it has to stop. */
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { RunCounts } from '#schema/integration.ts'
import type { App } from '#server/app.ts'
import { pause } from '#server/platform/backoff.ts'
import { Upstream } from '#server/platform/problem.ts'
import { openConnection } from '../open-source.ts'
import { settlePublishes } from '../publish/settle.ts'
import type { Meter } from '../traffic.ts'
import { claimRun, findRun, isRunnerOf, NO_COUNTS, noteTrouble, type RunRow } from '../run-store.ts'
import { getIntegrationRow } from '../store.ts'
import { TakenOver, type Sync, type SyncSpace } from './context.ts'
import { carryOutConfirmed } from './confirmed.ts'
import { diagnose } from './diagnose.ts'
import { describeEnd, describeTrouble, fail, finish } from './end.ts'
import { fetchAsked } from './fetch-asked.ts'
import { walkSpaces } from './full.ts'
import { syncChanges } from './incremental.ts'
import { loadLabels, syncLabels } from './labels.ts'
import { hideLostSpaces } from './lost.ts'
import { addMissingNodes } from './nodes.ts'
import { eachOf } from './each-of.ts'
import { syncParts } from './parts.ts'
import { nameAuthors } from './people.ts'
import { loadMarks, loadSpaceReaders, syncReaders, type BulkRead } from './readers.ts'
import { renewNodes } from './renew-nodes.ts'
import { discoverSpaces, recallSpaces } from './spaces.ts'
import { sweepSpaces } from './sweep.ts'

/** A sync has time: it outlasts some minutes of refusals before a space is given up for this run. */
const MAX_TRIES = 8
const LOCK_PAUSE_MS = 100
const LOCK_TRIES = 100

type Needs = Pick<App, 'db' | 'keys' | 'fetch' | 'clock' | 'log' | 'config'>

/**
 * Runs a queued or broken-off run, or returns at once when it is over or another process has it. Ends with the run
 * succeeded or failed; throws only when the run could not be ended, so that it is tried again.
 */
export async function runSync(app: Needs, runId: string, signal: AbortSignal): Promise<void> {
  for (let attempt = 0; attempt < LOCK_TRIES; attempt += 1) {
    const waiting = await findRun(app.db, runId)
    if (waiting === undefined || (waiting.status !== 'queued' && waiting.status !== 'running')) return
    if (await tryRun(app, waiting, signal)) return
    // Running: by whoever has the lock. Queued: the lock's holder is just leaving the run before.
    if (waiting.status === 'running') return
    await pause(LOCK_PAUSE_MS, signal)
  }
}

/** False when another process or job holds the integration. */
async function tryRun(app: Needs, { id, integration_id }: RunRow, signal: AbortSignal): Promise<boolean> {
  return app.db.connection().execute(async (connection) => {
    // Held by this connection: when the process dies, the database lets go and another may take the run over. Keep-alives
    // make that a minute when the whole machine died, not the operating system's two hours.
    await sql`select set_config('tcp_keepalives_idle', '30', false), set_config('tcp_keepalives_interval', '10', false),
      set_config('tcp_keepalives_count', '3', false)`.execute(connection)
    const lock = sql`hashtextextended(${`sync:${integration_id}`}, 0)`
    const { rows } = await sql<{ held: boolean }>`select pg_try_advisory_lock(${lock}) as held`.execute(connection)
    if (rows[0]?.held !== true) return false
    try {
      await runLocked(app, id, signal)
    } finally {
      // A connection that was lost in between has let go by itself.
      await sql`select pg_advisory_unlock(${lock})`.execute(connection).catch(() => {})
    }
    return true
  })
}

async function runLocked(app: Needs, runId: string, signal: AbortSignal): Promise<void> {
  const runner = randomUUID()
  const run = await claimRun(app.db, runId, runner)
  if (run === undefined) return
  try {
    const { sync, meter } = await openSync(app, run, runner, signal)
    await carryThrough(app, sync, meter)
  } catch (error) {
    // Stopping, taken over by another process, or deleted with its integration: no news for anybody.
    if (error instanceof TakenOver || signal.aborted || !(await isRunnerOf(app.db, runId, runner))) return
    const ended = describeEnd(error)
    if (ended === undefined) {
      await noteTrouble(app.db, runId, runner, describeTrouble(error))
      throw error
    }
    if (ended.code === 'internal-error') app.log.error({ err: error, run: runId }, 'a sync met a fault')
    await fail(app, run, runner, ended)
  }
}

async function carryThrough(app: Needs, sync: Sync, meter: Meter): Promise<void> {
  try {
    await carryOut(sync).catch(async (error: unknown) => {
      throw error instanceof Upstream && !sync.signal.aborted ? await diagnose(sync, error) : error
    })
    await finish(app, sync)
  } finally {
    // Figures alone: where the database is away they are lost.
    await meter.flush().catch(() => {})
  }
}

async function openSync(
  app: Needs,
  run: RunRow,
  runner: string,
  signal: AbortSignal,
): Promise<{ sync: Sync; meter: Meter }> {
  const integration = await getIntegrationRow(app.db, run.integration_id)
  const failed = new AbortController()
  const until = AbortSignal.any([signal, failed.signal])
  const options = { signal: until, maxTries: MAX_TRIES }
  const { source, settings, siteBase, meter } = await openConnection(app, integration, options)
  const sync: Sync = {
    app,
    runId: run.id,
    runner,
    integrationId: run.integration_id,
    mode: run.mode === 'full' || run.mode === 'sweep' ? run.mode : 'incremental',
    source,
    siteBase,
    selected: settings.spaces,
    attachmentMegabytes: settings.attachmentMegabytes,
    spaces: new Map(),
    nodes: undefined,
    toldLabels: new Map(),
    hasAllLabels: false,
    seen: new Set(),
    signal: until,
    stop: () => failed.abort(),
    countedRequests: 0,
    countedWaitMs: 0,
  }
  return { sync, meter }
}

async function carryOut(sync: Sync): Promise<void> {
  await settlePublishes(sync.app, { ...sync, push: sync.source.push })
  if (sync.mode === 'incremental') await recallSpaces(sync)
  if (sync.mode !== 'incremental' || sync.spaces.size === 0) {
    const listed = await discoverSpaces(sync)
    await hideLostSpaces(sync, listed)
  }
  await carryOutConfirmed(sync)
  const all = [...sync.spaces.values()]
  const first = all.filter((space) => space.isFirst)
  const known = all.filter((space) => !space.isFirst)
  const walked = sync.mode === 'full' ? all : first
  const marks = await loadAndWalk(sync, first, walked)
  if (sync.mode === 'incremental' && known.length > 0) await syncChanges(sync, known)
  if (sync.mode !== 'incremental' && known.length > 0) await sweepSpaces(sync, known)
  await fetchAsked(sync)
  const news = { isFirst: first.length > 0, hasNews: await hasNews(sync) }
  if (sync.mode === 'incremental' && !news.isFirst && !news.hasNews) return syncParts(sync, news)
  if (sync.mode !== 'incremental') await renewNodes(sync)
  await addMissingNodes(sync)
  await nameAuthors(sync)
  await syncReaders(sync, marks)
  if (sync.mode !== 'incremental' || first.length > 0 || sync.source.labelsWithPages) await syncLabels(sync, marks)
  await syncParts(sync, news)
}

/**
 * Who may read, then the pages of `walked`: so most get their locks when they are first written. Written before, each would be
 * written twice, and both would wait for the same trees (half as much time again for 60,000 pages).
 */
async function loadAndWalk(
  sync: Sync,
  first: readonly SyncSpace[],
  walked: SyncSpace[],
): Promise<BulkRead | undefined> {
  const asked = sync.mode === 'incremental' ? first : [...sync.spaces.values()]
  if (asked.length > 0) await loadSpaceReaders(sync)
  const marks = asked.length > 0 ? await loadMarks(sync, asked) : undefined
  // Beside each other: what is written before the labels are known gets them afterwards (`syncLabels`).
  if (walked.length > 0)
    await eachOf(sync, [() => loadLabels(sync), () => walkSpaces(sync, walked)], 2, (work) => work())
  return marks
}

/** Whether this run wrote anything: only then may a folder be missing that was not before. */
async function hasNews(sync: Sync): Promise<boolean> {
  const run = await findRun(sync.app.db, sync.runId)
  const counts = RunCounts.parse(run?.counts ?? NO_COUNTS)
  return counts.created + counts.updated > 0
}
