import { sql, type Insertable, type Selectable } from 'kysely'
import type { Db, Tx } from '#server/db/open.ts'
import type { Credentials } from '#server/db/tables.ts'
import { notFound } from '#server/platform/problem.ts'

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

export async function insertCredential(tx: Tx, row: Insertable<Credentials>): Promise<void> {
  await tx.insertInto('credentials').values(row).execute()
}

export type CredentialChange = Partial<
  Pick<
    Insertable<Credentials>,
    'name' | 'username' | 'sealed' | 'sealed_version' | 'domains' | 'allow_http' | 'expires_at'
  >
>

export async function updateCredential(tx: Tx, id: string, change: CredentialChange): Promise<void> {
  await tx
    .updateTable('credentials')
    .set({ ...change, version: sql`version + 1`, updated_at: sql`now()` })
    .where('id', '=', id)
    .execute()
}

export async function deleteCredential(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('credentials').where('id', '=', id).execute()
}
