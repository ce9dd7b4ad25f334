/** Tells what is wrong with a connection, step by step, in words that say what to do. A dozen requests at most, but for long lists of chosen spaces; none is repeated. */
import { CurrentUser } from './answers.ts'
import { checkAddress } from './check-address.ts'
import { checkScopes, checkSpaces } from './check-content.ts'
import { behindLogin, fail, isLogin, pass, reach, Stop, type CheckInput, type CheckOutcome } from './check-outcome.ts'
import { openClient, type Answer, type Client } from './client.ts'
import { isScopeMismatch } from './failures.ts'

const KEY_STEP = 'User name and API key'
const WHO_AM_I = '/rest/api/user/current'

/** Runs the checks in order and stops at the first one that makes the rest pointless. */
export async function checkConnection(input: CheckInput): Promise<CheckOutcome> {
  const outcome: CheckOutcome = { ok: false, code: undefined, checks: [], base: undefined, gateway: false }
  try {
    const cloudId = await checkAddress(input, outcome)
    const client = await checkKey(input, outcome, cloudId)
    await checkScopes(client, outcome)
    await checkSpaces(client, input.spaces, outcome)
    outcome.ok = true
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    outcome.code = error.code
  }
  return outcome
}

async function checkKey(input: CheckInput, outcome: CheckOutcome, cloudId: string): Promise<Client> {
  const atSite = openClient({ fetch: input.fetch, base: input.site.base, clock: input.clock })
  const answer = await reach(atSite, WHO_AM_I, outcome, KEY_STEP)
  if (isAccepted(answer)) return accept(outcome, atSite, greeting(answer, input.username))
  if (isLogin(answer)) throw behindLogin(outcome, KEY_STEP, atSite)
  if (answer.status !== 401) throw rejected(outcome, input.username)
  return checkAtGateway(input, outcome, cloudId, isScopeMismatch(answer.status, answer.text))
}

/** A scoped key is refused at the site's address and works at the gateway only. */
async function checkAtGateway(
  input: CheckInput,
  outcome: CheckOutcome,
  cloudId: string,
  isScoped: boolean,
): Promise<Client> {
  const base = `${input.gatewayOrigin}/ex/confluence/${encodeURIComponent(cloudId)}/wiki`
  const client = openClient({ fetch: input.fetch, base, clock: input.clock })
  // A key that is perhaps just wrong is called so, whatever the gateway's health.
  const aside: CheckOutcome = { ...outcome, checks: [] }
  const answer = await reach(client, WHO_AM_I, isScoped ? outcome : aside, KEY_STEP).catch((error: unknown) => {
    throw error instanceof Stop && !isScoped ? rejected(outcome, input.username) : error
  })
  if (isScopeMismatch(answer.status, answer.text))
    throw fail(
      outcome,
      KEY_STEP,
      'missing-scope',
      'The API key is a scoped one and lacks the scope read:content-details:confluence. Make a new key that has it.',
    )
  if (!isAccepted(answer)) throw rejected(outcome, input.username)
  outcome.gateway = true
  const { host } = new URL(base)
  return accept(
    outcome,
    client,
    `${greeting(answer, input.username)} It is a scoped key, so the gateway ${host} is used instead of the site's address.`,
  )
}

function accept(outcome: CheckOutcome, client: Client, detail: string): Client {
  outcome.base = client.base
  pass(outcome, KEY_STEP, detail)
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

function rejected(outcome: CheckOutcome, username: string): Stop {
  return fail(
    outcome,
    KEY_STEP,
    'key-rejected',
    `Confluence refuses the user name ${username} with this API key. Check that the name is the e-mail address of the account and that the key is whole, not expired and not revoked; or make a new one at id.atlassian.com.`,
  )
}
