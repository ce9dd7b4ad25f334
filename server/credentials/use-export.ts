/**
 * Opens stored secrets for an export, and for nothing else: beside use.ts, which sends them, and reseal.ts and seal-secret.ts,
 * which seal them again, no code opens any. Only export.ts calls this, after it has asked whether the actor may.
 */
import type { App } from '#server/app.ts'
import type { Db } from '#server/db/open.ts'
import { open, VaultError } from '#server/vault/vault.ts'
import { INTEGRATIONS } from './scope.ts'
import { secretContext } from './secret-context.ts'
import type { CredentialRow } from './store.ts'

type Needs = Pick<App, 'db' | 'keys'>

const BATCH = 500
/** A rotation may seal the secret anew between reading the row and opening it. */
const OPEN_TRIES = 3

export type OpenedRow = { row: CredentialRow; secret: string | undefined }

/** Each credential of the scope with its secret; undefined for one that this server's keys do not open. */
export async function* openForExport(app: Needs, scopeId: string): AsyncGenerator<OpenedRow> {
  if (scopeId === INTEGRATIONS.id) throw new Error('API keys of integrations are never exported')
  let after: string | undefined
  for (;;) {
    const rows = await listRows(app.db, scopeId, after)
    for (const row of rows) yield await openRow(app, row)
    after = rows.at(-1)?.id
    if (rows.length < BATCH) return
  }
}

async function openRow(app: Needs, row: CredentialRow, left = OPEN_TRIES): Promise<OpenedRow> {
  const { id, sealed } = row
  if (sealed === null) return { row, secret: undefined }
  try {
    return { row, secret: await open(app, app.db, secretContext(row), sealed) }
  } catch (error) {
    if (!(error instanceof VaultError)) throw error
    const now = left > 1 ? await findSealedAnew(app.db, id, sealed) : undefined
    return now === undefined ? { row, secret: undefined } : openRow(app, now, left - 1)
  }
}

function findSealedAnew(db: Db, id: string, sealed: string): Promise<CredentialRow | undefined> {
  return db.selectFrom('credentials').selectAll().where('id', '=', id).where('sealed', '<>', sealed).executeTakeFirst()
}

function listRows(db: Db, scopeId: string, after: string | undefined): Promise<CredentialRow[]> {
  let rows = db.selectFrom('credentials').selectAll().where('scope', '=', scopeId).orderBy('id').limit(BATCH)
  if (after !== undefined) rows = rows.where('id', '>', after)
  return rows.execute()
}
