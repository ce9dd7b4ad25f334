/** The brakes of an integration as an admin sees and decides them. */
import { sql } from 'kysely'
import { Brake, type BrakeDecision, type BrakedDocument, type BrakeQuery } from '#schema/sync-health.ts'
import type { ListQuery } from '#schema/common.ts'
import { authorize } from '#server/access/policy.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { Db } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { fromCursor, toPage, type Page } from '#server/platform/page.ts'
import { notFound, Problem } from '#server/platform/problem.ts'
import { changeBrake, lockBrake, selectBrakes, type BrakeLine } from './brake-store.ts'
import { listBrakedParts } from './braked-parts.ts'
import { queueRun } from './runs.ts'
import { getIntegrationRow, updateIntegration } from './store.ts'

type Needs = Pick<App, 'db' | 'clock' | 'jobs'>

/** Newest first. */
export async function listBrakes(
  app: Pick<App, 'db'>,
  actor: Actor,
  integrationId: string,
  query: BrakeQuery,
): Promise<Page<Brake>> {
  authorize(actor, 'integration.read')
  await getIntegrationRow(app.db, integrationId)
  const [at, id] = query.cursor === undefined ? [] : fromCursor(query.cursor, 2)
  let rows = selectBrakes(app.db)
    .where('brake.integration_id', '=', integrationId)
    .orderBy('brake.at', 'desc')
    .orderBy('brake.id', 'desc')
    .limit(query.limit + 1)
  if (query.state !== undefined) rows = rows.where('brake.state', '=', query.state)
  if (at !== undefined) rows = rows.where(sql<boolean>`(brake.at, brake.id) < (${at}::timestamptz, ${id}::uuid)`)
  const page = toPage(await rows.execute(), query.limit, (row) => [row.at.toISOString(), row.id])
  return { items: page.items.map(presentBrake), nextCursor: page.nextCursor }
}

export async function getBrake(app: Pick<App, 'db'>, actor: Actor, id: string): Promise<Brake> {
  authorize(actor, 'integration.read')
  const row = await selectBrakes(app.db).where('brake.id', '=', id).executeTakeFirst()
  if (row === undefined) throw notFound('Brake', id)
  return presentBrake(row)
}

/** What it is about, by the ids there: documents, or the attachments or comments that hang on pages. */
export async function listBrakedDocuments(
  app: Pick<App, 'db'>,
  actor: Actor,
  id: string,
  query: ListQuery,
): Promise<Page<BrakedDocument>> {
  const { reason } = await getBrake(app, actor, id)
  const [after] = query.cursor === undefined ? [] : fromCursor(query.cursor, 1)
  const window = { after: String(after ?? ''), limit: query.limit + 1 }
  const items =
    reason === 'vanished' || reason === 'lost-access'
      ? await findDocuments(app.db, id, window)
      : await listBrakedParts(app.db, id, reason === 'attachments' ? 'attachment' : 'comment', window)
  return toPage(items, query.limit, (item) => [item.externalId])
}

async function findDocuments(
  db: Db,
  brakeId: string,
  { after, limit }: { after: string; limit: number },
): Promise<BrakedDocument[]> {
  const rows = await db
    .selectFrom('sync_brakes as brake')
    .innerJoin('documents as document', (join) =>
      join
        .onRef('document.integration_id', '=', 'brake.integration_id')
        .on(sql<boolean>`document.external_id = any(brake.external_ids)`),
    )
    .select(['document.id', 'document.external_id', 'document.title', 'document.type', 'document.version_at'])
    .where('brake.id', '=', brakeId)
    .where('document.external_id', '>', after)
    .orderBy('document.external_id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    externalId: row.external_id,
    title: row.title,
    type: row.type,
    updatedAt: row.version_at?.toISOString() ?? null,
    page: null,
  }))
}

/** Exactly these go by a run that begins at once, but for those that came back. 409 when it is decided, or about others by now. */
export async function confirmBrake(app: Needs, actor: Actor, id: string, input: BrakeDecision): Promise<Brake> {
  return decide(app, actor, id, input, 'confirmed')
}

/** These stay, and nobody is asked for the same ones again. */
export async function rejectBrake(app: Needs, actor: Actor, id: string, input: BrakeDecision): Promise<Brake> {
  return decide(app, actor, id, input, 'rejected')
}

async function decide(
  app: Needs,
  actor: Actor,
  id: string,
  input: BrakeDecision,
  state: 'confirmed' | 'rejected',
): Promise<Brake> {
  authorize(actor, 'integration.update')
  const now = app.clock.now()
  await transact(app.db, async (tx) => {
    const brake = await lockBrake(tx, id)
    const gone = brake.external_ids.length
    requireOpen(brake.state, gone, input)
    await changeBrake(tx, brake, { state, decided_by: actor.id, decided_at: now })
    if (state === 'confirmed') {
      // When a run is under way, the schedule starts another one as soon as it is over.
      await queueRun(app, tx, actor, brake.integration_id, 'incremental')
      await updateIntegration(tx, brake.integration_id, { next_sync_at: now })
    }
    const { space_id: spaceId, reason } = brake
    await record(tx, actor, `sync.brake-${state}`, `integration:${brake.integration_id}`, { id, spaceId, reason, gone })
  })
  return getBrake(app, actor, id)
}

function requireOpen(state: string, gone: number, input: BrakeDecision): void {
  if (state === 'over')
    throw new Problem(409, 'brake-over', 'They came back, or are settled otherwise. Load the list again.')
  if (state !== 'waiting')
    throw new Problem(409, 'already-decided', `Somebody else has ${state} this already. Load the list again.`)
  if (input.gone !== undefined && input.gone !== gone)
    throw new Problem(
      409,
      'changed-meanwhile',
      `By now ${gone} would go, not ${input.gone}. Look at the list again, then decide.`,
    )
}

function presentBrake(row: BrakeLine): Brake {
  return {
    id: row.id,
    integrationId: row.integration_id,
    space: { key: row.space_key, name: row.space_name },
    reason: Brake.shape.reason.parse(row.reason),
    gone: row.gone,
    all: row.all_count,
    state: Brake.shape.state.parse(row.state),
    at: row.at.toISOString(),
    decidedBy: row.decided_at === null ? null : { id: row.decided_by, name: row.decider ?? 'A former user' },
    decidedAt: row.decided_at?.toISOString() ?? null,
  }
}
