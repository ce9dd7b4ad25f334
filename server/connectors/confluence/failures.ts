/** What went wrong with an answer, and whether asking again may help. */
import type { EgressResponse } from '#server/egress/fetch.ts'
import type { Clock } from '#server/platform/clock.ts'
import { Upstream } from '#server/platform/problem.ts'
import { isRateLimited, refusedSeconds } from './rate-headers.ts'

/** The longest wait that a site may ask for. */
export const MAX_RETRY_AFTER_SECONDS = 120
const RETRYABLE = new Set([429, 500, 502, 503, 504])
const RETRYABLE_FAILURES = new Set([
  'timeout',
  'reset',
  'connect-timeout',
  'connect-refused',
  'unreachable',
  'dns-failed',
  'truncated',
])
const SAID_CHARACTERS = 2000

/** Whether the request itself may be at fault, not the moment. */
export function isFault(error: Upstream): boolean {
  return error.status === 500 || error.code === 'timeout'
}

/** Whether a read may go well when it is repeated. */
export function isRetryable(error: Upstream): boolean {
  if (error.code === 'rate-limited') return true
  return error.status === undefined ? RETRYABLE_FAILURES.has(error.code) : RETRYABLE.has(error.status)
}

/** The answer's data; throws Upstream where it is none, as a web page is. */
export function parseJson(host: string, answer: EgressResponse, text: string): unknown {
  const json = tryJson(text)
  if (json !== undefined) return json
  if (isHtml(answer.headers, text))
    throw new Upstream(
      host,
      'login-page',
      `${host} answered with a web page instead of data. Is a sign-in page or a proxy in front of it?`,
    )
  throw new Upstream(host, 'truncated', `${host} answered with data that breaks off or is not JSON.`)
}

/** What an answer that is no success is told as. */
export function failureOf(host: string, answer: EgressResponse, text: string, clock: Clock): Upstream {
  const { status } = answer
  const retryAfter = refusedSeconds(answer.headers, clock.now(), MAX_RETRY_AFTER_SECONDS)
  const about = { status, retryAfterSeconds: retryAfter, said: text.slice(0, SAID_CHARACTERS) }
  if (isRateLimited(status, answer.headers))
    return new Upstream(host, 'rate-limited', `${host} asks for fewer requests (${status}).`, about)
  if (status >= 300 && status < 400)
    return new Upstream(
      host,
      'redirected',
      `${host} redirects elsewhere (${status}). Is a sign-in page in front of it?`,
      { status },
    )
  if (isScopeMismatch(status, text))
    return new Upstream(host, 'missing-scope', `The API key lacks a scope that this request to ${host} needs.`, {
      status,
    })
  if (status === 401)
    return new Upstream(host, 'key-rejected', `${host} refuses the user name or API key (401).`, { status })
  if (status === 403) return new Upstream(host, 'forbidden', `${host} refuses access (403).`, { status })
  if (status === 404)
    return new Upstream(host, 'not-found', `${host} does not know this, or hides it from this API key (404).`, {
      status,
    })
  if (status === 400) return new Upstream(host, 'bad-request', `${host} did not accept the request (400).`, about)
  return new Upstream(host, status >= 500 ? 'server-error' : 'unexpected', `${host} answered ${status}.`, about)
}

/** The vendor's answer to a scoped token that lacks the scope, or that is used at the site's own address. */
export function isScopeMismatch(status: number, text: string): boolean {
  return (status === 401 || status === 403) && text.includes('scope does not match')
}

/** A web page where data was expected. */
export function isHtml(headers: Headers, text: string): boolean {
  return (
    (headers.get('content-type') ?? '').includes('html') || /^\s*<(!doctype|html|head|body)/i.test(text.slice(0, 200))
  )
}

/** Undefined where it is not JSON. */
export function tryJson(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text)
    return json
  } catch {
    return undefined
  }
}
