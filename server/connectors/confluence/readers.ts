/**
 * Who may read what on a Confluence Cloud site, as principals in text: account:ID, group:ID, role:ID, class:NAME. What an
 * answer does not tell whole counts as not told: nobody is let in by a gap.
 */
import { z } from 'zod'
import { Upstream } from '#server/platform/problem.ts'
import type { Client } from './client.ts'
import { walkListing } from './listing.ts'
import { quote } from './pull.ts'

/** What is set on a page itself: none = nothing, it inherits; else these alone, of those whom its ancestors let in. */
export type Restriction = { readers: string[] } | { failed: string }
/** What a bulk read tells of a document; without `readers` or `labels`, those were not told whole. */
export type Marks = { isArchived: boolean; labels?: string[]; readers?: string[] }
/** Of whom a name or an e-mail address is hidden it is missing here too. `active` false: nobody can sign in with it any more. */
export type PulledAccount = { name: string; email: string | null; active: boolean; guest: boolean }
export type PulledGroup = { name: string | null; members: string[] }

const PER_REQUEST = 250
const MEMBERS_PER_REQUEST = 200
/** Ids in one query: its address stays below 4 KB. */
const IDS_PER_QUERY = 100
const ACCOUNTS_PER_REQUEST = 100
/** With more keys the address would be too long; what belongs to other spaces is passed over then. */
const MOST_KEYS = 50
/** Kinds that search knows by these words; others are asked for singly. */
const TYPES = 'page,blogpost,folder'
const EXPAND = 'restrictions.read.restrictions.user,restrictions.read.restrictions.group,metadata.labels'
/** Archived content is searched too. A site that passes over this shows none of it: then it is asked for singly. */
const STATUSES = JSON.stringify({ contentStatuses: ['current', 'archived'] })

const Permission = z.object({
  principal: z.object({ type: z.string(), id: z.string() }),
  operation: z.object({ key: z.string(), targetType: z.string() }),
})
const RoleAssignment = z.object({
  principal: z.object({ principalType: z.string(), principalId: z.string() }),
  roleId: z.string(),
})

/** Principals that may read the space; those of roles in their stead. Throws Upstream when it is not told to the end. */
export async function listSpaceReaders(client: Client, externalId: string): Promise<string[]> {
  const path = `/api/v2/spaces/${encodeURIComponent(externalId)}`
  const readers = new Set<string>()
  const roles = new Set<string>()
  for await (const page of walkListing(client, `${path}/permissions?limit=${PER_REQUEST}`, null)) {
    for (const result of page.results) {
      const { principal, operation } = Permission.parse(result)
      if (operation.key !== 'read' || operation.targetType !== 'space') continue
      if (principal.type.toLowerCase() === 'role') roles.add(principal.id)
      else readers.add(toPrincipal(principal.type, principal.id))
    }
  }
  if (roles.size === 0) return [...readers].toSorted()
  for await (const page of walkListing(client, `${path}/role-assignments?limit=${PER_REQUEST}`, null)) {
    for (const result of page.results) {
      const { principal, roleId } = RoleAssignment.parse(result)
      if (roles.has(roleId)) readers.add(toPrincipal(principal.principalType, principal.principalId))
    }
  }
  return [...readers].toSorted()
}

/** `ACCESS_CLASS` of a site and `access-class` of a space are one; classes that are not known here open for nobody. */
function toPrincipal(type: string, id: string): string {
  switch (type.toLowerCase().replace('_', '-')) {
    case 'user':
      return `account:${id}`
    case 'group':
      return `group:${id}`
    case 'role':
      return `role:${id}`
    default:
      return `class:${classOf(id)}`
  }
}

function classOf(id: string): string {
  const name = id
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/-user-class$/, '')
  if (name === 'all-licensed-users') return 'licensed'
  return name === 'anonymous' || name === 'anonymous-users' ? 'anonymous' : name
}

