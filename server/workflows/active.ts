/** The enabled workflows, as the router needs them: read at every batch, their definitions parsed once for each version. */
import { sql } from 'kysely'
import { Definition } from '#schema/workflow.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { asksForTrees, eventsOf } from './match.ts'

/** `spaceId` null: a global one. `ownerId` null: he was deleted. */
export type ActiveWorkflow = {
  id: string
  scope: string
  spaceId: string | null
  name: string
  version: number
  enabled: boolean
  ownerId: string | null
  definition: Definition
  hasStatuses: boolean
  asksForTrees: boolean
  /** Types of events that its triggers listen to. */
  events: ReadonlySet<string>
  /** Why its definition cannot be read here: another version of Lockkeeper wrote it. Its triggers are then not known. */
  fault: string | null
}

type Parsed = Pick<ActiveWorkflow, 'definition' | 'hasStatuses' | 'asksForTrees' | 'events' | 'fault'>

/** Parsed definitions of one router by workflow and version. */
export type Definitions = Map<string, Parsed>

type Row = Pick<ActiveWorkflow, 'id' | 'scope' | 'spaceId' | 'name' | 'version' | 'ownerId'>

/** In the order they were made. What is no longer enabled is dropped from `known`. */
export async function findActive(db: Db | Tx, known: Definitions): Promise<ActiveWorkflow[]> {
  const { rows } = await sql<Row>`
    select id, scope, space_id as "spaceId", name, version, owner_id as "ownerId" from workflows
    where enabled order by id`.execute(db)
  const missing = rows.filter((row) => !known.has(keyOf(row)))
  const read = missing.length === 0 ? new Map<string, Parsed>() : await readDefinitions(db, missing)
  const active = rows.flatMap((row) => {
    const parsed = known.get(keyOf(row)) ?? read.get(keyOf(row))
    return parsed === undefined ? [] : [{ ...row, enabled: true, ...parsed }]
  })
  known.clear()
  for (const workflow of active) known.set(keyOf(workflow), workflow)
  return active
}

/** What the router must know of a definition. */
export function digest(definition: Definition): Parsed {
  return {
    definition,
    hasStatuses: (definition.statuses ?? []).length > 0,
    asksForTrees: asksForTrees(definition),
    events: new Set((definition.triggers ?? []).flatMap(eventsOf)),
    fault: null,
  }
}

function parse(row: { name: string; definition: unknown; events: string[] }): Parsed {
  const read = Definition.safeParse(row.definition)
  if (read.success) return digest(read.data)
  const fault = `The definition of “${row.name}” was written by another version of Lockkeeper and cannot be read by this one.`
  return { ...digest({ name: row.name }), events: new Set(row.events), fault }
}

function keyOf({ id, version }: Pick<Row, 'id' | 'version'>): string {
  return `${id} ${version}`
}

/** Those that were changed since they were listed are passed over: they come with the next batch. */
async function readDefinitions(db: Db | Tx, rows: readonly Row[]): Promise<Map<string, Parsed>> {
  const stored = await db
    .selectFrom('workflows')
    .select(['id', 'version', 'name', 'definition', 'events'])
    .where(
      'id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute()
  return new Map(stored.map((row) => [keyOf(row), parse(row)]))
}
