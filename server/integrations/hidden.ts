/** Documents that are hidden, with when they go for good; and how one of them comes back. */
import { sql } from 'kysely'
import { HiddenDocument, type HiddenQuery } from '#schema/sync-health.ts'
import type { SyncRun } from '#schema/integration.ts'
import { authorize } from '#server/access/policy.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import { nodeType } from '#server/connectors/confluence/nodes.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { fromCursor, toPage, type Page } from '#server/platform/page.ts'
import { notFound, Problem } from '#server/platform/problem.ts'
import { askFor } from './asked.ts'
import { openConnection } from './open-source.ts'
import { listReadSpaces } from './read-spaces.ts'
import { getRun, queueRun } from './runs.ts'
import { findOpenRun } from './run-store.ts'
import { StoredSettings } from './settings.ts'
import { getIntegrationRow, updateIntegration, type IntegrationRow } from './store.ts'

const DAY_MS = 86_400_000
/** Reasons that end in a purge: the source itself said that it was thrown away. That it is not shown any more proves nothing. */
export const PURGED_REASONS = ['trashed'] as const

/** Lately hidden first. */
export async function listHidden(
  app: Pick<App, 'db'>,
  actor: Actor,
  integrationId: string,
  query: HiddenQuery,
): Promise<Page<HiddenDocument>> {
  authorize(actor, 'integration.read')
  const { quarantineDays, spaces } = StoredSettings.parse((await getIntegrationRow(app.db, integrationId)).settings)
  const [at, id] = query.cursor === undefined ? [] : fromCursor(query.cursor, 2)
  let rows = app.db
    .selectFrom('documents as document')
    .innerJoin('spaces as space', 'space.id', 'document.space_id')
    .select([
      'document.id',
      'document.external_id',
      'document.title',
      'document.type',
      'document.deleted_reason',
      'document.space_id',
      'space.key',
      'space.name',
      sql<Date>`document.deleted_at`.as('deleted_at'),
      // Whole: a cursor in milliseconds would pass over rows of the same one.
      sql<string>`to_json(document.deleted_at)#>>'{}'`.as('exactly'),
    ])
    .where('document.integration_id', '=', integrationId)
    .where('document.deleted_at', 'is not', null)
    .orderBy('document.deleted_at', 'desc')
    .orderBy('document.id', 'desc')
    .limit(query.limit + 1)
  if (query.space !== undefined) rows = rows.where(sql`lower(space.key)`, '=', query.space.toLowerCase())
  if (query.reason !== undefined) rows = rows.where('document.deleted_reason', '=', query.reason)
  if (at !== undefined)
    rows = rows.where(sql<boolean>`(document.deleted_at, document.id) < (${at}::timestamptz, ${id}::uuid)`)
  const page = toPage(await rows.execute(), query.limit, (row) => [row.exactly, row.id])
  const read = await listReadSpaces(app.db, integrationId, spaces)
  const items = page.items.map((row) => {
    const reason = HiddenDocument.shape.reason.parse(row.deleted_reason)
    const goes = PURGED_REASONS.some((one) => one === reason) && read.has(row.space_id)
    return {
      id: row.id,
      externalId: row.external_id,
      title: row.title,
      type: row.type,
      space: { key: row.key, name: row.name },
      reason,
      hiddenAt: row.deleted_at.toISOString(),
      purgeAt: goes ? new Date(row.deleted_at.getTime() + quarantineDays * DAY_MS).toISOString() : null,
    }
  })
  return { items, nextCursor: page.nextCursor }
}

type Needs = Pick<App, 'db' | 'keys' | 'fetch' | 'clock' | 'jobs' | 'config'>

/**
 * Has a run read the document anew, which brings it back as Confluence has it now. 409 when Confluence has it no more, or
 * hides it from the key. Answers the run, or the one that is under way and after which the document comes.
 */
export async function restoreHidden(
  app: Needs,
  actor: Actor,
  integrationId: string,
  documentId: string,
): Promise<SyncRun> {
  authorize(actor, 'integration.update')
  const integration = await getIntegrationRow(app.db, integrationId)
  const hidden = await app.db
    .selectFrom('documents')
    .select(['external_id', 'type', 'title', 'deleted_reason'])
    .where('id', '=', documentId)
    .where('integration_id', '=', integrationId)
    .where('deleted_at', 'is not', null)
    .executeTakeFirst()
  if (hidden === undefined) throw notFound('Hidden document', documentId)
  const { external_id: externalId, type, title } = hidden
  if (hidden.deleted_reason === 'unselected')
    throw new Problem(409, 'not-selected', `The space of “${title}” is not chosen. Choose it under Edit, Spaces.`)
  await requireThere(app, integration, { externalId, type, title })
  const runId = await transact(app.db, async (tx) => {
    await askFor(tx, integrationId, [{ externalId, type }])
    const queued = await queueRun(app, tx, actor, integrationId, 'incremental')
    await updateIntegration(tx, integrationId, { next_sync_at: app.clock.now() })
    await record(tx, actor, 'document.restore-requested', `document:${documentId}`, { integrationId, title })
    return queued ?? (await findOpenRun(tx, integrationId))?.id
  })
  if (runId === undefined) throw new Problem(409, 'sync-running', 'A sync is just ending. Try again.')
  return getRun(app, actor, integrationId, runId)
}

async function requireThere(
  app: Needs,
  integration: IntegrationRow,
  { externalId, type, title }: { externalId: string; type: string; title: string },
): Promise<void> {
  const { source } = await openConnection(app, integration, { maxTries: 2, isUrgent: true })
  const kind = nodeType(type)
  const found =
    kind === undefined
      ? (await source.getPages(type === 'blogpost' ? 'blogposts' : 'pages', [externalId])).pages.length > 0
      : (await source.findNode(kind, externalId)) !== undefined
  if (found) return
  throw new Problem(
    409,
    'not-in-confluence',
    `Confluence has “${title}” no more, or hides it from the API key. Restore it there first, from the space’s trash.`,
  )
}