const Principals = z.object({
  results: z.array(z.object({ accountId: z.string().nullish(), id: z.string().nullish(), name: z.string().nullish() })),
  size: z.number(),
  limit: z.number(),
})
const Restrictions = z.object({ restrictions: z.object({ user: Principals, group: Principals }) })
const Hit = z.object({
  id: z.coerce.string(),
  status: z.string().nullish(),
  restrictions: z.object({ read: Restrictions }).optional().catch(undefined),
  metadata: z
    .object({ labels: z.object({ results: z.array(z.object({ name: z.string() })) }) })
    .optional()
    .catch(undefined),
})

/** Batches of external id → marks of everything the search shows of these spaces. */
export async function* walkMarks(
  client: Client,
  spaceKeys: 'all' | readonly string[],
): AsyncGenerator<Map<string, Marks>> {
  const where =
    spaceKeys === 'all' || spaceKeys.length > MOST_KEYS ? '' : ` and space in (${spaceKeys.map(quote).join(',')})`
  yield* searchMarks(client, `type in (${TYPES})${where}`)
}

/** With what is archived, or, from a site that refuses to search that, without. */
async function* searchMarks(client: Client, cql: string): AsyncGenerator<Map<string, Marks>> {
  const query = new URLSearchParams({ cql, expand: EXPAND, limit: String(PER_REQUEST) })
  let hasBegun = false
  try {
    for await (const batch of walkHits(client, `${query.toString()}&cqlcontext=${encodeURIComponent(STATUSES)}`)) {
      hasBegun = true
      yield batch
    }
  } catch (error) {
    if (hasBegun || !(error instanceof Upstream) || error.status !== 400) throw error
    yield* walkHits(client, query.toString())
  }
}

async function* walkHits(client: Client, query: string): AsyncGenerator<Map<string, Marks>> {
  for await (const page of walkListing(client, `/rest/api/content/search?${query}`, null)) {
    yield new Map(
      page.results.flatMap((result) => {
        const hit = Hit.safeParse(result)
        return hit.success ? [[hit.data.id, toMarks(hit.data)]] : []
      }),
    )
  }
}

function toMarks({ status, restrictions, metadata }: z.infer<typeof Hit>): Marks {
  const readers = restrictions === undefined ? undefined : toldReaders(restrictions.read)
  const labels = metadata?.labels.results.map((label) => label.name)
  return {
    isArchived: status === 'archived',
    ...(labels === undefined ? {} : { labels }),
    ...(readers === undefined ? {} : { readers }),
  }
}

/** Undefined when the answer holds only the beginning of a list, or somebody without an id. */
function toldReaders({ restrictions: { user, group } }: z.infer<typeof Restrictions>): string[] | undefined {
  if ([user, group].some((list) => list.size > list.results.length || list.size >= list.limit)) return undefined
  const readers = principalsOf(user.results, group.results)
  return readers.length === user.results.length + group.results.length ? readers.toSorted() : undefined
}

type Named = { accountId?: string | null | undefined; id?: string | null | undefined }

function principalsOf(users: readonly Named[], groups: readonly Named[]): string[] {
  return [
    ...users.flatMap(({ accountId }) => (accountId ? [`account:${accountId}`] : [])),
    ...groups.flatMap(({ id }) => (id ? [`group:${id}`] : [])),
  ]
}

/**
 * What is set on each of these: asked for together; of a batch that fails, for one of them makes the whole unreadable, and
 * for what the search does not show, one by one. Throws only what is about the key or the site, not about one page.
 */
export async function findRestrictions(client: Client, ids: readonly string[]): Promise<Map<string, Restriction>> {
  const found = new Map<string, Restriction>()
  const plain = ids.filter((id) => /^\d+$/.test(id))
  for (let start = 0; start < plain.length; start += IDS_PER_QUERY) {
    const asked = plain.slice(start, start + IDS_PER_QUERY)
    try {
      // One alone is asked for at once: a search saves nothing then.
      if (asked.length === 1) continue
      for await (const batch of searchMarks(client, `type in (${TYPES}) and id in (${asked.join(',')})`))
        for (const [id, { readers }] of batch) if (readers !== undefined) found.set(id, { readers })
    } catch (error) {
      if (!isAboutOne(error)) throw error
    }
  }
  for (const id of ids) if (!found.has(id)) found.set(id, await findRestriction(client, id))
  return found
}

