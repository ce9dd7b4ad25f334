/** Re-generating a scope's key destroys it and everything it sealed: the way out when a key or its credentials are given up. */
import { sql } from 'kysely'
import type { Regenerate, Regenerated, RegeneratePreview } from '#schema/credential.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { Db, Tx } from '#server/db/open.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'
import { destroyScopeKeys, lockActiveScopeKey } from '#server/vault/store.ts'
import { generateScopeKey } from '#server/vault/vault.ts'
import { holdSpace } from './hold-space.ts'
import { findReferences } from './references.ts'
import { auditRefusals, getAdministeredScope } from './refusals.ts'
import { getScopeKey, keyDetail, noKey, targetOf } from './scope-key.ts'
import { refuseIntegrations, type Scope } from './scope.ts'

type Needs = Pick<App, 'db' | 'keys'>

/** What would be destroyed and what uses it; uses that the actor may not see are counted. Changes nothing. */
export async function previewRegenerate(app: Needs, actor: Actor, label: string): Promise<RegeneratePreview> {
  const scope = await admit(app, actor, label)
  const names = await listNames(app.db, scope.id)
  const seen = await findReferences(
    app.db,
    actor,
    names.map(({ id }) => id),
  )
  const credentials = names.map((named) => ({ ...named, ...(seen.get(named.id) ?? { usedBy: [], hidden: 0 }) }))
  const hiddenUses = credentials.reduce((sum, { hidden }) => sum + hidden, 0)
  return { scope: scope.label, credentials, hiddenUses }
}

/** Destroys the scope's credentials and all versions of its key, then makes a new one. 422 `not-confirmed` unless the scope was typed. */
export async function regenerateScopeKey(
  app: Needs,
  actor: Actor,
  label: string,
  { confirm }: Regenerate,
): Promise<Regenerated> {
  const scope = await admit(app, actor, label)
  await auditRefusals(app, actor, `scope:${scope.label}`, 're-generate key', async () =>
    refuseUnconfirmed(scope, confirm),
  )
  const regenerated = await transact(app.db, async (tx) => {
    await holdSpace(tx, scope)
    await lockCredentials(tx, scope.id)
    const former = await lockActiveScopeKey(tx, scope.id) // whoever creates one holds the key: it is committed now, or waits
    if (former === undefined) throw noKey(scope)
    const credentials = await destroyCredentials(tx, scope.id)
    await destroyScopeKeys(tx, scope.id, ['active', 'retired'])
    await generateScopeKey(app, tx, { scope: scope.id, spaceId: scope.spaceId, by: actor.id })
    const key = await getScopeKey(app, tx, scope)
    const destroyed = { credentials, keyVersion: former.version }
    await record(tx, actor, 'scope-key.regenerated', targetOf(scope), { ...keyDetail(key), destroyed })
    return { scope: scope.label, key, destroyed }
  })
  app.keys.forgetOpened()
  return regenerated
}

async function admit(app: Needs, actor: Actor, label: string): Promise<Scope> {
  const scope = await getAdministeredScope(app, actor, label, 're-generate key')
  refuseIntegrations(scope)
  return scope
}

function refuseUnconfirmed(scope: Scope, confirm: string): void {
  if (confirm === scope.label) return
  throw new Problem(422, 'not-confirmed', `Type ${scope.label} to confirm. Nothing was destroyed.`, {
    errors: [{ path: 'confirm', message: `Type ${scope.label}.` }],
  })
}

type Named = { id: string; name: string }

function listNames(db: Db, scopeId: string): Promise<Named[]> {
  return db
    .selectFrom('credentials')
    .select(['id', 'name'])
    .where('scope', '=', scopeId)
    .orderBy(sql`lower(name)`)
    .execute()
}

/** Waits for edits under way: rows first, then the key, the order in which an edit takes them. */
async function lockCredentials(tx: Tx, scopeId: string): Promise<void> {
  await tx.selectFrom('credentials').select('id').where('scope', '=', scopeId).orderBy('id').forUpdate().execute()
}

async function destroyCredentials(tx: Tx, scopeId: string): Promise<Named[]> {
  const rows = await tx.deleteFrom('credentials').where('scope', '=', scopeId).returning(['id', 'name']).execute()
  return rows.sort((a, b) => a.name.localeCompare(b.name, 'en'))
}
