import { z } from 'zod'
import { Refusal, v2Invalid, type Listing, type Piece } from '../answer.ts'
import type { Call } from '../call.ts'
import { walk, type Key, type Order } from '../world/order.ts'

/** A cursor names the last item seen by its sort key, so edits behind or before it neither double nor hide others. */
const Cursor = z.object({
  sort: z.string(),
  after: z
    .tuple([z.union([z.number(), z.string()]), z.number()])
    .readonly()
    .optional(),
  nonce: z.number().optional(),
})
type Cursor = z.infer<typeof Cursor>

// Padded base64, like real sites' cursors: a client that forgets to percent-encode breaks on it.
export function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64')
}

export function readCursor(text: string): Cursor | undefined {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(text, 'base64').toString()))
  } catch {
    return undefined
  }
}

export function badCursor() {
  return v2Invalid(
    "Provided value for 'cursor' is not the correct type. Expected type is Cursor.",
    'The provided cursor was not valid. You can get a new valid cursor by making the original pagination request again.',
  )
}

export function limitOf(call: Call, defaultLimit = 25, max = 250): number {
  const text = call.query.get('limit')
  const limit = text === null ? defaultLimit : Number(text)
  if (Number.isInteger(limit) && limit >= 1 && limit <= max) return limit
  throw new Refusal(
    v2Invalid(
      `Provided value {${text}} for 'limit' is not the correct type. Expected type is an integer between 1 and ${max}`,
    ),
  )
}

/** The sort asked for, as a name from `known` and a direction. */
export function sortOf<S extends string>(
  call: Call,
  known: readonly S[],
  defaultSort: S,
): { sort: S; descending: boolean } {
  const text = call.query.get('sort')
  const name = text?.replace(/^-/, '') ?? defaultSort
  const sort = known.find((one) => one === name)
  if (sort === undefined)
    throw new Refusal(
      v2Invalid(`Provided value {${text}} for 'sort' is not valid. Expected one of ${known.join(', ')}`),
    )
  return { sort, descending: text?.startsWith('-') ?? false }
}

export type Page<T> = {
  order: Order<T>
  sort: string
  descending: boolean
  limit: number
  keep: (item: T) => boolean
  row: (item: T) => Piece[]
}

/** One page of a v2 list, behind the call's cursor. */
export function v2Page<T>(call: Call, { order, sort, descending, limit, keep, row }: Page<T>): Listing {
  const direction = `${descending ? '-' : ''}${sort}`
  const after = afterOf(call, direction)
  const { items, next } = walk(order, { after, descending, limit: Math.min(limit, call.rowCap ?? limit), keep })
  return v2Listing(call, items.map(row), next === undefined ? undefined : writeCursor({ sort: direction, after: next }))
}

function v2Listing(call: Call, rows: Piece[][], next: string | undefined): Listing {
  const base = `${call.origin}/wiki`
  return {
    rows,
    next,
    nextHref: (cursor) => hrefWith(call, cursor),
    envelope: (_, href) => ({
      head: '{"results":[',
      tail: `],"_links":${JSON.stringify(href === undefined ? { base } : { next: href, base })}}`,
      headers: { link: href === undefined ? `<${base}>; rel="base"` : `<${href}>; rel="next", <${base}>; rel="base"` },
    }),
  }
}

function afterOf(call: Call, direction: string): Key | undefined {
  const text = call.query.get('cursor')
  if (text === null) return undefined
  const cursor = readCursor(text)
  if (cursor === undefined || cursor.sort !== direction) throw new Refusal(badCursor())
  return cursor.after
}

// The cursor stands first: a client that cuts the link at "cursor=" would lose the rest.
function hrefWith(call: Call, cursor: string): string {
  const query = new URLSearchParams(call.query)
  query.delete('cursor')
  const rest = query.toString()
  return `${call.path.split('?')[0]}?cursor=${encodeURIComponent(cursor)}${rest === '' ? '' : `&${rest}`}`
}
