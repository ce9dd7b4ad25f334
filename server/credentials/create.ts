import type { Credential, NewCredential } from '#schema/credential.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { newId } from '#server/platform/ids.ts'
import { checkSecret } from './check-secret.ts'
import { readDomainList } from './domain-list.ts'
import { holdSpace } from './hold-space.ts'
import { presentCredential } from './read.ts'
import { checkReminded } from './reminded.ts'
import { getAdministeredScope } from './refusals.ts'
import { refuseIntegrations } from './scope.ts'
import { sealSecret } from './seal-secret.ts'
import { insertCredential } from './store.ts'
import { saveFirstVersion } from './versions.ts'
import { refuseFaults } from './faults.ts'

type Needs = Pick<App, 'db' | 'clock' | 'keys'>

/** Seals and stores a credential in the scope; only its admins may. Nobody else sees it until grants are given. */
export async function createCredential(
  app: Needs,
  actor: Actor,
  label: string,
  input: NewCredential,
): Promise<Credential> {
  const scope = await getAdministeredScope(app, actor, label, 'create')
  refuseIntegrations(scope)
  const checked = checkSecret(input.kind, input)
  const { domains, notes, faults } = readDomainList(input.domains)
  refuseFaults([...checked.faults, ...faults, ...(await checkReminded(app.db, input.remind))])
  const { username, header, secret } = checked
  if (secret === undefined) throw new Error('a new credential without a secret has passed the check')

  return transact(app.db, async (tx) => {
    await holdSpace(tx, scope)
    const id = newId()
    const expiresAt = input.expiresAt ?? null
    const limits = { kind: input.kind, header, domains, allow_http: input.allowHttp }
    await insertCredential(tx, {
      id,
      scope: scope.id,
      space_id: scope.spaceId,
      name: input.name,
      username,
      ...limits,
      ...(await sealSecret(app, tx, { id, scope: scope.id, sealed_version: 1, ...limits }, secret)),
      expires_at: expiresAt === null ? null : new Date(expiresAt),
      expiry_policy: input.expiryPolicy,
      remind: [...new Set(input.remind)],
      created_by: actor.id,
      created_by_name: actor.name,
      updated_by: actor.id,
      updated_by_name: actor.name,
    })
    await saveFirstVersion(tx, actor, id)
    const made = await presentCredential(app, tx, actor, id, [...checked.notes, ...notes])
    const { name, kind, allowHttp, expiryPolicy } = input
    const detail = { name, scope: scope.label, kind, domains, allowHttp, expiresAt, expiryPolicy }
    await record(tx, actor, 'credential.created', `credential:${id}`, detail)
    return made
  })
}
