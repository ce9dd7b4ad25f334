/** What a run leaves to a job: labels and comments in Confluence, tried until they are there or cannot be. */
import type { App } from '#server/app.ts'
import type { Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import { addComment, changeLabels } from '#server/integrations/write.ts'
import { Problem, publicFailure, Upstream } from '#server/platform/problem.ts'
import { describeShut, findReadings, waysToRead } from './page-readers.ts'
import { actionsOf, type RunRow, type StoredAction } from './run-store.ts'
import { statusOf } from './run.ts'
import { isTransient } from '#server/platform/transient.ts'

type Needs = Pick<App, 'db' | 'keys' | 'fetch' | 'clock' | 'config'>

/** With the queue's growing pauses about half an hour. */
const MOST_TRIES = 12

/**
 * Does one action of a run and notes in the run what came of it. Throws while another try may help: the queue makes it.
 * What Confluence was told once it is not told again.
 */
export async function act(app: Needs, runId: string, actionId: string): Promise<void> {
  const run = await app.db.selectFrom('workflow_runs').selectAll().where('id', '=', runId).executeTakeFirst()
  const action = run === undefined ? undefined : actionsOf(run).find(({ id }) => id === actionId)
  if (run === undefined || action?.status !== 'working') return
  try {
    await write(app, run, action)
  } catch (error) {
    if (isTransient(error)) throw error
    const isOurs = !(error instanceof Problem) && !(error instanceof Upstream)
    const detail = describe(error)
    const isOver = error instanceof Problem || (await countTry(app, runId, action, detail)) >= MOST_TRIES
    if (isOver) await note(app, runId, { ...action, status: 'failed', detail })
    if (!isOver || isOurs) throw error
    return
  }
  await note(app, runId, { ...action, status: 'done', detail: null })
}

/** Admins of the space read it. */
function describe(error: unknown): string {
  if (error instanceof Upstream) return publicFailure(error).message
  return error instanceof Problem ? error.message : 'A fault in Lockkeeper; its log says more.'
}

async function write(app: Needs, run: RunRow, { id, type, input }: StoredAction): Promise<void> {
  if (run.document_id === null || input === undefined) throw new Error('an action was queued without its page or value')
  await requireReading(app, run, run.document_id)
  const once = `${run.id}:${id}`
  if (type === 'comment') return addComment(app, run.document_id, input, once)
  const change = type === 'add-label' ? { add: [input] } : { remove: [input] }
  const cause = await causeOf(app, run)
  await changeLabels(app, run.document_id, change, { once, ...cause })
}

/** A space's workflow changes only what the person it runs as may still read; the same holds for one that was deleted. */
async function requireReading(app: Needs, run: RunRow, documentId: string): Promise<void> {
  const workflow = await app.db
    .selectFrom('workflows')
    .select('space_id')
    .where('id', '=', run.workflow_id)
    .executeTakeFirst()
  if (workflow?.space_id === null) return
  const open = await findReadings(app.db, waysToRead({ personId: run.run_as, documentId }))
  if (open.size === 0)
    throw new Problem(403, 'forbidden', describeShut(run.run_as_name === null ? undefined : { name: run.run_as_name }))
}

/** The event is gone when it was cleaned up meanwhile. */
async function causeOf(app: Needs, run: RunRow): Promise<{ depth: number; actorId: string | null }> {
  const event = await app.db
    .selectFrom('events')
    .select(['depth', 'actor_id'])
    .where('id', '=', run.event_id)
    .executeTakeFirst()
  return { depth: (event?.depth ?? 0) + 1, actorId: event?.actor_id ?? null }
}

/** Notes that it did not go well yet; answers how often it was tried. */
async function countTry(app: Needs, runId: string, action: StoredAction, detail: string): Promise<number> {
  const tries = (action.tries ?? 0) + 1
  await note(app, runId, { ...action, detail, tries })
  return tries
}

function note(app: Needs, runId: string, changed: StoredAction): Promise<void> {
  return transact(app.db, async (tx) => {
    const run = await lockRun(tx, runId)
    if (run === undefined) return
    const actions = actionsOf(run).map((action) => (action.id === changed.id ? changed : action))
    await tx
      .updateTable('workflow_runs')
      .set({ actions: JSON.stringify(actions), status: statusOf(actions) })
      .where('id', '=', runId)
      .execute()
  })
}

function lockRun(tx: Tx, runId: string): Promise<RunRow | undefined> {
  return tx.selectFrom('workflow_runs').selectAll().where('id', '=', runId).forUpdate().executeTakeFirst()
}
