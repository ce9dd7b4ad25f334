/**
 * Walks a list of Confluence Data Center to its proper end, or throws. Lists go by `start` and `limit`; a scan goes by a cursor.
 * Only that number or cursor is taken from a next link, which leaves out the context path (P6) and may name another host (P7).
 */
import type { Client, ReadOptions } from './client.ts'
import { DcListing } from './data-center-answers.ts'
import { broken, nextUrl } from './listing.ts'

/** One answer of a list. `next`: what the following request asks with, to be kept as it is; null at the end. */
export type DcPage = { results: unknown[]; next: string | null; totalSize: number | undefined }

/** Below it, no list is capped. */
const LEAST_LIMIT = 25
/** Rows that are hidden from the key leave empty windows: a subtree of some thousand pages may. More is a server that never ends. */
const MOST_EMPTY = 200

/**
 * Yields the windows of a list from `at` on. A window that is shorter than asked, or empty, is no end: only one without a
 * way on is. The same way on twice, or an endless row of empty windows, is an error.
 */
export async function* walkWindows(
  client: Client,
  at: string | null,
  read: (at: string | null) => Promise<DcPage>,
): AsyncGenerator<DcPage> {
  const seen = new Set<string>(at === null ? [] : [at])
  let emptyPages = 0
  for (let here: string | null = at; ;) {
    const page: DcPage = await read(here)
    emptyPages = page.results.length === 0 ? emptyPages + 1 : 0
    if (page.next !== null && emptyPages > MOST_EMPTY) throw broken(client, 'keeps sending empty pages of a list')
    if (page.next !== null && seen.has(page.next)) throw broken(client, 'sent the same page of a list twice')
    if (page.next !== null) seen.add(page.next)
    yield page
    if (page.next === null) return
    here = page.next
  }
}

/** Reads a list by cursor: `/rest/api/content/scan` and the like. */
export async function readScan(
  client: Client,
  path: string,
  at: string | null,
  limit: number,
  options?: ReadOptions,
): Promise<DcPage> {
  const listing = await readListing(
    client,
    withQuery(path, `limit=${limit}${at === null ? '' : `&cursor=${encodeURIComponent(at)}`}`),
    options,
  )
  const next = nextUrl(client, listing._links?.next ?? null, listing._links?.base ?? null)
  const cursor = next?.searchParams.get('cursor') ?? null
  if (next !== null && cursor === null) throw broken(client, 'sent a link to the next page without a cursor')
  return { results: listing.results, next: cursor, totalSize: totalOf(listing) }
}

/**
 * Reads a list by number: `at` is `start/limit`. The next start is never further than the server has looked: it caps what was
 * asked for, often at 50 where bodies are expanded, and some say next as if it had not (P8). Where the answer does not
 * tell a cap from rows that are hidden, the limit shrinks, so that nothing is left out.
 */
export async function readNumbered(
  client: Client,
  path: string,
  at: string | null,
  limit: number,
  options?: ReadOptions,
): Promise<DcPage> {
  const [start = 0, asked = limit] = (at ?? `0/${limit}`).split('/').map(Number)
  const listing = await readListing(client, withQuery(path, `start=${start}&limit=${asked}`), options)
  const { length: size } = listing.results
  const told = listing.limit ?? asked
  const isCapped = told > 0 && told < asked
  const window = isCapped ? told : asked
  const next = nextUrl(client, listing._links?.next ?? null, listing._links?.base ?? null)
  // A full window without a next link: some proxies strip links. One more request tells.
  const goesOn = next !== null || (size > 0 && size >= window)
  const isAmbiguous = !isCapped && size > 0 && size < window && window > LEAST_LIMIT
  const onward = isAmbiguous
    ? `${start + size}/${Math.max(LEAST_LIMIT, size)}`
    : `${nextStart(start, window, next?.searchParams.get('start') ?? null)}/${asked}`
  return { results: listing.results, next: goesOn ? onward : null, totalSize: totalOf(listing) }
}

function nextStart(start: number, window: number, linked: string | null): number {
  const told = Number(linked ?? '')
  return Number.isSafeInteger(told) && told > start && told < start + window ? told : start + window
}

function withQuery(path: string, query: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}${query}`
}

async function readListing(client: Client, path: string, options?: ReadOptions): Promise<DcListing> {
  const listing = DcListing.safeParse(await client.getJson(path, options))
  if (!listing.success) throw broken(client, 'answered with something that is not a list')
  return listing.data
}

function totalOf({ totalCount, totalSize }: DcListing): number | undefined {
  return totalSize ?? totalCount ?? undefined
}

/** All rows of a short list, such as a page's labels. */
export async function readAll(client: Client, path: string, limit: number): Promise<unknown[]> {
  const rows: unknown[] = []
  for await (const page of walkWindows(client, null, (at) => readNumbered(client, path, at, limit)))
    rows.push(...page.results)
  return rows
}