async function findRestriction(client: Client, id: string): Promise<Restriction> {
  const path = `/rest/api/content/${encodeURIComponent(id)}/restriction/byOperation/read`
  const readers = new Set<string>()
  try {
    for (let start = 0; ; start += MEMBERS_PER_REQUEST) {
      const query = `expand=restrictions.user,restrictions.group&start=${start}&limit=${MEMBERS_PER_REQUEST}`
      const answer = Restrictions.safeParse(await askOnce(client, `${path}?${query}`))
      if (!answer.success) return { failed: 'Confluence told its restrictions in a form that could not be read.' }
      const { user, group } = answer.data.restrictions
      const told = principalsOf(user.results, group.results)
      for (const one of told) readers.add(one)
      if (told.length < user.results.length + group.results.length)
        return { failed: 'Confluence named somebody without an id among its readers.' }
      const isWhole = [user, group].every((list) => list.results.length < Math.min(list.limit, MEMBERS_PER_REQUEST))
      if (isWhole) return { readers: [...readers].toSorted() }
    }
  } catch (error) {
    if (!isAboutOne(error)) throw error
    return { failed: `Confluence did not tell who may read it: ${error.message}` }
  }
}

/** Without the patience that a list deserves: a page that cannot be asked about is shut, and asked about at the next sweep. */
async function askOnce(client: Client, path: string): Promise<unknown> {
  const { status, json } = await client.probe(path)
  if (status === 200 && json !== undefined) return json
  if (status === 500 || status === 404 || status === 403 || status === 400)
    throw new Upstream(new URL(client.base).host, 'not-told', `the answer was ${status}.`, { status })
  return client.getJson(path)
}

/** Whether it may be a fault of one page; a rejected key or a site that limits requests is not. */
function isAboutOne(error: unknown): error is Upstream {
  if (!(error instanceof Upstream) || error.status === undefined) return false
  return error.status === 404 || error.status === 403 || error.status === 400 || error.status >= 500
}

const Members = z.object({ results: z.array(z.object({ accountId: z.string() })), size: z.number().nullish() })

/** Throws Upstream when the members are not told to the end. */
export async function groupMembers(client: Client, groupId: string): Promise<PulledGroup> {
  const path = `/rest/api/group/${encodeURIComponent(groupId)}/membersByGroupId`
  const members: string[] = []
  for (;;) {
    const answer = await client.getJson(`${path}?start=${members.length}&limit=${MEMBERS_PER_REQUEST}`)
    const { results } = Members.parse(answer)
    members.push(...results.map((one) => one.accountId))
    if (results.length === 0) break
    if (results.length < MEMBERS_PER_REQUEST && !hasNext(answer)) break
  }
  const named = z
    .object({ name: z.string() })
    .safeParse(await client.getJson(`/rest/api/group/by-id?id=${encodeURIComponent(groupId)}`))
  return { name: named.data?.name ?? null, members }
}

function hasNext(answer: unknown): boolean {
  return z.object({ _links: z.object({ next: z.string() }) }).safeParse(answer).success
}

const Users = z.object({
  results: z.array(
    z.object({
      accountId: z.string(),
      displayName: z.string().nullish(),
      publicName: z.string().nullish(),
      email: z.string().nullish(),
      accountStatus: z.string().nullish(),
      isExternalCollaborator: z.boolean().nullish(),
    }),
  ),
})

/** Names and e-mail addresses by account id, as far as people show them. */
export async function findAccounts(client: Client, accountIds: readonly string[]): Promise<Map<string, PulledAccount>> {
  const found = new Map<string, PulledAccount>()
  for (let start = 0; start < accountIds.length; start += ACCOUNTS_PER_REQUEST) {
    const asked = accountIds.slice(start, start + ACCOUNTS_PER_REQUEST)
    const { results } = Users.parse(await client.readByPost('/api/v2/users-bulk', { accountIds: asked }))
    for (const user of results)
      found.set(user.accountId, {
        name: (user.displayName || user.publicName || user.accountId).slice(0, 200),
        email: user.email?.trim().toLowerCase() || null,
        active: (user.accountStatus ?? 'active') === 'active',
        guest: user.isExternalCollaborator ?? false,
      })
  }
  return found
}
