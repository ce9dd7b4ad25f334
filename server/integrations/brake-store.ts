import { sql, type Insertable, type Selectable, type Updateable } from 'kysely'
import type { Brake } from '#schema/sync-health.ts'
import { notFound } from '#server/platform/problem.ts'
import type { Db, Tx } from '#server/db/open.ts'
import type { SyncBrakes } from '#server/db/tables.ts'

export type BrakeRow = Selectable<SyncBrakes>
type Reason = Brake['reason']

/** Those of a space that hold something back: waiting for a person, rejected, or confirmed and not carried out yet. */
export async function listHolding(db: Db | Tx, spaceId: string, reason: Reason): Promise<BrakeRow[]> {
  return db
    .selectFrom('sync_brakes')
    .selectAll()
    .where('space_id', '=', spaceId)
    .where('reason', '=', reason)
    .where((eb) =>
      eb.or([
        eb('state', 'in', ['waiting', 'rejected']),
        eb.and([eb('state', '=', 'confirmed'), eb('done_at', 'is', null)]),
      ]),
    )
    .execute()
}

/** Confirmed ones that are still to be carried out. */
export async function listConfirmed(
  db: Db | Tx,
  integrationId: string,
  reasons: readonly Reason[],
): Promise<BrakeRow[]> {
  return db
    .selectFrom('sync_brakes')
    .selectAll()
    .where('integration_id', '=', integrationId)
    .where('reason', 'in', reasons)
    .where('state', '=', 'confirmed')
    .where('done_at', 'is', null)
    .orderBy('id')
    .execute()
}

export async function insertBrake(tx: Tx, row: Insertable<SyncBrakes>): Promise<void> {
  await tx.insertInto('sync_brakes').values(row).execute()
}

/** Changes it as long as it is in this state: what somebody decided meanwhile stays as he saw it. */
export async function changeBrake(
  tx: Tx,
  { id, state }: Pick<BrakeRow, 'id' | 'state'>,
  change: Updateable<SyncBrakes>,
): Promise<void> {
  await tx.updateTable('sync_brakes').set(change).where('id', '=', id).where('state', '=', state).execute()
}

/** Ends those for these reasons that hold things of other spaces than these back: what they were about is settled. */
export async function endBrakes(
  tx: Tx,
  integrationId: string,
  reasons: readonly Reason[],
  except: readonly string[],
): Promise<void> {
  await tx
    .updateTable('sync_brakes')
    .set({ state: 'over' })
    .where('integration_id', '=', integrationId)
    .where('reason', 'in', reasons)
    .where('state', 'in', ['waiting', 'rejected'])
    .where(sql<boolean>`space_id <> all(${except}::uuid[])`)
    .execute()
}

/** Waits for and holds the row until the transaction ends. */
export async function lockBrake(tx: Tx, id: string): Promise<BrakeRow> {
  const row = await tx.selectFrom('sync_brakes').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  if (row === undefined) throw notFound('Brake', id)
  return row
}

export type BrakeLine = Omit<BrakeRow, 'external_ids'> & {
  gone: number
  space_key: string
  space_name: string
  decider: string | null
}

/** With what a list of them shows: how many instead of which, and names. */
export function selectBrakes(db: Db | Tx) {
  return db
    .selectFrom('sync_brakes as brake')
    .innerJoin('spaces as space', 'space.id', 'brake.space_id')
    .leftJoin('users as decider', 'decider.id', 'brake.decided_by')
    .select([
      'brake.id',
      'brake.integration_id',
      'brake.space_id',
      'brake.run_id',
      'brake.reason',
      'brake.all_count',
      'brake.state',
      'brake.at',
      'brake.decided_by',
      'brake.decided_at',
      'brake.done_at',
      sql<number>`cardinality(brake.external_ids)`.as('gone'),
      'space.key as space_key',
      'space.name as space_name',
      'decider.name as decider',
    ])
}

export async function countWaiting(db: Db, integrationId: string): Promise<number> {
  const { count } = await db
    .selectFrom('sync_brakes')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('integration_id', '=', integrationId)
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow()
  return count
}
