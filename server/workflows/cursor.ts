import { fromCursor } from '#server/platform/page.ts'
import { Problem } from '#server/platform/problem.ts'

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** A cursor of a moment, an id and `length - 2` other texts. */
export function readCursor(cursor: string, length: number): [at: string, id: string, ...others: string[]] {
  const [at = '', id = '', ...others] = fromCursor(cursor, length).map(String)
  const time = /^\d{4}-/.test(at) ? Date.parse(at) : Number.NaN
  if (!Number.isNaN(time) && ID.test(id)) return [new Date(time).toISOString(), id, ...others]
  throw new Problem(400, 'bad-cursor', 'The cursor is not one this list gave out. Start again without it.')
}
