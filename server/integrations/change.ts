/** Changing a connection: what would send the key elsewhere demands it again, and nothing is stored that was not checked. */
import type { CheckReport, Integration, IntegrationChange } from '#schema/integration.ts'
import { authorize } from '#server/access/policy.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import {
  changeConnectionCredential,
  referToConnection,
  type ConnectionCredential,
} from '#server/credentials/connection.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'
import { checkDraft, checkStored, reportOf, requirePassed } from './check.ts'
import { isNameClash, nameTaken, toDate } from './connect.ts'
import { getIntegration } from './read.ts'
import { queueRun } from './runs.ts'
import { connectionDomains, givenTuning, isSameConnection, readSettings, siteOf, StoredSettings } from './settings.ts'
import {
  getIntegrationRow,
  hasIntegrationNamed,
  lockIntegration,
  updateIntegration,
  type IntegrationChangeRow,
  type IntegrationRow,
} from './store.ts'

type Needs = Pick<App, 'db' | 'config' | 'keys' | 'fetch' | 'clock' | 'jobs'>

/**
 * Changes what is given. A new key, user name, address or choice of spaces is checked first; a new address or user name
 * demands the key again, because the stored one would go somewhere new. 409 when somebody else was faster.
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
  if (change.name !== undefined && (await hasIntegrationNamed(app.db, change.name, id))) throw nameTaken(change.name)
  const checked = await checkChange(app, row, old, change)
  await transact(app.db, async (tx) => {
    const current = StoredSettings.parse((await lockIntegration(tx, id)).settings)
    if (checked !== undefined && !isSameConnection(old, current))
      throw new Problem(409, 'changed-meanwhile', 'Somebody else changed this integration just now. Load it again.')
    await changeConnectionCredential(app, tx, actor, row.credential_id, credentialChange(app, id, change, checked))
    if (change.name !== undefined) await referToConnection(tx, { id, name: change.name }, row.credential_id)
    await updateIntegration(tx, id, rowChange(change, checked, current))
    // Spaces that were not read before, and who may read, are found by a run over everything.
    const { spaces, readers = current.readers } = change.settings ?? {}
    const asksAll = spaces !== undefined || readers !== current.readers
    const queued = asksAll ? await queueRun(app, tx, actor, id, 'sweep') : undefined
    // Else the schedule starts a run, when the one under way is over.
    if (checked !== undefined && queued === undefined)
      await updateIntegration(tx, id, { next_sync_at: app.clock.now() })
    await record(tx, actor, 'integration.changed', `integration:${id}`, { fields: changedFields(change) })
  }).catch((error: unknown) => {
    throw isNameClash(error) && change.name !== undefined ? nameTaken(change.name) : error
  })
  return getIntegration(app, actor, id)
}

type Checked = { settings: StoredSettings; report: CheckReport }

/** The settings to store, after a passed check; undefined when the connection stays as it is. */
async function checkChange(
  app: Needs,
  row: IntegrationRow,
  old: StoredSettings,
  change: IntegrationChange,
): Promise<Checked | undefined> {
  if (change.settings === undefined && change.secret === undefined) return undefined
  if (change.settings?.deployment !== undefined && change.settings.deployment !== old.deployment)
    throw otherDeployment()
  const wanted = {
    deployment: old.deployment,
    url: change.settings?.url ?? old.url,
    username: change.settings?.username ?? old.username,
    spaces: change.settings?.spaces ?? old.spaces,
  }
  const { site, username } = readSettings(app.config, wanted)
  const settings = { ...old, url: site.url, username, spaces: wanted.spaces }
  if (change.secret === undefined) {
    if (settings.url !== old.url) throw keyNeeded('domain')
    if (settings.username !== old.username) throw keyNeeded('username')
    if (isSameConnection(settings, old)) return undefined
  }
  const outcome =
    change.secret === undefined
      ? await checkStored(app, row, settings)
      : await checkDraft(app, { ...settings, name: row.name, site, secret: change.secret.apiKey })
  const base = requirePassed(outcome)
  return {
    settings: { ...settings, spaces: outcome.spaces ?? settings.spaces, base, gateway: outcome.gateway },
    report: reportOf(outcome, app.clock.now()),
  }
}

function credentialChange(
  app: Pick<App, 'config'>,
  id: string,
  change: IntegrationChange,
  checked: Checked | undefined,
): Partial<ConnectionCredential> {
  return {
    ...(change.name === undefined ? {} : { name: `${change.name} (${id})` }),
    ...(change.apiKeyExpiresAt === undefined ? {} : { expiresAt: toDate(change.apiKeyExpiresAt) }),
    ...(change.secret === undefined || checked === undefined
      ? {}
      : {
          secret: change.secret.apiKey,
          username: checked.settings.username,
          ...connectionDomains(app.config, checked.settings.deployment, siteOf(checked.settings)),
        }),
  }
}

function rowChange(
  change: IntegrationChange,
  checked: Checked | undefined,
  current: StoredSettings,
): IntegrationChangeRow {
  const tuning = givenTuning(change.settings)
  return {
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(Object.keys(tuning).length === 0 ? {} : { settings: { ...current, ...tuning } }),
    ...(checked === undefined
      ? {}
      : {
          settings: { ...checked.settings, ...tuning },
          last_check: checked.report,
          state: 'connected',
          state_detail: null,
        }),
  }
}

/** Names of the fields that a change carries, never their values. */
function changedFields(change: IntegrationChange): string[] {
  const settings = Object.keys(change.settings ?? {}).map((key) => `settings.${key}`)
  return [...Object.keys(change).filter((key) => key !== 'settings'), ...settings]
}

/** Another deployment is another Confluence: no id of a page or a space there means the same. */
function otherDeployment(): Problem {
  const message = 'An integration keeps its deployment. Connect the other Confluence as an integration of its own.'
  return new Problem(422, 'deployment-fixed', message, { errors: [{ path: 'settings.deployment', message }] })
}

function keyNeeded(what: string): Problem {
  const message = `Enter the API key again: with another ${what} the stored one would go somewhere new.`
  return new Problem(422, 'key-needed', message, { errors: [{ path: 'secret.apiKey', message }] })
}
