import { Listing, SpaceAnswer } from './answers.ts'
import { behindLogin, fail, isLogin, pass, reach, type CheckOutcome } from './check-outcome.ts'
import { checkChosenSpaces } from './check-spaces.ts'
import { isScopeMismatch, type Client } from './client.ts'

/** What each step reads, and the granular scope that it needs (vendor's list of scopes). */
const READS = [
  { name: 'Read spaces', path: '/api/v2/spaces?limit=1', scope: 'read:space:confluence' },
  { name: 'Read pages', path: '/api/v2/pages?limit=1', scope: 'read:page:confluence' },
  { name: 'Read labels', path: '/api/v2/labels?limit=1', scope: 'read:label:confluence' },
  { name: 'Search', path: '/rest/api/content/search?cql=type%3Dpage&limit=1', scope: 'search:confluence' },
] as const

/** Reads one item of each kind that a sync reads; names the scope that is missing. */
export async function checkScopes(client: Client, outcome: CheckOutcome): Promise<void> {
  for (const { name, path, scope } of READS) {
    await readList(client, path, outcome, name, scope)
    pass(outcome, name, 'Allowed.')
  }
}

/** Whether the account sees any space, or all chosen ones. */
export async function checkSpaces(
  client: Client,
  chosen: 'all' | readonly string[],
  outcome: CheckOutcome,
): Promise<void> {
  await checkChosenSpaces(outcome, chosen, async (limit, keys, step) => {
    const query = new URLSearchParams({ ...(keys.length === 0 ? {} : { keys: keys.join(',') }), limit: String(limit) })
    const path = `/api/v2/spaces?${query.toString()}`
    const results = await readList(client, path, outcome, step, 'read:space:confluence')
    return results.flatMap((result) => SpaceAnswer.safeParse(result).data?.key ?? [])
  })
}

async function readList(
  client: Client,
  path: string,
  outcome: CheckOutcome,
  name: string,
  scope: string,
): Promise<unknown[]> {
  const answer = await reach(client, path, outcome, name)
  const listing = Listing.safeParse(answer.json)
  if (answer.status === 200 && listing.success) return listing.data.results
  if (isLogin(answer)) throw behindLogin(outcome, name, client)
  if (isScopeMismatch(answer.status, answer.text))
    throw fail(outcome, name, 'missing-scope', `The API key lacks the scope ${scope}. Make a new key that has it.`)
  if (answer.status === 200)
    throw fail(outcome, name, 'unreachable', 'Confluence answers with something that is not a list. Try again later.')
  const detail = `Confluence answers ${answer.status} to this. The account needs permission to use Confluence; ask a site admin.`
  throw fail(outcome, name, 'forbidden', detail)
}
