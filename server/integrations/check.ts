/** Testing a connection: before it is saved, and at any time after. */
import type { Check, CheckReport } from '#schema/integration.ts'
import { authorize } from '#server/access/policy.ts'
import type { App } from '#server/app.ts'
import { record } from '#server/audit/record.ts'
import type { Site } from '#server/connectors/confluence/address.ts'
import { checkConnection } from '#server/connectors/confluence/check.ts'
import { checkDataCenter } from '#server/connectors/confluence/check-data-center.ts'
import type { CheckInput, CheckOutcome } from '#server/connectors/confluence/check-outcome.ts'
import { connectionSecretVersion } from '#server/credentials/connection.ts'
import { draftFetch, openConnectionFetch } from '#server/credentials/use.ts'
import { transact } from '#server/db/transact.ts'
import type { Actor } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'
import { connectionDomains, isSameConnection, siteOf, StoredSettings } from './settings.ts'
import { stateAfter } from './state.ts'
import {
  getIntegrationRow,
  lockIntegration,
  updateIntegration,
  type IntegrationChangeRow,
  type IntegrationRow,
} from './store.ts'

type Needs = Pick<App, 'db' | 'config' | 'keys' | 'fetch' | 'clock'>
type Draft = {
  name: string
  deployment: StoredSettings['deployment']
  site: Site
  username: string
  secret: string
  spaces: 'all' | string[]
}

/** Checks a connection that is not saved yet. */
export async function checkDraft(app: Needs, draft: Draft): Promise<CheckOutcome> {
  const { name, deployment, site, username, secret, spaces } = draft
  const place = connectionDomains(app.config, deployment, site)
  const fetch = draftFetch(app, { name, username, secret, ...place })
  const asToken = username === '' ? undefined : draftFetch(app, { name, username: '', secret, ...place })
  return check(app, deployment, { site, username, spaces, fetch, asToken })
}

function check(
  app: Needs,
  deployment: StoredSettings['deployment'],
  input: Pick<CheckInput, 'site' | 'username' | 'spaces' | 'fetch' | 'asToken'>,
): Promise<CheckOutcome> {
  const lent = { gatewayOrigin: app.config.confluenceGateway, openFetch: app.fetch, clock: app.clock }
  return deployment === 'cloud' ? checkConnection({ ...input, ...lent }) : checkDataCenter({ ...input, ...lent })
}

/** Tests the saved connection now; the outcome becomes the integration's state, unless somebody changed the connection meanwhile. */
export async function testIntegration(app: Needs, actor: Actor, id: string): Promise<CheckReport> {
  authorize(actor, 'integration.test')
  const row = await getIntegrationRow(app.db, id)
  const settings = StoredSettings.parse(row.settings)
  const secretVersion = await connectionSecretVersion(app.db, row.credential_id)
  const outcome = await checkStored(app, row, settings)
  const report = reportOf(outcome, app.clock.now())
  await transact(app.db, async (tx) => {
    const current = StoredSettings.parse((await lockIntegration(tx, id)).settings)
    const isCurrent =
      isSameConnection(settings, current) && (await connectionSecretVersion(tx, row.credential_id)) === secretVersion
    if (isCurrent) await updateIntegration(tx, id, afterTest(settings, outcome, report))
    await record(tx, actor, 'integration.tested', `integration:${id}`, {
      ok: outcome.ok,
      ...(outcome.code === undefined ? {} : { code: outcome.code }),
    })
  })
  return report
}

function afterTest(settings: StoredSettings, outcome: CheckOutcome, report: CheckReport): IntegrationChangeRow {
  const change = { last_check: report, ...stateAfter(outcome.code, failedCheck(outcome)?.detail) }
  if (outcome.base === undefined || !outcome.ok) return change
  return { ...change, settings: { ...settings, base: outcome.base, gateway: outcome.gateway } }
}

/** Checks a saved connection with its stored key; a key that cannot be opened is a failed check. */
export async function checkStored(app: Needs, row: IntegrationRow, settings: StoredSettings): Promise<CheckOutcome> {
  try {
    const fetch = await openConnectionFetch(app, row.credential_id, row)
    const { deployment, username, spaces } = settings
    return await check(app, deployment, { site: siteOf(settings), username, spaces, fetch, asToken: undefined })
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'needs-re-entry') throw error
    return {
      ok: false,
      code: error.code,
      checks: [{ name: 'Stored key', ok: false, detail: error.message }],
      base: undefined,
      gateway: false,
    }
  }
}

export function reportOf(outcome: CheckOutcome, now: Date): CheckReport {
  return {
    ok: outcome.ok,
    ...(outcome.code === undefined ? {} : { code: outcome.code }),
    checks: outcome.checks,
    checkedAt: now.toISOString(),
  }
}

/** The API's base when the check passed; otherwise a 422 Problem with the failed check's code and all checks. */
export function requirePassed(outcome: CheckOutcome): string {
  if (outcome.ok && outcome.base !== undefined) return outcome.base
  const detail = failedCheck(outcome)?.detail ?? 'The connection could not be checked.'
  throw new Problem(422, outcome.code ?? 'check-failed', detail, { checks: outcome.checks })
}

/** The check that ended the outcome; one that only warns may stand before it. */
function failedCheck(outcome: CheckOutcome): Check | undefined {
  return outcome.ok ? undefined : outcome.checks.findLast((check) => !check.ok)
}
