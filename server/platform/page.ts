import { Problem } from './problem.ts'

/** One page of a list, and the cursor of the next (null at the end). */
export type Page<T> = { items: T[]; nextCursor: string | null }

/** Packs the sort key of a page's last row into an opaque cursor. */
export function toCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** Unpacks a cursor made by `toCursor`; a 400 Problem when it is not one of `length` parts. */
export function fromCursor(cursor: string, length: number): (string | number)[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (
      Array.isArray(key) &&
      key.length === length &&
      key.every((part) => typeof part === 'string' || typeof part === 'number')
    )
      return key
  } catch {
    // falls through: not ours
  }
  throw new Problem(400, 'bad-cursor', 'The cursor is not one this list gave out. Start again without it.')
}

/** Cuts `limit + 1` fetched rows to a page; `key` names the sort key of a row. */
export function toPage<T>(rows: T[], limit: number, key: (row: T) => readonly (string | number)[]): Page<T> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last !== undefined ? toCursor(key(last)) : null }
}
