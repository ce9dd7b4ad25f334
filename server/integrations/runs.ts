/** Sync runs as people ask for them and watch them. */
import { SkippedItem, type NewRun, type RunMode, type SyncRun } from '#schema/integration.ts'
import type { ListQuery } from '#schema/common.ts'
import { authorize } from '#server/access/policy.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import { enqueue } from '#server/jobs/jobs.ts'
import type { Actor } from '#server/platform/actor.ts'
import { newId } from '#server/platform/ids.ts'
import { fromCursor, toPage, type Page } from '#server/platform/page.ts'
import { Problem } from '#server/platform/problem.ts'
import { presentRun } from './present.ts'
import {
  findOpenRun,
  findRun,
  getRunRow,
  insertRun,
  listRunRows,
  listSkippedRows,
  listWalks,
  listWalksOfRuns,
} from './run-store.ts'
import { getIntegrationRow } from './store.ts'

type Needs = Pick<App, 'db' | 'clock' | 'jobs'>

/** Queues a run in the caller's transaction; false when one is already waiting or running. */
export async function queueRun(
  app: Pick<App, 'jobs'>,
  tx: Tx,
  actor: Actor,
  integrationId: string,
  mode: RunMode,
): Promise<string | undefined> {
  const id = newId()
  if (!(await insertRun(tx, { id, integrationId, mode, requestedBy: actor.id }))) return undefined
  await enqueue(app.jobs, tx, 'integrations.sync', { runId: id })
  return id
}

/** Starts a run now; 409 with the running one when there is one, for two would do everything twice. */
export async function requestRun(app: Needs, actor: Actor, integrationId: string, input: NewRun): Promise<SyncRun> {
  authorize(actor, 'integration.sync')
  await getIntegrationRow(app.db, integrationId)
  const id = await transact(app.db, async (tx) => {
    const queued = await queueRun(app, tx, actor, integrationId, input.mode)
    if (queued !== undefined)
      await record(tx, actor, 'integration.sync-requested', `integration:${integrationId}`, {
        mode: input.mode,
        run: queued,
      })
    return queued
  })
  if (id !== undefined) return getRun(app, actor, integrationId, id)
  const running = await findOpenRun(app.db, integrationId)
  throw new Problem(
    409,
    'sync-running',
    'A sync of this integration is already waiting or running. Wait for it, or watch its progress.',
    { runId: running?.id },
  )
}

export async function getRun(
  app: Pick<App, 'db' | 'clock'>,
  actor: Actor,
  integrationId: string,
  id: string,
): Promise<SyncRun> {
  authorize(actor, 'integration.read')
  const row = await getRunRow(app.db, integrationId, id)
  return presentRun(row, await listWalks(app.db, id), app.clock.now())
}

/** Newest first. */
export async function listRuns(
  app: Pick<App, 'db' | 'clock'>,
  actor: Actor,
  integrationId: string,
  query: ListQuery,
): Promise<Page<SyncRun>> {
  authorize(actor, 'integration.read')
  await getIntegrationRow(app.db, integrationId)
  const [before] = query.cursor === undefined ? [] : fromCursor(query.cursor, 1)
  const rows = await listRunRows(
    app.db,
    integrationId,
    query.limit + 1,
    before === undefined ? undefined : String(before),
  )
  const page = toPage(rows, query.limit, (row) => [row.id])
  const walks = await listWalksOfRuns(
    app.db,
    page.items.map((row) => row.id),
  )
  const now = app.clock.now()
  return {
    items: page.items.map((row) =>
      presentRun(
        row,
        walks.filter((walk) => walk.run_id === row.id),
        now,
      ),
    ),
    nextCursor: page.nextCursor,
  }
}

/** What a run left out, with the reason. */
export async function listSkipped(
  app: Pick<App, 'db'>,
  actor: Actor,
  integrationId: string,
  id: string,
  query: ListQuery,
): Promise<Page<SkippedItem>> {
  authorize(actor, 'integration.read')
  await getRunRow(app.db, integrationId, id)
  const [after] = query.cursor === undefined ? [] : fromCursor(query.cursor, 1)
  const rows = await listSkippedRows(app.db, id, query.limit + 1, after === undefined ? undefined : String(after))
  const page = toPage(rows, query.limit, (row) => [row.id])
  const items = page.items.map((row) => ({
    externalId: row.external_id,
    type: row.type,
    title: row.title,
    spaceKey: row.space_key,
    reason: row.reason,
    at: row.at.toISOString(),
    retriedAt: row.retried_at?.toISOString() ?? null,
  }))
  return { items, nextCursor: page.nextCursor }
}

/** Yields the run whenever it has changed, until it is over or the signal is aborted. Reads the database, so it shows any process's run. */
export async function* watchRun(
  app: Pick<App, 'db' | 'clock'>,
  actor: Actor,
  integrationId: string,
  id: string,
  wait: (ms: number) => Promise<void>,
): AsyncGenerator<SyncRun> {
  authorize(actor, 'integration.read')
  await getRunRow(app.db, integrationId, id)
  let last = ''
  for (;;) {
    const row = await findRun(app.db, id)
    if (row === undefined) return
    const run = presentRun(row, await listWalks(app.db, id), app.clock.now())
    const key = JSON.stringify([run.status, run.counts, run.progress.done, run.progress.spaces])
    if (key !== last) yield run
    last = key
    if (run.finishedAt !== null) return
    await wait(500)
  }
}
