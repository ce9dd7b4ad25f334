import type { IntegrationState } from '#schema/integration.ts'

/** What a check's or a sync's failure code makes of the integration's state; undefined codes mean that all went well. */
export function stateAfter(
  code: string | undefined,
  detail: string | undefined,
): { state?: IntegrationState; state_detail?: string | null } {
  switch (code) {
    case undefined:
      return { state: 'connected', state_detail: null }
    case 'key-rejected':
    case 'missing-scope':
    case 'forbidden':
      return { state: 'key-rejected', state_detail: detail ?? null }
    case 'needs-re-entry':
      return { state: 'needs-re-entry', state_detail: detail ?? null }
    case 'unreachable':
    case 'connect-refused':
    case 'connect-timeout':
    case 'timeout':
    case 'dns-not-found':
    case 'dns-failed':
    case 'tls-failed':
    case 'redirected':
    case 'login-page':
    case 'not-confluence':
    case 'refused':
      return { state: 'unreachable', state_detail: detail ?? null }
    default:
      // A rate limit or a missing space says nothing about the key.
      return {}
  }
}
