// Errors become answers here and nowhere else: RFC 9457 problem+json, a 500 logged once with its cause.
import type { ErrorHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { STATUS_CODES } from 'node:http'
import type { Log } from '#server/platform/log.ts'
import { isDatabaseLost } from '#server/platform/database-lost.ts'
import { Problem, Upstream } from '#server/platform/problem.ts'
import type { DoorEnv } from './door.ts'

/** Hono's error handler: a Problem keeps its status, an Upstream is a 502, a lost database a 503, the rest our bug. */
export function renderErrors(log: Log): ErrorHandler<DoorEnv> {
  return (error, c) => {
    const problem = toProblem(error)
    if (problem.status === 500) {
      log.error({ err: error, requestId: c.var.requestId, method: c.req.method, path: c.req.path }, 'request failed')
      return render(new Problem(500, 'internal', `${problem.message} Its request id is ${c.var.requestId}.`))
    }
    if (problem.code === 'database-unavailable') log.warn({ err: error, requestId: c.var.requestId }, 'database')
    return render(problem)
  }
}

/** The problem+json answer of a Problem. `retryAfterSeconds` among its extras also becomes the header. */
export function render(problem: Problem): Response {
  const { status, code, message: detail, extras } = problem
  const title = STATUS_CODES[status] ?? 'Error'
  const headers = new Headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
  if (typeof extras['retryAfterSeconds'] === 'number') headers.set('retry-after', String(extras['retryAfterSeconds']))
  if (status === 401) headers.set('www-authenticate', 'Bearer')
  return new Response(JSON.stringify({ ...extras, type: 'about:blank', title, status, detail, code }), {
    status,
    headers,
  })
}

/** Sorts any error into the Problem that the caller is told. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof Upstream) {
    const { host, status, retryAfterSeconds } = error
    return new Problem(502, error.code, error.message, {
      host,
      ...(status === undefined ? {} : { upstreamStatus: status }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    })
  }
  if (error instanceof HTTPException) return fromHono(error.status)
  if (UNSTORABLE.has(codeOf(error)))
    return new Problem(400, 'unstorable-text', 'The request contains a character that text cannot hold, such as NUL.')
  if (isDatabaseLost(error)) {
    return new Problem(503, 'database-unavailable', 'The database cannot be reached right now. Try again soon.', {
      retryAfterSeconds: 5,
    })
  }
  return new Problem(500, 'internal', 'Something went wrong on our side; it has been logged.')
}

function fromHono(status: ContentfulStatusCode): Problem {
  if (status === 415) return new Problem(415, 'not-json', 'Send the body as "Content-Type: application/json".')
  if (status === 413) return new Problem(413, 'too-large', 'The body is larger than this address takes.')
  if (status === 400) return new Problem(400, 'malformed-json', 'The body is not valid JSON.')
  return new Problem(status, 'invalid-request', STATUS_CODES[status] ?? 'The request cannot be answered.')
}

// NUL in a text or a JSON value: only a caller's own words can hold it.
const UNSTORABLE = new Set(['22021', '22P05'])

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
