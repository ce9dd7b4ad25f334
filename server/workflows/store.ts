import { sql, type Insertable, type Selectable, type Updateable } from 'kysely'
import { Definition } from '#schema/workflow.ts'
import { mayRead, type Reader } from '#server/access/reader.ts'
import { nameKey } from '#server/credentials/name-key.ts'
import type { Db, Tx } from '#server/db/open.ts'
import type { Workflows } from '#server/db/tables.ts'
import type { Actor } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'

export type WorkflowRow = Selectable<Workflows>

export function findWorkflow(db: Db | Tx, id: string): Promise<WorkflowRow | undefined> {
  return db.selectFrom('workflows').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Held against changes, not against rows that refer to it. */
export function lockWorkflow(tx: Tx, id: string): Promise<WorkflowRow | undefined> {
  return tx.selectFrom('workflows').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst()
}

/** Undefined when another version of Lockkeeper wrote it in a form that this one cannot read. */
export function readStored({ definition }: Pick<WorkflowRow, 'definition'>): Definition | undefined {
  return Definition.safeParse(definition).data
}

/** A 409 Problem when the scope has a workflow of this name. */
export async function insertWorkflow(tx: Tx, row: Omit<Insertable<Workflows>, 'name_key'>): Promise<void> {
  const inserted = await tx
    .insertInto('workflows')
    .values({ ...row, name_key: nameKey(row.name) })
    .onConflict((conflict) => conflict.columns(['scope', 'name_key']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (inserted === undefined) throw nameTaken(row.name)
}

/** Writes what is given and counts the version up; a 409 Problem when another of the scope has this name. */
export async function updateWorkflow(
  tx: Tx,
  id: string,
  change: Omit<Updateable<Workflows>, 'name_key' | 'version'> & { name: string },
): Promise<void> {
  const updating = tx
    .updateTable('workflows')
    .set({ ...change, name_key: nameKey(change.name), version: sql`version + 1`, updated_at: sql`now()` })
    .where('id', '=', id)
    .execute()
  await updating.catch((error: unknown) => {
    throw isTakenName(error) ? nameTaken(change.name) : error
  })
}

export async function deleteWorkflow(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('workflows').where('id', '=', id).execute()
}

/** What the definition was from this version on. */
export async function insertVersion(
  tx: Tx,
  by: Pick<Actor, 'id' | 'name'>,
  row: { workflowId: string; version: number; definition: Definition },
): Promise<void> {
  await tx
    .insertInto('workflow_versions')
    .values({
      workflow_id: row.workflowId,
      version: row.version,
      definition: JSON.stringify(row.definition),
      by: by.id,
      by_name: by.name,
    })
    .execute()
}

/** Whether another workflow of the scope has this name. */
export async function hasNamesake(db: Db | Tx, scope: string, name: string, exceptId?: string): Promise<boolean> {
  let rows = db.selectFrom('workflows').select('id').where('scope', '=', scope).where('name_key', '=', nameKey(name))
  if (exceptId !== undefined) rows = rows.where('id', '<>', exceptId)
  return (await rows.executeTakeFirst()) !== undefined
}

/** How many pages stand in each of its statuses: `pages` of those that the reader may read, `all` for the audit record alone. */
export async function countStanding(
  tx: Tx,
  reader: Reader,
  workflowId: string,
): Promise<{ status: string; pages: number; all: number }[]> {
  const { rows } = await sql<{ status: string; pages: number; all: number }>`
    select standing.status, count(*) filter (where ${mayRead(reader)})::integer as pages, count(*)::integer as all
    from page_statuses as standing
    join documents as document on document.id = standing.document_id
    where standing.workflow_id = ${workflowId}
    group by standing.status order by standing.status`.execute(tx)
  return rows
}

export function nameTaken(name: string): Problem {
  const message = `There is a workflow named ${JSON.stringify(name)} in this scope already. Choose another name.`
  return new Problem(409, 'name-taken', message, { errors: [{ path: 'name', message }] })
}

function isTakenName(error: unknown): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === 'workflows_name_key'
}
