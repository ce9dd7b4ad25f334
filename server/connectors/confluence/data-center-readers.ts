/**
 * Who may read what on a Confluence Data Center, as principals in text: account:USERKEY, group:NAME, class:anonymous. What an
 * answer does not tell whole counts as not told. A space's permissions are told from version 9.1 on, to its admins alone.
 */
import { z } from 'zod'
import { Upstream } from '#server/platform/problem.ts'
import type { Client } from './client.ts'
import { DcPerson } from './data-center-answers.ts'
import { readNumbered, walkWindows } from './data-center-listing.ts'
import { remember, type Known } from './data-center-content.ts'
import { findDcPerson, type DcUser } from './data-center-spaces.ts'
import { quote } from './pull.ts'
import type { Marks, PulledAccount, PulledGroup, Restriction } from './readers.ts'

const PER_REQUEST = 200
const IDS_PER_QUERY = 50
const MOST_KEYS = 50
const EXPAND = 'restrictions.read.restrictions.user,restrictions.read.restrictions.group'

const Subject = z.object({ type: z.string().nullish(), userKey: z.string().nullish(), name: z.string().nullish() })
const Permissions = z.array(
  z.object({
    operation: z.object({ operationKey: z.string(), targetType: z.string() }),
    subject: Subject.nullish(),
  }),
)

/** Principals that may read the space. Throws Upstream where the key's account may not ask. */
export async function listDcSpaceReaders(client: Client, spaceKey: string): Promise<string[]> {
  const path = `/rest/api/space/${encodeURIComponent(spaceKey)}/permissions`
  const readers = new Set<string>()
  for (const { operation, subject } of Permissions.parse(await client.getJson(path, { triesOnFault: 2 }))) {
    if (operation.operationKey !== 'read' || operation.targetType !== 'space') continue
    const reader = principalOf(subject ?? {})
    if (reader !== undefined) readers.add(reader)
  }
  return [...readers].toSorted()
}

/** Undefined for whom is not known here: it opens for nobody. */
function principalOf({ type, userKey, name }: z.infer<typeof Subject>): string | undefined {
  if (userKey) return `account:${userKey}`
  if (name && type !== 'user') return `group:${name}`
  return type === 'anonymous' ? 'class:anonymous' : undefined
}

const Users = z.object({ results: z.array(DcPerson), size: z.number(), limit: z.number() })
const Groups = z.object({ results: z.array(z.object({ name: z.string() })), size: z.number(), limit: z.number() })
const Restrictions = z.object({ restrictions: z.object({ user: Users, group: Groups }) })
const Hit = z.object({ id: z.coerce.string(), restrictions: z.object({ read: Restrictions }) })

/** Batches of external id → marks of everything the search shows of these spaces. Pages come with their labels here. */
export async function* walkDcMarks(
  client: Client,
  spaceKeys: 'all' | readonly string[],
): AsyncGenerator<Map<string, Marks>> {
  const isAll = spaceKeys === 'all' || spaceKeys.length > MOST_KEYS
  const where = isAll ? '' : ` and space in (${spaceKeys.map(quote).join(',')})`
  for await (const batch of search(client, `type in (page,blogpost)${where} order by created`))
    yield new Map([...batch].map(([id, readers]) => [id, { isArchived: false, readers }]))
}

async function* search(client: Client, cql: string): AsyncGenerator<Map<string, string[]>> {
  const path = `/rest/api/content/search?cql=${encodeURIComponent(cql)}&expand=${EXPAND}`
  for await (const page of walkWindows(client, null, (at) => readNumbered(client, path, at, PER_REQUEST))) {
    yield new Map(
      page.results.flatMap((result) => {
        const hit = Hit.safeParse(result)
        const readers = hit.success ? toldReaders(hit.data.restrictions.read) : undefined
        return hit.success && readers !== undefined ? [[hit.data.id, readers]] : []
      }),
    )
  }
}

