import { CredentialKind, type Credential, type CredentialChange } from '#schema/credential.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { checkSecret } from './check-secret.ts'
import { refuseFaults } from './faults.ts'
import type { Checked } from './kinds/checked.ts'
import { requireLevel } from './level.ts'
import { presentCredential } from './read.ts'
import { auditRefusals } from './refusals.ts'
import { checkReminded } from './reminded.ts'
import { sealSecret } from './seal-secret.ts'
import { secretNeeded, somewhereNew } from './somewhere-new.ts'
import { lockCredential, type CredentialChange as Columns, type CredentialRow } from './store.ts'
import { refuseStale, saveVersion, type ChangedField } from './versions.ts'

type Needs = Pick<App, 'db' | 'clock' | 'keys'>

/**
 * Changes what is given, as one new version. A secret left out, or empty, is kept; one that could go somewhere new with the
 * change has to be given again (422 `secret-needed`). What changes nothing makes no version.
 */
export async function changeCredential(
  app: Needs,
  actor: Actor,
  id: string,
  input: CredentialChange,
): Promise<Credential> {
  return auditRefusals(app, actor, `credential:${id}`, 'change', () =>
    transact(app.db, async (tx) => {
      const row = await lockCredential(tx, id)
      await requireLevel(tx, actor, row, 'edit')
      await refuseStale(tx, row, input.version)
      const { notes, ...value } = await judge(tx, row, input)
      const columns = { ...settingsOf(row, input), ...(await valueOf(app, tx, row, value)) }
      const fields = changedFields(row, columns)
      if (fields.length === 0) return presentCredential(app, tx, actor, id, notes)
      await saveVersion(tx, actor, row, columns, fields)
      const changed = await presentCredential(app, tx, actor, id, notes)
      const detail = { name: changed.name, scope: changed.scope, version: changed.version, fields }
      await record(tx, actor, 'credential.changed', `credential:${id}`, detail)
      return changed
    }),
  )
}

type Value = Omit<Checked, 'faults' | 'notes'> & { kind: CredentialKind }

/** The value after the change: a 400 for what its kind does not take, a 422 when the secret must be given again. */
async function judge(tx: Tx, row: CredentialRow, input: CredentialChange): Promise<Value & { notes: string[] }> {
  const oldKind = CredentialKind.parse(row.kind)
  const kind = input.kind ?? oldKind
  const { faults, ...checked } = checkSecret(kind, input, kind === oldKind ? row : undefined)
  refuseFaults([...faults, ...(await checkReminded(tx, input.remind ?? []))])
  const { domains, allow_http: allowHttp } = row
  const news = somewhereNew(
    { kind: oldKind, header: row.header, domains, allowHttp },
    { kind, header: checked.header, domains, allowHttp },
  )
  if (news.length > 0 && checked.secret === undefined) throw secretNeeded(row.name, kind, news)
  return { kind, ...checked }
}

async function valueOf(app: Needs, tx: Tx, row: CredentialRow, value: Value): Promise<Columns> {
  const { kind, username, header, secret } = value
  if (secret === undefined) return { kind, username, header }
  const { id, scope, domains, allow_http } = row
  const sealedFor = { id, scope, sealed_version: row.version + 1, kind, header, domains, allow_http }
  return { kind, username, header, ...(await sealSecret(app, tx, sealedFor, secret)) }
}

function settingsOf(row: CredentialRow, input: CredentialChange): Columns {
  return {
    name: input.name ?? row.name,
    expires_at: timeAfter(row.expires_at, input.expiresAt),
    expiry_policy: input.expiryPolicy ?? row.expiry_policy,
    remind: input.remind === undefined ? row.remind : [...new Set(input.remind)],
  }
}

/** Undefined = keep, null = clear. */
function timeAfter(now: Date | null, given: string | null | undefined): Date | null {
  if (given === undefined) return now
  return given === null ? null : new Date(given)
}

const FIELDS = [
  ['name', 'name'],
  ['kind', 'kind'],
  ['username', 'username'],
  ['header', 'header'],
  ['secret', 'sealed'],
  ['expiresAt', 'expires_at'],
  ['expiryPolicy', 'expiry_policy'],
  ['remind', 'remind'],
] as const satisfies [ChangedField, keyof Columns][]

function changedFields(row: CredentialRow, columns: Columns): ChangedField[] {
  return FIELDS.flatMap(([field, column]) => {
    const next = columns[column]
    return next === undefined || JSON.stringify(next) === JSON.stringify(row[column]) ? [] : [field]
  })
}
