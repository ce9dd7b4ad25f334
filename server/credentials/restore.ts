import { CredentialKind, type Credential, type Restore } from '#schema/credential.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { notFound, Problem } from '#server/platform/problem.ts'
import { shareActiveScopeKey } from '#server/vault/store.ts'
import { requireLevel } from './level.ts'
import { presentCredential } from './read.ts'
import { auditRefusals } from './refusals.ts'
import { sealForLimits } from './seal-secret.ts'
import { secretNeeded, somewhereNew } from './somewhere-new.ts'
import { lockCredential, type CredentialRow } from './store.ts'
import { Former, refuseStale, saveVersion, type ChangedField } from './versions.ts'

/**
 * Puts the value before version `version` back, as a new version: secret, kind, user name and header together, as they
 * were. Domains stay as they are now; when they would let that secret go where it could not go then, it is refused.
 */
export async function restoreCredential(
  app: Pick<App, 'db' | 'clock' | 'keys'>,
  actor: Actor,
  id: string,
  version: number,
  input: Restore,
): Promise<Credential> {
  return auditRefusals(app, actor, `credential:${id}`, 'restore', () =>
    transact(app.db, async (tx) => {
      const row = await lockCredential(tx, id)
      await requireLevel(tx, actor, row, 'edit')
      await refuseStale(tx, row, input.version)
      const former = await getFormer(tx, row, version)
      refuseSomewhereNew(row, former)
      const { kind, username, header } = former
      const limits = { kind, header, domains: row.domains, allow_http: row.allow_http }
      const sealed = await sealForLimits(app, tx, formerRow(row, former), row.version + 1, limits)
      if (sealed === undefined)
        throw notRestorable(`The value before version ${version} of "${row.name}" does not open.`)
      const fields = changedFields(row, former)
      await saveVersion(tx, actor, row, { ...sealed, kind, username, header }, fields)
      const restored = await presentCredential(app, tx, actor, id)
      const detail = { name: row.name, scope: restored.scope, version: restored.version, valueBefore: version, fields }
      await record(tx, actor, 'credential.restored', `credential:${id}`, detail)
      return restored
    }),
  )
}

/** Only what is under the active key, which is held: a rotation under way destroys the one before it. */
async function getFormer(tx: Tx, row: CredentialRow, version: number): Promise<Former> {
  const kept = await tx
    .selectFrom('credential_versions')
    .select(['former', 'former_key_version'])
    .where('credential_id', '=', row.id)
    .where('version', '=', version)
    .executeTakeFirst()
  if (kept === undefined) throw notFound('Version', String(version))
  const what = `The value before version ${version} of "${row.name}"`
  if (kept.former === null) throw notRestorable(`${what} is not kept: only the latest former value is.`)
  const key = await shareActiveScopeKey(tx, row.scope)
  if (key === undefined || key.version !== kept.former_key_version)
    throw notRestorable(`${what} is sealed by a former key of its scope.`)
  return Former.parse(kept.former)
}

/** The row as it was when it held that value. */
function formerRow({ id, scope }: CredentialRow, former: Former) {
  const { sealed, sealedVersion, kind, header, domains, allowHttp } = former
  return { id, scope, sealed, sealed_version: sealedVersion, kind, header, domains, allow_http: allowHttp }
}

function refuseSomewhereNew(row: CredentialRow, former: Former): void {
  const { kind, header, domains, allowHttp } = former
  const news = somewhereNew(
    { kind, header, domains, allowHttp },
    { kind, header, domains: row.domains, allowHttp: row.allow_http },
  )
  if (news.length > 0) throw secretNeeded(row.name, CredentialKind.parse(row.kind), news)
}

function changedFields(row: CredentialRow, former: Former): ChangedField[] {
  const fields: ChangedField[] = []
  if (former.sealed !== row.sealed) fields.push('secret')
  if (former.kind !== row.kind) fields.push('kind')
  if (former.username !== row.username) fields.push('username')
  if (former.header !== row.header) fields.push('header')
  return fields
}

function notRestorable(detail: string): Problem {
  return new Problem(409, 'not-restorable', detail)
}
