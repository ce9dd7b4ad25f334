import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import { Refusal, v1Invalid, v2Invalid, type Answer, type Listing } from './answer.ts'
import type { Site } from './world/site.ts'
import type { User } from './users.ts'

/** One authenticated request to the site's API. */
export type Call = {
  site: Site
  user: User
  method: string
  /** The path and query without the gateway's prefix. */
  path: string
  params: Record<string, string>
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: Buffer
  /** The site's origin: what links in answers start with. */
  origin: string
  mediaOrigin: string
  searchLagMs: number
  /** Set by the short-page fault: no more rows than this, with a true next link. */
  rowCap: number | undefined
}

export type Handler = (call: Call) => Answer | Listing

export function param(call: Call, name: string): string {
  return call.params[name] ?? ''
}

/** Parses a JSON body, or ends the call with the 400 of the API generation that was called. */
export function bodyOf<T>(call: Call, shape: z.ZodType<T>): T {
  const refuse = (detail: string) =>
    new Refusal(
      call.path.startsWith('/wiki/api/v2')
        ? v2Invalid('Request body is not valid', detail)
        : v1Invalid(`Could not parse the request body: ${detail}`),
    )
  let value: unknown
  try {
    value = JSON.parse(call.body.toString())
  } catch {
    throw refuse('not JSON')
  }
  const parsed = shape.safeParse(value)
  if (!parsed.success) throw refuse(z.prettifyError(parsed.error))
  return parsed.data
}

/** All values of a query parameter, given repeatedly or with commas. */
export function listParam(call: Call, name: string): string[] {
  return call.query
    .getAll(name)
    .flatMap((value) => value.split(','))
    .filter((value) => value !== '')
}

export function flag(call: Call, name: string): boolean {
  return call.query.get(name) === 'true'
}
