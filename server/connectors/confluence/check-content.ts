import { Listing, SpaceAnswer } from './answers.ts'
import { behindLogin, fail, isLogin, pass, reach, type CheckOutcome } from './check-outcome.ts'
import { isScopeMismatch, type Client } from './client.ts'

/** What each step reads, and the granular scope that it needs (vendor's list of scopes). */
const READS = [
  { name: 'Read spaces', path: '/api/v2/spaces?limit=1', scope: 'read:space:confluence' },
  { name: 'Read pages', path: '/api/v2/pages?limit=1', scope: 'read:page:confluence' },
  { name: 'Read labels', path: '/api/v2/labels?limit=1', scope: 'read:label:confluence' },
  { name: 'Search', path: '/rest/api/content/search?cql=type%3Dpage&limit=1', scope: 'search:confluence' },
] as const
const SPACES_SHOWN = 25
/** The vendor takes 250; keys of 255 characters would make that address too long. */
const KEYS_PER_REQUEST = 50

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
  const name = 'Spaces'
  if (chosen === 'all') {
    const { length } = await readSpaceKeys(client, `limit=${SPACES_SHOWN}`, outcome)
    if (length === 0) {
      const detail = 'The account sees no space. Give it access to at least one space in Confluence.'
      throw fail(outcome, name, 'no-space', detail)
    }
    const many = length === SPACES_SHOWN ? `at least ${SPACES_SHOWN}` : String(length)
    return pass(outcome, name, `The account sees ${many} ${length === 1 ? 'space' : 'spaces'}.`)
  }
  const visible = new Set<string>()
  for (let start = 0; start < chosen.length; start += KEYS_PER_REQUEST) {
    const keys = chosen.slice(start, start + KEYS_PER_REQUEST)
    const query = new URLSearchParams({ keys: keys.join(','), limit: String(KEYS_PER_REQUEST) })
    for (const key of await readSpaceKeys(client, query.toString(), outcome)) visible.add(key)
  }
  const missing = chosen.filter((key) => !visible.has(key))
  if (missing.length > 0) {
    const more = missing.length > 10 ? ` and ${missing.length - 10} more` : ''
    const detail = `The account does not see ${missing.slice(0, 10).join(', ')}${more}. Check the keys, or give the account access.`
    throw fail(outcome, name, 'space-not-found', detail)
  }
  pass(
    outcome,
    name,
    chosen.length === 1 ? 'The account sees the chosen space.' : 'The account sees all chosen spaces.',
  )
}

async function readSpaceKeys(client: Client, query: string, outcome: CheckOutcome): Promise<string[]> {
  const results = await readList(client, `/api/v2/spaces?${query}`, outcome, 'Spaces', 'read:space:confluence')
  return results.flatMap((result) => SpaceAnswer.safeParse(result).data?.key ?? [])
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
