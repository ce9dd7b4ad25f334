/** Where a credential may go. Opening a place that it could not go before takes the secret again. */
import { CredentialKind, type Credential, type DomainsChange } from '#schema/credential.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { checkSecret } from './check-secret.ts'
import { readDomainList } from './domain-list.ts'
import { refuseFaults } from './faults.ts'
import type { Fault } from './kinds/checked.ts'
import { requireLevel } from './level.ts'
import { presentCredential } from './read.ts'
import { auditRefusals } from './refusals.ts'
import { sealForLimits, sealSecret } from './seal-secret.ts'
import { secretNeeded, somewhereNew } from './somewhere-new.ts'
import { lockCredential, type CredentialRow } from './store.ts'
import { refuseStale, saveVersion, type ChangedField } from './versions.ts'

type Needs = Pick<App, 'db' | 'clock' | 'keys'>

/**
 * Makes the domains exactly these, as a new version, and says whether http will do. A domain that the list did not cover, or
 * http turned on, is 422 `secret-needed` unless the secret comes with it; a secret that comes replaces the stored one.
 */
export async function changeDomains(app: Needs, actor: Actor, id: string, input: DomainsChange): Promise<Credential> {
  return auditRefusals(app, actor, `credential:${id}`, 'change domains', () => change(app, actor, id, input))
}

async function change(app: Needs, actor: Actor, id: string, input: DomainsChange): Promise<Credential> {
  return transact(app.db, async (tx) => {
    const row = await lockCredential(tx, id)
    await requireLevel(tx, actor, row, 'administrate')
    await refuseStale(tx, row, input.version)
    const { allowHttp, domains, secret, notes } = judge(row, input)
    const fields = changedFields(row, domains, allowHttp, secret !== undefined)
    if (fields.length === 0) return presentCredential(app, tx, actor, id, notes)
    const limits = { kind: row.kind, header: row.header, domains, allow_http: allowHttp }
    const version = row.version + 1
    const sealed =
      secret === undefined
        ? await sealForLimits(app, tx, row, version, limits)
        : await sealSecret(app, tx, { id, scope: row.scope, sealed_version: version, ...limits }, secret)
    await saveVersion(tx, actor, row, { domains, allow_http: allowHttp, ...sealed }, fields)
    const changed = await presentCredential(app, tx, actor, id, notes)
    await record(tx, actor, 'credential.domains-changed', `credential:${id}`, {
      name: row.name,
      scope: changed.scope,
      version: changed.version,
      fields,
      added: domains.filter((entry) => !row.domains.includes(entry)),
      removed: row.domains.filter((entry) => !domains.includes(entry)),
      allowHttp,
    })
    return changed
  })
}

type Judged = { domains: string[]; allowHttp: boolean; secret: string | undefined; notes: string[] }

function judge(row: CredentialRow, input: DomainsChange): Judged {
  const kind = CredentialKind.parse(row.kind)
  const { header } = row
  const allowHttp = input.allowHttp ?? row.allow_http
  const list = readDomainList(input.domains)
  const { secret, notes, faults } = checkSecret(kind, input, row)
  refuseFaults([...list.faults, ...faults, ...otherFields(row, input)])
  const old = { kind, header, domains: row.domains, allowHttp: row.allow_http }
  const news = somewhereNew(old, { kind, header, domains: list.domains, allowHttp })
  if (news.length > 0 && secret === undefined) throw secretNeeded(row.name, kind, news)
  return { domains: list.domains, allowHttp, secret, notes: [...list.notes, ...(secret === undefined ? [] : notes)] }
}

/** The username and the header are given with the secret as they are; they are changed by editing the credential. */
function otherFields(row: CredentialRow, { basic, custom }: DomainsChange): Fault[] {
  const faults: Fault[] = []
  if (basic?.username !== undefined && basic.username !== row.username)
    faults.push({
      path: 'basic.username',
      message: 'This is not its username. Change that by editing the credential.',
    })
  if (custom?.header !== undefined && custom.header !== row.header)
    faults.push({ path: 'custom.header', message: 'This is not its header. Change that by editing the credential.' })
  return faults
}

function changedFields(row: CredentialRow, domains: string[], allowHttp: boolean, hasSecret: boolean): ChangedField[] {
  const fields: ChangedField[] = []
  if (hasSecret) fields.push('secret')
  if (domains.join() !== row.domains.join()) fields.push('domains')
  if (allowHttp !== row.allow_http) fields.push('allowHttp')
  return fields
}
