import { Refusal, v1Invalid, type Listing, type Piece } from '../answer.ts'
import type { Call } from '../call.ts'

/** How many rows of an old list are wanted; larger limits are cut quietly, as on real sites. */
export function limitV1(call: Call, defaultLimit: number, max: number): number {
  const limit = Number(call.query.get('limit') ?? defaultLimit)
  if (!Number.isInteger(limit) || limit < 0) throw new Refusal(v1Invalid('limit must be a whole number'))
  return Math.min(limit, max)
}

export function expandOf(call: Call): Set<string> {
  return new Set(call.query.getAll('expand').flatMap((text) => text.split(',')))
}

/** A list by `start` and `limit`: what the old API's plain lists have. */
export function offsetListing<T>(
  call: Call,
  items: Iterable<T>,
  limit: number,
  row: (item: T) => Piece[],
  more: Record<string, unknown> = {},
): Listing {
  const start = Number(call.query.get('start') ?? 0)
  if (!Number.isInteger(start) || start < 0) throw new Refusal(v1Invalid('start must be a whole number'))
  if (start > 100_000)
    throw new Refusal(
      v1Invalid(
        'Start of this size is no longer supported. If you need to fetch this amount of content, please use either the search endpoint or get the content by a space at a time.',
      ),
    )
  const cap = Math.min(limit, call.rowCap ?? limit)
  const rows: Piece[][] = []
  let at = -1
  let hasMore = false
  for (const item of items) {
    at += 1
    if (at < start) continue
    hasMore = rows.length >= cap
    if (hasMore) break
    rows.push(row(item))
  }
  const nextHref = (token: string) => hrefWith(call, { start: token })
  return {
    rows,
    next: hasMore ? String(start + rows.length) : undefined,
    nextHref,
    envelope: (size, href) => envelopeV1(call, { start, limit, size, ...more }, href),
  }
}

/** Next links of the old API leave out /wiki: they go on from `_links.base`. */
export function hrefWith(call: Call, changed: Record<string, string>): string {
  const query = new URLSearchParams(changed)
  for (const [name, value] of call.query) if (changed[name] === undefined && name !== 'next') query.append(name, value)
  return `${(call.path.split('?')[0] ?? '').replace(/^\/wiki/, '')}?next=true&${query.toString()}`
}

export function envelopeV1(call: Call, facts: Record<string, unknown>, href: string | undefined) {
  const links = {
    base: `${call.origin}/wiki`,
    context: '/wiki',
    ...(href === undefined ? {} : { next: href }),
    self: `${call.origin}${call.path}`,
  }
  return { head: '{"results":[', tail: `],${JSON.stringify({ ...facts, _links: links }).slice(1)}` }
}
