import { z } from 'zod'

/** Names one thing everywhere: UUIDv7. */
export const Id = z.uuid()
export type Id = z.infer<typeof Id>

/** A moment, RFC 3339 in UTC. */
export const Time = z.iso.datetime({ offset: true })

/** A person-given name: trimmed, 1–100 characters, no control characters. */
export const Name = z
  .string()
  .trim()
  .min(1, 'Give it a name.')
  .max(100, 'Use at most 100 characters.')
  .regex(/^\P{Cc}*$/u, 'Control characters are not allowed in a name.')

/** Query of every list. */
export const ListQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(250).default(50),
  cursor: z.string().max(2000).optional(),
})
export type ListQuery = z.infer<typeof ListQuery>

/** One page of a list; `nextCursor` is null on the last page. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}

export const FieldError = z.object({ path: z.string(), message: z.string() }).meta({ id: 'FieldError' })

/** RFC 9457 problem details. `code` is stable; `detail` says what, which, and what to do. */
export const ProblemDetails = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    errors: z.array(FieldError).optional(),
  })
  .meta({ id: 'Problem' })
export type ProblemDetails = z.infer<typeof ProblemDetails>

/** user:ID, group:ID or everyone. */
export const Principal = z
  .string()
  .regex(/^(user:[0-9a-f-]{36}|group:[0-9a-f-]{36}|everyone)$/, 'Use user:ID, group:ID or everyone.')
export type Principal = z.infer<typeof Principal>
