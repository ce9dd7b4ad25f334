/** Workflows, pages and events put straight into the store, and events routed by hand: for tests of the router. */
import { sql } from 'kysely'
import type { Definition } from '#schema/workflow.ts'
import type { App } from '#server/app.ts'
import { transact } from '#server/db/transact.ts'
import { emit, type NewEvent } from '#server/events/emit.ts'
import { newId } from '#server/platform/ids.ts'
import { openRouter, routeWaiting } from '#server/workflows/route.ts'

type Needs = Pick<App, 'db'>
type Place = { id: string; scope: string }

/** Stored as saving does, without its checks; enabled, of the space or global. */
export async function insertWorkflow(
  app: Needs,
  { space, ownerId, enabled = true }: { space?: Place | undefined; ownerId: string | null; enabled?: boolean },
  definition: Definition,
): Promise<string> {
  const id = newId()
  await app.db
    .insertInto('workflows')
    .values({
      id,
      scope: space?.scope ?? 'global',
      space_id: space?.id ?? null,
      name: definition.name,
      name_key: `${definition.name.toLowerCase()} ${id}`,
      definition: JSON.stringify(definition),
      events: (definition.triggers ?? []).flatMap(({ on }) => on),
      enabled,
      owner_id: ownerId,
      updated_by: 'system',
    })
    .execute()
  return id
}

export type StoredPage = {
  id: string
  title: string
  version: number
  labels: string[]
  spaceId: string
  parentId: string | null
}

/** A page of a space, without an integration. */
export async function insertPage(app: Needs, spaceId: string, given: Partial<StoredPage> = {}): Promise<StoredPage> {
  const page = { id: newId(), title: 'Reset a password', version: 1, labels: [], parentId: null, ...given, spaceId }
  await app.db
    .insertInto('documents')
    .values({
      id: page.id,
      space_id: spaceId,
      external_id: page.id,
      type: 'page',
      status: 'current',
      title: page.title,
      title_folded: page.title.toLowerCase(),
      parent_external_id: page.parentId,
      version: page.version,
      labels: page.labels,
      url: `https://wiki.example/${page.id}`,
      storage: '',
      markdown: '',
      body_text: '',
      content_hash: '',
    })
    .execute()
  return page
}

let happenings = 0

/** Something happens to a page, or anything else when `event` says so; its id. */
export async function happen(app: Needs, event: Partial<NewEvent> & { type: string }): Promise<void> {
  happenings += 1
  const dedupeKey = `test:${happenings}:${newId()}`
  await transact(app.db, (tx) => emit(tx, { dedupeKey, payload: {}, ...event }))
}

export function happenTo(app: Needs, page: StoredPage, type: string, more: Partial<NewEvent> = {}): Promise<void> {
  return happen(app, {
    type,
    spaceId: page.spaceId,
    subjectId: page.id,
    ...more,
    payload: { documentId: page.id, title: page.title, version: page.version, ...more.payload },
  })
}

/** Routes all that waits, as a worker does. */
export function route(app: App): Promise<number> {
  return routeWaiting(app, openRouter())
}

export type RunLine = { workflow: string; trigger: string; event: string; status: string; detail: string | null }

/** All runs, oldest first. */
export async function runsOf(app: Needs): Promise<RunLine[]> {
  const { rows } = await sql<RunLine>`
    select workflow_id as workflow, trigger_id as trigger, event_type as event, status, detail
    from workflow_runs order by id`.execute(app.db)
  return rows
}

/** What would be sent, oldest first. */
export function draftsOf(app: Needs) {
  return app.db
    .selectFrom('deliveries')
    .select([
      'id',
      'run_id',
      'action_id',
      'workflow_id',
      'url',
      'method',
      'headers',
      'body',
      'run_as',
      'space_id',
      'signing',
    ])
    .orderBy('id')
    .execute()
}

/** Forgets what happened and what came of it, and all workflows and pages. */
export async function clear(app: Needs): Promise<void> {
  await clearRuns(app)
  await sql`truncate documents cascade`.execute(app.db)
}

/** The same, but pages stay. */
export async function clearRuns(app: Needs): Promise<void> {
  await sql`truncate events, workflow_runs, deliveries, workflows, notifications cascade`.execute(app.db)
}

/** Waits until workers have routed all events, and sent or given up all deliveries. */
export async function untilQuiet(app: Needs): Promise<void> {
  const until = Date.now() + 60_000
  for (;;) {
    const { rows } = await sql<{ events: number; deliveries: number; runs: number }>`
      select (select count(*) from events where routed_at is null) as events,
        (select count(*) from deliveries where status in ('queued', 'failed')) as deliveries,
        (select count(*) from workflow_runs where status = 'working') as runs`.execute(app.db)
    const [waiting] = rows
    if (waiting !== undefined && waiting.events + waiting.deliveries + waiting.runs === 0) return
    if (Date.now() > until) throw new Error(`it did not become quiet: ${JSON.stringify(waiting)}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
