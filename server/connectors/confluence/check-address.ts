import { TenantInfo } from './answers.ts'
import { asksToSignIn, behindLogin, fail, pass, reach, type CheckInput, type CheckOutcome } from './check-outcome.ts'
import { openClient, type Client } from './client.ts'

const MAX_SKEW_SECONDS = 300

/** Asks the address, without the credential, whether it is a Confluence Cloud site; answers the site's cloud id. */
export async function checkAddress(input: CheckInput, outcome: CheckOutcome): Promise<string> {
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
  if (asksToSignIn(answer)) throw behindLogin(outcome, name, client)
  const detail = `${host} answers, but not like Confluence Cloud (${answer.status}). Check the domain.`
  throw fail(outcome, name, 'not-confluence', detail)
}

/** A wrong clock is named but stops nothing: syncing goes by Confluence's. */
export function checkClock(input: CheckInput, client: Client, outcome: CheckOutcome): void {
  if (client.serverTime === undefined) return
  const skew = Math.round((input.clock.now().getTime() - client.serverTime.getTime()) / 1000)
  const ok = Math.abs(skew) <= MAX_SKEW_SECONDS
  const detail = ok
    ? 'Both clocks agree.'
    : `This server's clock is ${Math.abs(skew)} seconds ${skew > 0 ? 'ahead of' : 'behind'} Confluence's. Set it right, for example by NTP; syncing goes by Confluence's clock.`
  outcome.checks.push({ name: 'Clock', ok, detail })
}