/** Undefined when the answer holds only the beginning of a list, or somebody without a key. */
function toldReaders({ restrictions: { user, group } }: z.infer<typeof Restrictions>): string[] | undefined {
  if ([user, group].some((list) => list.size > list.results.length || list.size >= list.limit)) return undefined
  const accounts = user.results.flatMap(({ userKey }) => (userKey ? [`account:${userKey}`] : []))
  if (accounts.length < user.results.length) return undefined
  return [...accounts, ...group.results.map(({ name }) => `group:${name}`)].toSorted()
}

/** What is set on each of these: by a search for many, and what it does not tell, one by one. */
export async function findDcRestrictions(client: Client, ids: readonly string[]): Promise<Map<string, Restriction>> {
  const found = new Map<string, Restriction>()
  const plain = ids.filter((id) => /^\d+$/.test(id))
  for (let start = 0; start < plain.length; start += IDS_PER_QUERY) {
    const asked = plain.slice(start, start + IDS_PER_QUERY)
    if (asked.length === 1) continue
    try {
      for await (const batch of search(client, `id in (${asked.join(',')})`))
        for (const [id, readers] of batch) found.set(id, { readers })
    } catch (error) {
      if (!isAboutOne(error)) throw error
    }
  }
  for (const id of ids) if (!found.has(id)) found.set(id, await findRestriction(client, id))
  return found
}

async function findRestriction(client: Client, id: string): Promise<Restriction> {
  const path = `/rest/api/content/${encodeURIComponent(id)}/restriction/byOperation/read?expand=restrictions.user,restrictions.group`
  try {
    const answer = Restrictions.safeParse(await client.getJson(path, { triesOnFault: 2 }))
    const readers = answer.success ? toldReaders(answer.data) : undefined
    return readers === undefined ? { failed: 'Confluence did not tell its restrictions whole.' } : { readers }
  } catch (error) {
    if (!isAboutOne(error)) throw error
    return { failed: `Confluence did not tell who may read it: ${error.message}` }
  }
}

/** Whether it may be a fault of one page; a rejected key or a site that limits requests is not. */
function isAboutOne(error: unknown): error is Upstream {
  if (!(error instanceof Upstream) || error.code === 'rate-limited') return false
  return error.status === 404 || error.status === 403 || error.status === 400 || error.status === 500
}

/** Keys of the people in a group; its name is its id. A name with a slash cannot be asked for, and throws Upstream. */
export async function dcGroupMembers(known: Known, name: string): Promise<PulledGroup> {
  const { client } = known
  const path = `/rest/api/group/${encodeURIComponent(name)}/member`
  const members = new Set<string>()
  for await (const page of walkWindows(client, null, (at) => readNumbered(client, path, at, PER_REQUEST))) {
    for (const result of page.results) {
      const person = DcPerson.parse(result)
      remember(known, person)
      if (person.userKey) members.add(person.userKey)
    }
  }
  return { name, members: [...members] }
}

/**
 * Names by account. Each costs a request, so whoever was named with a page or a group is asked about only `again`. E-mail
 * addresses are not shown by Data Center: people are linked by an admin.
 */
export async function findDcAccounts(
  known: Known,
  accounts: readonly string[],
  again: boolean,
): Promise<Map<string, PulledAccount>> {
  const found = new Map<string, PulledAccount>()
  for (const account of accounts) {
    const met = again ? undefined : known.people.get(account)
    const person = met === undefined ? await findDcPerson(known.client, account) : { displayName: met }
    if (person !== undefined) found.set(account, toAccount(account, person))
  }
  return found
}

function toAccount(account: string, person: Partial<DcUser>): PulledAccount {
  const status = typeof person.status === 'string' ? person.status.toLowerCase() : 'current'
  return {
    name: (person.displayName || person.username || account).slice(0, 200),
    email: person.email?.trim().toLowerCase() || null,
    active: status === 'current' || status === 'active',
    guest: false,
  }
}
