/** What a check is given, what it found so far, and the failures that any of its steps can meet. */
import type { Check } from '#schema/integration.ts'
import type { EgressFetch } from '#server/egress/fetch.ts'
import type { Clock } from '#server/platform/clock.ts'
import { Problem, Upstream } from '#server/platform/problem.ts'
import type { Site } from './address.ts'
import type { Answer, Client } from './client.ts'
import { isHtml } from './failures.ts'
import { isRateLimited, refusedSeconds } from './rate-headers.ts'

export type CheckInput = {
  site: Site
  username: string
  spaces: 'all' | readonly string[]
  /** Origin of the address where scoped tokens work. */
  gatewayOrigin: string
  /** Without the credential: for what needs none. */
  openFetch: EgressFetch
  /** With the credential. */
  fetch: EgressFetch
  /** With the secret alone, as a token: to tell a token that was given as a password. Data Center, before it is saved. */
  asToken?: EgressFetch | undefined
  clock: Clock
}

export type CheckOutcome = {
  ok: boolean
  /** The failure: unreachable, refused, rate-limited, not-confluence, login-page, key-rejected, missing-scope, forbidden, no-space or space-not-found. */
  code: string | undefined
  checks: Check[]
  /** Where the REST API is to be called, once known to work. */
  base: string | undefined
  gateway: boolean
  /** The chosen spaces by their keys, when one was called by its alias. */
  spaces?: string[]
}

/** Ends a check at its first failure; the sentence stands in the outcome. */
export class Stop extends Error {
  readonly code: string
  constructor(code: string) {
    super(code)
    this.code = code
  }
}

export function pass(outcome: CheckOutcome, name: string, detail: string): void {
  outcome.checks.push({ name, ok: true, detail })
}

export function fail(outcome: CheckOutcome, name: string, code: string, detail: string): Stop {
  outcome.checks.push({ name, ok: false, detail })
  return new Stop(code)
}

/** One request of the step `name`. Throws Stop where the answer says nothing about what was asked: not reached, refused, throttled, broken down. */
export async function reach(client: Client, path: string, outcome: CheckOutcome, name: string): Promise<Answer> {
  const { host } = new URL(client.base)
  const answer = await client.probe(path).catch((error: unknown) => {
    if (error instanceof Upstream) throw fail(outcome, name, 'unreachable', error.message)
    if (error instanceof Problem) throw fail(outcome, name, 'refused', error.message)
    throw error
  })
  if (isRateLimited(answer.status, answer.headers)) {
    const seconds = refusedSeconds(answer.headers, new Date(), 3600) ?? 60
    const detail = `${host} asks for fewer requests (${answer.status}). Wait ${seconds} seconds and test again.`
    throw fail(outcome, name, 'rate-limited', detail)
  }
  if (answer.status >= 500) {
    const detail = `${host} answers with an error of its own (${answer.status}). Try again later.`
    throw fail(outcome, name, 'unreachable', detail)
  }
  return answer
}

/** The failure for a sign-in page where the API was asked. */
export function behindLogin(outcome: CheckOutcome, name: string, client: Client): Stop {
  const { host } = new URL(client.base)
  return fail(
    outcome,
    name,
    'login-page',
    `${host} answers with a sign-in page. Something (single sign-on, a proxy) stands in front of it; ask who runs it to let the REST API through.`,
  )
}

/** The API answers neither with a redirect nor with a page, so something else did. */
export function isLogin(answer: Answer): boolean {
  return (
    isRedirect(answer) || (answer.status === 200 && answer.json === undefined && isHtml(answer.headers, answer.text))
  )
}

/** For addresses that may be no Confluence at all: only a page that speaks of signing in. */
export function asksToSignIn(answer: Answer): boolean {
  if (isRedirect(answer)) return true
  return (
    answer.json === undefined &&
    isHtml(answer.headers, answer.text) &&
    /\b(log ?[io]n|sign ?[io]n|sso|password)\b/i.test(answer.text)
  )
}

function isRedirect({ status }: Answer): boolean {
  return status >= 300 && status < 400
}
