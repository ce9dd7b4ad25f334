import { sql, type Insertable, type Selectable } from 'kysely'
import { nameKey } from './name-key.ts'
import type { Db, Tx } from '#server/db/open.ts'
import type { Credentials } from '#server/db/tables.ts'
import { notFound, Problem } from '#server/platform/problem.ts'

export type CredentialRow = Selectable<Credentials>

/** The credential of this id in this scope; another scope's is "not found". */
export async function getCredential(db: Db | Tx, scope: string, id: string): Promise<CredentialRow> {
  const row = await db
    .selectFrom('credentials')
    .selectAll()
    .where('id', '=', id)
    .where('scope', '=', scope)
    .executeTakeFirst()
  if (row === undefined) throw notFound('Credential', id)
  return row
}

/** The credential of global or of a space with this id. What belongs to an integration has no address here: "not found". */
export async function getAnyCredential(db: Db | Tx, id: string): Promise<CredentialRow> {
  return found(id, await anyCredential(db, id).executeTakeFirst())
}

/** The same, held until the transaction ends: of two who change it, the second sees what the first made of it. */
export async function lockCredential(tx: Tx, id: string): Promise<CredentialRow> {
  return found(id, await anyCredential(tx, id).forUpdate().executeTakeFirst())
}

/** A 409 Problem when the scope has a credential of this name. */
export async function insertCredential(tx: Tx, row: Omit<Insertable<Credentials>, 'name_key'>): Promise<void> {
  const inserted = await tx
    .insertInto('credentials')
    .values({ ...row, name_key: nameKey(row.name) })
    .onConflict((conflict) => conflict.columns(['scope', 'name_key']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (inserted === undefined) throw nameTaken(row.name)
}

export type CredentialChange = Partial<
  Omit<Insertable<Credentials>, 'id' | 'scope' | 'space_id' | 'version' | 'name_key' | 'created_at' | 'updated_at'>
>

/** Writes what is given and counts the version up; a 409 Problem when another of the scope has this name. */
export async function updateCredential(tx: Tx, id: string, change: CredentialChange): Promise<void> {
  const key = change.name === undefined ? {} : { name_key: nameKey(change.name) }
  const updating = tx
    .updateTable('credentials')
    .set({ ...change, ...key, version: sql`version + 1`, updated_at: sql`now()` })
    .where('id', '=', id)
    .execute()
  await updating.catch((error: unknown) => {
    throw isTakenName(error) ? nameTaken(change.name ?? '') : error
  })
}

export async function deleteCredential(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('credentials').where('id', '=', id).execute()
}

function anyCredential(db: Db | Tx, id: string) {
  return db.selectFrom('credentials').selectAll().where('id', '=', id).where('scope', '<>', 'integrations')
}

function found(id: string, row: CredentialRow | undefined): CredentialRow {
  if (row === undefined) throw notFound('Credential', id)
  return row
}

function isTakenName(error: unknown): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === 'credentials_name_key'
}

function nameTaken(name: string): Problem {
  const message = `There is a credential named ${JSON.stringify(name)} in this scope already. Choose another name.`
  return new Problem(409, 'name-taken', message, { errors: [{ path: 'name', message }] })
}
