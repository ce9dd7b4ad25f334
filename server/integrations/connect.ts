/**
 * Connections to outside systems: made only after a passed check, and deleted with all they brought. Secrets go straight to
 * credentials/ and are never read back.
 */
import type { CheckReport, Integration, NewIntegration } from '#schema/integration.ts'
import { holdSpaces } from '#server/access/hold-spaces.ts'
import { authorize } from '#server/access/policy.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { Site } from '#server/connectors/confluence/address.ts'
import {
  createConnectionCredential,
  deleteConnectionCredential,
  referToConnection,
} from '#server/credentials/connection.ts'
import type { Tx } from '#server/db/open.ts'
import { transact, transactAnew } from '#server/db/transact.ts'
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
  stopRuns,
} from './store.ts'
import { forgetThrottle } from './throttles.ts'

type Needs = Pick<App, 'db' | 'config' | 'keys' | 'fetch' | 'clock' | 'jobs'>

/** Connects after every check has passed and starts the first full sync. 422 with `checks` names what is wrong; 409 a taken name. */
export async function createIntegration(app: Needs, actor: Actor, input: NewIntegration): Promise<Integration> {
  authorize(actor, 'integration.create')
  const { deployment, spaces, readers, quarantineDays, attachmentMegabytes, manners } = input.settings
  const { site, username } = readSettings(app.config, input.settings)
  if (await hasIntegrationNamed(app.db, input.name)) throw nameTaken(input.name)
  const secret = input.secret.apiKey
  const outcome = await checkDraft(app, { name: input.name, deployment, site, username, secret, spaces })
  const base = requirePassed(outcome)
  const { gateway } = outcome
  const tuning = { readers, quarantineDays, attachmentMegabytes, manners }
  const chosen = outcome.spaces ?? spaces
  const settings: StoredSettings = { deployment, url: site.url, username, spaces: chosen, base, gateway, ...tuning }
  const report = reportOf(outcome, app.clock.now())
  const id = newId()
  await transact(app.db, (tx) => storeIntegration(app, tx, actor, id, { input, site, settings, report })).catch(
    (error: unknown) => {
      throw isNameClash(error) ? nameTaken(input.name) : error
    },
  )
  return getIntegration(app, actor, id)
}

type Checked = { input: NewIntegration; site: Site; settings: StoredSettings; report: CheckReport }

async function storeIntegration(
  app: Needs,
  tx: Tx,
  actor: Actor,
  id: string,
  { input, site, settings, report }: Checked,
): Promise<void> {
  const { connector, name } = input
  const { url, username } = settings
  const credentialId = await createConnectionCredential(app, tx, actor, {
    name: `${name} (${id})`,
    username,
    secret: input.secret.apiKey,
    ...connectionDomains(app.config, settings.deployment, site),
    expiresAt: toDate(input.apiKeyExpiresAt),
  })
  await insertIntegration(tx, {
    id,
    connector,
    name,
    settings: JSON.stringify(settings),
    credential_id: credentialId,
    last_check: JSON.stringify(report),
  })
  await referToConnection(tx, { id, name }, credentialId)
  await queueRun(app, tx, actor, id, 'full')
  await record(tx, actor, 'integration.created', `integration:${id}`, { name, url, username })
}

/** Removes the integration with its credential, its spaces and all that was synced through it. A running sync stops. */
export async function deleteIntegration(app: Needs, actor: Actor, id: string): Promise<void> {
  authorize(actor, 'integration.delete')
  await getIntegrationRow(app.db, id)
  // Committed before the rest: the deletion waits for the sync's open transactions, and each of them then ends soon.
  await stopRuns(app.db, id)
  await transactAnew(app.db, async (tx) => {
    const row = await lockIntegration(tx, id)
    const destroyed = (await holdSpaces(tx, { integrationId: id })) ?? { credentials: 0, credentialNames: [] }
    await deleteIntegrationRow(tx, id)
    await deleteConnectionCredential(tx, row.credential_id)
    await referToConnection(tx, row, undefined)
    await record(tx, actor, 'integration.deleted', `integration:${id}`, { name: row.name, ...destroyed })
  })
  forgetThrottle(id)
}

/** A moment as text; null clears, and left out is nothing to store. */
export function toDate(value: string | null | undefined): Date | null {
  return value === null || value === undefined ? null : new Date(value)
}

export function nameTaken(name: string): Problem {
  const message = `An integration is already called "${name}". Choose another name.`
  return new Problem(409, 'name-taken', message, { errors: [{ path: 'name', message }] })
}

/** Two at once chose one name; the index let the first one have it. */
export function isNameClash(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'constraint' in error && error.constraint === 'integrations_name_key'
  )
}
