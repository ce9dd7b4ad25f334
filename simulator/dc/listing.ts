import type { Listing, Piece } from '../answer.ts'
import { walk, type Order } from '../world/order.ts'
import type { DcCall } from './call.ts'
import { invalid } from './refusals.ts'
import type { Gap } from './settings.ts'

/** How many rows are asked for, and how many this server gives of them at most. */
export type Limit = { asked: number; given: number }

export function limitOf(call: DcCall, defaultLimit: number, withBodies: boolean): Limit {
  const asked = numberOf(call, 'limit', defaultLimit)
  return { asked, given: Math.min(asked, withBodies ? call.dc.caps.bodies : call.dc.caps.plain) }
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
  limit: Limit
  row: (item: T) => Piece[]
  more?: Record<string, unknown>
}

/** A list by `start` and `limit`. */
export function offsetList<T>(call: DcCall, { items, sees = () => true, limit, row, more = {} }: Rows<T>): Listing {
  const start = numberOf(call, 'start', 0)
  const name = nameOf(call)
  const gaps = call.dc.gaps.get(name) ?? []
  const cap = Math.min(limit.given, call.rowCap ?? limit.given)
  const cut: (T | undefined)[] = []
  let at = -1
  let hasMore = false
  for (const item of gaps.reduce<Iterable<T | undefined>>(withGap, items)) {
    at += 1
    if (at < start) continue
    hasMore = cut.length >= cap
    if (hasMore) break
    cut.push(item)
  }
  // A server that does not tell its cap counts on by what was asked for: what lies between is lost to who follows it.
  const told = call.dc.capsTold || call.rowCap !== undefined
  const window = told ? limit.given : limit.asked
  return {
    rows: cut.flatMap((item) => (item !== undefined && sees(item) ? [row(item)] : [])),
    next: hasMore ? String(start + (told ? cut.length : window)) : undefined,
    nextHref: (token) => hrefWith(call, { limit: String(window), start: token }),
    // An empty page: as if rows that nobody may see stood here. They keep their places from now on.
    here: () => {
      call.dc.gaps.set(name, [...gaps, { at: start, count: window }])
      return String(start + window)
    },
    envelope: (size, href) => envelope(call, { start, limit: window, size, ...more }, href),
  }
}

// Of a list, whatever part of it is asked for.
function nameOf(call: DcCall): string {
  const query = new URLSearchParams(call.query)
  for (const name of ['start', 'limit', 'expand']) query.delete(name)
  return `${call.user.email} ${call.path.split('?')[0]}?${query.toString()}`
}

function* withGap<T>(items: Iterable<T | undefined>, { at, count }: Gap): Generator<T | undefined> {
  let passed = 0
  for (const item of items) {
    if (passed === at) for (let row = 0; row < count; row += 1) yield undefined
    yield item
    passed += 1
  }
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
    limit: Math.min(limit.given, call.rowCap ?? limit.given),
    keep,
  })
  const token = next === undefined ? undefined : `content:false:${next[1]}`
  return {
    rows: items.filter(sees ?? (() => true)).map(row),
    next: token,
    nextHref: (given) => hrefWith(call, { cursor: given, limit: String(limit.given) }),
    here: (nonce) => `content:false:${'0'.repeat(nonce)}${after ?? 0}`,
    envelope: (size, href) => {
      const facts = {
        cursor: cursor ?? 'content:false:null',
        ...(href === undefined ? {} : { nextCursor: cursorIn(href) }),
      }
      return envelope(call, { ...facts, limit: limit.given, size }, href)
    },
  }
}

function cursorIn(href: string): string {
  return new URL(href, 'http://any').searchParams.get('cursor') ?? ''
}

// Next links leave out the context path: they go on from `_links.base`.
function hrefWith(call: DcCall, changed: Record<string, string>): string {
  const query = new URLSearchParams()
  for (const [name, value] of call.query) if (!['start', 'limit', 'cursor'].includes(name)) query.append(name, value)
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
