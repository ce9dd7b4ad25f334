/** Spaces and people of Confluence Data Center. */
import { z } from 'zod'
import { Upstream } from '#server/platform/problem.ts'
import type { Client } from './client.ts'
import { DcListing, DcPerson, DcSpace } from './data-center-answers.ts'
import type { Known } from './data-center-content.ts'
import { readNumbered, walkWindows } from './data-center-listing.ts'
import { broken } from './listing.ts'
import { quote, type PulledSpace } from './pull.ts'

const SPACES_PER_REQUEST = 200
/** With more keys the address would be too long. */
const MOST_KEYS = 50

/** All spaces the key can see. Their outside id is the key: it never changes there, and lists of pages go by it. */
export async function listDcSpaces(client: Client): Promise<PulledSpace[]> {
  const spaces = new Map<string, PulledSpace>()
  const read = (at: string | null) => readNumbered(client, '/rest/api/space?expand=homepage', at, SPACES_PER_REQUEST)
  for await (const page of walkWindows(client, null, read)) {
    for (const result of page.results) {
      const space = DcSpace.safeParse(result)
      if (!space.success) throw broken(client, 'sent a space in a form that is none')
      spaces.set(space.data.key, toSpace(space.data))
    }
  }
  return [...spaces.values()]
}

function toSpace({ key, name, type, status, homepage }: z.infer<typeof DcSpace>): PulledSpace {
  return {
    externalId: key,
    key,
    name,
    kind: type === 'global' || type === 'personal' ? type : 'other',
    archived: status === 'archived',
    homepageExternalId: homepage?.id ?? null,
  }
}

/** Whether a space that is missing in the list is hidden from the key or gone. */
export async function isDcSpaceHidden(client: Client, key: string): Promise<boolean> {
  try {
    await client.getJson(`/rest/api/space/${encodeURIComponent(key)}`)
    return false
  } catch (error) {
    if (error instanceof Upstream && error.status === 404) return true
    throw error
  }
}

/** How many pages the search's index counts; undefined where it does not tell. */
export async function countDcPages(client: Client, spaceKeys: 'all' | readonly string[]): Promise<number | undefined> {
  const isAll = spaceKeys === 'all' || spaceKeys.length > MOST_KEYS
  const cql = `type in (page,blogpost)${isAll ? '' : ` and space in (${spaceKeys.map(quote).join(',')})`}`
  const answer = await client.getJson(`/rest/api/search?limit=1&cql=${encodeURIComponent(cql)}`)
  const counted = DcListing.pick({ totalSize: true, totalCount: true }).safeParse(answer)
  return counted.data?.totalSize ?? counted.data?.totalCount ?? undefined
}

/** Names by account; most were told with the pages, the others are asked for one by one. */
export async function findDcPeople(known: Known, accounts: readonly string[]): Promise<Map<string, string>> {
  const names = new Map<string, string>()
  for (const account of accounts) {
    const name = known.people.get(account) ?? (await findDcPerson(known.client, account))?.displayName
    if (name) names.set(account, name.slice(0, 200))
  }
  return names
}

/** Undefined: gone, or hidden from the key. */
export async function findDcPerson(client: Client, userKey: string): Promise<DcUser | undefined> {
  try {
    return DcUser.parse(await client.getJson(`/rest/api/user?key=${encodeURIComponent(userKey)}&expand=status`))
  } catch (error) {
    if (error instanceof Upstream && (error.status === 404 || error.status === 403)) return undefined
    throw error
  }
}

const DcUser = DcPerson.extend({ email: z.string().nullish(), status: z.unknown().optional() })
export type DcUser = z.infer<typeof DcUser>

/** The answer about the current user names somebody: the key is good. An anonymous visitor has no name. */
export function isKnownUser(status: number, json: unknown): boolean {
  const user = DcPerson.safeParse(json)
  return (
    status === 200 && user.success && user.data.type !== 'anonymous' && Boolean(user.data.username ?? user.data.userKey)
  )
}
