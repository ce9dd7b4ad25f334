import { Upstream } from '#server/platform/problem.ts'
import { Listing, SpaceAnswer } from './answers.ts'
import { behindLogin, fail, isLogin, pass, reach, type CheckOutcome } from './check-outcome.ts'
import { checkChosenSpaces, type SeenSpace } from './check-spaces.ts'
import type { Client } from './client.ts'
import { isScopeMismatch } from './failures.ts'
import { nextUrl } from './listing.ts'

/** What each step reads, and the granular scope that it needs (vendor's list of scopes). */
const READS = [
  { name: 'Read spaces', path: '/api/v2/spaces?limit=1', scope: 'read:space:confluence' },
  { name: 'Read pages', path: '/api/v2/pages?limit=1', scope: 'read:page:confluence' },
  { name: 'Read labels', path: '/api/v2/labels?limit=1', scope: 'read:label:confluence' },
  { name: 'Search', path: '/rest/api/content/search?cql=type%3Dpage&limit=1', scope: 'search:confluence' },
] as const

/** Requests for the list of all spaces, when a chosen one may be called by its alias: 25,000 spaces. */
const MOST_LISTED = 100

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
  const readSpaces = async (query: Record<string, string>, step: string) => {
    const path = `/api/v2/spaces?${new URLSearchParams(query).toString()}`
    const listing = await readList(client, path, outcome, step, 'read:space:confluence')
    return { spaces: listing.results.flatMap(toSeen), next: cursorOf(client, listing, outcome, step) }
  }
  await checkChosenSpaces(outcome, chosen, {
    some: async (limit, keys, step) => {
      const { spaces } = await readSpaces(
        { ...(keys.length === 0 ? {} : { keys: keys.join(',') }), limit: String(limit) },
        step,
      )
      return spaces
    },
    all: async (step) => {
      const all: SeenSpace[] = []
      let cursor: string | null = ''
      for (let asked = 0; cursor !== null && asked < MOST_LISTED; asked += 1) {
        const { spaces, next } = await readSpaces({ limit: '250', ...(cursor === '' ? {} : { cursor }) }, step)
        all.push(...spaces)
        cursor = next
      }
      return all
    },
  })
}

function toSeen(result: unknown): SeenSpace[] {
  const { data } = SpaceAnswer.safeParse(result)
  return data === undefined ? [] : [{ key: data.key, alias: data.currentActiveAlias }]
}

/** Of the list's next page; null at its end. */
function cursorOf(client: Client, { _links }: Listing, outcome: CheckOutcome, step: string): string | null {
  try {
    return nextUrl(client, _links?.next ?? null, _links?.base ?? null)?.searchParams.get('cursor') ?? null
  } catch (error) {
    throw error instanceof Upstream ? fail(outcome, step, 'unreachable', error.message) : error
  }
}

async function readList(
  client: Client,
  path: string,
  outcome: CheckOutcome,
  name: string,
  scope: string,
): Promise<Listing> {
  const answer = await reach(client, path, outcome, name)
  const listing = Listing.safeParse(answer.json)
  if (answer.status === 200 && listing.success) return listing.data
  if (isLogin(answer)) throw behindLogin(outcome, name, client)
  if (isScopeMismatch(answer.status, answer.text))
    throw fail(outcome, name, 'missing-scope', `The API key lacks the scope ${scope}. Make a new key that has it.`)
  if (answer.status === 200)
    throw fail(outcome, name, 'unreachable', 'Confluence answers with something that is not a list. Try again later.')
  const detail = `Confluence answers ${answer.status} to this. The account needs permission to use Confluence; ask a site admin.`
  throw fail(outcome, name, 'forbidden', detail)
}
