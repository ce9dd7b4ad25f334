/** Tells what is wrong with a connection, step by step, in words that say what to do. Sends at most seven requests. */
import type { Check } from '#schema/integration.ts'
import type { EgressFetch } from '#server/egress/fetch.ts'
import type { Clock } from '#server/platform/clock.ts'
import { Problem, Upstream } from '#server/platform/problem.ts'
import { CurrentUser, SpaceAnswer, TenantInfo } from './answers.ts'
import type { Site } from './address.ts'
import { isScopeMismatch, looksLikeHtml, openClient, type Answer, type Client } from './client.ts'
import { listSpaces } from './pull.ts'

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
  clock: Clock
}

export type CheckOutcome = {
  ok: boolean
  /** The first failure that matters: unreachable, not-confluence, login-page, key-rejected, missing-scope, no-space, space-not-found, rate-limited, refused. */
  code: string | undefined
  checks: Check[]
  /** Where the REST API is to be called, once known to work. */
  base: string | undefined
  gateway: boolean
}

const MAX_SKEW_SECONDS = 300
/** What each step reads, and the granular scope that it needs (vendor's list of scopes). */
const READS = [
  { name: 'Read spaces', path: '/api/v2/spaces?limit=1', scope: 'read:space:confluence' },
  { name: 'Read pages', path: '/api/v2/pages?limit=1', scope: 'read:page:confluence' },
  { name: 'Search', path: '/rest/api/content/search?cql=type%3Dpage&limit=1', scope: 'search:confluence' },
] as const

class Stop extends Error {
  readonly code: string
  constructor(code: string) {
    super(code)
    this.code = code
  }
}

/** Runs the checks in order and stops at the first one that makes the rest pointless. */
export async function checkConnection(input: CheckInput): Promise<CheckOutcome> {
  const outcome: CheckOutcome = { ok: false, code: undefined, checks: [], base: undefined, gateway: false }
  try {
    const cloudId = await checkAddress(input, outcome)
    const client = await checkKey(input, outcome, cloudId)
    await checkScopes(client, outcome)
    await checkSpaces(input, client, outcome)
    outcome.ok = true
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    outcome.code = error.code
  }
  return outcome
}

async function checkAddress(input: CheckInput, outcome: CheckOutcome): Promise<string> {
  const name = 'Address'
  const { host } = new URL(input.site.origin)
  const client = openClient({ fetch: input.openFetch, base: input.site.origin, clock: input.clock })
  const answer = await reach(client, '/_edge/tenant_info', outcome, name)
  const tenant = TenantInfo.safeParse(answer.json)
  if (answer.status === 200 && tenant.success) {
    pass(outcome, name, `${host} is a Confluence Cloud site.${input.site.note === '' ? '' : ` ${input.site.note}`}`)
    checkClock(input, client, outcome)
    return tenant.data.cloudId
  }
  if (answer.status === 429)
    throw fail(outcome, name, 'rate-limited', `${host} asks for fewer requests (429). Wait a minute and test again.`)
  if (isLogin(answer))
    throw fail(
      outcome,
      name,
      'login-page',
      `${host} answers with a sign-in page. Something (single sign-on, a proxy) stands in front of it; ask who runs it to let the REST API through.`,
    )
  throw fail(
    outcome,
    name,
    'not-confluence',
    `${host} answers, but not like Confluence Cloud (${answer.status}). Check the domain.`,
  )
}

function checkClock(input: CheckInput, client: Client, outcome: CheckOutcome): void {
  if (client.serverTime === undefined) return
  const skew = Math.round((input.clock.now().getTime() - client.serverTime.getTime()) / 1000)
  const ok = Math.abs(skew) <= MAX_SKEW_SECONDS
  const detail = ok
    ? 'Both clocks agree.'
    : `This server's clock is ${Math.abs(skew)} seconds ${skew > 0 ? 'ahead of' : 'behind'} Confluence's. Set it right, for example by NTP; syncing goes by Confluence's clock.`
  outcome.checks.push({ name: 'Clock', ok, detail })
}

async function checkKey(input: CheckInput, outcome: CheckOutcome, cloudId: string): Promise<Client> {
  const name = 'User name and API key'
  const atSite = openClient({ fetch: input.fetch, base: input.site.base, clock: input.clock })
  const answer = await reach(atSite, '/rest/api/user/current', outcome, name)
  if (isAccepted(answer)) return accept(outcome, name, atSite, greeting(answer, input.username))
  if (answer.status !== 401) throw rejected(outcome, name, answer, input.username)
  // A scoped token is refused at the site's address and works at the gateway only.
  const base = `${input.gatewayOrigin}/ex/confluence/${encodeURIComponent(cloudId)}/wiki`
  const atGateway = openClient({ fetch: input.fetch, base, clock: input.clock })
  const second = await reach(atGateway, '/rest/api/user/current', outcome, name)
  if (isScopeMismatch(second.status, second.text))
    throw fail(
      outcome,
      name,
      'missing-scope',
      'The API key is a scoped one and lacks the scope read:user:confluence or read:content.metadata:confluence. Make a key with the read scopes of Confluence.',
    )
  if (!isAccepted(second)) throw rejected(outcome, name, answer, input.username)
  outcome.gateway = true
  return accept(
    outcome,
    name,
    atGateway,
    `${greeting(second, input.username)} It is a scoped key, so the gateway ${new URL(base).host} is used instead of the site's address.`,
  )
}

