import { Upstream } from '#server/platform/problem.ts'
import type { Sync } from './context.ts'

const AMBIGUOUS = new Set([401, 403, 404])

/** Confluence hides a rejected key behind "not found": asks who the key is, and says so when it is nobody any more. */
export async function diagnose(sync: Sync, error: Upstream): Promise<Upstream> {
  if (error.status === undefined || !AMBIGUOUS.has(error.status) || isAboutAll(error)) return error
  if (await sync.source.isKeyAccepted()) return error
  return new Upstream(
    error.host,
    'key-rejected',
    `${error.host} no longer accepts the API key: it has expired or was revoked. Edit the integration and enter a new key.`,
    { status: error.status, cause: error },
  )
}

/** What concerns the whole connection, not one space. */
export function isAboutAll(error: Upstream): boolean {
  return [
    'key-rejected',
    'rate-limit-budget',
    'missing-scope',
    'login-page',
    'redirected',
    'connect-refused',
    'dns-not-found',
    'unreachable',
    'tls-failed',
  ].includes(error.code)
}
