/** Writes pages and blog posts of a Confluence Cloud site: REST v2, and v1 for moves and restrictions. Each call is one request. */
import { z } from 'zod'
import { Upstream } from '#server/platform/problem.ts'
import { PageAnswer } from './answers.ts'
import { afterWrite } from './push-outcome.ts'
import type { Client } from './client.ts'
import { toPage, type PulledPage } from './pull.ts'
import type { PushedTo } from './push.ts'

export type NewPage = {
  type: PushedTo['type']
  spaceExternalId: string
  /** Null: at the top of the space. */
  parentExternalId: string | null
  title: string
  storage: string
}

/** `version`: the one that this makes, the present one and 1. */
export type PageUpdate = PushedTo & {
  version: number
  title: string
  storage: string
  message: string
  minorEdit: boolean
}

export type MoveTo = { position: 'append' | 'before' | 'after'; externalId: string }

/** Who may change a page by its own restrictions, by account and group id; `anyone` who may in the space, where there are none. */
export type Updaters = 'anyone' | { accounts: string[]; groups: string[] }

/** A page or blog post as it is now, whatever its status; undefined when it is gone or hidden from the key. */
export async function readPage(client: Client, to: PushedTo, more = ''): Promise<PulledPage | undefined> {
  try {
    const path = `${addressOf(to.type)}/${encodeURIComponent(to.externalId)}?body-format=storage${more}`
    return toPage(PageAnswer.parse(await client.getJson(path)), to.type)
  } catch (error) {
    if (error instanceof Upstream && error.status === 404) return undefined
    throw error
  }
}

/** What the editor holds: a draft, or the page as it is. Of a live document, which has no drafts, what was typed since its version may be in it. */
export async function readDraft(client: Client, to: PushedTo): Promise<PulledPage | undefined> {
  const held = await readPage(client, to, '&get-draft=true')
  return held?.status === 'draft' || held?.status === 'current' ? held : undefined
}

/** Whether a page is a live document: by the vendor's word lists alone tell the subtype, and filter by it. */
export async function isLiveDocument(client: Client, { type, externalId }: PushedTo): Promise<boolean> {
  if (type !== 'page') return false
  const query = new URLSearchParams({ id: externalId, subtype: 'live', limit: '1' })
  const answer = await client.getJson(`/api/v2/pages?${query.toString()}`).catch((error: unknown) => {
    if (error instanceof Upstream && error.code === 'bad-request') return { results: [] }
    throw error
  })
  const { results } = Subtypes.parse(answer)
  return results.some((page) => page.id === externalId && page.subtype === 'live')
}

/** A site that does not know the filter answers with the page, whose subtype is another or none, or refuses to answer. */
const Subtypes = z.object({ results: z.array(z.object({ id: z.coerce.string(), subtype: z.string().nullish() })) })

/** Pages, or blog posts, of a space with this title, in any case. */
export async function findByTitle(
  client: Client,
  { type, spaceExternalId, title }: Pick<NewPage, 'type' | 'spaceExternalId' | 'title'>,
): Promise<PulledPage[]> {
  const query = new URLSearchParams({
    'space-id': spaceExternalId,
    title,
    status: type === 'page' ? 'current,archived' : 'current',
    sort: '-created-date',
    'body-format': 'storage',
    limit: '25',
  })
  const { results } = z
    .object({ results: z.array(z.unknown()) })
    .parse(await client.getJson(`${addressOf(type)}?${query.toString()}`))
  return results.flatMap((result) => {
    const page = PageAnswer.safeParse(result)
    return page.success ? [toPage(page.data, type)] : []
  })
}

export async function createPage(client: Client, page: NewPage): Promise<PulledPage> {
  const { type, spaceExternalId, parentExternalId, title, storage } = page
  const top = type === 'page' && parentExternalId === null ? '?root-level=true' : ''
  const answer = await client.write('POST', `${addressOf(type)}${top}`, {
    spaceId: spaceExternalId,
    status: 'current',
    title,
    ...(parentExternalId === null ? {} : { parentId: parentExternalId }),
    body: { representation: 'storage', value: storage },
  })
  return answeredPage(client, answer, type)
}

export async function updatePage(client: Client, update: PageUpdate): Promise<PulledPage> {
  const { type, externalId, version, title, storage, message, minorEdit } = update
  const answer = await client.write('PUT', `${addressOf(type)}/${encodeURIComponent(externalId)}`, {
    id: externalId,
    status: 'current',
    title,
    body: { representation: 'storage', value: storage },
    // The vendor's document of v2 names no minor edit; answers carry one.
    version: { number: version, ...(message === '' ? {} : { message }), ...(minorEdit ? { minorEdit: true } : {}) },
  })
  return answeredPage(client, answer, type)
}

/** To the trash, from where it can be restored. */
export async function trashPage(client: Client, { type, externalId }: PushedTo): Promise<void> {
  await client.write('DELETE', `${addressOf(type)}/${encodeURIComponent(externalId)}`)
}

/** Out of the trash. By the vendor's word the content stays as it is, whatever is sent along. */
export async function restorePage(client: Client, trashed: PulledPage): Promise<void> {
  const { type, externalId, title, version } = trashed
  await client.write('PUT', `${addressOf(type)}/${encodeURIComponent(externalId)}`, {
    id: externalId,
    status: 'current',
    title,
    body: { representation: 'storage', value: trashed.storage ?? '' },
    version: { number: version + 1 },
  })
}

/** Below another page (`append`: as its last child), or beside one. */
export async function movePage(client: Client, externalId: string, to: MoveTo): Promise<void> {
  const path = `${encodeURIComponent(externalId)}/move/${to.position}/${encodeURIComponent(to.externalId)}`
  await client.write('PUT', `/rest/api/content/${path}`)
}

const Restriction = z.object({
  update: z.object({
    restrictions: z.object({
      user: z.object({ results: z.array(z.object({ accountId: z.string() })) }),
      group: z.object({ results: z.array(z.object({ id: z.string().nullish(), name: z.string().nullish() })) }),
    }),
  }),
})

/** The restrictions on changing that the page itself carries, and nothing inherited: none are inherited. */
export async function listUpdaters(client: Client, externalId: string): Promise<Updaters> {
  const path = `/rest/api/content/${encodeURIComponent(externalId)}/restriction/byOperation?expand=update.restrictions.user,update.restrictions.group`
  const { restrictions } = Restriction.parse(await client.getJson(path)).update
  const accounts = restrictions.user.results.map((user) => user.accountId)
  const groups = restrictions.group.results.map(({ id, name }) => id ?? name ?? '')
  return accounts.length + groups.length === 0 ? 'anyone' : { accounts, groups }
}

/** The answer to a write, read once more where it does not carry the whole page. */
async function answeredPage(client: Client, answer: unknown, type: PushedTo['type']): Promise<PulledPage> {
  const page = toPage(PageAnswer.parse(answer), type)
  if (page.storage !== undefined) return page
  return (await afterWrite(() => readPage(client, page))) ?? page
}

function addressOf(type: PushedTo['type']): string {
  return type === 'page' ? '/api/v2/pages' : '/api/v2/blogposts'
}
