/** Tells what is wrong with a connection to a Data Center, step by step, in words that say what to do. No request is repeated. */
import { DcListing, DcPerson, DcSpace, ServerInformation } from './data-center-answers.ts'
import { isKnownUser } from './data-center-spaces.ts'
import {
  asksToSignIn,
  behindLogin,
  fail,
  isLogin,
  pass,
  reach,
  Stop,
  type CheckInput,
  type CheckOutcome,
} from './check-outcome.ts'
import { checkClock } from './check-address.ts'
import { checkChosenSpaces } from './check-spaces.ts'
import { openClient, type Answer, type Client } from './client.ts'
import { isHtml } from './failures.ts'

const KEY_STEP = 'User name and API key'
/** Where the vendor's and others' guides put Confluence. */
const USUAL_CONTEXTS = ['', '/confluence', '/wiki']
/** Personal access tokens came with 7.9; what is older has been without security fixes for years. */
const OLDEST = [7, 9] as const

/** Runs the checks in order and stops at the first one that makes the rest pointless. */
export async function checkDataCenter(input: CheckInput): Promise<CheckOutcome> {
  const outcome: CheckOutcome = { ok: false, code: undefined, checks: [], base: undefined, gateway: false }
  try {
    await checkAddress(input, outcome)
    const client = await checkKey(input, outcome)
    await checkVersion(input, client, outcome)
    await checkReads(client, outcome)
    await checkSpaces(client, input.spaces, outcome)
    outcome.ok = true
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    outcome.code = error.code
  }
  return outcome
}

/** Asks without the key whether a Confluence's API answers below this address. */
async function checkAddress(input: CheckInput, outcome: CheckOutcome): Promise<void> {
  const name = 'Address'
  const { base, note } = input.site
  const client = openClient({ fetch: input.openFetch, base, clock: input.clock })
  const answer = await reach(client, '/rest/api/space?limit=1', outcome, name)
  if (speaksLikeApi(answer)) {
    pass(outcome, name, `A Confluence answers at ${base}.${note === '' ? '' : ` ${note}`}`)
    return checkClock(input, client, outcome)
  }
  // Single sign-on sends strangers away; it may let in whoever brings a key, so that is asked next.
  if (isSentElsewhere(client, answer) || (!isRedirect(answer) && asksToSignIn(answer)))
    return pass(outcome, name, `${base} asks strangers to sign in.${note === '' ? '' : ` ${note}`}`)
  if (isRedirect(answer)) throw redirected(outcome, name, client, answer)
  const other = await findContext(input)
  const { host } = new URL(base)
  if (other !== undefined)
    throw fail(
      outcome,
      name,
      'not-confluence',
      `There is no Confluence at ${base}. One answers at ${other}: type that.`,
    )
  const detail = `${host} answers, but not like Confluence (${answer.status}). Type the address as you see it in the browser up to the context path, such as https://${host}/confluence.`
  throw fail(outcome, name, 'not-confluence', detail)
}

/** A list, or a refusal to strangers in the API's own form; both with or without somebody's permission. */
function speaksLikeApi({ status, json, headers, text }: Answer): boolean {
  if (status === 200) return DcListing.safeParse(json).success
  if (status !== 401 && status !== 403) return false
  return json !== undefined || headers.has('x-seraph-loginreason') || !isHtml(headers, text)
}

async function findContext(input: CheckInput): Promise<string | undefined> {
  for (const context of USUAL_CONTEXTS) {
    const base = `${input.site.origin}${context}`
    if (base === input.site.base) continue
    const client = openClient({ fetch: input.openFetch, base, clock: input.clock })
    const answer = await client.probe('/rest/api/space?limit=1').catch(() => undefined)
    if (answer !== undefined && speaksLikeApi(answer)) return base
  }
  return undefined
}

async function checkKey(input: CheckInput, outcome: CheckOutcome): Promise<Client> {
  const client = openClient({ fetch: input.fetch, base: input.site.base, clock: input.clock })
  const answer = await reach(client, '/rest/api/user/current', outcome, KEY_STEP)
  if (isRedirect(answer)) throw redirected(outcome, KEY_STEP, client, answer)
  if (isKnownUser(answer.status, answer.json)) {
    const user = DcPerson.parse(answer.json)
    const who = user.displayName?.slice(0, 100) ?? user.username ?? 'somebody'
    outcome.base = client.base
    const whose = input.username === '' ? `The token is ${who}’s.` : `${input.username} is ${who}.`
    pass(outcome, KEY_STEP, `Accepted: ${whose}`)
    return client
  }
  if (isLogin(answer)) throw behindLogin(outcome, KEY_STEP, client)
  throw fail(outcome, KEY_STEP, 'key-rejected', await whyRejected(input, answer))
}

/** Why the key is refused, as far as the answer, or a second look at it as a token, tells. */
async function whyRejected(input: CheckInput, answer: Answer): Promise<string> {
  const { username } = input
  if (username === '') {
    return 'Confluence refuses this personal access token. Check that it is whole, not expired and not revoked; or make a new one in Confluence under your picture → Settings → Personal access tokens. If it is a password, give the user name that belongs to it.'
  }
  if (await isToken(input))
    return 'This is a personal access token, not a password. A token goes without a name: leave the user name empty.'
  if (answer.headers.get('x-seraph-loginreason') === 'AUTHENTICATION_DENIED')
    return `Confluence asks ${username} to solve a captcha after failed sign-ins. Sign in once in the browser, then test again; or use a personal access token and leave the user name empty.`
  if (answer.status === 403 && /basic auth/i.test(answer.text))
    return 'Signing in with a password is switched off there. Use a personal access token and leave the user name empty.'
  return `Confluence refuses the user name ${username} with this password. If it is a personal access token, leave the user name empty; else check both by signing in in the browser.`
}

