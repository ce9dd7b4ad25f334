/** Facts for a batch of events: each kind of thing is asked for once, whatever the number of events and workflows. */
import { sql } from 'kysely'
import { z } from 'zod'
import type { Db, Tx } from '#server/db/open.ts'
import type { ActiveWorkflow } from './active.ts'
import type { Facts, PageFacts } from './facts.ts'

/** An event as it is stored. `subjectId`: of page.* and status.changed the page. */
export type RoutedEvent = {
  id: string
  type: string
  spaceId: string | null
  subjectId: string | null
  actorId: string | null
  depth: number
  at: Date
  payload: EventPayload
  /** Why its payload cannot be read; null: it can. */
  fault: string | null
}

/** What the payloads of all types hold that workflows may ask for; each type has some of it. */
export const EventPayload = z.looseObject({
  workflowId: z.string().optional(),
  triggerId: z.string().optional(),
  changed: z.array(z.string()).optional(),
  from: z.string().nullish(),
  to: z.string().nullish(),
  transition: z.string().nullish(),
  comment: z.string().nullish(),
  version: z.number().optional(),
  name: z.string().optional(),
  expiresAt: z.string().optional(),
  daysLeft: z.number().optional(),
  integrationId: z.string().optional(),
  code: z.string().optional(),
})
export type EventPayload = z.infer<typeof EventPayload>

/** Those of the types that workflows know whose subject is a page. */
export function isAboutPage(type: string): boolean {
  return type.startsWith('page.') || type === 'status.changed'
}

export type PersonFacts = { id: string; name: string; email: string }

export type Known = {
  pages: ReadonlyMap<string, PageFacts>
  /** By `standingKey`. */
  standings: Map<string, Standing>
  people: ReadonlyMap<string, PersonFacts>
  /** Names of integrations. */
  integrations: ReadonlyMap<string, string>
}

export type Standing = { status: string; assigneeId: string | null }

/** What these events and workflows may ask for, in at most five queries. */
export async function loadKnown(
  db: Db | Tx,
  events: readonly RoutedEvent[],
  workflows: readonly ActiveWorkflow[],
): Promise<Known> {
  const pageIds = unique(events.flatMap(({ type, subjectId }) => (isAboutPage(type) ? [subjectId] : [])))
  const personIds = unique([...events.map(({ actorId }) => actorId), ...workflows.map(({ ownerId }) => ownerId)])
  const integrationIds = unique(events.map(({ payload }) => payload.integrationId))
  const withStatuses = workflows.filter(({ hasStatuses }) => hasStatuses).map(({ id }) => id)
  const pages = await loadPages(db, pageIds)
  if (workflows.some((workflow) => workflow.asksForTrees)) await addPaths(db, pages)
  return {
    pages,
    standings: await loadStandings(db, pageIds, withStatuses),
    people: await loadPeople(db, personIds),
    integrations: await loadIntegrations(db, integrationIds),
  }
}

/** The person an event of these types runs as is who caused it, of others the workflow's owner. Undefined: he is gone. */
export function findRunAs(
  event: Pick<RoutedEvent, 'type' | 'actorId'>,
  workflow: Pick<ActiveWorkflow, 'ownerId'>,
  known: Pick<Known, 'people'>,
): PersonFacts | undefined {
  return known.people.get(personOf(event) ?? workflow.ownerId ?? '')
}

/** The person whose step the event is. */
export function personOf({ type, actorId }: Pick<RoutedEvent, 'type' | 'actorId'>): string | null {
  return BY_PERSONS.has(type) ? actorId : null
}

const BY_PERSONS: ReadonlySet<string> = new Set(['status.changed', 'page.approved', 'page.rejected'])
const OF_TRANSITIONS = BY_PERSONS

