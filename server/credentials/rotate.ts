/**
 * Rotation: a scope gets a new key, its secrets are sealed again under it in batches, and the old key is destroyed when
 * none needs it (continue-rotations.ts). Ids, grants, domains, references and versions of credentials stay as they are,
 * and every secret can be read throughout.
 */
import type { ScopeState } from '#schema/credential.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'
import { lockActiveScopeKey, retireScopeKey } from '#server/vault/store.ts'
import { generateScopeKey, openScopeKey, VaultError } from '#server/vault/vault.ts'
import { listRotating } from './continue-rotations.ts'
import { holdSpace } from './hold-space.ts'
import { getAdministeredScope } from './refusals.ts'
import { wakeRotations } from './rotation-schedule.ts'
import { getScopeKey, keyDetail, noKey, targetOf } from './scope-key.ts'
import type { Scope } from './scope.ts'
import { describeScope } from './scopes.ts'

type Needs = Pick<App, 'db' | 'keys'>

/**
 * Begins a rotation: from now on everything is sealed under the new key. 409 `rotation-running` while an earlier one has
 * secrets to do, `no-key`, or `key-unreadable`. The rest is done by `continueRotations`.
 */
export async function rotateScopeKey(app: Needs, actor: Actor, label: string): Promise<ScopeState> {
  const scope = await getAdministeredScope(app, actor, label, 'rotate key')
  const state = await transact(app.db, async (tx) => {
    await holdSpace(tx, scope)
    const former = await lockActiveScopeKey(tx, scope.id)
    if (former === undefined) throw noKey(scope)
    if ((await listRotating(tx)).includes(scope.id))
      throw new Problem(409, 'rotation-running', `The key of ${scope.label} is being rotated. Wait until that is done.`)
    await openScopeKey(app, former).catch((error: unknown) => refuseUnreadable(scope, error))
    await retireScopeKey(tx, former.id)
    await generateScopeKey(app, tx, { scope: scope.id, spaceId: scope.spaceId, by: actor.id })
    const key = await getScopeKey(app, tx, scope)
    const detail = { ...keyDetail(key), from: former.version, credentials: key.rotation?.total ?? 0 }
    await record(tx, actor, 'scope-key.rotation-started', targetOf(scope), detail)
    return describeScope(app, tx, actor, scope)
  })
  wakeRotations(app)
  return state
}

function refuseUnreadable(scope: Scope, error: unknown): never {
  if (!(error instanceof VaultError)) throw error
  const detail = `The key of ${scope.label} cannot be opened, so nothing under it can be sealed again. ${error.message}`
  throw new Problem(409, 'key-unreadable', detail)
}
