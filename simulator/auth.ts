import type { IncomingHttpHeaders } from 'node:http'
import { gatewayError, html, Refusal, scopeMismatch, v1CallerRefused, v2NotFound } from './answer.ts'
import type { User } from './users.ts'

/** Finds who is calling, or ends the call as real sites do: v2 masks a bad key as 404, v1 says 403, the gateway 401. */
export function authenticate(
  users: readonly User[],
  headers: IncomingHttpHeaders,
  at: { path: string; viaGateway: boolean },
): User {
  const pair = basicPair(headers.authorization)
  const user = users.find(
    (one) => !one.revoked && one.email.toLowerCase() === pair?.name.toLowerCase() && one.key === pair?.key,
  )
  if (user === undefined) throw new Refusal(at.viaGateway ? gatewayError(401, 'Unauthorized') : siteRefusal(at.path))
  if (user.scopes !== undefined && !at.viaGateway) throw new Refusal(gatewayError(401, scopeMismatch))
  return user
}

/** A scoped token needs one of the route's scopes. */
export function checkScope(user: User, wanted: readonly string[]): void {
  if (user.scopes === undefined || wanted.some((scope) => user.scopes?.includes(scope))) return
  throw new Refusal(gatewayError(401, scopeMismatch))
}

function siteRefusal(path: string) {
  return path.startsWith('/wiki/api/v2') ? v2NotFound() : v1CallerRefused()
}

function basicPair(header: string | undefined): { name: string; key: string } | undefined {
  if (header === undefined) return undefined
  const text = /^Basic ([\w+/=-]+)$/i.exec(header)?.[1]
  const pair = text === undefined ? undefined : Buffer.from(text, 'base64').toString()
  const colon = pair?.indexOf(':') ?? -1
  if (pair === undefined || colon < 1) throw new Refusal(unreadableHeader())
  return { name: pair.slice(0, colon), key: pair.slice(colon + 1) }
}

function unreadableHeader() {
  return html(
    401,
    '<!doctype html><html lang="en"><head><title>HTTP Status 401 – Unauthorized</title></head><body><h1>HTTP Status 401 – Unauthorized</h1><hr class="line" /><p><b>Type</b> Status Report</p><p><b>Description</b> The request has not been applied to the target resource because it lacks valid authentication credentials for that resource.</p><h3>Apache Tomcat</h3></body></html>',
  )
}
