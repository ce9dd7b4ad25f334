/** Asks a Confluence Data Center for pages by their ids. */
import { Upstream } from '#server/platform/problem.ts'
import type { Client } from './client.ts'
import { DcContent } from './data-center-answers.ts'
import { CONTENT_EXPANDS, toPulled, type Known } from './data-center-content.ts'
import { readNumbered, walkWindows } from './data-center-listing.ts'
import { toStatus, type PageList, type PulledBatch, type PulledPage, type Unreadable } from './pull.ts'

/** Asked with bodies; most servers answer with fewer. */
const IDS_PER_QUERY = 50
/** Few, because a page that the server cannot render fails for good: its neighbours are then asked for without it. */
export const TRIES_WITH_BODIES = 3

/**
 * Pages or blog posts of these ids with bodies, by a search for many. The search's index lags behind: what it leaves out is
 * asked for singly. A page whose body the server cannot put together is told as unreadable; its neighbours are had without it.
 */
export async function getDcPages(known: Known, kind: PageList['kind'], ids: readonly string[]): Promise<PulledBatch> {
  const all: PulledBatch = { pages: [], unreadable: [], next: null }
  const plain = ids.filter((id) => /^\d+$/.test(id))
  for (let start = 0; start < plain.length; start += IDS_PER_QUERY) {
    const some = plain.slice(start, start + IDS_PER_QUERY)
    await fetchSome(known, some, all)
    const met = new Set([...all.pages, ...all.unreadable].map((one) => one.externalId))
    const missing = some.filter((id) => !met.has(id))
    await Promise.all(missing.map((id) => fetchOne(known, id, all)))
  }
  const type = kind === 'pages' ? 'page' : 'blogpost'
  return { ...all, pages: all.pages.filter((page) => page.type === type) }
}

/** Halves what makes the server fail, down to single pages. */
async function fetchSome(known: Known, ids: readonly string[], all: PulledBatch): Promise<void> {
  if (ids.length === 1) return fetchOne(known, ids[0] ?? '', all)
  try {
    const cql = `id in (${ids.join(',')})`
    const path = `/rest/api/content/search?cql=${encodeURIComponent(cql)}&expand=${CONTENT_EXPANDS},body.storage`
    const wanted = new Set(ids)
    const found: (PulledPage | Unreadable)[] = []
    const read = (at: string | null) =>
      readNumbered(known.client, path, at, ids.length, { triesOnFault: TRIES_WITH_BODIES })
    for await (const page of walkWindows(known.client, null, read)) {
      for (const result of page.results) found.push(await toPulled(known, result))
    }
    for (const one of new Map(found.map((each) => [each.externalId, each])).values()) {
      if (!wanted.has(one.externalId)) continue
      if ('reason' in one) all.unreadable.push(one)
      else all.pages.push(one)
    }
  } catch (error) {
    if (!isTooMuch(error)) throw error
    const middle = Math.ceil(ids.length / 2)
    await fetchSome(known, ids.slice(0, middle), all)
    await fetchSome(known, ids.slice(middle), all)
  }
}

async function fetchOne(known: Known, id: string, all: PulledBatch): Promise<void> {
  const path = `/rest/api/content/${encodeURIComponent(id)}?expand=${CONTENT_EXPANDS}`
  try {
    const read = await toPulled(
      known,
      await known.client.getJson(`${path},body.storage`, { triesOnFault: TRIES_WITH_BODIES }),
    )
    if ('reason' in read) all.unreadable.push(read)
    else all.pages.push(read)
  } catch (error) {
    if (error instanceof Upstream && error.status === 404) return
    if (!isTooMuch(error)) throw error
    const bare = await toPulled(known, await known.client.getJson(path))
    const reason =
      'Confluence fails when it is asked for the body of this page. Open and save it there, or ask its admin.'
    all.unreadable.push({ externalId: id, title: bare.title, reason })
  }
}

/** What became of a page or blog post that a list no longer shows: asked for by its id. */
export async function dcPageState(client: Client, id: string): Promise<'gone' | 'trashed' | 'elsewhere'> {
  try {
    const answer = DcContent.pick({ status: true }).parse(
      await client.getJson(`/rest/api/content/${encodeURIComponent(id)}?status=any`),
    )
    return toStatus(answer.status) === 'trashed' ? 'trashed' : 'elsewhere'
  } catch (error) {
    if (error instanceof Upstream && error.status === 404) return 'gone'
    throw error
  }
}

/** The server broke down over what it was asked to put together, not for good. */
export function isTooMuch(error: unknown): boolean {
  return error instanceof Upstream && (error.status === 500 || error.code === 'too-large' || error.code === 'timeout')
}
