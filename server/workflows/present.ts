/** Workflows as their admins see them, with what has become wrong with them since they were saved. */
import { sql } from 'kysely'
import type { SigningSecret, Workflow, WorkflowDetail } from '#schema/workflow-api.ts'
import type { Definition } from '#schema/workflow.ts'
import { findPerson } from '#server/access/actor.ts'
import { findReader, mayRead, type Reader } from '#server/access/reader.ts'
import type { App } from '#server/app.ts'
import { administers, GLOBAL, scopeOfSpace, type Scope } from '#server/credentials/scope.ts'
import type { Db } from '#server/db/open.ts'
import type { Actor, Person } from '#server/platform/actor.ts'
import { notFound, Problem } from '#server/platform/problem.ts'
import { egressRules, toFieldError } from './check.ts'
import { judgeDefinition } from './judge.ts'
import { findReferred } from './referred.ts'
import { readStored } from './store.ts'

type Needs = Pick<App, 'db' | 'clock' | 'config'>

/** Pages are counted that the reader may read. */
export function presentableRows(db: Db, reader: Reader) {
  const seen =
    reader === 'all'
      ? sql``
      : sql`join documents as document on document.id = standing.document_id and ${mayRead(reader)}`
  return db
    .selectFrom('workflows as w')
    .leftJoin('spaces as s', 's.id', 'w.space_id')
    .leftJoin('users as u', 'u.id', 'w.owner_id')
    .leftJoin('workflows as o', 'o.id', 'w.copied_from')
    .select(['w.id', 'w.scope', 'w.space_id', 'w.name', 'w.name_key', 'w.definition', 'w.enabled', 'w.version'])
    .select(['w.owner_id', 'u.name as owner_name', 's.key as space_key', 'w.updated_at', 'w.updated_by'])
    .select(['w.updated_by_name', 'o.id as original_id', 'o.name as original_name', 'w.copied_version'])
    .select(
      sql<boolean>`exists (select from workflow_versions v
        where v.workflow_id = w.copied_from and v.version > w.copied_version)`.as('has_moved_on'),
    )
    .select(
      sql<number>`(select count(*)::integer from page_statuses as standing ${seen}
        where standing.workflow_id = w.id)`.as('pages'),
    )
    .select(
      sql<Date | null>`(select r.at from workflow_runs r where r.workflow_id = w.id order by r.id desc limit 1)`.as(
        'last_run_at',
      ),
    )
}

type Row = Awaited<ReturnType<ReturnType<typeof presentableRows>['executeTakeFirstOrThrow']>>

/** Everything they name is looked up together. Who may read a global one without being its admin is told no warnings. */
export async function presentAll(app: Needs, actor: Actor, rows: readonly Row[]): Promise<Workflow[]> {
  const read = rows.map((row) => ({ row, definition: readStored(row) }))
  const definitions = read.flatMap(({ definition }) => definition ?? [])
  const owners = await findOwners(app, rows)
  const referred = await findReferred(app.db, definitions)
  const egress = egressRules(app.config)
  return read.map(({ row, definition }) => {
    const scope = { id: row.scope, spaceId: row.space_id }
    const owner = row.owner_id === null ? undefined : owners.get(row.owner_id)
    const judging = { scope, saver: undefined, owner, referred, egress, now: app.clock.now() }
    const warnings = definition === undefined ? [unreadable(row)] : judgeDefinition(definition, judging)
    return { ...toWorkflow(row, definition), warnings: administers(actor, scope) ? warnings.map(toFieldError) : [] }
  })
}

/** `signing`: secrets that were just made, shown this once. */
export async function presentDetail(
  app: Needs,
  actor: Actor,
  id: string,
  signing: SigningSecret[] = [],
): Promise<WorkflowDetail> {
  const row = await presentableRows(app.db, await findReader(app.db, actor))
    .where('w.id', '=', id)
    .executeTakeFirst()
  if (row === undefined) throw notFound('Workflow', id)
  const definition = readStored(row)
  if (definition === undefined) throw new Problem(409, 'newer-definition', unreadable(row).message)
  const [workflow] = await presentAll(app, actor, [row])
  if (workflow === undefined) throw new Error('a workflow was not presented')
  return { ...workflow, definition, ...(signing.length === 0 ? {} : { signing }) }
}

/** The scope that a stored workflow belongs to. */
export async function scopeOf(db: Db, { space_id: id }: { space_id: string | null }): Promise<Scope> {
  if (id === null) return GLOBAL
  const space = await db.selectFrom('spaces').select(['id', 'key', 'name']).where('id', '=', id).executeTakeFirst()
  if (space === undefined) throw notFound('Space', id)
  return scopeOfSpace(space)
}

function toWorkflow(row: Row, definition: Definition | undefined): Omit<Workflow, 'warnings'> {
  return {
    id: row.id,
    scope: row.space_key === null ? row.scope : `space:${row.space_key}`,
    name: row.name,
    enabled: row.enabled,
    version: row.version,
    owner: row.owner_id === null ? null : { id: row.owner_id, name: row.owner_name },
    statuses: definition?.statuses?.length ?? 0,
    triggers: definition?.triggers?.length ?? 0,
    pages: row.pages,
    original: originalOf(row),
    updatedAt: row.updated_at.toISOString(),
    updatedBy: { id: row.updated_by, name: row.updated_by_name },
    lastRunAt: row.last_run_at?.toISOString() ?? null,
  }
}

function originalOf({ original_id: id, original_name: name, copied_version: version, has_moved_on }: Row) {
  if (id === null || name === null || version === null) return null
  return { id, name, version, hasMovedOn: has_moved_on }
}

function unreadable({ name }: Row) {
  const message = `The definition of "${name}" was written by another version of Lockkeeper and cannot be read by this one.`
  return { path: '', message, isWarning: true }
}

async function findOwners(app: Needs, rows: readonly Row[]): Promise<ReadonlyMap<string, Person>> {
  const ids = [...new Set(rows.flatMap((row) => row.owner_id ?? []))]
  const found = await Promise.all(ids.map((id) => findPerson(app, id)))
  return new Map(found.flatMap((person) => (person === undefined ? [] : [[person.id, person] as const])))
}