async function isToken(input: CheckInput): Promise<boolean> {
  if (input.asToken === undefined) return false
  const client = openClient({ fetch: input.asToken, base: input.site.base, clock: input.clock })
  const answer = await client.probe('/rest/api/user/current').catch(() => undefined)
  return answer !== undefined && isKnownUser(answer.status, answer.json)
}

/** One that tells its version nowhere is taken for new enough: the other checks read what a sync reads. */
async function checkVersion(input: CheckInput, client: Client, outcome: CheckOutcome): Promise<void> {
  const name = 'Version'
  const answer = await reach(client, '/rest/api/server-information', outcome, name)
  const told = answer.status === 200 ? ServerInformation.safeParse(answer.json).data?.version : undefined
  const version = (told ?? (await shownVersion(input)))?.slice(0, 20)
  if (version === undefined) return pass(outcome, name, 'Confluence does not tell its version.')
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    throw fail(
      outcome,
      name,
      'too-old',
      `This is Confluence ${version}. Lockkeeper needs ${OLDEST.join('.')} or newer.`,
    )
  pass(outcome, name, `Confluence ${version}.`)
}

/** Older servers tell their version in the head of their pages alone: the one for signing in is open to all. */
async function shownVersion(input: CheckInput): Promise<string | undefined> {
  const client = openClient({ fetch: input.openFetch, base: input.site.base, clock: input.clock })
  const page = await client.probe('/login.action').catch(() => undefined)
  return /<meta\s+name="ajs-version-number"\s+content="(\d[\w.-]*)"/.exec(page?.text ?? '')?.[1]
}

const READS = [
  { name: 'Read pages', path: '/rest/api/content?type=page&limit=1' },
  { name: 'Search', path: '/rest/api/content/search?cql=type%3Dpage&limit=1' },
] as const

async function checkReads(client: Client, outcome: CheckOutcome): Promise<void> {
  for (const { name, path } of READS) {
    await readList(client, path, outcome, name)
    pass(outcome, name, 'Allowed.')
  }
}

/** Whether the account sees any space, or all chosen ones. */
async function checkSpaces(client: Client, chosen: 'all' | readonly string[], outcome: CheckOutcome): Promise<void> {
  await checkChosenSpaces(outcome, chosen, {
    some: async (limit, keys, step) => {
      const query = new URLSearchParams({ limit: String(limit) })
      for (const key of keys) query.append('spaceKey', key)
      const rows = await readList(client, `/rest/api/space?${query.toString()}`, outcome, step)
      return rows.flatMap((row) => DcSpace.safeParse(row).data ?? [])
    },
  })
}

async function readList(client: Client, path: string, outcome: CheckOutcome, name: string): Promise<unknown[]> {
  const answer = await reach(client, path, outcome, name)
  const listing = DcListing.safeParse(answer.json)
  if (answer.status === 200 && listing.success) return listing.data.results
  if (isRedirect(answer)) throw redirected(outcome, name, client, answer)
  if (isLogin(answer)) throw behindLogin(outcome, name, client)
  if (answer.status === 200)
    throw fail(outcome, name, 'unreachable', 'Confluence answers with something that is not a list. Try again later.')
  const detail = `Confluence answers ${answer.status} to this. The account needs permission to use Confluence; ask a site admin.`
  throw fail(outcome, name, 'forbidden', detail)
}

function isRedirect({ status }: Answer): boolean {
  return status >= 300 && status < 400
}

/** The failure for a redirect: to where Confluence itself is, or, told by the host alone, to where people sign in. */
function redirected(outcome: CheckOutcome, name: string, client: Client, answer: Answer): Stop {
  const { host, pathname } = new URL(client.base)
  const to = targetOf(client, answer)
  if (to !== null && !isSentElsewhere(client, answer)) {
    const detail = `${host} redirects to ${to.origin}${to.pathname.slice(0, 100)} (${answer.status}). Type the address where Confluence itself answers, with the right scheme and context path.`
    return fail(outcome, name, 'not-confluence', detail)
  }
  const detail = `${host} sends programs to sign in at ${to?.host ?? 'another place'} (${answer.status}): single sign-on stands before the REST API. Ask who runs it to let ${pathname.replace(/\/$/, '')}/rest/api through for personal access tokens.`
  return fail(outcome, name, 'login-page', detail)
}

/** A redirect to another host, or to a page for signing in. */
function isSentElsewhere(client: Client, answer: Answer): boolean {
  if (!isRedirect(answer)) return false
  const to = targetOf(client, answer)
  return (
    to === null || to.hostname !== new URL(client.base).hostname || /log-?in|sign-?in|sso|saml|oauth/i.test(to.pathname)
  )
}

function targetOf(client: Client, answer: Answer): URL | null {
  return URL.parse(answer.headers.get('location') ?? '', `${client.base}/`)
}
