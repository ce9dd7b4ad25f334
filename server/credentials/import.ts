/** Credentials from a file of another deployment. Shown first; then written in one transaction, or not at all. */
import type { ImportCredentials, ImportReport } from '#schema/credential.ts'
import { countAttempt } from '#server/access/limit.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { newId } from '#server/platform/ids.ts'
import { Problem } from '#server/platform/problem.ts'
import { shareActiveScopeKey, type ScopeKeyRow } from '#server/vault/store.ts'
import { sealUnder } from '#server/vault/vault.ts'
import { holdSpace } from './hold-space.ts'
import { planImport, type Judged, type Planned } from './import-plan.ts'
import { auditRefusals, getAdministeredScope } from './refusals.ts'
import { refuseIntegrations, type Scope } from './scope.ts'
import { secretContext } from './secret-context.ts'
import { noKey } from './scope-key.ts'
import { nameKey } from './name-key.ts'
import { openTransfer } from './transfer-file.ts'

type Needs = Pick<App, 'db' | 'keys' | 'clock'>

const IMPORTS_PER_WINDOW = 20
/** Rows of one insert: PostgreSQL takes 65,535 parameters. */
const BATCH = 1000

/**
 * Says what becomes of each credential of the file, and does it unless `dryRun`. Refused ones, and with `skip` those whose
 * name is taken, are left out; the others are all written or none is. Permissions and people to remind do not travel.
 */
export async function importCredentials(
  app: Needs,
  actor: Actor,
  label: string,
  input: ImportCredentials,
): Promise<ImportReport> {
  const scope = await admitImport(app, actor, label)
  if ((await shareActiveScopeKey(app.db, scope.id)) === undefined) throw noKey(scope)
  await countAttempt(app, [{ name: `credential-import:${scope.id}`, max: IMPORTS_PER_WINDOW }])
  const { passphrase, onConflict, dryRun } = input
  const { credentials } = await auditRefusals(app, actor, `scope:${scope.label}`, 'import', () =>
    openTransfer(passphrase, Buffer.from(input.file, 'base64')),
  )
  const plan = async (db: Db | Tx) => planImport(credentials, await takenNames(db, scope), onConflict)
  if (dryRun) return { dryRun, items: (await plan(app.db)).map(({ item }) => item) }
  return transact(app.db, async (tx) => {
    await holdSpace(tx, scope)
    const key = await shareActiveScopeKey(tx, scope.id)
    if (key === undefined) throw noKey(scope)
    const planned = await plan(tx)
    const made = await writeAll(app, tx, actor, scope, key, planned)
    await record(tx, actor, 'credential.imported', `scope:${scope.label}`, detailOf(planned, made))
    return { dryRun, items: planned.map(({ item }) => item) }
  })
}

/** The scope, for who may import into it: to be asked before a file is even read. */
export async function admitImport(app: Pick<App, 'db'>, actor: Actor, label: string): Promise<Scope> {
  const scope = await getAdministeredScope(app, actor, label, 'import')
  refuseIntegrations(scope)
  return scope
}

async function takenNames(db: Db | Tx, scope: Scope): Promise<Set<string>> {
  const rows = await db.selectFrom('credentials').select('name_key').where('scope', '=', scope.id).execute()
  return new Set(rows.map((row) => row.name_key))
}

type Made = { id: string; name: string }

/** Each sealed under the key that is held, as version 1 of its credential. */
async function writeAll(
  app: Needs,
  tx: Tx,
  actor: Actor,
  scope: Scope,
  key: ScopeKeyRow,
  planned: readonly Planned[],
): Promise<Made[]> {
  const made: Made[] = []
  const rows = []
  for (const { write } of planned) {
    if (write === undefined) continue
    const id = newId()
    const sealed = await sealUnder(app, key, contextOf(scope, id, write), write.secret)
    rows.push(rowOf(actor, scope, { id, sealed, key_version: key.version }, write))
    made.push({ id, name: write.name })
  }
  for (let at = 0; at < rows.length; at += BATCH) await insertBatch(tx, actor, rows.slice(at, at + BATCH))
  return made
}

function contextOf({ id: scope }: Scope, id: string, { kind, header, domains, allowHttp }: Judged) {
  return secretContext({ id, scope, sealed_version: 1, kind, header, domains, allow_http: allowHttp })
}

function rowOf(
  actor: Actor,
  scope: Scope,
  sealed: { id: string; sealed: string; key_version: number },
  { name, kind, username, header, domains, allowHttp, expiresAt, expiryPolicy }: Judged,
) {
  return {
    ...sealed,
    sealed_version: 1,
    scope: scope.id,
    space_id: scope.spaceId,
    name,
    name_key: nameKey(name),
    kind,
    username,
    header,
    domains,
    allow_http: allowHttp,
    expires_at: expiresAt,
    expiry_policy: expiryPolicy,
    created_by: actor.id,
    created_by_name: actor.name,
    updated_by: actor.id,
    updated_by_name: actor.name,
  }
}

async function insertBatch(tx: Tx, actor: Actor, rows: ReturnType<typeof rowOf>[]): Promise<void> {
  const inserted = await tx
    .insertInto('credentials')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['scope', 'name_key']).doNothing())
    .returning('id')
    .execute()
  if (inserted.length < rows.length)
    throw new Problem(409, 'name-taken', 'A name was taken while the file was read. Nothing was imported; try again.')
  const by = { version: 1, fields: ['created'], by: actor.id, by_name: actor.name }
  await tx
    .insertInto('credential_versions')
    .values(rows.map(({ id }) => ({ ...by, credential_id: id })))
    .execute()
}

function detailOf(planned: readonly Planned[], credentials: readonly Made[]): Record<string, unknown> {
  const named = (outcome: string) => planned.filter(({ item }) => item.outcome === outcome).map(({ item }) => item.name)
  return { imported: credentials.length, credentials, skipped: named('skipped'), refused: named('refused') }
}