export function toFacts(event: RoutedEvent, workflow: ActiveWorkflow, known: Known): Facts {
  const { id, type, at, depth, payload } = event
  const isStep = OF_TRANSITIONS.has(type)
  const now = isAboutPage(type) ? known.pages.get(event.subjectId ?? '') : undefined
  // What was approved or moved on is told by its version, also when the page has been edited since.
  const page = now && isStep ? { ...now, version: payload.version ?? now.version } : now
  const { from = null, to, transition, comment = null } = payload
  return {
    event: { id, type, at, depth },
    workflow: { id: workflow.id, name: workflow.name },
    page,
    pageStatus: page === undefined ? null : (known.standings.get(standingKey(page.id, workflow.id))?.status ?? null),
    changed: payload.changed ?? (type === 'status.changed' ? ['status'] : []),
    status: isStep && typeof to === 'string' ? { from, to } : undefined,
    transition: isStep && typeof transition === 'string' ? { name: transition, comment } : undefined,
    user: findRunAs(event, workflow, known),
    credential: type === 'credential.expiring' ? credentialOf(payload) : undefined,
    sync: type.startsWith('sync.') ? syncOf(payload, known) : undefined,
  }
}

export function standingKey(documentId: string, workflowId: string): string {
  return `${documentId} ${workflowId}`
}

function credentialOf({ name, expiresAt, daysLeft }: EventPayload): Facts['credential'] {
  if (name === undefined || expiresAt === undefined || daysLeft === undefined) return undefined
  return { name, expiresAt: new Date(expiresAt), daysLeft }
}

function syncOf({ integrationId, code }: EventPayload, known: Known): Facts['sync'] {
  return { integration: known.integrations.get(integrationId ?? '') ?? '', code: code ?? '' }
}

type PageRow = Omit<PageFacts, 'space' | 'path'> & { spaceId: string; spaceKey: string; spaceName: string }

async function loadPages(db: Db | Tx, ids: readonly string[]): Promise<Map<string, PageFacts>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<PageRow>`
    select document.id, document.external_id as "externalId", document.title, document.type, document.url,
      document.version, document.labels, person.name as author,
      space.id as "spaceId", space.key as "spaceKey", space.name as "spaceName"
    from documents document
    join spaces space on space.id = document.space_id
    left join source_people person
      on person.integration_id = document.integration_id and person.account_id = document.version_author
    where document.id = any(${ids}::uuid[])`.execute(db)
  return new Map(
    rows.map(({ spaceId, spaceKey, spaceName, ...row }) => [
      row.id,
      { ...row, space: { id: spaceId, key: spaceKey, name: spaceName }, path: [] },
    ]),
  )
}

/** Deeper than any tree of pages; it ends a circle, which no site should have. */
const DEEPEST = 100

async function addPaths(db: Db | Tx, pages: ReadonlyMap<string, PageFacts>): Promise<void> {
  if (pages.size === 0) return
  const { rows } = await sql<{ page: string; path: string[] }>`
    with recursive above as (
      select id as page, id, integration_id, parent_external_id, 0 as height
      from documents where id = any(${[...pages.keys()]}::uuid[])
      union all
      select above.page, parent.id, parent.integration_id, parent.parent_external_id, above.height + 1
      from above join documents parent
        on parent.integration_id = above.integration_id and parent.external_id = above.parent_external_id
      where above.height < ${DEEPEST} and parent.deleted_at is null
    )
    select page, array_agg(id order by height) as path from above group by page`.execute(db)
  for (const { page, path } of rows) pages.get(page)?.path.push(...path)
}

/** By `standingKey`. */
export async function loadStandings(
  db: Db | Tx,
  documentIds: readonly string[],
  workflowIds: readonly string[],
): Promise<Map<string, Standing>> {
  if (documentIds.length === 0 || workflowIds.length === 0) return new Map()
  const { rows } = await sql<Standing & { documentId: string; workflowId: string }>`
    select document_id as "documentId", workflow_id as "workflowId", status, assignee_id as "assigneeId"
    from page_statuses
    where document_id = any(${documentIds}::uuid[]) and workflow_id = any(${workflowIds}::uuid[])`.execute(db)
  return new Map(rows.map((row) => [standingKey(row.documentId, row.workflowId), row]))
}

async function loadPeople(db: Db | Tx, ids: readonly string[]): Promise<Map<string, PersonFacts>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<PersonFacts>`
    select id, name, email from users where id = any(${ids}::uuid[])`.execute(db)
  return new Map(rows.map((row) => [row.id, row]))
}

async function loadIntegrations(db: Db | Tx, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from integrations where id = any(${ids}::uuid[])`.execute(db)
  return new Map(rows.map((row) => [row.id, row.name]))
}

function unique(ids: readonly (string | null | undefined)[]): string[] {
  return [...new Set(ids.filter((id) => typeof id === 'string'))]
}
