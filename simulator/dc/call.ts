import { z } from 'zod'
import type { Answer, Listing } from '../answer.ts'
import type { Call } from '../call.ts'
import type { Route } from '../route-table.ts'
import type { User } from '../users.ts'
import { offsetMs } from '../v1/cql-dates.ts'
import { forbidden, invalid, notFound } from './refusals.ts'
import { baseOf, isSince, type Dc } from './settings.ts'

/** One request of a known person to a Data Center. Its path has no context path. */
export type DcCall = Call & { dc: Dc; base: string }
export type DcHandler = (call: DcCall) => Answer | Listing

/** `since`: the version that brought the call; older servers do not know it. */
export function dcRoute(dc: Dc, method: string, pattern: string, handle: DcHandler, since = '5.0'): Route {
  return {
    method,
    pattern,
    scopes: [],
    handle: (call) => {
      if (!isSince(dc, since)) throw notFound(`null for uri: ${call.path.split('?')[0]}`)
      // People who chose no zone have the server's.
      const user = { ...call.user, timeZone: call.user.timeZone ?? dc.timeZone }
      return handle({ ...call, user, dc, base: baseOf(dc) })
    },
  }
}

export function isAdmin(user: User): boolean {
  return user.account.groups.includes('confluence-administrators')
}

export function requireAdmin(call: DcCall, message: string): void {
  if (!isAdmin(call.user)) throw forbidden(message)
}

/** A JSON body of this shape, or a 400. */
export function bodyOf<T>(call: DcCall, shape: z.ZodType<T>): T {
  let value: unknown
  try {
    value = JSON.parse(call.body.toString())
  } catch {
    throw invalid('Could not parse the request body: not JSON')
  }
  const parsed = shape.safeParse(value)
  if (!parsed.success) throw invalid(`Could not parse the request body: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/** A moment as the server writes it: its own wall clock with its offset. */
export function serverTime(dc: Dc, at: number): string {
  const offset = offsetMs(at, dc.timeZone)
  if (offset === 0) return new Date(at).toISOString()
  const minutes = Math.abs(offset) / 60_000
  const two = (number: number) => String(Math.floor(number)).padStart(2, '0')
  const wall = new Date(at + offset).toISOString().slice(0, -1)
  return `${wall}${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`
}
