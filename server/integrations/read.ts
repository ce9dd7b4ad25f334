import type { Integration } from '#schema/integration.ts'
import type { ListQuery } from '#schema/common.ts'
import { authorize } from '#server/access/policy.ts'
import type { App } from '#server/app.ts'
import type { Actor } from '#server/platform/actor.ts'
import { fromCursor, toPage, type Page } from '#server/platform/page.ts'
import { presentIntegration, presentRun } from './present.ts'
import { listLatestRuns, listWalksOfRuns } from './run-store.ts'
import { countDocuments, findExpiries, getIntegrationRow, listIntegrationRows, type IntegrationRow } from './store.ts'

type Needs = Pick<App, 'db' | 'clock'>

export async function getIntegration(app: Needs, actor: Actor, id: string): Promise<Integration> {
  authorize(actor, 'integration.read')
  const [integration] = await present(app, [await getIntegrationRow(app.db, id)])
  if (integration === undefined) throw new Error('one row in, one out')
  return integration
}

/** Newest first. */
export async function listIntegrations(app: Needs, actor: Actor, query: ListQuery): Promise<Page<Integration>> {
  authorize(actor, 'integration.read')
  const [createdAt, id] = query.cursor === undefined ? [] : fromCursor(query.cursor, 2)
  const before =
    createdAt === undefined || id === undefined ? undefined : { createdAt: new Date(createdAt), id: String(id) }
  const rows = await listIntegrationRows(app.db, query.limit + 1, before)
  const page = toPage(rows, query.limit, (row) => [row.created_at.toISOString(), row.id])
  return { items: await present(app, page.items), nextCursor: page.nextCursor }
}

async function present(app: Needs, rows: IntegrationRow[]): Promise<Integration[]> {
  const ids = rows.map((row) => row.id)
  const runs = await listLatestRuns(app.db, ids)
  const [documents, expiries, walks] = await Promise.all([
    countDocuments(app.db, ids),
    findExpiries(
      app.db,
      rows.map((row) => row.credential_id),
    ),
    listWalksOfRuns(
      app.db,
      runs.map((run) => run.id),
    ),
  ])
  const now = app.clock.now()
  return rows.map((row) => {
    const run = runs.find((one) => one.integration_id === row.id)
    return presentIntegration(row, {
      expiresAt: expiries.get(row.credential_id) ?? null,
      documents: documents.get(row.id) ?? 0,
      lastRun:
        run === undefined
          ? null
          : presentRun(
              run,
              walks.filter((walk) => walk.run_id === run.id),
              now,
            ),
    })
  })
}
