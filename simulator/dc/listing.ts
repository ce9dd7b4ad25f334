import type { Listing, Piece } from '../answer.ts'
import { walk, type Order } from '../world/order.ts'
import type { DcCall } from './call.ts'
import { invalid } from './refusals.ts'

/** How many rows are given: what was asked for, cut quietly to what this server gives at most. */
export function limitOf(call: DcCall, defaultLimit: number, withBodies: boolean): number {
  const limit = numberOf(call, 'limit', defaultLimit)
  return Math.min(limit, withBodies ? call.dc.caps.bodies : call.dc.caps.plain)
}

export function expandOf(call: DcCall, otherwise = ''): Set<string> {
  const asked = call.query.getAll('expand').join(',') || otherwise
  return new Set(asked.split(',').map((name) => name.trim()))
}

export function hasBody(expand: ReadonlySet<string>): boolean {
  return [...expand].some((name) => name.startsWith('body.'))
}

/** Whether this name, or something below it, is expanded. */
export function has(expand: ReadonlySet<string>, name: string): boolean {
  if (expand.has(name)) return true
  for (const one of expand) if (one.startsWith(`${name}.`)) return true
  return false
}

export type Rows<T> = {
  items: Iterable<T>
  /** Rows that the caller may not see are skipped after the page was cut: it is shorter then, or empty. */
  sees?: (item: T) => boolean
  limit: number
  row: (item: T) => Piece[]
  more?: Record<string, unknown>
}

/** A list by `start` and `limit`. */
export function offsetList<T>(call: DcCall, { items, sees = () => true, limit, row, more = {} }: Rows<T>): Listing {
  const start = numberOf(call, 'start', 0)
  const from = Math.max(0, start - numberOf(call, 'skip', 0))
  const cap = Math.min(limit, call.rowCap ?? limit)
  const cut: T[] = []
  let at = -1
  let hasMore = false
  for (const item of items) {
    at += 1
    if (at < from) continue
    hasMore = cut.length >= cap
    if (hasMore) break
    cut.push(item)
  }
  return {
    rows: cut.filter(sees).map(row),
    next: hasMore ? placeOf(start + cut.length, start - from) : undefined,
    nextHref: (token) => hrefWith(call, startOf(token, limit)),
    // An empty page moves the start on, as if rows that nobody may see stood there; the link remembers how many.
    here: () => placeOf(start + limit, start + limit - from),
    envelope: (size, href) => envelope(call, { start, limit, size, ...more }, href),
  }
}

function placeOf(start: number, skip: number): string {
  return skip === 0 ? String(start) : `${start}:${skip}`
}

function startOf(place: string, limit: number): Record<string, string> {
  const [start = '0', skip] = place.split(':')
  return { limit: String(limit), start, ...(skip === undefined ? {} : { skip }) }
}

/** A list by cursor, as the scan gives it: `content:false:<the last id>`. */
export function cursorList<T extends { id: number }>(
  call: DcCall,
  { order, keep, sees, limit, row }: Omit<Rows<T>, 'items'> & { order: Order<T>; keep: (item: T) => boolean },
): Listing {
  const cursor = call.query.get('cursor')
  const last = cursor === null ? null : /^content:false:(null|\d+)$/.exec(cursor)?.[1]
  if (last === undefined) throw invalid(`The cursor ${cursor} is not valid`)
  const after = last === null || last === 'null' ? undefined : Number(last)
  const { items, next } = walk(order, {
    after: after === undefined ? undefined : [after, after],
    descending: false,
    limit: Math.min(limit, call.rowCap ?? limit),
    keep,
  })
  const token = next === undefined ? undefined : `content:false:${next[1]}`
  return {
    rows: items.filter(sees ?? (() => true)).map(row),
    next: token,
    nextHref: (given) => hrefWith(call, { cursor: given, limit: String(limit) }),
    here: (nonce) => `content:false:${'0'.repeat(nonce)}${after ?? 0}`,
    envelope: (size, href) => {
      const facts = {
        cursor: cursor ?? 'content:false:null',
        ...(href === undefined ? {} : { nextCursor: cursorIn(href) }),
      }
      return envelope(call, { ...facts, limit, size }, href)
    },
  }
}

function cursorIn(href: string): string {
  return new URL(href, 'http://any').searchParams.get('cursor') ?? ''
}

// Next links leave out the context path: they go on from `_links.base`.
function hrefWith(call: DcCall, changed: Record<string, string>): string {
  const query = new URLSearchParams()
  for (const [name, value] of call.query)
    if (!['start', 'skip', 'limit', 'cursor'].includes(name)) query.append(name, value)
  for (const [name, value] of Object.entries(changed)) query.append(name, value)
  // As the vendor's own example shows it, colons stand as they are.
  return `${call.path.split('?')[0] ?? ''}?${query.toString().replaceAll('%3A', ':')}`
}

function envelope(call: DcCall, facts: Record<string, unknown>, href: string | undefined) {
  const links = {
    self: `${call.base}${call.path}`,
    ...(href === undefined ? {} : { next: href }),
    base: call.base,
    context: call.dc.contextPath,
  }
  return { head: '{"results":[', tail: `],${JSON.stringify({ ...facts, _links: links }).slice(1)}` }
}

function numberOf(call: DcCall, name: string, otherwise: number): number {
  const number = Number(call.query.get(name) ?? otherwise)
  if (!Number.isInteger(number) || number < 0) throw invalid(`${name} must be a whole number`)
  return number
}
