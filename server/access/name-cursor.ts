import { z } from 'zod'
import { fromCursor } from '#server/platform/page.ts'
import { Problem } from '#server/platform/problem.ts'

/** Where a list by name goes on: after this name, and after this id among equals. */
export type NameCursor = readonly [name: string, id: string]

const Shape = z.tuple([z.string(), z.uuid()])

/** Reads the cursor of a list by name; a 400 Problem when it is none. */
export function fromNameCursor(cursor: string | undefined): NameCursor | undefined {
  if (cursor === undefined) return undefined
  const read = Shape.safeParse(fromCursor(cursor, 2))
  if (read.success) return read.data
  throw new Problem(400, 'bad-cursor', 'The cursor is not one this list gave out. Start again without it.')
}