function accept(outcome: CheckOutcome, name: string, client: Client, detail: string): Client {
  outcome.base = client.base
  pass(outcome, name, detail)
  return client
}

/** The answer about the current user names somebody: the key is good. */
export function isAccepted(answer: Answer): boolean {
  const user = CurrentUser.safeParse(answer.json)
  return (
    answer.status === 200 && user.success && typeof user.data.accountId === 'string' && user.data.type !== 'anonymous'
  )
}

function greeting(answer: Answer, username: string): string {
  const user = CurrentUser.safeParse(answer.json)
  return `Accepted: ${username}${user.success && user.data.displayName ? ` is ${user.data.displayName.slice(0, 100)}` : ''}.`
}

function rejected(outcome: CheckOutcome, name: string, answer: Answer, username: string): Stop {
  if (answer.status === 429)
    return fail(
      outcome,
      name,
      'rate-limited',
      'Confluence asks for fewer requests (429). Wait a minute and test again.',
    )
  if (answer.status >= 500)
    return fail(
      outcome,
      name,
      'unreachable',
      `Confluence answers with an error of its own (${answer.status}). Try again later.`,
    )
  if (answer.status === 200 && isLogin(answer))
    return fail(
      outcome,
      name,
      'login-page',
      'Confluence answers with a sign-in page instead of data. Something stands in front of it; ask who runs it to let the REST API through.',
    )
  return fail(
    outcome,
    name,
    'key-rejected',
    `Confluence refuses the user name ${username} with this API key. Check that the name is the e-mail address of the account and that the key is whole, not expired and not revoked; or make a new one at id.atlassian.com.`,
  )
}

async function checkScopes(client: Client, outcome: CheckOutcome): Promise<void> {
  for (const { name, path, scope } of READS) {
    const answer = await reach(client, path, outcome, name)
    if (answer.status === 200 && answer.json !== undefined) {
      pass(outcome, name, 'Allowed.')
      continue
    }
    if (isScopeMismatch(answer.status, answer.text))
      throw fail(outcome, name, 'missing-scope', `The API key lacks the scope ${scope}. Make a new key that has it.`)
    if (answer.status === 429)
      throw fail(
        outcome,
        name,
        'rate-limited',
        'Confluence asks for fewer requests (429). Wait a minute and test again.',
      )
    throw fail(
      outcome,
      name,
      answer.status >= 500 ? 'unreachable' : 'forbidden',
      `Confluence answers ${answer.status} to this. The account needs permission to use Confluence; ask a site admin.`,
    )
  }
}

async function checkSpaces(input: CheckInput, client: Client, outcome: CheckOutcome): Promise<void> {
  const name = 'Spaces'
  if (input.spaces === 'all') {
    const answer = await reach(client, '/api/v2/spaces?limit=25', outcome, name)
    const results =
      typeof answer.json === 'object' &&
      answer.json !== null &&
      'results' in answer.json &&
      Array.isArray(answer.json.results)
        ? answer.json.results
        : []
    const keys = results.flatMap((result) => SpaceAnswer.safeParse(result).data?.key ?? [])
    if (keys.length === 0)
      throw fail(
        outcome,
        name,
        'no-space',
        'The account sees no space. Give it access to at least one space in Confluence.',
      )
    pass(
      outcome,
      name,
      `The account sees ${keys.length === 25 ? 'at least 25 spaces' : `${keys.length} ${keys.length === 1 ? 'space' : 'spaces'}`}.`,
    )
    return
  }
  const visible = new Set((await listSpaces(client)).map((space) => space.key))
  const missing = input.spaces.filter((key) => !visible.has(key))
  if (missing.length > 0)
    throw fail(
      outcome,
      name,
      'space-not-found',
      `The account does not see ${missing.slice(0, 10).join(', ')}. Check the keys, or give the account access.`,
    )
  pass(outcome, name, `The account sees all ${input.spaces.length} chosen spaces.`)
}

async function reach(client: Client, path: string, outcome: CheckOutcome, name: string): Promise<Answer> {
  try {
    return await client.probe(path)
  } catch (error) {
    if (error instanceof Upstream) throw fail(outcome, name, 'unreachable', error.message)
    if (error instanceof Problem) throw fail(outcome, name, 'refused', error.message)
    throw error
  }
}

function isLogin(answer: Answer): boolean {
  return (
    (answer.status >= 300 && answer.status < 400) ||
    (answer.json === undefined &&
      looksLikeHtml(answer.headers, answer.text) &&
      /log ?in|sign ?in|sso|password/i.test(answer.text))
  )
}

function pass(outcome: CheckOutcome, name: string, detail: string): void {
  outcome.checks.push({ name, ok: true, detail })
}

function fail(outcome: CheckOutcome, name: string, code: string, detail: string): Stop {
  outcome.checks.push({ name, ok: false, detail })
  return new Stop(code)
}
