// The pattern of every HTTP door: a route's schema in, one call of a feature, a schema out. A door has no thought of its own.
import type { HttpBindings } from '@hono/node-server'
import { OpenAPIHono } from '@hono/zod-openapi'
import { z } from 'zod'
import { Id, ProblemDetails } from '#schema/common.ts'
import type { Person } from '#server/platform/actor.ts'
import { Problem } from '#server/platform/problem.ts'

export type DoorEnv = {
  /** Empty when a test calls the handler without a socket. */
  Bindings: Partial<HttpBindings>
  Variables: {
    /** Who calls; undefined when signed out. */
    actor: Person | undefined
    requestId: string
    /** The caller's address, as the nearest trusted hop tells it. */
    ip: string
  }
}
export type Door = OpenAPIHono<DoorEnv>

/** A set of routes. What does not match its schema (unknown fields too) is a 400 problem that lists every fault. */
export function openDoor(): Door {
  return new OpenAPIHono<DoorEnv>({
    defaultHook: (result) => {
      if (!result.success) throw badRequest(result.error)
    },
  })
}

/** The caller, or a 401 Problem when nobody is signed in. */
export function actorOf(c: { var: { actor: Person | undefined } }): Person {
  if (c.var.actor !== undefined) return c.var.actor
  throw new Problem(401, 'signed-out', 'Sign in, or send a valid API key as "Authorization: Bearer".')
}

/** The `request.body` of a route: JSON, required. */
export function body<S extends z.ZodType>(schema: S) {
  return { required: true, content: { 'application/json': { schema } } } as const
}

/** An answer of a route: JSON of this shape. */
export function json<S extends z.ZodType>(schema: S, description: string) {
  return { description, content: { 'application/json': { schema } } } as const
}

/** The answer of a route that has nothing to say: 204. */
export const done = { description: 'Done.' }

/** The `{id}` of an address. */
export const IdParam = z.object({ id: Id })

/** An answer of a route: a problem (RFC 9457). */
export function problem(description: string) {
  return { description, content: { 'application/problem+json': { schema: ProblemDetails } } } as const
}

/** The problems any route may answer; spread into `responses` of each. */
export const problems = {
  400: problem('The request does not match its schema; `errors` lists every fault.'),
  401: problem('Nobody is signed in.'),
  403: problem('The caller may not do this.'),
  404: problem('There is no such thing, or it is not the caller’s to see.'),
}

/** What a schema refused, as a 400 Problem: one entry of `errors` for each field, unknown fields named one by one. */
export function badRequest(error: z.core.$ZodError): Problem {
  const errors = error.issues.flatMap((issue) => {
    const path = issue.path.map(String)
    if (issue.code !== 'unrecognized_keys') return [{ path: path.join('.'), message: issue.message }]
    return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'There is no such field.' }))
  })
  const first = errors[0]
  const where = first === undefined || first.path === '' ? '' : `${first.path}: `
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
  return new Problem(400, 'invalid-request', `${where}${first?.message ?? 'The request is malformed.'}${more}`, {
    errors,
  })
}
