import type { App } from '#server/app.ts'
import { openClient, type ClientOptions } from '#server/connectors/confluence/client.ts'
import { openCloud } from '#server/connectors/confluence/cloud.ts'
import { openDataCenter } from '#server/connectors/confluence/data-center.ts'
import type { Source } from '#server/connectors/confluence/source.ts'
import { isClearTextRisk } from '#server/credentials/connection.ts'
import { openConnectionFetch } from '#server/credentials/use.ts'
import type { EgressFetch } from '#server/egress/fetch.ts'
import { Upstream } from '#server/platform/problem.ts'
import { siteOf, StoredSettings } from './settings.ts'
import type { IntegrationRow } from './store.ts'
import { throttleOf } from './throttles.ts'
import { openMeter, type Meter } from './traffic.ts'

type Needs = Pick<App, 'db' | 'keys' | 'fetch' | 'clock' | 'config'>

/** An integration's Confluence, opened with its key as it is now. */
export type Connection = {
  source: Source
  settings: StoredSettings
  /** What addresses of pages start with. */
  siteBase: string
  /** Counts what is asked. */
  meter: Meter
}

/** How long one run may wait for rate limits, when nobody said so. */
export const WAIT_MINUTES = 30
const CONCURRENCY = 6
/** What a person waits for at once; what takes longer he is told. */
const PERSON_WAIT_MS = 15_000

/** Opens the key and checks that it may be sent there; throws as `openConnectionFetch` does. */
export async function openConnection(
  app: Needs,
  integration: IntegrationRow,
  options: Pick<ClientOptions, 'signal' | 'maxTries' | 'isUrgent' | 'patienceMs'> = {},
): Promise<Connection> {
  const settings = StoredSettings.parse(integration.settings)
  const fetch = await openConnectionFetch(app, integration.credential_id, integration)
  const openFetch = withoutClearText(app)
  const meter = openMeter(app, integration.id)
  const { concurrency = CONCURRENCY, requestsPerMinute, waitMinutes = WAIT_MINUTES } = settings.manners
  const pace = { concurrency, requestsPerMinute: requestsPerMinute ?? undefined }
  const client = openClient({
    ...(options.isUrgent === true ? { patienceMs: PERSON_WAIT_MS } : {}),
    ...options,
    fetch,
    openFetch,
    base: settings.base,
    clock: app.clock,
    throttle: throttleOf(integration.id, settings.base, pace),
    maxWaitMs: waitMinutes * 60_000,
    onRequest: meter.onRequest,
  })
  const source = settings.deployment === 'cloud' ? openCloud(client) : openDataCenter(client)
  return { source, settings, siteBase: siteOf(settings).base, meter }
}

/** The guard's fetch for where a file's address leads: unencrypted only to places that the operator opened. */
function withoutClearText(app: Pick<App, 'fetch' | 'config'>): EgressFetch {
  return async (url, init) => {
    const { protocol, origin, host } = new URL(url)
    if (protocol !== 'https:' && isClearTextRisk(app.config.egressAllow, origin))
      throw new Upstream(host, 'clear-text', `The file lies at ${host} without encryption, where it is not fetched.`)
    return app.fetch(url, init)
  }
}
