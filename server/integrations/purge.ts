/**
 * Ends the quarantine: what Confluence said is in the trash, stayed hidden as long as the integration keeps such things, and is
 * in the trash still. The clock alone is not enough: each is asked for before it goes, and of spaces that are not read nobody
 * knows what came back since. Beside it goes what is known of publishes that were settled long ago.
 */
import { sql } from 'kysely'
import type { App } from '#server/app.ts'
import type { Db } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import { Problem, Upstream } from '#server/platform/problem.ts'
import { repeat } from '#server/platform/repeat.ts'
import { openConnection, type Connection } from './open-source.ts'
import { forgetPublishes } from './publish/forget.ts'
import { judge } from './purge-judge.ts'
import { deleteTrashed, keepOutOfSight, listCandidates, type Candidate } from './purge-store.ts'
import { listReadSpaces } from './read-spaces.ts'
import { holdIntegration } from './run-store.ts'
import { StoredSettings } from './settings.ts'
import type { IntegrationRow } from './store.ts'
import { forgetTraffic } from './traffic.ts'
import { isInWindow } from './window.ts'

type Needs = Pick<App, 'db' | 'keys' | 'fetch' | 'clock' | 'config' | 'log'>

const EVERY_MS = 3_600_000
const DAY_MS = 86_400_000
/** Asked for in one pass of an integration, one or two requests each; the others wait for the next. */
const MOST_ASKED = 200
/** Asked for, then written in one transaction: between the two nobody should have the time to restore many. */
const BATCH = 20

/** Looks every hour until the queue stops, the first time at once. Every worker does; one integration is looked at by one at a time. */
export function startPurge(app: Needs & Pick<App, 'jobs'>): void {
  const { stopping } = app.jobs
  const hourly = (what: string, pass: () => Promise<unknown>) => {
    const trouble = `${what} could not be purged; it goes on within an hour`
    repeat({ everyMs: EVERY_MS, until: stopping, log: app.log, trouble }, pass)
  }
  hourly('hidden documents', () => purgeHidden(app, stopping))
  hourly('settled publishes', () => forgetPublishes(app, stopping))
}

/** One pass; how many documents went. What is only out of sight, by lost access or choice, is never purged. */
export async function purgeHidden(app: Needs, signal: AbortSignal): Promise<number> {
  const dayAgo = new Date(app.clock.now().getTime() - DAY_MS)
  await forgetTraffic(app.db, dayAgo)
  let purged = 0
  for (const integration of await listSwept(app.db, dayAgo)) {
    signal.throwIfAborted()
    purged += await aloneWith(app.db, integration.id, () => purgeOf(app, integration, signal))
  }
  if (purged > 0) app.log.info({ purged }, 'hidden documents were purged')
  return purged
}

/** Integrations that may be asked, of which a run over everything has come to its end since then. */
async function listSwept(db: Db, since: Date): Promise<IntegrationRow[]> {
  return db
    .selectFrom('integrations as integration')
    .selectAll()
    .where('integration.state', 'in', ['connected', 'unreachable'])
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('sync_runs as run')
          .select('run.id')
          .whereRef('run.integration_id', '=', 'integration.id')
          .where('run.mode', 'in', ['full', 'sweep'])
          .where('run.status', '=', 'succeeded')
          .where('run.finished_at', '>', since),
      ),
    )
    .execute()
}

/** Does nothing while another worker is at it. The connection holds it, not a transaction: Confluence may take its time. */
async function aloneWith(db: Db, integrationId: string, work: () => Promise<number>): Promise<number> {
  return db.connection().execute(async (connection) => {
    const lock = sql`hashtextextended(${`purge:${integrationId}`}, 0)`
    const { rows } = await sql<{ held: boolean }>`select pg_try_advisory_lock(${lock}) as held`.execute(connection)
    if (rows[0]?.held !== true) return 0
    try {
      return await work()
    } finally {
      // A connection that was lost in between has let go by itself.
      await sql`select pg_advisory_unlock(${lock})`.execute(connection).catch(() => {})
    }
  })
}

async function purgeOf(app: Needs, integration: IntegrationRow, signal: AbortSignal): Promise<number> {
  const { spaces, quarantineDays, manners } = StoredSettings.parse(integration.settings)
  const now = app.clock.now()
  if (!isInWindow(manners.window, now)) return 0
  const over = { integrationId: integration.id, before: new Date(now.getTime() - quarantineDays * DAY_MS) }
  const read = await listReadSpaces(app.db, integration.id, spaces)
  const candidates = await listCandidates(app.db, over, read, MOST_ASKED)
  let purged = 0
  if (candidates.length === 0) return purged
  try {
    // No retries: whatever is wrong, there is no hurry.
    const { source, meter } = await openConnection(app, integration, { signal, maxTries: 1 })
    try {
      for (let start = 0; start < candidates.length; start += BATCH)
        purged += await purgeBatch(app, source, over, candidates.slice(start, start + BATCH), signal)
    } finally {
      // Figures alone: where the database is away they are lost.
      await meter.flush().catch(() => {})
    }
  } catch (error) {
    if (signal.aborted) throw error
    // One integration is not held up by another.
    const why = error instanceof Problem || error instanceof Upstream ? { code: error.code } : { err: error }
    app.log.warn(
      { integration: integration.id, ...why },
      'hidden documents stay: Confluence cannot be asked about them',
    )
  }
  return purged
}

async function purgeBatch(
  app: Pick<Needs, 'db' | 'log'>,
  source: Connection['source'],
  over: { integrationId: string; before: Date },
  candidates: readonly Candidate[],
  signal: AbortSignal,
): Promise<number> {
  const judged = await judge(source, candidates, signal)
  const kept = judged.living.length + judged.unseen.length
  if (kept > 0) app.log.info({ integration: over.integrationId, kept }, 'hidden documents are no more in the trash')
  return transact(app.db, async (tx) => {
    if (!(await holdIntegration(tx, over.integrationId))) return 0
    await keepOutOfSight(tx, over, judged)
    return deleteTrashed(tx, over, judged.trashed)
  })
}
