/**
 * Connections to outside systems: made only after a passed check, changed, tested, deleted. Secrets go straight to
 * credentials/ and are never read back.
 */
import type { Integration, IntegrationChange, NewIntegration } from '#schema/integration.ts'
import { authorize } from '#server/access/policy.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import {
  changeConnectionCredential,
  createConnectionCredential,
  deleteConnectionCredential,
} from '#server/credentials/connection.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { newId } from '#server/platform/ids.ts'
import { Problem } from '#server/platform/problem.ts'
import { checkDraft, reportOf, requirePassed } from './check.ts'
import { getIntegration } from './read.ts'
import { queueRun } from './runs.ts'
import { connectionDomains, readSettings, StoredSettings } from './settings.ts'
import {
  deleteIntegrationRow,
  getIntegrationRow,
  hasIntegrationNamed,
  insertIntegration,
  lockIntegration,
  updateIntegration,
} from './store.ts'

type Needs = Pick<App, 'db' | 'config' | 'keys' | 'fetch' | 'clock' | 'jobs'>

/** Connects after every check has passed and starts the first full sync. 422 with `checks` names what is wrong; 409 a taken name. */
export async function createIntegration(app: Needs, actor: Actor, input: NewIntegration): Promise<Integration> {
  authorize(actor, 'integration.create')
  const { site, username } = readSettings(app.config, input.settings)
  if (await hasIntegrationNamed(app.db, input.name)) throw nameTaken(input.name)
  const outcome = await checkDraft(app, {
    name: input.name,
    site,
    username,
    secret: input.secret.apiKey,
    spaces: input.settings.spaces,
  })
  const base = requirePassed(outcome)
  const id = newId()
  const settings: StoredSettings = {
    deployment: 'cloud',
    url: site.origin,
    username,
    spaces: input.settings.spaces,
    base,
    gateway: outcome.gateway,
  }
  await transact(app.db, async (tx) => {
    const credentialId = await createConnectionCredential(app, tx, actor, {
      name: `${input.name} (${id})`,
      username,
      secret: input.secret.apiKey,
      ...connectionDomains(app.config, site),
      expiresAt: toDate(input.apiKeyExpiresAt),
    })
    await insertIntegration(tx, {
      id,
      connector: input.connector,
      name: input.name,
      settings: JSON.stringify(settings),
      credential_id: credentialId,
      last_check: JSON.stringify(reportOf(outcome, app.clock.now())),
    })
    await queueRun(app, tx, actor, id, 'full')
    await record(tx, actor, 'integration.created', `integration:${id}`, {
      name: input.name,
      url: site.origin,
      username,
    })
  }).catch((error: unknown) => {
    throw isNameClash(error) ? nameTaken(input.name) : error
  })
  return getIntegration(app, actor, id)
}

/**
 * Changes what is given. A new key, user name or address is checked first; a new address or user name demands the key
 * again, because the stored one would go somewhere new.
 */
export async function changeIntegration(
  app: Needs,
  actor: Actor,
  id: string,
  change: IntegrationChange,
): Promise<Integration> {
  authorize(actor, 'integration.update')
  const row = await getIntegrationRow(app.db, id)
  const old = StoredSettings.parse(row.settings)
  const wanted = change.settings ?? {}
  const merged = {
    deployment: wanted.deployment ?? old.deployment,
    url: wanted.url ?? old.url,
    username: wanted.username ?? old.username,
    spaces: wanted.spaces ?? old.spaces,
  }
  const { site, username } = readSettings(app.config, merged)
  if (change.name !== undefined && (await hasIntegrationNamed(app.db, change.name, id))) throw nameTaken(change.name)
  const leadsAstray = site.origin !== old.url || username !== old.username
  if (leadsAstray && change.secret === undefined) throw keyNeeded(site.origin === old.url ? 'username' : 'domain')
  const checked =
    change.secret === undefined
      ? undefined
      : await checkDraft(app, { name: row.name, site, username, secret: change.secret.apiKey, spaces: merged.spaces })
  const base = checked === undefined ? old.base : requirePassed(checked)
  const settings: StoredSettings = {
    deployment: 'cloud',
    url: site.origin,
    username,
    spaces: merged.spaces,
    base,
    gateway: checked?.gateway ?? old.gateway,
  }
  const now = app.clock.now()
  await transact(app.db, async (tx) => {
    const current = await lockIntegration(tx, id)
    if (current.version !== row.version && leadsAstray)
      throw new Problem(409, 'changed-meanwhile', 'Somebody else changed this integration just now. Load it again.')
    await changeConnectionCredential(app, tx, row.credential_id, {
      ...(change.secret === undefined
        ? {}
        : { secret: change.secret.apiKey, username, ...connectionDomains(app.config, site) }),
      ...(change.apiKeyExpiresAt === undefined ? {} : { expiresAt: toDate(change.apiKeyExpiresAt) }),
      ...(change.name === undefined ? {} : { name: `${change.name} (${id})` }),
    })
    await updateIntegration(tx, id, {
      settings,
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(checked === undefined
        ? {}
        : { last_check: reportOf(checked, now), state: 'connected', state_detail: null, next_sync_at: now }),
    })
    await record(tx, actor, 'integration.changed', `integration:${id}`, { fields: changedFields(change) })
  }).catch((error: unknown) => {
    throw isNameClash(error) && change.name !== undefined ? nameTaken(change.name) : error
  })
  return getIntegration(app, actor, id)
}

/** Removes the integration with its credential, its spaces and all that was synced through it. A running sync stops. */
export async function deleteIntegration(app: Needs, actor: Actor, id: string): Promise<void> {
  authorize(actor, 'integration.delete')
  await transact(app.db, async (tx) => {
    const row = await lockIntegration(tx, id)
    await deleteIntegrationRow(tx, id)
    await deleteConnectionCredential(tx, row.credential_id)
    await record(tx, actor, 'integration.deleted', `integration:${id}`, { name: row.name })
  })
}

/** Names of the fields that a change carries, never their values. */
function changedFields(change: IntegrationChange): string[] {
  const settings = Object.keys(change.settings ?? {}).map((key) => `settings.${key}`)
  return [...Object.keys(change).filter((key) => key !== 'settings'), ...settings]
}

function toDate(value: string | null | undefined): Date | null {
  return value === null || value === undefined ? null : new Date(value)
}

function keyNeeded(what: string): Problem {
  const message = `Enter the API key again: with another ${what} the stored one would go somewhere new.`
  return new Problem(422, 'key-needed', message, { errors: [{ path: 'secret.apiKey', message }] })
}

function nameTaken(name: string): Problem {
  const message = `An integration is already called "${name}". Choose another name.`
  return new Problem(409, 'name-taken', message, { errors: [{ path: 'name', message }] })
}

function isNameClash(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'constraint' in error && error.constraint === 'integrations_name_key'
  )
}
