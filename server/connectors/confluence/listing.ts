/** Walks a paged list of Confluence Cloud to its proper end, or throws: a list that broke off never looks complete. */
import { Upstream } from '#server/platform/problem.ts'
import { Listing } from './answers.ts'
import type { Client } from './client.ts'

export type ListingPage = { results: unknown[]; next: string | null; totalSize: number | undefined }

/** Empty pages in a row that still lead on, as sites send them where everything on a page is hidden from this key. */
const MAX_EMPTY_PAGES = 3

/**
 * Yields the pages of `path` (without cursor) from `cursor` on. With `ahead`, the next page is asked for while the caller
 * works on this one; without, only when it asks on. Every request repeats the same parameters and only the cursor is taken
 * from the answer's next link, which therefore may lack the context path or the gateway's prefix; a link to another host
 * is refused.
 */
export async function* walkListing(
  client: Client,
  path: string,
  cursor: string | null,
  ahead = true,
): AsyncGenerator<ListingPage> {
  const seen = new Set<string>(cursor === null ? [] : [cursor])
  let emptyPages = 0
  let coming: (() => Promise<ListingPage>) | undefined = start(client, path, cursor, ahead)
  while (coming !== undefined) {
    const page: ListingPage = await coming()
    emptyPages = page.results.length === 0 ? emptyPages + 1 : 0
    if (page.next !== null && emptyPages > MAX_EMPTY_PAGES) throw broken(client, 'keeps sending empty pages of a list')
    if (page.next !== null && seen.has(page.next)) throw broken(client, 'sent the same page of a list twice')
    if (page.next !== null) seen.add(page.next)
    coming = page.next === null ? undefined : start(client, path, page.next, ahead)
    yield page
  }
}

function start(client: Client, path: string, cursor: string | null, ahead: boolean): () => Promise<ListingPage> {
  if (!ahead) return () => fetchPage(client, path, cursor)
  const page = fetchPage(client, path, cursor)
  // A failure while the caller is busy is not lost: it is thrown when the page is awaited.
  page.catch(() => {})
  return () => page
}

async function fetchPage(client: Client, path: string, cursor: string | null): Promise<ListingPage> {
  const joint = path.includes('?') ? '&' : '?'
  const answer = await client.getJson(cursor === null ? path : `${path}${joint}cursor=${encodeURIComponent(cursor)}`)
  const listing = Listing.safeParse(answer)
  if (!listing.success) throw broken(client, 'answered with something that is not a list')
  return {
    results: listing.data.results,
    next: nextCursor(client, listing.data._links?.next ?? null, listing.data._links?.base ?? null),
    totalSize: listing.data.totalSize ?? undefined,
  }
}

function nextCursor(client: Client, next: string | null, base: string | null): string | null {
  const url = nextUrl(client, next, base)
  if (url === null) return null
  const cursor = url.searchParams.get('cursor')
  if (cursor === null) throw broken(client, 'sent a link to the next page without a cursor')
  return cursor
}

/** The address that a list's next link means, for its parameters alone; null at the list's end. A foreign host is refused. */
export function nextUrl(client: Client, next: string | null, base: string | null): URL | null {
  if (next === null || next === '') return null
  const own = new URL(client.base)
  const url = URL.parse(next, own.href)
  if (url === null) throw broken(client, 'sent a link to the next page that is no address')
  const siteHost = base === null ? own.host : (URL.parse(base)?.host ?? own.host)
  if (url.host !== own.host && url.host !== siteHost)
    throw broken(client, `sent a link to the next page at another host (${url.host.slice(0, 100)})`)
  return url
}

/** A list that does not come to its proper end. */
export function broken(client: Client, what: string): Upstream {
  const host = new URL(client.base).host
  return new Upstream(
    host,
    'broken-listing',
    `${host} ${what}. The list is not complete, so nothing is concluded from it.`,
  )
}
