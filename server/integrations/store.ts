import { sql, type Insertable, type Selectable } from 'kysely'
import type { Db, Tx } from '#server/db/open.ts'
import type { Integrations } from '#server/db/tables.ts'
import type { CheckReport, IntegrationState } from '#schema/integration.ts'
import { notFound } from '#server/platform/problem.ts'
import type { StoredSettings } from './settings.ts'

export type IntegrationRow = Selectable<Integrations>

export async function findIntegrationRow(db: Db | Tx, id: string): Promise<IntegrationRow | undefined> {
  return db.selectFrom('integrations').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function getIntegrationRow(db: Db | Tx, id: string): Promise<IntegrationRow> {
  const row = await findIntegrationRow(db, id)
  if (row === undefined) throw notFound('Integration', id)
  return row
}

/** Waits for and holds the row until the transaction ends. A running sync, whose rows refer to it, neither waits nor is waited for. */
export async function lockIntegration(tx: Tx, id: string): Promise<IntegrationRow> {
  const row = await tx.selectFrom('integrations').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst()
  if (row === undefined) throw notFound('Integration', id)
  return row
}

export async function hasIntegrationNamed(db: Db | Tx, name: string, exceptId?: string): Promise<boolean> {
  let query = db
    .selectFrom('integrations')
    .select('id')
    .where(sql`lower(name)`, '=', name.toLowerCase())
  if (exceptId !== undefined) query = query.where('id', '!=', exceptId)
  return (await query.executeTakeFirst()) !== undefined
}

export async function insertIntegration(tx: Tx, row: Insertable<Integrations>): Promise<void> {
  await tx.insertInto('integrations').values(row).execute()
}

export type IntegrationChangeRow = {
  name?: string
  settings?: StoredSettings
  state?: IntegrationState
  state_detail?: string | null
  last_check?: CheckReport
  next_sync_at?: Date
}

export async function updateIntegration(db: Db | Tx, id: string, change: IntegrationChangeRow): Promise<void> {
  const { settings, last_check, ...plain } = change
  await db
    .updateTable('integrations')
    .set({
      ...plain,
      ...(settings === undefined ? {} : { settings: JSON.stringify(settings) }),
      ...(last_check === undefined ? {} : { last_check: JSON.stringify(last_check) }),
      version: sql`version + 1`,
      updated_at: sql`now()`,
    })
    .where('id', '=', id)
    .execute()
}

/** Ends what waits or runs: what such a run has not committed yet is rolled back, for its writes demand an open run. */
export async function stopRuns(db: Db, id: string): Promise<void> {
  await db
    .updateTable('sync_runs')
    .set({ status: 'stopped', finished_at: sql`now()` })
    .where('integration_id', '=', id)
    .where('status', 'in', ['queued', 'running'])
    .execute()
}

export async function deleteIntegrationRow(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('integrations').where('id', '=', id).execute()
}

/** Newest first; `before` is the (created_at, id) of the last row seen. */
export async function listIntegrationRows(
  db: Db,
  limit: number,
  before?: { createdAt: Date; id: string },
): Promise<IntegrationRow[]> {
  let query = db.selectFrom('integrations').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit)
  if (before !== undefined)
    query = query.where(sql<boolean>`(created_at, id) < (${before.createdAt}::timestamptz, ${before.id}::uuid)`)
  return query.execute()
}

export async function countDocuments(db: Db, integrationIds: string[]): Promise<Map<string, number>> {
  if (integrationIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('documents')
    .select(['integration_id', (eb) => eb.fn.countAll<number>().as('count')])
    .where('integration_id', 'in', integrationIds)
    .where('deleted_at', 'is', null)
    .groupBy('integration_id')
    .execute()
  return new Map(rows.map((row) => [row.integration_id ?? '', row.count]))
}

export async function findExpiries(db: Db, credentialIds: string[]): Promise<Map<string, Date | null>> {
  if (credentialIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('credentials')
    .select(['id', 'expires_at'])
    .where('id', 'in', credentialIds)
    .execute()
  return new Map(rows.map((row) => [row.id, row.expires_at]))
}

/** Whether the integration's credential was changed after `since`; false when `since` is unknown. */
export async function isConnectionNewer(tx: Tx, id: string, since: Date | null): Promise<boolean> {
  if (since === null) return false
  const row = await tx
    .selectFrom('integrations')
    .innerJoin('credentials', 'credentials.id', 'integrations.credential_id')
    .select('credentials.updated_at')
    .where('integrations.id', '=', id)
    .executeTakeFirst()
  return row !== undefined && row.updated_at > since
}
