/** Where a page stands in its workflows: status, next steps and who may take them, approvals, history. */
import { sql } from 'kysely'
import type { NextStep, PageStatus, PageStatuses, StatusName } from '#schema/page-status.ts'
import { Definition, type Transition } from '#schema/workflow.ts'
import type { App } from '#server/app.ts'
import { getReadableDocument } from '#server/content/read-access.ts'
import type { Db, Tx } from '#server/db/open.ts'
import type { Person } from '#server/platform/actor.ts'
import { findApprovals, findAuthors, peopleOf } from './approvals.ts'
import { findHistory, type Change } from './history.ts'
import { findStatus } from './statuses.ts'
import { judgeStep, type StepContext } from './steps.ts'
import { toCandidate } from './who.ts'

type Needs = Pick<App, 'db' | 'clock'>

/** Of those who could still approve, so many are named. */
const MOST_WAITED_FOR = 50

/** The document, if the actor may read it; another's is "not found". */
export async function getReadablePage(
  db: Db | Tx,
  actor: Person,
  id: string,
): Promise<{ id: string; title: string; version: number; spaceId: string }> {
  const { title, version, spaceId } = await getReadableDocument(db, actor, id)
  return { id, title, version, spaceId }
}

/** Every enabled workflow that the page is in, by name. Seven queries, however many there are. */
export async function readPageStatuses(app: Needs, actor: Person, documentId: string): Promise<PageStatuses> {
  const page = await getReadablePage(app.db, actor, documentId)
  const rows = await findRows(app.db, documentId)
  const read = rows.flatMap((row) => {
    const definition = Definition.safeParse(row.definition)
    return definition.success ? [{ row, definition: definition.data }] : []
  })
  const steps = read.flatMap(({ row, definition }) => stepsFrom(definition, row.status))
  const context: StepContext = {
    page: { version: page.version, author: (await findAuthors(app.db, [documentId])).get(documentId) ?? null },
    caller: toCandidate(actor, page.spaceId),
    approvals: await findApprovals(app.db, [documentId]),
    people: steps.some((step) => step.approvals !== undefined) ? await peopleOf(app.db, page.spaceId) : [],
    names: await findNames(app.db, steps),
  }
  const history = await findHistory(app.db, documentId)
  const now = app.clock.now()
  return {
    items: read.map(({ row, definition }) => ({
      ...presentRow(row, definition, now),
      version: page.version,
      next: stepsFrom(definition, row.status).map((step) =>
        presentStep(step, definition, actor, row.workflowId, context),
      ),
      history: (history.get(row.workflowId) ?? []).map((change) => presentChange(change, definition)),
    })),
  }
}

export function stepsFrom({ transitions = [] }: Definition, status: string): Transition[] {
  return transitions.filter((step) => step.from === status)
}

/** One that is not in the definition any more keeps its id as its name. */
export function statusName(definition: Definition, id: string): StatusName {
  const status = findStatus(definition, id)
  return { id, name: status?.name ?? id, colour: status?.colour ?? 'gray', final: status?.final ?? false }
}

/** Names of the people and groups that steps name, by principal. */
export async function findNames(db: Db | Tx, steps: readonly Transition[]): Promise<Map<string, string>> {
  const principals = [...new Set(steps.flatMap(({ who = [] }) => who))].filter((who) => /^(user|group):/.test(who))
  if (principals.length === 0) return new Map()
  const { rows } = await sql<{ principal: string; name: string }>`
    select 'user:' || id as principal, name from users where 'user:' || id = any(${principals}::text[])
    union all
    select 'group:' || id, name from groups where 'group:' || id = any(${principals}::text[])`.execute(db)
  return new Map(rows.map(({ principal, name }) => [principal, name]))
}

type Row = {
  workflowId: string
  workflowName: string
  definition: unknown
  status: string
  since: Date
  by: string
  byName: string | null
  expiresAt: Date | null
  assigneeId: string | null
  assigneeName: string | null
}

async function findRows(db: Db, documentId: string): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select workflow.id as "workflowId", workflow.name as "workflowName", workflow.definition, standing.status,
      standing.since, standing.by, standing.by_name as "byName", standing.expires_at as "expiresAt",
      assignee.id as "assigneeId", assignee.name as "assigneeName"
    from page_statuses as standing
    join workflows as workflow on workflow.id = standing.workflow_id and workflow.enabled
    left join users as assignee on assignee.id = standing.assignee_id
    where standing.document_id = ${documentId}
    order by workflow.name_key, workflow.id`.execute(db)
  return rows
}

function presentRow(row: Row, definition: Definition, now: Date): Omit<PageStatus, 'version' | 'next' | 'history'> {
  const { assigneeId, assigneeName } = row
  return {
    workflow: { id: row.workflowId, name: row.workflowName },
    status: statusName(definition, row.status),
    since: row.since.toISOString(),
    by: { id: row.by, name: row.byName },
    expiresAt: row.expiresAt?.toISOString() ?? null,
    isOverdue: row.expiresAt !== null && row.expiresAt <= now,
    assignee: assigneeId === null ? null : { id: assigneeId, name: assigneeName },
  }
}

function presentStep(
  step: Transition,
  definition: Definition,
  actor: Person,
  workflowId: string,
  context: StepContext,
): NextStep {
  const approvals = context.approvals.filter((approval) => approval.workflowId === workflowId)
  const { refusal, tally, mine } = judgeStep(step, { ...context, approvals })
  const reason = actor.mayWrite ? refusal?.reason : 'This API key may only read.'
  return {
    to: statusName(definition, step.to),
    name: step.name,
    enabled: reason === undefined,
    reason: reason ?? null,
    requireComment: step.requireComment ?? false,
    approvals:
      tally === null
        ? null
        : {
            needed: tally.needed,
            given: tally.given.map(({ userId, name, at, comment }) => ({
              by: { id: userId, name },
              at: at.toISOString(),
              comment,
            })),
            mine,
            waitingFor: tally.missing.slice(0, MOST_WAITED_FOR).map(({ id, name }) => ({ id, name })),
          },
  }
}

function presentChange(change: Change, definition: Definition): PageStatus['history'][number] {
  return {
    at: change.at.toISOString(),
    from: change.from === null ? null : statusName(definition, change.from),
    to: statusName(definition, change.to),
    by: { id: change.by, name: change.byName },
    version: change.version,
    comment: change.comment,
    reason: change.reason,
  }
}
