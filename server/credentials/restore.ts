import { CredentialKind, type Credential, type Restore } from '#schema/credential.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { notFound, Problem } from '#server/platform/problem.ts'
import { requireLevel } from './level.ts'
import { presentCredential } from './read.ts'
import { secretNeeded, somewhereNew } from './somewhere-new.ts'
import { getAnyCredential, lockCredential, type CredentialRow } from './store.ts'
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
  const { scope } = await getAnyCredential(app.db, id)
  return transact(app.db, async (tx) => {
    await holdFormerKey(tx, scope, id, version)
    const row = await lockCredential(tx, id)
    await requireLevel(tx, actor, row, 'edit')
    await refuseStale(tx, row, input.version)
    const { former, keyVersion } = await getFormer(tx, row, version)
    refuseSomewhereNew(row, former)
    const { sealed, sealedVersion, kind, username, header } = former
    const value = { sealed, sealed_version: sealedVersion, key_version: keyVersion, kind, username, header }
    const fields = changedFields(row, former)
    await saveVersion(tx, actor, row, { ...value, unreadable_at: null }, fields)
    const restored = await presentCredential(app, tx, actor, id)
    const detail = { name: row.name, scope: restored.scope, version: restored.version, valueBefore: version, fields }
    await record(tx, actor, 'credential.restored', `credential:${id}`, detail)
    return restored
  })
}

/** The key that opens the former value is not destroyed before the restore is committed. */
async function holdFormerKey(tx: Tx, scope: string, id: string, version: number): Promise<void> {
  await tx
    .selectFrom('scope_keys')
    .select('id')
    .where('scope', '=', scope)
    .where('version', '=', (keys) =>
      keys
        .selectFrom('credential_versions')
        .select('former_key_version')
        .where('credential_id', '=', id)
        .where('version', '=', version),
    )
    .forShare()
    .execute()
}

async function getFormer(tx: Tx, row: CredentialRow, version: number): Promise<{ former: Former; keyVersion: number }> {
  const kept = await tx
    .selectFrom('credential_versions as v')
    .leftJoin('scope_keys as k', (join) =>
      join.on('k.scope', '=', row.scope).onRef('k.version', '=', 'v.former_key_version'),
    )
    .select(['v.former', 'v.former_key_version', 'k.sealed as key'])
    .where('v.credential_id', '=', row.id)
    .where('v.version', '=', version)
    .executeTakeFirst()
  if (kept === undefined) throw notFound('Version', String(version))
  if (kept.former === null || kept.former_key_version === null)
    throw notRestorable(`The value before version ${version} of "${row.name}" is not kept: only the latest one is.`)
  if (kept.key === null)
    throw notRestorable(`The key of the value before version ${version} of "${row.name}" was destroyed.`)
  return { former: Former.parse(kept.former), keyVersion: kept.former_key_version }
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
