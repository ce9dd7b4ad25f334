/** Reads spaces, pages, blog posts, folders and labels of a Confluence Cloud site. Writes nothing, keeps nothing. */
import type { DocumentStatus } from '#schema/document.ts'
import { LabelledAnswer, PageAnswer, SpaceAnswer } from './answers.ts'
import type { Client } from './client.ts'
import { walkListing, type ListingPage } from './listing.ts'
import { Upstream } from '#server/platform/problem.ts'

export type PulledSpace = {
  externalId: string
  key: string
  name: string
  kind: 'global' | 'personal' | 'knowledge_base' | 'collaboration' | 'other'
  archived: boolean
  homepageExternalId: string | null
}

export type PulledPage = {
  externalId: string
  type: 'page' | 'blogpost'
  status: DocumentStatus
  title: string
  spaceExternalId: string
  parentExternalId: string | null
  parentType: string | null
  /** A live document, as lists tell; the answer about one page does not. */
  isLive?: boolean
  position: number | null
  version: number
  versionAt: Date | null
  versionAuthor: string | null
  versionMessage: string
  minorEdit: boolean
  author: string | null
  createdAt: Date | null
  /** Path of the page below the site's base. */
  webPath: string | null
  /** Undefined when the list was asked for without bodies. */
  storage: string | undefined
  /** Undefined when the list does not tell them. */
  labels?: string[]
}

/** An item of a list that could not be read, with the reason in a person's words. */
export type Unreadable = { externalId: string; title: string; reason: string }
export type PulledBatch = { pages: PulledPage[]; unreadable: Unreadable[]; next: string | null }

export type PageList = {
  kind: 'pages' | 'blogposts'
  spaceIds: readonly string[]
  statuses: readonly string[]
  /** Newest change first, for incremental walks. */
  newestFirst?: boolean
  bodies: boolean
  limit: number
}

/** The vendor's limit of `space-id` values in one request. */
export const SPACES_PER_REQUEST = 100
/** The vendor's limit of items in one page of a list. */
export const ITEMS_PER_REQUEST = 250

/** All spaces the key can see: global, personal, archived. */
export async function listSpaces(client: Client): Promise<PulledSpace[]> {
  const spaces: PulledSpace[] = []
  for await (const page of walkListing(client, `/api/v2/spaces?limit=${ITEMS_PER_REQUEST}`, null)) {
    for (const result of page.results) {
      const space = SpaceAnswer.safeParse(result)
      if (space.success) spaces.push(toSpace(space.data))
    }
  }
  return spaces
}

/** Walks pages or blog posts with 250 a request; `cursor` resumes where a former walk stood. */
export async function* walkPages(client: Client, list: PageList, cursor: string | null): AsyncGenerator<PulledBatch> {
  const query = new URLSearchParams({
    'space-id': list.spaceIds.join(','),
    status: list.statuses.join(','),
    limit: String(list.limit),
  })
  if (list.newestFirst === true) query.set('sort', '-modified-date')
  if (list.bodies) query.set('body-format', 'storage')
  for await (const page of walkListing(
    client,
    `/api/v2/${list.kind}?${query.toString()}`,
    cursor,
    list.newestFirst !== true,
  )) {
    yield toBatch(page, list.kind)
  }
}

/** Pages or blog posts of these ids (at most 250) with bodies; ids that are gone are simply not among them. */
export async function getPages(
  client: Client,
  kind: 'pages' | 'blogposts',
  ids: readonly string[],
): Promise<PulledBatch> {
  const all: PulledBatch = { pages: [], unreadable: [], next: null }
  const status = kind === 'pages' ? 'current,archived' : 'current'
  const query = new URLSearchParams({
    id: ids.join(','),
    status,
    'body-format': 'storage',
    limit: String(ITEMS_PER_REQUEST),
  })
  for await (const page of walkListing(client, `/api/v2/${kind}?${query.toString()}`, null)) {
    const batch = toBatch(page, kind)
    all.pages.push(...batch.pages)
    all.unreadable.push(...batch.unreadable)
  }
  return all
}

/** What became of a page or blog post that a list no longer shows: asked for by its id. */
export async function pageState(client: Client, id: string): Promise<'gone' | 'trashed' | 'elsewhere'> {
  for (const kind of ['pages', 'blogposts'] as const) {
    try {
      const page = PageAnswer.parse(await client.getJson(`/api/v2/${kind}/${encodeURIComponent(id)}`))
      return toStatus(page.status) === 'trashed' ? 'trashed' : 'elsewhere'
    } catch (error) {
      if (!(error instanceof Upstream) || error.status !== 404) throw error
    }
  }
  return 'gone'
}

/** How many pages the site's search index counts; a guess for the progress bar. Undefined where the site does not tell. */
export async function countPages(client: Client, spaceKeys: 'all' | readonly string[]): Promise<number | undefined> {
  const where = spaceKeys === 'all' ? '' : ` and space in (${spaceKeys.map(quote).join(',')})`
  const answer = await client.getJson(
    `/rest/api/search?limit=1&cql=${encodeURIComponent(`type in (page,blogpost)${where}`)}`,
  )
  return typeof answer === 'object' && answer !== null && 'totalSize' in answer && typeof answer.totalSize === 'number'
    ? answer.totalSize
    : undefined
}

