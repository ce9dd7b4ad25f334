import { sql, type Selectable } from 'kysely'
import type { RunCounts, RunMode, RunStatus } from '#schema/integration.ts'
import type { Db, Tx } from '#server/db/open.ts'
import type { SyncRuns, SyncWalks } from '#server/db/tables.ts'
import { notFound } from '#server/platform/problem.ts'

export type RunRow = Selectable<SyncRuns>
export type WalkRow = Selectable<SyncWalks>

export const NO_COUNTS: RunCounts = {
  seen: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  deleted: 0,
  skipped: 0,
  requests: 0,
}

/** False when a run of this integration is already waiting or running: the database allows one. */
export async function insertRun(
  tx: Tx,
  run: { id: string; integrationId: string; mode: RunMode; requestedBy: string },
): Promise<boolean> {
  const row = await tx
    .insertInto('sync_runs')
    .values({
      id: run.id,
      integration_id: run.integrationId,
      mode: run.mode,
      counts: JSON.stringify(NO_COUNTS),
      requested_by: run.requestedBy,
    })
    .onConflict((conflict) =>
      conflict.column('integration_id').where('status', 'in', ['queued', 'running']).doNothing(),
    )
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function findRun(db: Db | Tx, id: string): Promise<RunRow | undefined> {
  return db.selectFrom('sync_runs').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function getRunRow(db: Db | Tx, integrationId: string, id: string): Promise<RunRow> {
  const row = await findRun(db, id)
  if (row === undefined || row.integration_id !== integrationId) throw notFound('Sync run', id)
  return row
}

export async function findOpenRun(db: Db | Tx, integrationId: string): Promise<RunRow | undefined> {
  return db
    .selectFrom('sync_runs')
    .selectAll()
    .where('integration_id', '=', integrationId)
    .where('status', 'in', ['queued', 'running'])
    .executeTakeFirst()
}

/** Newest first. */
export async function listRunRows(db: Db, integrationId: string, limit: number, beforeId?: string): Promise<RunRow[]> {
  let query = db
    .selectFrom('sync_runs')
    .selectAll()
    .where('integration_id', '=', integrationId)
    .orderBy('id', 'desc')
    .limit(limit)
  if (beforeId !== undefined) query = query.where('id', '<', beforeId)
  return query.execute()
}

/** The newest run of each integration. */
export async function listLatestRuns(db: Db, integrationIds: string[]): Promise<RunRow[]> {
  if (integrationIds.length === 0) return []
  return db
    .selectFrom('sync_runs')
    .selectAll()
    .distinctOn('integration_id')
    .where('integration_id', 'in', integrationIds)
    .orderBy('integration_id')
    .orderBy('id', 'desc')
    .execute()
}

/** Keeps the integration from being deleted until the transaction ends; false when it is gone. */
export async function holdIntegration(tx: Tx, id: string): Promise<boolean> {
  const row = await tx.selectFrom('integrations').select('id').where('id', '=', id).forKeyShare().executeTakeFirst()
  return row !== undefined
}

/** Makes this process the run's runner. From now on only writes that carry `runner` count. */
export async function claimRun(db: Db, id: string, runner: string): Promise<RunRow | undefined> {
  return db
    .updateTable('sync_runs')
    .set({ status: 'running', runner, started_at: sql`coalesce(started_at, now())`, heartbeat_at: sql`now()` })
    .where('id', '=', id)
    .where('status', 'in', ['queued', 'running'])
    .returningAll()
    .executeTakeFirst()
}

/** Adds to the run's counts; false when another process has taken the run over, or it is gone: then this one must stop. */
export async function addCounts(
  db: Db | Tx,
  id: string,
  runner: string,
  add: Partial<RunCounts>,
  waitedMs: number,
): Promise<boolean> {
  const sum = sql`(select jsonb_object_agg(key, (counts->>key)::int + coalesce((${JSON.stringify(add)}::jsonb->>key)::int, 0)) from jsonb_object_keys(counts) as key)`
  const row = await db
    .updateTable('sync_runs')
    .set({
      counts: sql`${sum}`,
      heartbeat_at: sql`now()`,
      error: null,
      waited_ms: sql`waited_ms + ${Math.round(waitedMs)}::bigint`,
    })
    .where('id', '=', id)
    .where('runner', '=', runner)
    .where('status', '=', 'running')
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Whether the run is still open and this runner's. */
export async function isRunnerOf(db: Db, id: string, runner: string): Promise<boolean> {
  const row = await findRun(db, id)
  return row?.status === 'running' && row.runner === runner
}

/** Says why an open run does not get on; the next progress takes the note away. */
export async function noteTrouble(db: Db, id: string, runner: string, error: { code: string; detail: string }) {
  await db
    .updateTable('sync_runs')
    .set({ error: JSON.stringify(error) })
    .where('id', '=', id)
    .where('runner', '=', runner)
    .where('status', '=', 'running')
    .execute()
}

export async function finishRun(
  db: Db | Tx,
  id: string,
  runner: string,
  status: RunStatus,
  error: { code: string; detail: string } | null,
): Promise<void> {
  await db
    .updateTable('sync_runs')
    .set({ status, error: error === null ? null : JSON.stringify(error), finished_at: sql`now()` })
    .where('id', '=', id)
    .where('runner', '=', runner)
    .execute()
}

export async function listWalks(db: Db | Tx, runId: string): Promise<WalkRow[]> {
  return db
    .selectFrom('sync_walks')
    .selectAll()
    .where('run_id', '=', runId)
    .orderBy('space_key')
    .orderBy('stream')
    .execute()
}

export async function listWalksOfRuns(db: Db, runIds: string[]): Promise<WalkRow[]> {
  if (runIds.length === 0) return []
  return db.selectFrom('sync_walks').selectAll().where('run_id', 'in', runIds).orderBy('space_key').execute()
}

export type NewWalk = {
  run_id: string
  space_external_id: string
  space_key: string
  space_name: string
  stream: string
  total?: number | null
}

export async function insertWalks(db: Db | Tx, walks: NewWalk[]): Promise<void> {
  if (walks.length === 0) return
  await db
    .insertInto('sync_walks')
    .values(walks)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export type WalkKey = { runId: string; spaceExternalId: string; stream: string }

export async function updateWalk(
  db: Db | Tx,
  walk: WalkKey,
  change: {
    status?: WalkRow['status']
    cursor?: string | null
    addDone?: number
    /** Set when a walk begins again from its top. */
    done?: number
    detail?: string | null
    total?: number
    first_seen_at?: Date
  },
): Promise<void> {
  const { addDone, ...plain } = change
  await db
    .updateTable('sync_walks')
    .set({ ...plain, ...(addDone === undefined ? {} : { done: sql`done + ${addDone}` }) })
    .where('run_id', '=', walk.runId)
    .where('space_external_id', '=', walk.spaceExternalId)
    .where('stream', '=', walk.stream)
    .execute()
}

export async function findWatermarks(db: Db | Tx, integrationId: string, stream: string): Promise<Map<string, Date>> {
  const rows = await db
    .selectFrom('sync_watermarks')
    .selectAll()
    .where('integration_id', '=', integrationId)
    .where('stream', '=', stream)
    .execute()
  return new Map(rows.map((row) => [row.space_external_id, row.complete_until]))
}

export async function setWatermarks(
  db: Db | Tx,
  integrationId: string,
  stream: string,
  spaceExternalIds: string[],
  completeUntil: Date,
): Promise<void> {
  if (spaceExternalIds.length === 0) return
  await db
    .insertInto('sync_watermarks')
    .values(
      spaceExternalIds.map((id) => ({
        integration_id: integrationId,
        space_external_id: id,
        stream,
        complete_until: completeUntil,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['integration_id', 'space_external_id', 'stream'])
        .doUpdateSet({ complete_until: sql`greatest(sync_watermarks.complete_until, excluded.complete_until)` }),
    )
    .execute()
}

/** Forgets that these spaces were ever complete: when they come back, it is a first import. */
export async function dropWatermarks(tx: Tx, integrationId: string, spaceExternalId: string): Promise<void> {
  await tx
    .deleteFrom('sync_watermarks')
    .where('integration_id', '=', integrationId)
    .where('space_external_id', '=', spaceExternalId)
    .execute()
}

export type NewSkip = {
  id: string
  run_id: string
  external_id: string
  type: string
  title: string
  space_key: string | null
  reason: string
}

export async function insertSkipped(db: Db | Tx, skipped: NewSkip[]): Promise<void> {
  if (skipped.length > 0) await db.insertInto('sync_skipped').values(skipped).execute()
}

export async function listSkippedRows(db: Db, runId: string, limit: number, afterId?: string) {
  let query = db.selectFrom('sync_skipped').selectAll().where('run_id', '=', runId).orderBy('id').limit(limit)
  if (afterId !== undefined) query = query.where('id', '>', afterId)
  return query.execute()
}

export async function setTotal(db: Db | Tx, runId: string, total: number): Promise<void> {
  await db.updateTable('sync_runs').set({ total_estimate: total }).where('id', '=', runId).execute()
}