/** Names of all labels in use. */
export async function listLabels(client: Client): Promise<string[]> {
  const names = new Set<string>()
  for await (const page of walkListing(client, `/api/v2/labels?limit=${ITEMS_PER_REQUEST}`, null)) {
    for (const result of page.results) {
      if (typeof result === 'object' && result !== null && 'name' in result && typeof result.name === 'string')
        names.add(result.name)
    }
  }
  return [...names]
}

const LABELS_PER_QUERY = 50
/** Without bodies v1 gives up to 1,000 items a request; it may give fewer, the next link tells. */
const LABELLED_PER_REQUEST = 1000

/** Labels of every labelled page and blog post: batches of external id → label names. One id may come twice, with all its labels. */
export async function* walkLabelled(
  client: Client,
  names: readonly string[],
  spaceKeys: 'all' | readonly string[],
): AsyncGenerator<Map<string, string[]>> {
  const where = spaceKeys === 'all' ? '' : ` and space in (${spaceKeys.map(quote).join(',')})`
  for (let start = 0; start < names.length; start += LABELS_PER_QUERY) {
    const cql = `label in (${names
      .slice(start, start + LABELS_PER_QUERY)
      .map(quote)
      .join(',')})${where}`
    const path = `/rest/api/content/search?cql=${encodeURIComponent(cql)}&expand=metadata.labels&limit=${LABELLED_PER_REQUEST}`
    for await (const page of walkListing(client, path, null)) {
      const batch = new Map<string, string[]>()
      for (const result of page.results) {
        const hit = LabelledAnswer.safeParse(result)
        if (hit.success)
          batch.set(
            hit.data.id,
            hit.data.metadata.labels.results.map((label) => label.name),
          )
      }
      yield batch
    }
  }
}

function toBatch(page: ListingPage, kind: PageList['kind']): PulledBatch {
  const batch: PulledBatch = { pages: [], unreadable: [], next: page.next }
  for (const result of page.results) {
    const parsed = PageAnswer.safeParse(result)
    if (parsed.success) batch.pages.push(toPage(parsed.data, kind === 'pages' ? 'page' : 'blogpost'))
    else batch.unreadable.push(describeUnreadable(result))
  }
  return batch
}

export function quote(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

function toSpace(space: {
  id: string
  key: string
  name: string
  type?: string | null | undefined
  status?: string | null | undefined
  homepageId?: string | null | undefined
}): PulledSpace {
  const { type } = space
  const kind =
    type === 'global' || type === 'personal' || type === 'knowledge_base' || type === 'collaboration' ? type : 'other'
  return {
    externalId: space.id,
    key: space.key,
    name: space.name,
    kind,
    archived: space.status === 'archived',
    homepageExternalId: space.homepageId ?? null,
  }
}

export function toPage(page: PageAnswer, type: 'page' | 'blogpost'): PulledPage {
  return {
    externalId: page.id,
    type,
    status: toStatus(page.status),
    title: page.title,
    spaceExternalId: page.spaceId,
    parentExternalId: page.parentId ?? null,
    parentType: page.parentType ?? null,
    isLive: page.subtype === 'live',
    position: toPosition(page.position),
    version: page.version.number,
    versionAt: toDate(page.version.createdAt),
    versionAuthor: page.version.authorId ?? null,
    versionMessage: page.version.message ?? '',
    minorEdit: page.version.minorEdit ?? false,
    author: page.authorId ?? null,
    createdAt: toDate(page.createdAt),
    webPath: page._links?.webui ?? null,
    storage: page.body?.storage?.value,
  }
}

export function toStatus(status: string): DocumentStatus {
  switch (status) {
    case 'archived':
    case 'draft':
    case 'trashed':
      return status
    case 'deleted':
      return 'trashed'
    default:
      return 'current'
  }
}

/** A number, or nothing: some sites answer the text "none". */
export function toPosition(position: unknown): number | null {
  return typeof position === 'number' && Number.isSafeInteger(position) ? position : null
}

/** RFC 3339 text or epoch milliseconds (folders). */
export function toDate(value: string | number | null | undefined): Date | null {
  if (value === null || value === undefined) return null
  const date = new Date(value)
  return Number.isNaN(date.getTime()) ? null : date
}

function describeUnreadable(result: unknown): Unreadable {
  const has = typeof result === 'object' && result !== null ? result : {}
  const id = 'id' in has && (typeof has.id === 'string' || typeof has.id === 'number') ? String(has.id) : 'unknown'
  const title = 'title' in has && typeof has.title === 'string' ? has.title.slice(0, 500) : ''
  return { externalId: id, title, reason: 'Confluence sent this item in a form that is not a page.' }
}
